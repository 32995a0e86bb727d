"""Promises of the sync between laptop and office."""
