"""The one way to read: queries that run again after a change, and the facade through which everybody asks."""
