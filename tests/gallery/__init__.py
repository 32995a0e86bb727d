"""Renders every screen into docs/gallery, from a real office and a real laptop: ``python -m tests.gallery``."""
