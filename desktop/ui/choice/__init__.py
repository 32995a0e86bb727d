"""Your choice needed: records that two people edited differently, side by side, to be settled by whoever is asked."""
