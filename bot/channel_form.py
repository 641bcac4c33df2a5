"""The settings of a channel as a form: how they stand, and what was changed of them. What values
mean is `tools.channel_wishes`."""

import re
from collections.abc import Mapping
from datetime import timedelta

from bot.channels import USUAL, ChannelSettings, Digest
from bot.chat.forms import Form, FormField, Option
from bot.tools.channel_wishes import OFF, OWN, SHARED, wished
from bot.tools.dayhours import DAYS
from bot.tools.tool import ToolContext
from bot.wording import say_clock, say_length

VERB = "channel"
"""What the form and the buttons that open it carry, before the channel."""
_WORDS = re.compile(
    r"(?:(?:please )?(?:show|open|change|edit|set|what are) )?(?:me )?(?:the |our |this )?"
    r"(?:settings (?:of |for )?(?:the |this |our )?channel|channel(?:'s)? settings|channel"
    r"|settings here)[.!? ]*",
    re.IGNORECASE,
)


def asks_for_settings(text: str) -> bool:
    """Whether words ask for the settings of the channel that they are said in; wishes are for a
    model."""
    return _WORDS.fullmatch(" ".join(text.split())) is not None


def channel_form(settings: ChannelSettings) -> Form:
    """How a channel is served, to be changed."""
    whole = "server" if settings.place.platform == "discord" else "workspace"
    fields = (
        FormField(
            name="calendar",
            label="Calendar",
            value=SHARED if settings.shares else OWN,
            options=(
                Option("This channel's own", OWN),
                Option(f"One for the whole {whole}", SHARED),
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
    return wished(stood, changed, ctx)
