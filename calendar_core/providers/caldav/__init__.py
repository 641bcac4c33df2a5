"""Calendars on CalDAV servers (RFC 4791), iCloud among them."""
