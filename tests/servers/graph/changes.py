"""Delta queries over a calendar view: windows fixed in tokens, pages, `@removed` and its noise."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5
from typing import Any

from tests.servers.graph.records import Box, Record, Refusal
from tests.servers.graph.shapes import Wishes, brief, etag_of, id_of, told
from tests.servers.graph.store import Store

Json = dict[str, Any]
Key = tuple[int, str]


@dataclass
class Round:
    """What a token stands for: a window, and what a client was told of it."""

    box: str
    calendar: str
    since: datetime
    until: datetime
    seen: dict[Key, str] = field(default_factory=dict)
    """Versions of what was in view."""
    at: int = 0
    """The count of changes then."""
    pending: list[Json] | None = None
    """The rest of a round that is being told."""
    immutable: bool = False


class Changes:
    """Keeps the state of all delta queries."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rounds: dict[str, Round] = {}
        self.repeats_items = False
        """Whether something comes twice in a round."""
        self.empty_pages = False
        """Whether rounds begin with a page of nothing."""

    def forget(self) -> None:
        """Let no token be known any more."""
        self._rounds.clear()

    def begin(self, box: Box, calendar: str, since: datetime, until: datetime) -> Round:
        return Round(box.mail, calendar, since, until)

    def known(self, token: str, box: Box) -> Round:
        found = self._rounds.get(token)
        if found is None or found.box != box.mail:
            raise Refusal(410, "SyncStateNotFound", "The sync state generation is not found.")
        return found

    def page(self, round_: Round, box: Box, wishes: Wishes) -> tuple[list[Json], str, bool]:
        """Items, the next token, and whether that is the last of the round."""
        if round_.pending is None:
            round_ = self._started(round_, box, wishes)
            if self.empty_pages and round_.pending:
                return [], self._keep(round_), False
        pending = round_.pending or []
        items, rest = pending[: wishes.size], pending[wishes.size :]
        following = Round(**{**round_.__dict__, "pending": rest or None})
        return items, self._keep(following), not rest

    def _keep(self, round_: Round) -> str:
        # The same state has the same token, so that two readings can be compared.
        token = md5(repr(round_).encode(), usedforsecurity=False).hexdigest()
        self._rounds[token] = round_
        return token

    def _started(self, round_: Round, box: Box, wishes: Wishes) -> Round:
        """A new round: what differs from what the client was told last."""
        now: dict[Key, str] = {}
        items: list[Json] = []
        for record in box.records.values():
            if record.calendar != round_.calendar:
                continue
            days = record.happening(round_.since, round_.until)
            for day in days:
                key = (record.number, "" if day is None else day.isoformat())
                now[key] = _mark(record, day)
                if round_.seen.get(key) != now[key]:
                    is_whole = day is None or day in record.exceptions
                    assert day is not None or is_whole
                    tell = told if day is None or is_whole else brief
                    items.append(tell(record, day, wishes))  # type: ignore[arg-type]
            if not days and record.version > round_.at and round_.at:
                items.append(_removed(id_of(record, None, wishes)))
        items += [
            _removed(self._id_of(round_, key, box, wishes)) for key in round_.seen if key not in now
        ]
        for number, (calendar, version) in self._store.gone.items():
            outside = calendar == round_.calendar and version > round_.at and round_.at
            if outside and not any(one == number for one, _ in round_.seen):
                items.append(_removed(_bare_id(number, wishes)))
        if self.repeats_items and items:
            items.append(items[0])
        return Round(
            round_.box, round_.calendar, round_.since, round_.until, now, self._store.changes, items
        )

    def _id_of(self, round_: Round, key: Key, box: Box, wishes: Wishes) -> str:
        number, day = key
        return _bare_id(number, wishes, day.replace("-", ""))


def _mark(record: Record, day: Any) -> str:
    """The version of what is shown; deleting one occurrence shows on none of the others."""
    start, end = record.span(day)
    return f"{etag_of(record, day)} {start} {end}"


def _removed(id_: str) -> Json:
    return {
        "@odata.type": "#microsoft.graph.event",
        "id": id_,
        "@removed": {"reason": "deleted"},
    }


def _bare_id(number: int, wishes: Wishes, day: str = "") -> str:
    blank = Record(
        number=number, owner="", calendar="", fields={}, body="", start=_ANY, end=_ANY, zone="UTC",
        all_day=False, recurrence=None, ical_uid="", transaction=None, properties={}, organizer="",
    )  # fmt: skip
    when = datetime.strptime(day, "%Y%m%d").date() if day else None  # noqa: DTZ007
    return id_of(blank, when, wishes)


_ANY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
