"""Every tool there is, in the order in which a model sees them."""

from typing import Any

from bot.allowing import ALL, Allowed
from bot.tools.agenda import get_schedule
from bot.tools.availability import check_availability, find_free_time
from bot.tools.calendars import link_calendar, list_calendars
from bot.tools.cancelling import delete_event
from bot.tools.changing import update_event
from bot.tools.channel_preferences import set_channel_preferences
from bot.tools.creating import book_meeting, create_event
from bot.tools.groups import list_groups, set_group
from bot.tools.insights import analyze_schedule
from bot.tools.inviting import add_participants, respond_to_invitation
from bot.tools.preferences import get_preferences, set_preferences
from bot.tools.reminders import set_reminder
from bot.tools.searching import search_events
from bot.tools.tool import Tool, ToolKind
from bot.tools.waiting import cancel_reminder, list_reminders

EVERYTHING, READING = "all", "reading"

TOOLS: tuple[Tool[Any, Any], ...] = (
    get_schedule,
    search_events,
    find_free_time,
    check_availability,
    create_event,
    book_meeting,
    update_event,
    delete_event,
    add_participants,
    respond_to_invitation,
    set_reminder,
    list_reminders,
    cancel_reminder,
    analyze_schedule,
    list_calendars,
    link_calendar,
    get_preferences,
    set_preferences,
    set_channel_preferences,
    set_group,
    list_groups,
)


def allowed_by(words: str) -> Allowed:
    """What an operator's words allow: `all`, `reading`, names with commas between; `reading` may
    stand among names. Raises ValueError with a sentence for a name that is none."""
    said = [one.strip() for one in words.split(",") if one.strip()]
    if not said or EVERYTHING in said:
        return ALL
    reading = {tool.name for tool in TOOLS if tool.kind is ToolKind.READS}
    unknown = sorted(set(said) - {tool.name for tool in TOOLS} - {READING})
    if unknown:
        raise ValueError(
            f"there is no tool {unknown[0]!r}; say all, reading, or names of these: "
            f"{', '.join(tool.name for tool in TOOLS)}"
        )
    names = frozenset(set(said) - {READING} | (reading if READING in said else set()))
    return Allowed(names=names, only_reading=names <= reading)
