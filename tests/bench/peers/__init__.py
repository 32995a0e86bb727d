"""Other programs that sync, measured on the same machine in the same run: ``make bench-sync``."""
