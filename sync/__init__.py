"""Replication between laptops and the office; knows nothing of the desktop application and imports no Qt."""
