"""A new event by a form: what it asks, what is wrong with what was filled in, what it proposes."""

import re
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from bot.chat.forms import Form, FormField, Option
from bot.tools.arguments import CreateEvent
from bot.tools.guests import invite
from bot.tools.times import read_event_time
from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from calendar_core.events import Calendar

NEW = "new:event"
"""What the form and the buttons that open it carry."""
LONGEST_TITLE = 200
_BETWEEN = re.compile(r"[,;\n]+")


def new_event_form(
    calendars: Sequence[Calendar],
    *,
    title: str = "",
    when: str = "",
    guests: str = "",
    notes: str = "",
) -> Form:
    """Asks for a new event; a calendar is asked for where there are several to choose from."""
    fields = [
        FormField(name="title", label="Title", value=title[:LONGEST_TITLE], required=True),
        FormField(
            name="when",
            label="When",
            value=when,
            required=True,
            hint='in your words: "Friday 12:30 for 45 minutes"',
        ),
        FormField(name="guests", label="Guests", value=guests, hint="names, commas between"),
        FormField(name="place", label="Place"),
        FormField(name="notes", label="Notes", value=notes, multiline=True),
    ]
    open_to = [one for one in calendars if not one.read_only]
    if len(open_to) > 1:
        options = tuple(Option(one.name, one.name) for one in open_to)
        default = next((one.name for one in open_to if one.is_default), open_to[0].name)
        fields.append(FormField(name="calendar", label="Calendar", value=default, options=options))
    return Form(value=NEW, title="New event", fields=tuple(fields), submit="Next")


async def wrong_fields(fields: Mapping[str, str], ctx: ToolContext) -> dict[str, str]:
    """What of title, time and guests can't be taken: field name → a sentence."""
    wrong = {}
    if "title" in fields and not fields["title"].strip():
        wrong["title"] = "An event needs a title."
    if (when := fields.get("when", "").strip()) or "when" in fields:
        try:
            read_event_time(ctx, when, None, all_day=False)
        except (ToolMisused, ToolRefused) as err:
            wrong["when"] = str(err) if when else 'When? For example "Friday 12:30".'
    try:
        await invite(ctx, names_in(fields.get("guests", "")))
    except ToolRefused as err:
        wrong["guests"] = str(err)
    return wrong


def names_in(text: str) -> list[str]:
    """The names of a field, commas or lines between them."""
    return [name.strip() for name in _BETWEEN.split(text) if name.strip()]


def event_wanted(fields: Mapping[str, str]) -> CreateEvent:
    """What a filled form asks to create. Raises ToolRefused with what to correct."""
    try:
        return CreateEvent(
            title=fields.get("title", "").strip(),
            when=fields.get("when", "").strip(),
            guests=names_in(fields.get("guests", "")),
            location=fields.get("place", "").strip() or None,
            description=fields.get("notes", "").strip() or None,
            calendar=fields.get("calendar") or None,
        )
    except ValidationError as err:
        raise ToolRefused("That is more than one event can hold. Name fewer guests.") from err
