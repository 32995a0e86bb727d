"""The search index: words, documents, building. A later table of pinyin has its place beside ``search_text``."""
