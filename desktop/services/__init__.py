"""What the application does beside answering and writing: background lanes, sync, profiles, the demonstration."""
