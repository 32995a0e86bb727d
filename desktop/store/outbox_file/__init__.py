"""The outbox file: what has not reached the office yet, kept once more beside the database, encrypted frame by frame.

See ``docs/decisions/0040-the-outbox-lies-beside-the-database-too.md``.
"""
