"""The window: everything that imports Qt lives below this package."""
