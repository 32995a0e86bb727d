"""The frame around every screen: rail, top bar, page stack, hint strip, actions and keys. It knows no records."""
