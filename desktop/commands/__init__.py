"""The one way to write: a command is what a user means, the bus makes one transaction of it."""
