"""Cards about accounts that are linked: one's calendars, what each is for, unlinking. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Choice,
    Field,
    Line,
    Quiet,
    Select,
    Strong,
    Tone,
)
from bot.chat.forms import Form, FormField, Option
from bot.linked_health import Link, said_account, said_calendar
from bot.linking_words import AGAIN, BEGIN, CALENDAR, CALENDARS, ERASE, UNLINK, kind_of, named
from bot.wording import say_count
from calendar_core.events import Calendar
from calendar_core.linking import Account

ANY, ME = "any", "me"
MOST = 25
"""So many choices a list holds on every platform."""
_YES, _NO = "yes", "no"
_YES_NO = (Option("Yes", _YES), Option("No", _NO))
SWITCHES = ("counts_as_busy", "in_digests", "is_default")
"""What a calendar can be for, by the names of its own fields."""


def calendars_card(calendars: Sequence[Calendar], links: Sequence[Link], now: datetime) -> Card:
    """All calendars of somebody by account, with their health, what each is for, and what can be
    done about them."""
    body: list[Line] = []
    own = [one for one in calendars if not one.account_id]
    if own:
        body.append((Strong("Built in"),))
        body += [_line(one, "") for one in own]
    for link in links:
        body.append(_heading(link, now))
        body += [_line(one.calendar, said_calendar(one, now)) for one in link.states]
    unwell = [one.account for one in links if one.account.unwell_since is not None]
    buttons = [
        Button(
            label=f"Link {one.address} again",
            value=f"{AGAIN}:{one.id}",
            style=ButtonStyle.PRIMARY,
        )
        for one in unwell[:5]
    ]
    buttons.append(Button(label="Link a calendar", value=f"{BEGIN}:{ANY}"))
    return Card(
        kind=CardKind.CARD,
        title=(Strong("Your calendars"),),
        body=tuple(body),
        buttons=tuple(buttons),
        selects=tuple(_selects(calendars, links)),
        tone=Tone.CAREFUL if unwell else Tone.PLAIN,
    )


def _heading(link: Link, now: datetime) -> Line:
    only = ", only when you are busy" if link.account.free_busy_only else ""
    return (Strong(named(link.account)), Quiet(f" · {said_account(link.account, now)}{only}"))


def _line(one: Calendar, health: str) -> Line:
    marks = [health] if health else []
    if one.is_default:
        marks.append("new events go here")
    if not one.counts_as_busy:
        marks.append("does not count as busy")
    if not one.in_digests:
        marks.append("not in your digest")
    if one.read_only:
        marks.append("read only")
    return (one.name, Quiet("".join(f" · {mark}" for mark in marks)))


def _selects(calendars: Sequence[Calendar], links: Sequence[Link]) -> list[Select]:
    found = [
        Select(
            label="Set a calendar …",
            choices=tuple(
                Choice(label=f"Set {one.name}", value=f"{CALENDAR}:{one.id}")
                for one in islice(calendars, MOST)
            ),
        )
    ]
    if links:
        unlinked = tuple(
            Choice(label=f"Unlink {named(one.account)}", value=f"{UNLINK}:{one.account.id}")
            for one in islice(links, MOST)
        )
        found.append(Select(label="Unlink …", choices=unlinked))
    return found


def calendar_form(calendar: Calendar) -> Form:
    """What a calendar is for."""
    labels = {
        "counts_as_busy": "Its events make me busy",
        "in_digests": "It stands in my daily agenda",
        "is_default": "New events go here",
    }
    fields = tuple(
        FormField(
            name=name,
            label=labels[name],
            value=_YES if getattr(calendar, name) else _NO,
            options=_YES_NO,
        )
        for name in SWITCHES
        if name != "is_default" or not (calendar.read_only or calendar.is_default)
    )
    return Form(value=f"{CALENDAR}:{calendar.id}", title=calendar.name, fields=fields)


def settings_of(calendar: Calendar, fields: Mapping[str, str]) -> dict[str, bool]:
    """What a filled form changes of a calendar."""
    wanted = {name: fields[name] == _YES for name in SWITCHES if fields.get(name) in (_YES, _NO)}
    if calendar.read_only or not wanted.get("is_default", True):
        wanted.pop("is_default", None)
    return {name: value for name, value in wanted.items() if getattr(calendar, name) != value}


def unlink_card(link: Link) -> Card:
    """Before an account is unlinked: what is erased, and what is not."""
    account, calendars = link.account, [one.calendar.name for one in link.states]
    events = sum(one.events for one in link.states)
    title = kind_of(account).title
    revoked = {
        "google": "Google is asked to withdraw Convene's access.",
        "microsoft": (
            "Convene's keys to it are erased. Microsoft lets only you withdraw the grant itself: "
            "at myaccount.microsoft.com, or account.live.com for personal accounts."
        ),
    }.get(account.provider, "Its password is erased; take an app password back where you made it.")
    if account.provider == "feed":
        revoked = "Its address is erased."
    gone = (
        f"the copies of {say_count(len(calendars), 'calendar')} with "
        f"{say_count(events, 'event')}, reminders before those events, and what the calendars "
        "were set to"
    )
    stays = "everything on the calendars themselves; nothing changes there"
    if title == "calendar feed":
        stays = "the feed itself"
    return Card(
        kind=CardKind.CARD,
        title=(f"Unlink {named(account)}?",),
        fields=(
            Field(name="erased here", value=(gone,)),
            Field(name="access", value=(revoked,)),
            Field(name="stays", value=(stays,)),
        ),
        buttons=(
            Button(label="Unlink", value=f"{ERASE}:{account.id}", style=ButtonStyle.DANGER),
            Button(label="Keep it", value=f"{CALENDARS}:{ME}", style=ButtonStyle.PRIMARY),
        ),
        tone=Tone.CAREFUL,
    )


def unlinked_card(account: Account, *, is_revoked: bool) -> Card:
    """It is unlinked."""
    body: tuple[Line, ...] = (("Everything of it is erased here.",),)
    if not is_revoked:
        where = kind_of(account).title
        body += ((f"{where} could not be told. Withdraw Convene's access there yourself.",),)
    return Card(
        kind=CardKind.CARD,
        title=(f"✓ Unlinked {named(account)}.",),
        body=body,
        tone=Tone.DONE if is_revoked else Tone.CAREFUL,
    )
