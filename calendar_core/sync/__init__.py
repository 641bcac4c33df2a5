"""Keeping the mirror in step with what calendars hold."""
