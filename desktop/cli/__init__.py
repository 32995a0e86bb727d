"""The application without a window: the same commands and queries, one act per call, JSON for scripts."""
