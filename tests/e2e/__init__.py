"""Promises of the whole: real programs, real databases, real HTTP."""
