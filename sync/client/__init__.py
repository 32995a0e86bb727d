"""The laptop's side of sync: plan, engine, transport. Knows neither the desktop nor SQL."""
