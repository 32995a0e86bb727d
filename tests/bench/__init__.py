"""Measurements of the real program, one line per figure beside its goal. ``python -m tests.bench`` runs them."""
