"""Opportunities by stage: as a board, as a table, and one of them in full."""
