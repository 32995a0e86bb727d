"""Promises of what the application does beside answering and writing."""
