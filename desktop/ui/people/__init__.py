"""The people one talks to, across all customers."""
