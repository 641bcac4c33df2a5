"""Changes as rows: JSON on the way in, frozen values on the way out. Only `ledger` uses it;
exact both ways."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from calendar_core.changes.change import (
    Amend,
    Bring,
    ChangeId,
    ChangeStatus,
    Create,
    Edit,
    Glimpse,
    Meanwhile,
    PendingChange,
    Remark,
    Remove,
    Reply,
    Write,
)
from calendar_core.changes.tables import ChangeRow
from calendar_core.events import (
    Answer,
    Attendance,
    Event,
    Guest,
    Occupancy,
    Repeat,
    Resource,
    Scope,
    Status,
    Target,
    Visibility,
)
from calendar_core.patch import Patch
from calendar_core.people import PersonId
from calendar_core.when import DaySpan, TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the card shows of a change."""

    edits: tuple[Edit, ...]
    glimpses: tuple[Glimpse, ...]
    count: int
    remarks: tuple[Remark, ...]
    also: tuple[PersonId, ...]
    meanwhile: tuple[Meanwhile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The etag that a write got."""

    calendar_id: str
    uid: str
    etag: str


_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Drawn, Version, Write, Glimpse, Meanwhile, Remark, Create, Amend, Remove, Reply, Bring),
        *(Target, Patch, Event, Guest, Repeat, Resource, TimeSpan, DaySpan),
        *(Status, Answer, Attendance, Visibility, Occupancy, Scope),
    )
}
_KIND = "!"


def written_down(value: Any) -> Any:
    """A value as plain JSON that can be read back exactly: kinds by name, instants with their
    zone."""
    match value:
        case Enum():
            return {_KIND: type(value).__name__, "is": value.value}
        case None | str() | bool() | int():
            return value
        case datetime():
            return {_KIND: "at", "is": value.isoformat(), "zone": getattr(value.tzinfo, "key", "")}
        case date():
            return {_KIND: "day", "is": value.isoformat()}
        case timedelta():
            return {_KIND: "length", "is": value // timedelta(microseconds=1)}
        case tuple() | list():
            return [written_down(one) for one in value]
        case Mapping():
            return {
                _KIND: "map",
                "is": [[written_down(k), written_down(v)] for k, v in value.items()],
            }
        case _:
            # Fields that stand at their default are left out: a patch names two of twenty.
            given = {
                field.name: written_down(getattr(value, field.name))
                for field in fields(value)
                if getattr(value, field.name) != field.default
            }
            return {_KIND: type(value).__name__, **given}


def read_back(plain: Any) -> Any:
    """The value that was written down."""
    if isinstance(plain, list):
        return tuple(read_back(one) for one in plain)
    if not isinstance(plain, dict):
        return plain
    kind: str = plain[_KIND]
    said: Any = plain.get("is")
    match kind:
        case "at":
            at = datetime.fromisoformat(said)
            return at.astimezone(ZoneInfo(plain["zone"])) if plain["zone"] else at
        case "day":
            return date.fromisoformat(said)
        case "length":
            return timedelta(microseconds=said)
        case "map":
            return {read_back(key): read_back(value) for key, value in said}
        case _ if said is not None:
            return _KINDS[kind](said)
        case _:
            return _KINDS[kind](
                **{name: read_back(one) for name, one in plain.items() if name != _KIND}
            )


def _dump(value: Any) -> str:
    return json.dumps(written_down(value), ensure_ascii=False, separators=(",", ":"))


def _load(text: str) -> Any:
    return read_back(json.loads(text))


def to_row(change: PendingChange) -> ChangeRow:
    """A new row."""
    return ChangeRow(
        id=change.id,
        owner=change.owner,
        place=change.place,
        status=change.status,
        **texts_of(change),
        public=change.public,
        proposed_at=change.proposed_at,
        expires_at=change.expires_at,
        decided_at=change.decided_at,
        decided_by=change.decided_by,
        undoes=change.undoes,
        detail=change.detail,
    )


def texts_of(change: PendingChange) -> dict[str, str]:
    """The columns of a row that hold what was drawn up."""
    drawn = Drawn(
        edits=change.edits,
        glimpses=change.glimpses,
        count=change.count,
        remarks=change.remarks,
        also=change.also,
        meanwhile=change.meanwhile,
    )
    return {"drawn": _dump(drawn), "writes": _dump(change.writes)}


def from_row(row: ChangeRow | Row[Any]) -> PendingChange:
    """The value of a row."""
    drawn: Drawn = _load(row.drawn)
    return PendingChange(
        id=ChangeId(row.id),
        owner=PersonId(row.owner),
        place=row.place,
        status=ChangeStatus(row.status),
        edits=drawn.edits,
        writes=_load(row.writes),
        glimpses=drawn.glimpses,
        count=drawn.count,
        remarks=drawn.remarks,
        public=row.public,
        also=drawn.also,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        decided_by=None if row.decided_by is None else PersonId(row.decided_by),
        applied_at=row.applied_at,
        undo_until=row.undo_until,
        undoes=None if row.undoes is None else ChangeId(row.undoes),
        superseded_by=None if row.superseded_by is None else ChangeId(row.superseded_by),
        detail=row.detail,
        meanwhile=drawn.meanwhile,
    )


def versions_to(versions: tuple[Version, ...]) -> str:
    """As the row keeps them."""
    return _dump(versions)


def versions_from(text: str) -> tuple[Version, ...]:
    """As they were kept."""
    found: tuple[Version, ...] = _load(text)
    return found
