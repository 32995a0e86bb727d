"""The page of one customer: who they are, what happened, what is open."""
