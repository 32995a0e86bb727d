"""What only the operating system itself can prove: its keyring, its display."""
