"""Changes at rest: kept, found, and moved from status to status by conditional updates. Only `desk`
uses it.

Each function works inside the unit of work of one step; whoever loses a race sees that nothing was
updated.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.changes.audit import AuditEntry, note
from calendar_core.changes.change import (
    Amend,
    ChangeId,
    ChangeStatus,
    Create,
    PendingChange,
    Remove,
    Reply,
)
from calendar_core.changes.paper import (
    Version,
    from_row,
    texts_of,
    to_row,
    versions_from,
    versions_to,
)
from calendar_core.changes.tables import AuditRow, ChangeRow
from calendar_core.errors import NotFound
from calendar_core.events import CalendarId
from calendar_core.people import PersonId

OPEN = (ChangeStatus.ASKED, ChangeStatus.PROPOSED)
MOST_OPEN = 100
"""So many changes are looked at in one go."""
_WORDS = {
    Create: "create",
    Amend: "edit",
    Remove: "delete",
    Reply: "answer",
}


async def keep(session: AsyncSession, change: PendingChange, by: PersonId) -> None:
    """A new change."""
    session.add(to_row(change))
    await session.flush()
    record(session, change, change.status, by, change.proposed_at, change.detail)


def record(
    session: AsyncSession,
    change: PendingChange,
    outcome: ChangeStatus,
    by: PersonId | None,
    at: datetime,
    detail: str = "",
) -> None:
    """A line of the trail."""
    note(
        session,
        AuditEntry(
            change=change.id,
            owner=change.owner,
            by=by,
            at=at,
            what=told(change),
            outcome=outcome,
            detail=detail,
        ),
    )


def told(change: PendingChange) -> str:
    """A change in a few words."""
    word = "undo" if change.undoes else "import"
    if change.edits and not change.undoes:
        word = _WORDS[type(change.edits[0])]
    seen = next((one.after or one.before for one in change.glimpses), None)
    title = f' "{seen.title}"' if seen is not None else ""
    more = f" and {change.count - 1} more" if change.count > 1 else ""
    by = next((f", by {one.text}" for one in change.remarks if one.kind == "assistant"), "")
    return f"{word}{title}{more}{by}"


async def find(session: AsyncSession, change_id: ChangeId) -> PendingChange:
    """A change by id. Raises NotFound."""
    row = await session.scalar(
        select(ChangeRow).where(ChangeRow.id == change_id).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("I don't know that change any more.")
    return from_row(row)


async def latest(
    session: AsyncSession,
    owner: PersonId,
    *conditions: Any,
    place: str | None = None,
    statuses: Collection[ChangeStatus] | None = None,
    limit: int | None = None,
) -> tuple[PendingChange, ...]:
    """Somebody's changes, newest first."""
    wanted: Select[Any] = select(ChangeRow).where(ChangeRow.owner == owner, *conditions)
    if place is not None:
        wanted = wanted.where(ChangeRow.place == place)
    if statuses is not None:
        wanted = wanted.where(ChangeRow.status.in_(statuses))
    wanted = wanted.order_by(ChangeRow.number.desc()).limit(limit)
    return tuple(from_row(row) for row in await session.scalars(wanted))


def open_of(
    connection: Connection, owner: PersonId, place: str | None, now: datetime
) -> tuple[PendingChange, ...]:
    """What somebody may still decide, newest first."""
    asked = {"owner": owner, "place": place, "now": now}
    rows = connection.execute(_OPEN_OF if place is None else _OPEN_IN, asked)
    return tuple(from_row(row) for row in rows)


# Every message asks it: built once, for building a statement costs more than running it.
_OPEN_OF = (
    select(ChangeRow)
    .where(
        ChangeRow.owner == bindparam("owner"),
        ChangeRow.expires_at > bindparam("now"),
        ChangeRow.status.in_(OPEN),
    )
    .order_by(ChangeRow.number.desc())
    .limit(MOST_OPEN)
)
_OPEN_IN = _OPEN_OF.where(ChangeRow.place == bindparam("place"))


async def replaced_by(session: AsyncSession, newer: PendingChange) -> tuple[PendingChange, ...]:
    """The changes that a newer one took the place of."""
    wanted = ChangeRow.superseded_by == newer.id
    return await latest(session, newer.owner, wanted, statuses={ChangeStatus.SUPERSEDED})


