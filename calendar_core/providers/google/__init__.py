"""Google Calendar, over its own client library."""
