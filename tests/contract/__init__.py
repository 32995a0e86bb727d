"""Promises of what laptop and office share."""
