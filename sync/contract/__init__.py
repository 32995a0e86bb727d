"""What a record is, what a message is and how two edits merge; pure Python, standard library only."""
