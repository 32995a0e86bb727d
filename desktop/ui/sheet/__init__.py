"""A picture of every component in every state, to be looked at and compared with the design's."""
