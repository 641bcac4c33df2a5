"""Changes that are forgotten: those of somebody who is erased, with their trail, while another name
stands in their place in those of others; and what was closed long ago.

Works inside the unit of work of `bot.erasing` and `bot.retention`.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes.audit import AuditEntry, note
from calendar_core.changes.change import ChangeId, ChangeStatus
from calendar_core.changes.tables import AuditRow, ChangeRow
from calendar_core.errors import BadCalendarData
from calendar_core.events import Guest
from calendar_core.people import PersonId

TOMBSTONE = ChangeId("erased")
"""What the trail's line of an erasure carries in place of a change."""
_UNDECIDED = (ChangeStatus.ASKED, ChangeStatus.PROPOSED, ChangeStatus.CONFIRMED)
_TEXT = "BEGIN:VCALENDAR"
_AT_ONCE = 200
"""Changes that are held in memory together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Somebody who is erased, and who is named in their stead."""

    person: PersonId
    known_as: frozenset[str]
    """Their CAL-ADDRESSes, in small letters."""
    names: frozenset[str]
    stand_in: Guest
    former: PersonId
    """Stands as owner and decider where a row of others must name one."""


async def ids_of(session: AsyncSession, person: PersonId) -> set[str]:
    """All changes of somebody."""
    return set(await session.scalars(select(ChangeRow.id).where(ChangeRow.owner == person)))


async def forget(session: AsyncSession, leaving: Leaving, kept: Collection[str]) -> None:
    """Let their changes go, save for those `kept` (others sign up on their cards): these stay as
    the stand-in's. Repeating it is harmless."""
    person, former = leaving.person, leaving.former
    for statement in (
        update(ChangeRow)
        .where(ChangeRow.owner == person, ChangeRow.id.in_(kept))
        .values(owner=former),
        delete(ChangeRow).where(ChangeRow.owner == person),
        update(ChangeRow).where(ChangeRow.decided_by == person).values(decided_by=former),
        delete(AuditRow).where(AuditRow.owner == person),
        update(AuditRow).where(AuditRow.by == person).values(by=former),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
    await _rename(session, leaving)


def bury(session: AsyncSession, leaving: Leaving, at: datetime) -> None:
    """The one line of the trail that stays: that somebody was erased, and when; not who."""
    note(
        session,
        AuditEntry(
            change=TOMBSTONE,
            owner=leaving.former,
            by=None,
            at=at,
            what="erase everything of a person",
            outcome=ChangeStatus.APPLIED,
        ),
    )


async def forget_closed(
    session: AsyncSession, before: datetime, kept: Collection[str], most: int
) -> Sequence[str]:
    """Let go what came to its end before an instant, with its trail, save for those `kept`; at most
    so many at a time, by id."""
    at = func.coalesce(ChangeRow.applied_at, ChangeRow.decided_at, ChangeRow.expires_at)
    gone = await session.scalars(
        select(ChangeRow.id)
        .where(at < before, ChangeRow.status.not_in(_UNDECIDED), ChangeRow.id.not_in(kept))
        .order_by(ChangeRow.number)
        .limit(most)
    )
    ids = gone.all()
    for statement in (
        delete(AuditRow).where(AuditRow.change_id.in_(ids)),
        delete(ChangeRow).where(ChangeRow.id.in_(ids)),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
    return ids


async def _rename(session: AsyncSession, leaving: Leaving) -> None:
    """Put the stand-in into what others' changes hold of events."""
    last: int | None = 0
    while last is not None:
        last = await _rename_after(session, last, leaving)


async def _rename_after(session: AsyncSession, number: int, leaving: Leaving) -> int | None:
    """The same for some changes after one; the last of them."""
    rows = await session.execute(
        select(ChangeRow.number, ChangeRow.drawn, ChangeRow.writes)
        .where(ChangeRow.number > number)
        .order_by(ChangeRow.number)
        .limit(_AT_ONCE)
    )
    last = None
    for last, drawn, writes in rows.all():
        if _may_name(drawn, leaving) or _may_name(writes, leaving):
            told = {"drawn": _renamed(drawn, leaving), "writes": _renamed(writes, leaving)}
            await session.execute(
                update(ChangeRow)
                .where(ChangeRow.number == last)
                .values(**told)
                .execution_options(synchronize_session=False)
            )
    return last


def _may_name(text: str, leaving: Leaving) -> bool:
    # A fold of iCalendar (RFC 5545 §3.1) may stand inside of an address.
    plain = text.replace("\\r\\n ", "").lower()
    return any(one.removeprefix("mailto:") in plain for one in leaving.known_as)


def _renamed(text: str, leaving: Leaving) -> str:
    return json.dumps(_in_value(json.loads(text), leaving), ensure_ascii=False)


def _in_value(value: Any, leaving: Leaving) -> Any:
    match value:
        case list():
            return [_in_value(one, leaving) for one in value]
        case {"address": str() as address} if address.lower() in leaving.known_as:
            who = {"address": leaving.stand_in.address, "name": leaving.stand_in.name}
            return {**value, **who}
        case dict():
            return {key: _in_value(one, leaving) for key, one in value.items()}
        case str() if value.startswith(_TEXT):
            return _in_text(value, leaving)
        case str() if value.lower() in leaving.known_as:
            return leaving.stand_in.address
        case str() if value in leaving.names:
            return leaving.stand_in.name
        case _:
            return value


def _in_text(ics: str, leaving: Leaving) -> str:
    # Late: it needs the iCalendar libraries, which nobody waits for before the first prompt.
    from calendar_core.ics.former import without_person

    try:
        return without_person(ics, leaving.known_as, leaving.stand_in)
    except BadCalendarData:
        return ics
