"""Changes to calendars: proposed, confirmed, written, undone. Nothing else writes."""
