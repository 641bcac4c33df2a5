"""What an operator allows to be called here, and what people are told of the rest.

Which tools there are is `bot.tools.all`; nothing here knows how one works.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calendar_core.changes.change import Amend, Create, Edit, Remove, Reply

ONLY_READING = (
    "I can only look things up here: whoever runs me has switched everything else off. Nothing was "
    "changed."
)
_WORDS: Mapping[str, str] = {
    "get_schedule": "show schedules",
    "search_events": "search for events",
    "find_free_time": "look for free time",
    "check_availability": "say who is free",
    "create_event": "create events",
    "book_meeting": "book meetings",
    "update_event": "change events",
    "delete_event": "cancel events",
    "add_participants": "invite people",
    "respond_to_invitation": "answer invitations",
    "set_reminder": "set reminders",
    "list_reminders": "list reminders",
    "cancel_reminder": "cancel reminders",
    "analyze_schedule": "count where time goes",
    "list_calendars": "list calendars",
    "link_calendar": "link calendars",
    "get_preferences": "show preferences",
    "set_preferences": "change preferences",
    "set_channel_preferences": "change how a channel is served",
    "set_group": "keep lists of people",
    "list_groups": "show lists of people",
}
_WRITERS: Mapping[type, tuple[str, ...]] = {
    Create: ("create_event", "book_meeting"),
    Amend: ("update_event", "add_participants"),
    Remove: ("delete_event",),
    Reply: ("respond_to_invitation",),
}
"""By which tools each kind of edit is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The tools that may be called, by models, words, commands and forms alike."""

    names: frozenset[str] | None = None
    """None: all."""
    only_reading: bool = False
    """Whether none of them proposes or notes anything."""

    def refusal(self, tool: str) -> str | None:
        """What whoever wants this is told; None: it is allowed."""
        if self.names is None or tool in self.names:
            return None
        if self.only_reading:
            return ONLY_READING
        return f"I can't {_WORDS.get(tool, 'do that')} here: whoever runs me has switched it off."

    def refusal_to_write(self, edits: Iterable[Edit]) -> str | None:
        """The same for what waits on a card, or is to be taken back."""
        for edit in edits:
            tools = _WRITERS.get(type(edit), ())
            refusals = [self.refusal(tool) for tool in tools]
            if refusals and None not in refusals:
                return refusals[0]
            if not tools and self.only_reading:
                return ONLY_READING
        return None


ALL = Allowed()
