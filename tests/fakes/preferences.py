"""People's wishes about reminders, in memory."""

from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.people import PersonId
from scheduler.quiet import ReminderPreferences

BERLIN = ZoneInfo("Europe/Berlin")


class FakePreferences:
    """The house's defaults in Berlin, until somebody wishes otherwise."""

    def __init__(self) -> None:
        self.wishes: dict[PersonId, ReminderPreferences] = {}

    def set(self, owner: str, **wishes: Any) -> None:
        """Have somebody wish otherwise."""
        wishes.setdefault("zone", BERLIN)
        self.wishes[PersonId(owner)] = ReminderPreferences(**wishes)

    async def reminder_preferences(self, owner: PersonId) -> ReminderPreferences:
        """What they wish."""
        return self.wishes.get(owner, ReminderPreferences(zone=BERLIN))
