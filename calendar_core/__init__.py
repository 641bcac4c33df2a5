"""Calendars: times, events, the mirror, changes and providers. Knows nothing of chat."""
