"""The local database: rows, journal, search index and what reads and writes them. Knows SQL, and no screen."""
