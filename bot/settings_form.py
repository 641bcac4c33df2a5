"""One's own settings by a form: how they stand, and what was changed of them."""

from collections.abc import Mapping, Sequence

from bot.chat.forms import Form, FormField, Option
from bot.people import Person
from bot.tools.arguments import SetPreferences
from bot.tools.dayhours import DAYS, say_weekdays
from bot.tools.model_wishes import HOUSE
from bot.tools.preferring import wishes_of
from bot.tools.tool import ToolContext, ToolMisused, ToolRefused
from bot.wording import say_clock, say_length
from bot.zones import UnknownZone, find_zone

SETTINGS = "settings:me"
"""What the form and the buttons that open it carry."""
ON, OFF = "on", "off"
_MOST = 24
"""Models in a menu: platforms show 25 entries."""


def settings_form(me: Person, models: Sequence[str] = ()) -> Form:
    """How somebody is served, to be changed; `models` are the language models that they may choose
    from."""
    kept = me.preferences
    week = tuple(Option(day.title(), day) for day in ("monday", "sunday", "saturday"))
    clock = (Option("24 h", "24"), Option("12 h", "12"))
    fields = (
        FormField(name="zone", label="Time zone", value=me.zone.key, required=True),
        FormField(name="working_hours", label="Working hours", value=_hours(me), required=True),
        FormField(
            name="digest_at",
            label="Daily agenda at",
            value=say_clock(kept.digest_at) if kept.digest_at else OFF,
            hint='an hour like "7:30", or "off"',
        ),
        FormField(
            name="reminder_leads",
            label="Reminders before events",
            value=", ".join(say_length(lead) for lead in kept.leads) or OFF,
            hint='"10 minutes, 1 day", or "off"',
        ),
        FormField(
            name="quiet_hours",
            label="Quiet hours",
            value=_clocks(*kept.quiet) if kept.quiet else OFF,
            hint='"22:00-7:00", or "off"',
        ),
        FormField(
            name="working_days",
            label="Working days",
            value=say_weekdays(kept.hours.days),
            hint='"Monday to Thursday"',
        ),
        FormField(
            name="default_length", label="A new event takes", value=say_length(kept.default_length)
        ),
        FormField(
            name="week_start",
            label="The week starts on",
            value=DAYS[kept.week_start],
            options=week,
        ),
        FormField(
            name="calendar_news",
            label="Tell me what others change",
            value=ON if kept.calendar_news else OFF,
            options=(Option("yes", ON), Option("no", OFF)),
            hint="on calendars that you linked",
        ),
        FormField(
            name="clock", label="Clock", value="24" if kept.clock_24h else "12", options=clock
        ),
    )
    return Form(value=SETTINGS, title="Your settings", fields=(*fields, *_models(me, models)))


def _models(me: Person, models: Sequence[str]) -> tuple[FormField, ...]:
    """Which model answers, where there is a choice."""
    if len(models) < 2:
        return ()
    options = (Option("The usual one", HOUSE), *(Option(one, one) for one in models[:_MOST]))
    chosen = me.preferences.model
    value = chosen if chosen in models[:_MOST] else HOUSE
    return (FormField(name="model", label="Language model", value=value, options=options),)


def _hours(me: Person) -> str:
    return _clocks(me.preferences.hours.start, me.preferences.hours.end)


def _clocks(start: object, end: object) -> str:
    return f"{start:%H:%M}-{end:%H:%M}"


def settings_wanted(
    me: Person, fields: Mapping[str, str], models: Sequence[str] = ()
) -> SetPreferences | None:
    """What a filled form changes; None when nothing."""
    stood = {one.name: one.value for one in settings_form(me, models).fields}
    changed = {
        name: fields[name].strip()
        for name in stood
        if name in fields and fields[name].strip() not in ("", stood[name])
    }
    if not changed:
        return None
    leads = changed.pop("reminder_leads", None)
    wanted: dict[str, object] = {**changed}
    if leads is not None:
        wanted["reminder_leads"] = (
            [] if leads.casefold() in (OFF, "none") else [one.strip() for one in leads.split(",")]
        )
    return SetPreferences.model_validate(wanted)


def wrong_settings(fields: Mapping[str, str], ctx: ToolContext) -> dict[str, str]:
    """What can't be taken: field name → a sentence."""
    wrong = {}
    for name in fields:
        try:
            wanted = settings_wanted(ctx.me, {name: fields[name]}, ctx.world.models)
            if wanted is not None and wanted.zone is not None:
                find_zone(wanted.zone)
            elif wanted is not None:
                list(wishes_of(ctx, wanted))
        except (ToolMisused, ToolRefused, UnknownZone) as err:
            wrong[name] = str(err)
    return wrong
