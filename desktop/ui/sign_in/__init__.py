"""Signing in again on a laptop that has a profile: only the password is asked, and no data are touched."""
