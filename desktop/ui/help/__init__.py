"""Help: a page that answers the first questions, and a guided tour through the window."""
