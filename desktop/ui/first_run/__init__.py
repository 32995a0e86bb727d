"""The first run: name the server, sign in, see the data arrive, start working before all of it is here."""
