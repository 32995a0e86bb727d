"""Today: what the day holds, what is due, whom one saw last, how the week goes."""
