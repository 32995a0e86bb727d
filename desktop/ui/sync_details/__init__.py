"""Sync details: what waits, what came, what happened, and the way to try at once. Calm, whatever the network does."""
