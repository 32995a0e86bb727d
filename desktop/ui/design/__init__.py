"""The design language in code: tokens, themes, fonts, icons and the painters that components share."""
