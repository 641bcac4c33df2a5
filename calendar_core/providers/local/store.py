"""Resources of built-in calendars, row by row, inside a unit of work that somebody else opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.events import CalendarId, Resource
from calendar_core.providers.local.tables import LocalResourceRow

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a built-in calendar holds of one UID."""

    uid: str
    ics: str | None
    """None: nothing."""
    copy_of: CalendarId | None = None
    """The organizer's calendar, when it is a guest's copy."""

    @property
    def resource(self) -> Resource | None:
        """As the reader and the writer give it out."""
        if self.ics is None:
            return None
        return Resource(uid=self.uid, ics=self.ics, etag=etag_of(self.ics))


def etag_of(ics: str) -> str:
    """The version of a text: the same text is the same version."""
    return sha256(ics.encode()).hexdigest()[:40]


async def held(
    session: AsyncSession, calendar_id: CalendarId, uids: Sequence[str]
) -> dict[str, Held]:
    """What a calendar holds of these UIDs, also that it holds nothing."""
    found = {uid: Held(uid=uid, ics=None) for uid in uids}
    for start in range(0, len(uids), _CHUNK):
        keys = [_key(uid) for uid in uids[start : start + _CHUNK]]
        rows = await session.execute(
            select(LocalResourceRow.uid, LocalResourceRow.ics, LocalResourceRow.copy_of).where(
                LocalResourceRow.calendar_id == calendar_id, LocalResourceRow.key.in_(keys)
            )
        )
        for uid, ics, copy_of in rows:
            found[uid] = Held(uid=uid, ics=ics, copy_of=_calendar(copy_of))
    return found


async def put(session: AsyncSession, calendar_id: CalendarId, resources: Iterable[Held]) -> None:
    """Store resources, or that they are gone, as one revision of the calendar."""
    last = await session.scalar(
        select(func.max(LocalResourceRow.revision)).where(
            LocalResourceRow.calendar_id == calendar_id
        )
    )
    rows = [
        {
            "calendar_id": calendar_id,
            "key": _key(one.uid),
            "uid": one.uid,
            "etag": "" if one.ics is None else etag_of(one.ics),
            "ics": one.ics,
            "copy_of": one.copy_of,
            "revision": (last or 0) + 1,
        }
        for one in resources
    ]
    if rows:
        await session.execute(_upsert(session), rows)


async def holders(session: AsyncSession, uid: str) -> Mapping[CalendarId, Held]:
    """All built-in calendars that hold a UID, or held it once."""
    rows = await session.execute(
        select(LocalResourceRow.calendar_id, LocalResourceRow.ics, LocalResourceRow.copy_of).where(
            LocalResourceRow.key == _key(uid)
        )
    )
    return {
        CalendarId(calendar): Held(uid=uid, ics=ics, copy_of=_calendar(copy_of))
        for calendar, ics, copy_of in rows
    }


def _upsert(session: AsyncSession) -> Any:
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # The table and not the class: rows of one shape, also where a value is missing.
    statement = make(LocalResourceRow.__table__)  # type: ignore[arg-type]
    changing = ("etag", "ics", "copy_of", "revision")
    return statement.on_conflict_do_update(
        index_elements=["calendar_id", "key"],
        set_={name: statement.excluded[name] for name in changing},
    )


def _key(uid: str) -> str:
    return sha256(uid.encode()).hexdigest()


def _calendar(copy_of: str | None) -> CalendarId | None:
    return None if copy_of is None else CalendarId(copy_of)
