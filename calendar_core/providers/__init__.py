"""The makers of calendars, one folder each. Providers do not know each other."""
