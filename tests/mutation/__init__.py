"""Changes the merge core's code in small ways, one at a time, and looks whether a test notices."""
