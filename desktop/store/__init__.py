"""The laptop's encrypted database: rows, journal, search index, and the questions that reads ask of them."""
