"""Settings: how the program looks and speaks, how it syncs, who is signed in, what it is made of."""
