"""The application on the rep's laptop; docs/architecture.md shows its layers and what may import what."""
