"""The window as a whole: what connects frame, pages and application, and the actions that work everywhere."""
