"""Guards that stand around every test: each is one small pytest plugin, listed in tests/conftest.py."""
