"""iCalendar text in and out (RFC 5545): splitting files, reading events, writing and patching them.

Empty on purpose: what needs the icalendar library imports it itself, and nothing before the prompt
does.
"""
