"""The change log: what was done on this laptop, what came from colleagues, what the office did not accept."""
