"""What of ours is written to a mailbox, through the writer."""

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Any

from calendar_core.changes.change import Write
from calendar_core.changes.writer import Written
from calendar_core.events import Answer, Guest, RecurrenceId, Resource, Scope
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import Edited, amend
from tests.calendar_core.house import an_event, at, weekly
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.contracts.calendar_provider import confirmed, read_since
from tests.servers.graph.records import Record

NOW = at("07:00")
BO = Guest(address="mailto:bo@example.org", name="Bo")
HOST = Guest(address="mailto:me@contoso.example", name="Me", answer=Answer.ACCEPTED)
WEEK = timedelta(days=7)


async def mirrored(stand: Stand) -> Resource:
    """The one event of the calendar, as a sync brings it."""
    (found,) = (await read_since(stand.provider, None)).changed.values()
    return found


def writes(stand: Stand, edited: Iterable[Edited], standing: Resource | None) -> list[Write]:
    return [
        Write(
            calendar_id=stand.calendar.id,
            uid=one.uid,
            before=one.before,
            after=one.after,
            etag=standing.etag if standing is not None and one.before is not None else "",
        )
        for one in edited
    ]


async def edit(
    stand: Stand,
    patch: Patch,
    rid: RecurrenceId = RecurrenceId(""),  # noqa: B008 - an empty one
    scope: Scope = Scope.ALL,
    id: str = "edit",
) -> tuple[Written, ...]:
    standing = await mirrored(stand)
    edited = amend(standing, scope, rid, patch, at=NOW)
    return await stand.writer.apply(confirmed(*writes(stand, edited, standing), id=id))


async def create(stand: Stand, **fields: Any) -> Record:
    """An event of ours."""
    made = new_resource(an_event(**fields), at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write, id=f"make {made.uid}"))
    return last(stand)


async def create_series(stand: Stand, rule: str = "FREQ=WEEKLY;BYDAY=MO", **more: Any) -> Record:
    made = new_resource(weekly(rule=rule, **more), at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write, id="make series"))
    return last(stand)


def last(stand: Stand) -> Record:
    return list(stand.server.box.records.values())[-1]


def rid(day: date, clock: str = "09:00") -> RecurrenceId:
    return RecurrenceId(at(clock, day).astimezone(UTC).isoformat())


def asked(stand: Stand, method: str) -> list[str]:
    return [one for one in stand.server.asked if one.startswith(method)]
