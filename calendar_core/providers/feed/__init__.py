"""Feeds: calendars that somebody gives out as one .ics file at an address (RFC 5545), read-only."""
