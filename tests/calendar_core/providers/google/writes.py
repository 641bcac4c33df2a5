"""Writes as the desk plans them, made at a small Google."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from calendar_core.changes.change import Write
from calendar_core.changes.writer import Written
from calendar_core.events import (
    Event,
    Guest,
    RecurrenceId,
    Resource,
    Scope,
)
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import amend, remove
from tests.calendar_core.house import at
from tests.calendar_core.providers.google.stand import Stand
from tests.contracts.calendar_provider import confirmed, read_since

ANA, BO = Guest(address="mailto:ana@example.org", name="Ana"), Guest(address="mailto:bo@x.org")


NOW = at("08:00")


SECOND = RecurrenceId("2026-03-16T08:00:00+00:00")


THIRD = RecurrenceId("2026-03-23T08:00:00+00:00")


async def created(stand: Stand, event: Event) -> Resource:
    """An event that stands at Google, as it was read back."""
    made = new_resource(event, at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    return await written(stand, write)


async def written(stand: Stand, *writes: Write, id: str = "change") -> Resource:
    first: Written = (await stand.writer.apply(confirmed(*writes, id=id)))[0]
    assert first.resource is not None
    return first.resource


def edits(
    stand: Stand, resource: Resource, patch: Patch, scope: Scope = Scope.ALL, rid: str = ""
) -> list[Write]:
    """What the desk plans for a patch."""
    made = amend(resource, scope, RecurrenceId(rid), patch, at=NOW)
    return [_write(stand, resource, one.uid, one.before, one.after) for one in made]


def removal(stand: Stand, resource: Resource, scope: Scope, rid: str) -> list[Write]:
    made = remove(resource, scope, RecurrenceId(rid), at=NOW)
    return [_write(stand, resource, one.uid, one.before, one.after) for one in made]


def _write(
    stand: Stand, resource: Resource, uid: str, before: str | None, after: str | None
) -> Write:
    etag = resource.etag if uid == resource.uid and before is not None else ""
    return Write(calendar_id=stand.calendar.id, uid=uid, before=before, after=after, etag=etag)


def taken_back(write: Write, now: Resource | None) -> Write:
    """The inverse, as the desk draws it up."""
    return replace(
        write,
        before=now.ics if now else None,
        after=write.before,
        etag=now.etag if now else "",
    )


def bodies(stand: Stand, method: str) -> list[dict[str, Any]]:
    return [one for one in stand.server.queries if one["method"] == method]


async def starts(stand: Stand) -> list[str]:
    """Titles and starts of what stands there, the occurrences of March 2026."""
    from calendar_core.recurrence import expand

    found = await read_since(stand.provider, None)
    told = []
    for one in found.changed.values():
        for seen in expand(one, at("00:00"), at("00:00") + timedelta(days=23)):
            assert not hasattr(seen.when, "first")
            told.append(
                f"{seen.when.start.astimezone(at('08:00').tzinfo):%d %H:%M} {seen.event.title}"
            )
    return sorted(told)
