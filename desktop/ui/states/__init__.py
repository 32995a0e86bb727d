"""Every state that sync can be in, shown on purpose: for those who learn the program, and for its tests."""