async def written_between(session: AsyncSession, late: PendingChange) -> PendingChange | None:
    """The newest change of the same owner that was written since a late one was drawn up, where
    that one would have written.

    The trail tells the order: two steps may stand at the same instant.
    """
    spots = {(write.calendar_id, write.uid) for write in late.writes}
    drawn_up = select(func.min(AuditRow.id)).where(AuditRow.change_id == late.id).scalar_subquery()
    written = select(AuditRow.change_id).where(
        AuditRow.owner == late.owner,
        AuditRow.outcome == ChangeStatus.APPLIED,
        AuditRow.id > drawn_up,
    )
    since = ChangeRow.id.in_(written)
    for change in await latest(
        session, late.owner, since, statuses={ChangeStatus.APPLIED}, limit=MOST_OPEN
    ):
        if spots & {(write.calendar_id, write.uid) for write in change.writes}:
            return change
    return None


async def all_in(session: AsyncSession, status: ChangeStatus) -> tuple[PendingChange, ...]:
    """Everybody's changes of a status, oldest first: for the house's own work after a crash."""
    rows = await session.scalars(
        select(ChangeRow).where(ChangeRow.status == status).order_by(ChangeRow.number)
    )
    return tuple(from_row(row) for row in rows)


async def overdue(session: AsyncSession, now: datetime) -> tuple[PendingChange, ...]:
    """Open changes that waited too long."""
    rows = await session.scalars(
        select(ChangeRow).where(ChangeRow.status.in_(OPEN), ChangeRow.expires_at <= now)
    )
    return tuple(from_row(row) for row in rows)


async def move(
    session: AsyncSession,
    change_id: ChangeId,
    was: Collection[ChangeStatus],
    to: ChangeStatus,
    *conditions: Any,
    **values: Any,
) -> bool:
    """Change a status if it is still one of these; whether this was the one who did."""
    done = await session.execute(
        update(ChangeRow)
        .where(ChangeRow.id == change_id, ChangeRow.status.in_(was), *conditions)
        .values(status=to, **values)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


async def redraw(session: AsyncSession, change: PendingChange) -> bool:
    """Keep a confirmed change as it was drawn up again; False when it is confirmed no more."""
    return await move(
        session, change.id, {ChangeStatus.CONFIRMED}, ChangeStatus.CONFIRMED, **texts_of(change)
    )


async def claim_undo(session: AsyncSession, change_id: ChangeId, by: ChangeId) -> bool:
    """Let one undoing have a change; whether it is this one."""
    done = await session.execute(
        update(ChangeRow)
        .where(
            ChangeRow.id == change_id,
            ChangeRow.status == ChangeStatus.APPLIED,
            ChangeRow.undone_by.is_(None),
        )
        .values(undone_by=by)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


async def release_undo(session: AsyncSession, change_id: ChangeId) -> None:
    """The undoing came to nothing; another may try."""
    await session.execute(update(ChangeRow).where(ChangeRow.id == change_id).values(undone_by=None))


async def keep_versions(
    session: AsyncSession, change_id: ChangeId, versions: tuple[Version, ...]
) -> None:
    """Remember which etags the writes got."""
    await session.execute(
        update(ChangeRow).where(ChangeRow.id == change_id).values(written=versions_to(versions))
    )


async def versions_of(
    session: AsyncSession, change_id: ChangeId
) -> dict[tuple[CalendarId, str], str]:
    """The etags that the writes of a change got."""
    written = await session.scalar(select(ChangeRow.written).where(ChangeRow.id == change_id))
    return {
        (CalendarId(one.calendar_id), one.uid): one.etag for one in versions_from(written or "[]")
    }


async def hand_over(session: AsyncSession, giver: PersonId, taker: PersonId) -> None:
    """Let all changes of somebody, and their trail, be another's."""
    for table, columns in (
        (ChangeRow, (ChangeRow.owner, ChangeRow.decided_by)),
        (AuditRow, (AuditRow.owner, AuditRow.by)),
    ):
        for column in columns:
            await session.execute(update(table).where(column == giver).values({column.key: taker}))


async def open_about(session: AsyncSession, owner: PersonId) -> str:
    """What somebody's changes that may still be written are about, as one text to look in."""
    rows = await session.scalars(
        select(ChangeRow.drawn).where(
            ChangeRow.owner == owner,
            ChangeRow.status.in_((*OPEN, ChangeStatus.CONFIRMED, ChangeStatus.STALE)),
        )
    )
    return "\n".join(rows)
