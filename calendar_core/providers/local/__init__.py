"""Built-in calendars, kept in Convene's own database."""
