"""The simulator: seeded histories of a small organisation in which everything goes wrong."""
