"""A series as Google holds it: a master, changed occurrences as events of their own, and cancelled
ones of which little more than their original start is told. Here they become one resource.

https://developers.google.com/workspace/calendar/api/guides/recurringevents
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from calendar_core.errors import BadCalendarData
from calendar_core.events import Event, RecurrenceId, Resource
from calendar_core.ics.lines import Block, Line, calendar
from calendar_core.ics.properties import moment_of, time_line
from calendar_core.ics.sheet import event_of
from calendar_core.ics.zoning import with_timezones
from calendar_core.providers.google.ids import key_of, uid_for
from calendar_core.providers.google.mapping import Json, Place, event_block
from calendar_core.providers.google.times import Told, told
from calendar_core.rules import every_start, original_wall
from calendar_core.wallclock import clock_of, wall

CANCELLED = "X-CANCELLED"
"""A parameter of EXDATE: Google holds that occurrence as a cancelled one of its own, and need not
tell of it each time."""
_EXDATE = re.compile(r"^EXDATE[;:][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.M | re.I)
_FOLD = re.compile(r"\r?\n[ \t]")
_UTC = ZoneInfo("UTC")
_MISSHAPEN = (AttributeError, KeyError, TypeError, ValueError)
"""What reading JSON of another shape raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """All of one event at Google: a single one, or a series with its changed occurrences."""

    id: str
    """Of the master, also where only occurrences of it are on this calendar."""
    uid: str
    master: Json | None
    changed: Mapping[RecurrenceId, Json] = field(default_factory=dict)
    """Occurrences of their own, by original start."""
    cancelled: Mapping[RecurrenceId, Json] = field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        """Whether nothing of it is left."""
        return self.master is None and not self.changed

    def resource(self, place: Place) -> Resource:
        """As the mirror keeps it. Raises BadCalendarData."""
        blocks = [] if self.master is None else [self._master(self.master, place)]
        for _, item in sorted(self.changed.items()):
            blocks.append(event_block(item, self.uid, place, of=self._original(item, place)))
        text = with_timezones(calendar(blocks)).text()
        return Resource(uid=self.uid, ics=text, etag=self.version)

    @property
    def version(self) -> str:
        """The id, and what changes with anything that is written to any part."""
        parts = [] if self.master is None else [str(self.master.get("etag"))]
        parts += [f"{rid} {one.get('etag')}" for rid, one in sorted(self.changed.items())]
        parts += [f"{rid} cancelled" for rid in sorted(self.cancelled)]
        digest = blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
        return f"{key_of(self.id)} {digest}"

    def with_cancelled(self, known: Iterable[RecurrenceId]) -> "Series":
        """With further occurrences that are known to be cancelled, unless they live again."""
        if self.master is None or not self.master.get("recurrence"):
            return self
        more: dict[RecurrenceId, Json] = {
            rid: {} for rid in known if rid not in self.changed and rid not in self.cancelled
        }
        return Series(
            id=self.id,
            uid=self.uid,
            master=self.master,
            changed=self.changed,
            cancelled={**self.cancelled, **more},
        )

    def _master(self, master: Json, place: Place) -> Block:
        start = told(master.get("start"), place.zone)
        bare = event_block(master, self.uid, place)
        if not self.cancelled:
            return bare
        event = event_of(bare)
        # Google goes on telling those that a series had before it moved; they skip nothing.
        skipped = [rid for rid in sorted(self.cancelled) if _happens(rid, event)]
        lines = [_skipped(rid, start) for rid in skipped]
        return event_block(master, self.uid, place, skipped=lines)

    def _original(self, item: Json, place: Place) -> Told:
        """In the zone of the series, or as days."""
        original = told(item.get("originalStartTime"), place.zone)
        if self.master is None or not isinstance(original.at, datetime):
            return original
        zone = told(self.master.get("start"), place.zone).zone
        return Told(original.at.astimezone(zone or original.zone), zone or original.zone)


def series_of(id_: str, items: Iterable[Json], place: Place) -> Series:
    """Put together what was read of one event; of several about the same the last counts."""
    master: Json | None = None
    uid = ""
    changed: dict[RecurrenceId, Json] = {}
    cancelled: dict[RecurrenceId, Json] = {}
    for item in items:
        if item.get("id") == id_ and not item.get("recurringEventId"):
            master = item
        elif item.get("recurringEventId") == id_:
            rid = told(item.get("originalStartTime"), place.zone).rid
            changed.pop(rid, None)
            cancelled.pop(rid, None)
            (cancelled if item.get("status") == "cancelled" else changed)[rid] = item
        uid = uid or str(item.get("iCalUID") or "")
    if master is not None and master.get("status") == "cancelled":
        master, changed, cancelled = None, {}, {}
    return Series(
        id=id_, uid=uid_for(id_, uid), master=master, changed=changed, cancelled=cancelled
    )


def cancelled_in(ics: str, *, all_: bool = False) -> list[RecurrenceId]:
    """Original starts that a stored text says are cancelled occurrences; or all that it skips, of a
    text whose lines lost their parameters."""
    found: list[RecurrenceId] = []
    for one in _EXDATE.findall(ics):
        line = Line(_FOLD.sub("", one).strip())
        if all_ or line.param(CANCELLED):
            found += _rids(line)
    return found


def _rids(line: Line) -> Iterator[RecurrenceId]:
    name = line.param("TZID")
    for said in line.value.split(","):
        try:
            if "T" not in said:
                yield RecurrenceId(date.fromisoformat(said).isoformat())
                continue
            at = datetime.fromisoformat(said)
            at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(name) if name else _UTC)
            yield RecurrenceId(at.astimezone(UTC).isoformat())
        except (ValueError, KeyError):
            continue


def _happens(rid: RecurrenceId, event: Event) -> bool:
    """Whether a series has that start, skipped or not."""
    at, clock = original_wall(event, moment_of(rid)), clock_of(event)
    for start in every_start(event, wall(at, clock)):
        if start >= at:
            return start == at
    return False


def _skipped(rid: RecurrenceId, start: Told) -> Line:
    """A cancelled occurrence, told as its series tells times."""
    if len(rid) == 10:
        line = time_line("EXDATE", date.fromisoformat(rid), None)
    elif start.zone is None:
        line = time_line("EXDATE", datetime.fromisoformat(rid).date(), None)
    else:
        line = time_line("EXDATE", datetime.fromisoformat(rid), start.zone)
    return line.with_param(CANCELLED, "TRUE")


def readable(series: Series, place: Place) -> Resource | None:
    """The resource; None where it can't be told, which nobody at Google would notice: one event
    that is not as Google documents them keeps no others from being read."""
    try:
        return series.resource(place)
    except (BadCalendarData, *_MISSHAPEN):
        return None
