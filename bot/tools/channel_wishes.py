"""What is wished of a channel's settings: words → settings, and how they and what changes is said.

One set of rules for the form (`channel_form`) and for the tool (`channel_preferences`); keeping
them is `channel_keeping`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time

from bot.channel_keeping import as_fields
from bot.channels import USUAL, ChannelSettings, Digest
from bot.chat.messages import Place
from bot.tools.arguments import SetPreferences
from bot.tools.dayhours import DAYS
from bot.tools.noting import NoteAction
from bot.tools.preferring import say_leads, wishes_of
from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from bot.wording import say_clock
from bot.zones import UnknownZone, find_zone

OFF = "off"
OWN, SHARED = "own", "shared"
KIND = "channel"
"""Of the notes that set a channel."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise from now on."""

    name: str
    was: str
    will: str

    @property
    def stood(self) -> str:
        """How what was is told of: "agenda was"."""
        return "were" if self.name == "reminders" else "was"


def wished(
    stood: ChannelSettings, values: Mapping[str, str], ctx: ToolContext
) -> tuple[ChannelSettings, dict[str, str]]:
    """What these values make of the settings, and what of them can't be taken: name → a
    sentence. Hours are meant in the zone of who sets a channel first."""
    found, wrong = stood if stood.is_set else replace(stood, zone=ctx.me.zone), {}
    for name, value in values.items():
        try:
            found = _with(found, name, value, ctx)
        except (ToolMisused, ToolRefused, UnknownZone) as err:
            wrong[name] = str(err)
    return found, wrong


def _with(stood: ChannelSettings, name: str, value: str, ctx: ToolContext) -> ChannelSettings:
    match name:
        case "calendar":
            return replace(stood, shares=value == SHARED)
        case "zone":
            return replace(stood, zone=find_zone(value))
        case "digest" if value in DAYS:
            return replace(stood, digest=Digest.WEEKLY, digest_day=DAYS.index(value))
        case "digest":
            return replace(stood, digest=Digest(value) if value in tuple(Digest) else Digest.OFF)
        case "digest_at":
            at = _wish(ctx, SetPreferences(digest_at=value), "digest_at")
            if not isinstance(at, time):
                raise ToolRefused('At which hour? Say for example "9:00".')
            return replace(stood, digest_at=at)
        case _:
            off = value.casefold() in (OFF, "none", "no")
            leads = [] if off else [one.strip() for one in value.split(",")]
            wanted = SetPreferences(reminder_leads=leads)
            kept = _wish(ctx, wanted, "leads")
            assert isinstance(kept, tuple)
            return replace(stood, leads=kept)


def _wish(ctx: ToolContext, wanted: SetPreferences, name: str) -> object:
    return next(wish.fields[name] for wish in wishes_of(ctx, wanted) if name in wish.fields)


def told(settings: ChannelSettings) -> str:
    """How a channel is served, in one line."""
    at = say_clock(settings.digest_at)
    digest = {
        Digest.OFF: "no agenda posted",
        Digest.DAILY: f"the day's agenda Monday to Friday at {at}",
        Digest.WEEKLY: f"the week's agenda every {DAYS[settings.digest_day].title()} at {at}",
    }[settings.digest]
    leads = _leads(settings)
    reminders = f"reminders {leads}" if leads != "none" else "no reminders"
    return f"{_calendar(settings)}, {digest}, {reminders}, times of {settings.zone.key}"


def differences(stood: ChannelSettings, wanted: ChannelSettings) -> tuple[Difference, ...]:
    """What changes, as people are told it."""
    return tuple(
        Difference(name, say(stood), say(wanted))
        for name, say in _SAYS.items()
        if say(stood) != say(wanted)
    )


def _calendar(settings: ChannelSettings) -> str:
    whole = "server" if settings.place.platform == "discord" else "workspace"
    return f"the {whole}'s calendar" if settings.shares else "a calendar of its own"


def _agenda(settings: ChannelSettings) -> str:
    at = say_clock(settings.digest_at)
    return {
        Digest.OFF: "none",
        Digest.DAILY: f"each day's, Monday to Friday at {at}",
        Digest.WEEKLY: f"the week's, every {DAYS[settings.digest_day].title()} at {at}",
    }[settings.digest]


def _leads(settings: ChannelSettings) -> str:
    return say_leads(USUAL if settings.leads is None else settings.leads)


def _zone(settings: ChannelSettings) -> str:
    return settings.zone.key


_SAYS: Mapping[str, Callable[[ChannelSettings], str]] = {
    "calendar": _calendar,
    "agenda": _agenda,
    "reminders": _leads,
    "zone": _zone,
}


def action_of(stood: ChannelSettings, wanted: ChannelSettings, by: str) -> NoteAction:
    """The wish as a note: only what changes, so that a card that waits undoes nothing that came
    after it."""
    changed = differences(stood, wanted)
    name = wanted.name or "this channel"
    before, after = as_fields(stood), as_fields(wanted)
    said = ". ".join(f"{one.name.title()}: {one.will} ({one.stood} {one.was})" for one in changed)
    fields = {
        label: words
        for one in changed
        for label, words in (
            (f"{one.name} {one.stood}", one.was),
            (f"{one.name} will be", one.will),
        )
    }
    return NoteAction(
        kind=KIND,
        body={
            "owner": wanted.owner,
            "name": wanted.name,
            "settings": {key: after[key] for key in after if after[key] != before[key]},
            "said": said,
        },
        done=f"{by} changed how I serve {name}. {said}.",
        question=f"Change how I serve {name}?",
        fields={**fields, "note": f"everybody in {name} is told"},
        must_ask=True,
    )


def not_allowed(place: Place) -> str:
    """Who may, where somebody may not."""
    who = {
        "discord": 'those with the permission "Manage Channel"',
        "slack": "the channel's creator and the workspace's admins and owners",
    }.get(place.platform, "those who manage it")
    name = place.name or "this channel"
    return f"Only {who} may change how I serve {name}. Nothing was changed."
