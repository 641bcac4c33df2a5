"""What becomes of each table when somebody is erased: the one list. A table without its decision
here fails a test.

The order of the steps, and what is asked before, is `erasing` and `erase_asking`. Tables are named
and not imported: each stays its keeper's, and doors are not loaded for it.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnClause, column, delete, select, table, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.people import FORMER
from calendar_core.people import PersonId

_IDS = re.compile(r"[\w-]{8,}")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """By what rows of somebody are found."""

    person: PersonId
    ids: frozenset[str]
    """Of the person and all that was theirs: changes, reminders, notes, events, calendars …"""
    accounts: frozenset[str]
    """Their accounts on chat platforms, as `account_key` has them."""
    channels: frozenset[tuple[str, str]]
    """Their direct conversations: platform and channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goes:
    """Rows of theirs are deleted."""

    people: tuple[str, ...] = ()
    """Columns that hold a person's id."""
    accounts: tuple[str, ...] = ()
    """Columns that hold an account."""
    ids: tuple[str, ...] = ()
    """Columns in whose text one of their ids may stand; the first names the row."""
    place: str = ""
    """A column that holds a place, as JSON."""
    channel: str = ""
    """A column that holds the channel of a direct conversation, on `platform`."""
    seen_by: str = ""
    """A column that holds the user who alone sees the row, on `platform`."""
    platform: str = ""
    marked: tuple[str, ...] = ()
    """Columns in which rows of others name a former member instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Rows of others that name them name a former member instead."""

    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByHand:
    """A step of its own sees to it (`erasing`)."""

    how: str


@dataclass(frozen=True, slots=True)
class Stays:
    """Nothing of a person stands there."""

    why: str


Decision = Goes | Marked | ByHand | Stays
_WITH_CALENDARS = ByHand("goes with their calendars; others' events name a former member")
TABLES: Mapping[str, Decision] = {
    "people": ByHand("emptied first, gone last"),
    "identities": ByHand("go first: from then on they are strangers"),
    "memberships": ByHand("go with their accounts"),
    "conversation_parts": Goes(people=("owner",)),
    "posted_cards": Goes(ids=("subject",), place="place"),
    "heard": Stays("ids of messages, forgotten after a week"),
    "unanswered": Goes(accounts=("account",)),
    "notes": Goes(people=("owner",), ids=("action", "undo")),
    "answer_rests": Goes(people=("owner",)),
    "link_offers": Goes(people=("owner",)),
    "event_news": Goes(people=("owner",), ids=("body",)),
    "link_codes": Goes(people=("person", "entered_by")),
    "linkings": Goes(people=("person",)),
    "link_tries": Goes(accounts=("account",)),
    "routes": Goes(accounts=("account",), ids=("key",)),
    "channel_settings": Marked(people=("set_by",)),
    "workspace_settings": Marked(people=("set_by",)),
    "model_usage": Marked(people=("person",)),
    "group_members": Goes(people=("owner", "person")),
    "feeds": Goes(people=("owner", "made_by")),
    "assistants": Goes(people=("person",)),
    "sign_ups": Stays("a channel's event and the card on which others sign up"),
    "jobs": Goes(ids=("key", "payload")),
    "reminders": Goes(people=("owner", "whose")),
    "reminders_missed": Goes(people=("owner",)),
    "calendars": _WITH_CALENDARS,
    "events": _WITH_CALENDARS,
    "components": _WITH_CALENDARS,
    "occurrences": _WITH_CALENDARS,
    "event_meanings": _WITH_CALENDARS,
    "calendar_words": _WITH_CALENDARS,
    "local_resources": _WITH_CALENDARS,
    "local_writes": Goes(ids=("change_id",)),
    "events_touched": _WITH_CALENDARS,
    "sync_state": _WITH_CALENDARS,
    "watches": _WITH_CALENDARS,
    "linked_accounts": ByHand("the maker is asked to forget what it granted, then it goes"),
    "changes": ByHand("go; those on whose cards others sign up stay, without them"),
    "change_audit": ByHand("goes; one line stays that says when somebody was erased, not who"),
    "console_messages": Goes(channel="channel", seen_by="seen_by", platform="console"),
    "console_buttons": ByHand("go with their messages"),
    "slack_posted": Goes(ids=("key",), channel="channel", platform="slack"),
    "slack_enterprises": Stays("workspaces"),
    "slack_installations": Stays("workspaces"),
    "slack_states": Stays("marks of browsers, forgotten soon"),
    "discord_posts": Goes(ids=("key",), place="place"),
    "discord_commands": Stays("applications"),
}
"""Every table, and what becomes of it."""


@dataclass(slots=True)
class _Found:
    """Values of one column by which rows are deleted."""

    column: str
    values: list[str] = field(default_factory=list)


async def forget_rows(session: AsyncSession, traces: Traces) -> None:
    """Carry out the list for one person, in the caller's unit of work. Repeating it is harmless."""
    for name, decision in TABLES.items():
        match decision:
            case Goes():
                for found in await _found(session, name, decision, traces):
                    await _delete(session, name, found)
                await _mark(session, name, decision.marked, traces.person)
            case Marked():
                await _mark(session, name, decision.people, traces.person)
            case _:
                continue


async def _found(session: AsyncSession, name: str, goes: Goes, traces: Traces) -> Iterable[_Found]:
    found = [_Found(one, [traces.person]) for one in goes.people]
    found += [_Found(one, list(traces.accounts)) for one in goes.accounts]
    if goes.channel:
        there = [channel for platform, channel in traces.channels if platform == goes.platform]
        found.append(_Found(goes.channel, there))
    if goes.seen_by:
        found.append(_Found(goes.seen_by, _users(traces.accounts, goes.platform)))
    if goes.ids:
        texts = await _texts(session, name, goes.ids)
        first = [one[0] for one in texts if any(_names(text, traces) for text in one)]
        found.append(_Found(goes.ids[0], first))
    if goes.place:
        places = await _texts(session, name, (goes.place,))
        found.append(_Found(goes.place, [one for (one,) in places if _is_theirs(one, traces)]))
    return found


async def _texts(
    session: AsyncSession, name: str, columns: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """What stands in some columns, each combination once."""
    there: list[ColumnClause[str]] = [column(one) for one in columns]
    rows = await session.execute(select(*there).select_from(table(name)).distinct())
    return [tuple(row) for row in rows]


async def _delete(session: AsyncSession, name: str, found: _Found) -> None:
    there: ColumnClause[str] = column(found.column)
    for first in range(0, len(found.values), _AT_ONCE):
        some = found.values[first : first + _AT_ONCE]
        await session.execute(delete(table(name, there)).where(there.in_(some)))


async def _mark(
    session: AsyncSession, name: str, columns: tuple[str, ...], person: PersonId
) -> None:
    for one in columns:
        there: ColumnClause[str] = column(one)
        statement = update(table(name, there)).where(there == person).values({one: FORMER})
        await session.execute(statement)


def _names(text: str, traces: Traces) -> bool:
    return any(one in traces.ids for one in _IDS.findall(text))


def _is_theirs(place: str, traces: Traces) -> bool:
    if not place:
        return False
    said = json.loads(place)
    return (said.get("platform"), said.get("channel")) in traces.channels


def _users(accounts: Collection[str], platform: str) -> list[str]:
    named = [one.split("/", 2) for one in accounts]
    return [user for where, _, user in named if where == platform]
