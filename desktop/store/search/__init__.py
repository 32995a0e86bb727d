"""The search index: what is written into it for a text, how it is asked, and where in a text the words stand."""
