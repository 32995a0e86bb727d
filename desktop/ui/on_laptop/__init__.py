"""What is on this laptop: the records that always are, the files that were chosen, and how far all of it has come."""
