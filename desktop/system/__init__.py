"""What the application asks of the machine: paths, settings, credentials, language, logs and clock. No Qt."""
