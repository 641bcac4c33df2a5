"""The settings of a channel: how they stand, as a form; what was changed of them, in words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta

from bot.channels import USUAL, ChannelSettings, Digest
from bot.chat.forms import Form, FormField, Option
from bot.tools.arguments import SetPreferences
from bot.tools.dayhours import DAYS
from bot.tools.preferring import say_leads, wishes_of
from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from bot.wording import say_clock, say_length
from bot.zones import UnknownZone, find_zone

VERB = "channel"
"""What the form and the buttons that open it carry, before the channel."""
OFF = "off"
_OWN, _SHARED = "own", "shared"
_WORDS = re.compile(
    r"(?:(?:please )?(?:show|open|change|edit|set|what are) )?(?:me )?(?:the |our |this )?"
    r"(?:settings (?:of |for )?(?:the |this |our )?channel|channel(?:'s)? settings|channel"
    r"|settings here)[.!? ]*",
    re.IGNORECASE,
)
_POSTING = re.compile(
    r"(?:please )?(?:post|show|send|put|stop posting|don't post) (?:me |us )?"
    r"(?:our|the|this channel's|the channel's|the team's) (?:daily |weekly |week's |day's )?"
    r"(?:agenda|digest|week|calendar) (?:in |into |to )?(?:here|this channel|the channel)\b.*",
    re.IGNORECASE,
)


def asks_for_settings(text: str) -> bool:
    """Whether words are about the settings of the channel that they are said in, its agenda among
    them."""
    words = " ".join(text.split())
    return any(one.fullmatch(words) is not None for one in (_WORDS, _POSTING))


def channel_form(settings: ChannelSettings) -> Form:
    """How a channel is served, to be changed."""
    whole = "server" if settings.place.platform == "discord" else "workspace"
    fields = (
        FormField(
            name="calendar",
            label="Calendar",
            value=_SHARED if settings.shares else _OWN,
            options=(
                Option("This channel's own", _OWN),
                Option(f"One for the whole {whole}", _SHARED),
            ),
        ),
        FormField(name="zone", label="Time zone", value=settings.zone.key, required=True),
        FormField(
            name="digest", label="Agenda in the channel", value=_digest(settings), options=_DIGESTS
        ),
        FormField(
            name="digest_at",
            label="Agenda at",
            value=say_clock(settings.digest_at),
            hint='an hour like "9:00"',
        ),
        FormField(
            name="reminders",
            label="Reminders of its events",
            value=_leads(settings.leads),
            hint='"10 minutes, 1 day", or "off"',
        ),
    )
    title = f"Settings of {settings.name}"[:24] if settings.name else "Channel settings"
    return Form(value=f"{VERB}:{settings.owner}", title=title, fields=fields)


_DIGESTS = (
    Option("Never", OFF),
    Option("Monday to Friday, each day's", Digest.DAILY.value),
    *(Option(f"Every {day.title()}, the week's", day) for day in DAYS),
)


def _digest(settings: ChannelSettings) -> str:
    if settings.digest is Digest.WEEKLY:
        return DAYS[settings.digest_day]
    return settings.digest.value


def _leads(leads: tuple[timedelta, ...] | None) -> str:
    usual = USUAL if leads is None else leads
    return ", ".join(say_length(one) for one in usual) or OFF


def settings_from(
    stood: ChannelSettings, fields: Mapping[str, str], ctx: ToolContext
) -> tuple[ChannelSettings, dict[str, str]]:
    """What a filled form wants, and what of it can't be taken: field name → a sentence."""
    before = {one.name: one.value for one in channel_form(stood).fields}
    changed = {
        name: fields[name].strip()
        for name, was in before.items()
        if fields.get(name, "").strip() not in ("", was)
    }
    found, wrong = stood, {}
    for name, value in changed.items():
        try:
            found = _with(found, name, value, ctx)
        except (ToolMisused, ToolRefused, UnknownZone) as err:
            wrong[name] = str(err)
    return found, wrong


def _with(stood: ChannelSettings, name: str, value: str, ctx: ToolContext) -> ChannelSettings:
    match name:
        case "calendar":
            return replace(stood, shares=value == _SHARED)
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
    whole = "server" if settings.place.platform == "discord" else "workspace"
    calendar = f"the {whole}'s calendar" if settings.shares else "a calendar of its own"
    at = say_clock(settings.digest_at)
    digest = {
        Digest.OFF: "no agenda posted",
        Digest.DAILY: f"the day's agenda Monday to Friday at {at}",
        Digest.WEEKLY: f"the week's agenda every {DAYS[settings.digest_day].title()} at {at}",
    }[settings.digest]
    leads = USUAL if settings.leads is None else settings.leads
    reminders = f"reminders {say_leads(leads)}" if leads else "no reminders"
    return f"{calendar}, {digest}, {reminders}, times of {settings.zone.key}"
