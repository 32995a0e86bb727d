"""The questions that reads ask: functions over one reading connection. They change nothing."""
