"""Making one resource at Google as a change has it: requests that can be repeated, each conditional
on the version that was looked at.

The plan's texts say what shall be; only fields in which they differ are sent, and of a series its
master first, then its occurrences as they then stand. Which changes may be made is `writer`.
https://developers.google.com/workspace/calendar/api/guides/recurringevents
"""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b

from calendar_core.errors import BadCalendarData, ChangedMeanwhile, NotAllowed, NotFound
from calendar_core.events import RecurrenceId
from calendar_core.ics.lines import calendar
from calendar_core.providers.google.bodies import asking_for_video, is_pending, new_body, patch_body
from calendar_core.providers.google.collection import Collection
from calendar_core.providers.google.fields import NOTHING, Fields, Said, exdate_lines, said_by
from calendar_core.providers.google.ids import id_for
from calendar_core.providers.google.mapping import Json, Place, event_block
from calendar_core.providers.google.refusals import MEANWHILE, Malformed, Taken, Unanswered
from calendar_core.providers.google.series import Series, cancelled_in
from calendar_core.providers.google.states import (
    TIMES,
    alike,
    differing,
    has_moved,
    is_between,
    is_done,
    with_video_made,
)

_LOOKS = 4
"""How often a video link that is being made is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What one resource shall become."""

    change: str
    """The change's id."""
    uid: str
    id: str
    """At Google, where the version tells it."""
    before: str | None
    after: str | None
    quiet: bool

    @property
    def wants_video(self) -> bool:
        """Whether Google is to make a video link, whose address nobody knows before."""
        return self.after is not None and "X-CONVENE-VIDEO:WANTED" in self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What stands at Google."""

    series: Series
    place: Place
    standing: Json | None
    """What stands under the id, deleted or not."""
    said: Said


async def look(collection: Collection, aim: Aim) -> Look:
    """Read all of a resource. Occurrences that the change knows as cancelled count as such, unless
    they live: Google need not tell of them. Raises as `Google.ask`."""
    series, place, standing = await collection.series(aim.id, aim.uid)
    series = series.with_cancelled(cancelled_in(aim.before or ""))
    said = NOTHING
    if not series.is_gone:
        try:
            said = said_by(series.resource(place).ics, place.zone)
        except BadCalendarData as err:
            raise NotAllowed("What stands at Google can't be read.") from err
    if aim.wants_video:
        made = {
            rid: with_video_made(one, series.changed.get(rid, {}))
            for rid, one in said.changed.items()
        }
        master = said.master and with_video_made(said.master, series.master or {})
        said = replace(said, master=master, changed=made)
    return Look(series=series, place=place, standing=standing, said=said)


class Maker:
    """Makes one resource."""

    def __init__(self, collection: Collection, aim: Aim, zone_of: Place) -> None:
        self._collection = collection
        self._aim = aim
        self._before = said_by(aim.before, zone_of.zone)
        self._after = said_by(aim.after, zone_of.zone)
        invited = self._before.has_guests or self._after.has_guests
        self._mails = "all" if invited and not aim.quiet else "none"

    def is_done(self, now: Look) -> bool:
        """Whether it stands there already."""
        if self._aim.after is None:
            return now.series.is_gone
        return is_done(now.said, self._before, self._after) and not self._lacks_video(now)

    def is_between(self, now: Look) -> bool:
        """Whether a part of it stands there already."""
        return is_between(now.said, self._before, self._after)

    async def make(self, now: Look) -> None:
        """Have it stand there.

        Raises ChangedMeanwhile, NotAllowed, NotFound, SignInNeeded; TryLater: a repeat goes on.
        """
        if self._aim.after is None:
            await self._remove(now)
            return
        if self._after.master is None:
            await self._occurrences(now, now)
            return
        if now.series.master is None:
            if now.series.changed:
                raise ChangedMeanwhile(MEANWHILE)
            await self._put(now)
            then = await self._again() if self._after.changed else now
        else:
            moved = await self._patch_master(now, now.series.master, self._after.master)
            then = await self._again() if moved and self._has_occurrences(now) else now
        if self._has_occurrences(then):
            await self._occurrences(then, now)

    async def read_back(self) -> Look:
        """What Google holds now; a video link that is being made is waited for, a little."""
        now = await self._again()
        for _ in range(_LOOKS):
            if now.series.master is None or not is_pending(now.series.master):
                break
            await asyncio.sleep(self._collection.pause)
            now = await self._again()
        again = self._before.skipped - self._after.skipped
        known = [rid for rid in self._after.skipped - again if rid not in now.said.skipped]
        told = {rid: one for rid, one in now.series.cancelled.items() if one or rid not in again}
        series = replace(now.series, cancelled=told).with_cancelled(known)
        return replace(now, series=series)

    async def _again(self) -> Look:
        return await look(self._collection, self._aim)

    def _has_occurrences(self, now: Look) -> bool:
        sides = (self._before, self._after, now.said)
        return any(one.changed for one in sides) or self._before.skipped != self._after.skipped

    def _lacks_video(self, now: Look) -> bool:
        wanted = self._after.wants_video and not self._before.wants_video
        return wanted and not (now.series.master or {}).get("conferenceData")

    async def _remove(self, now: Look) -> None:
        """Let all of it go."""
        parts = [now.series.master] if now.series.master else list(now.series.changed.values())
        for one in parts:
            try:
                await self._collection.delete(one["id"], self._mails, _etag(one))
            except (Unanswered, ChangedMeanwhile):
                left = await self._collection.get(one["id"])
                if left is not None and left.get("status") != "cancelled":
                    raise

    async def _put(self, now: Look) -> None:
        """A new event, or one that was deleted: its id stays taken."""
        wanted = self._after.master
        assert wanted is not None
        body = new_body(wanted, exdate_lines(self._after.skipped, wanted["start"]))
        if self._after.wants_video:
            body |= asking_for_video(self._request_id)
        if now.standing is not None and await self._revived(now.standing, body, now.place):
            return
        try:
            await self._collection.insert({**body, "id": id_for(self._aim.uid)}, self._mails)
        except (Unanswered, Taken) as err:
            then = await self._again()
            if self.is_done(then) or self.is_between(then):
                return
            if isinstance(err, Unanswered) or not then.series.is_gone:
                raise
            # Deleted before, whether or not Google tells of it: the id is that UID's alone.
            tombstone = then.standing or {"id": id_for(self._aim.uid)}
            if not await self._revived(tombstone, body, now.place):
                raise

    async def _revived(self, tombstone: Json, body: Json, place: Place) -> bool:
        """Have a deleted event live again, as it shall be; whether Google lets us."""
        wanted = self._after.master
        assert wanted is not None
        names, full = {"summary", "start"}, {"summary": "", "description": "", **body}
        with contextlib.suppress(BadCalendarData):
            # It may still be told in full: then nothing of it stays that was not wanted.
            was = _said_of(tombstone, self._aim.uid, place)
            names = differing(was, wanted)
            full = patch_body(tombstone, names, was, wanted)
            full["recurrence"] = body.get("recurrence")
            full |= {"conferenceData": body["conferenceData"]} if self._after.wants_video else {}
        try:
            await self._sent(tombstone, {**full, "status": wanted["status"]}, wanted, names)
        except (Malformed, NotFound):
            if tombstone["id"] == id_for(self._aim.uid):
                raise
            return False
        return True

    async def _patch_master(self, now: Look, item: Json, wanted: Fields) -> bool:
        """Write what differs; whether anything did."""
        said = now.said.master
        assert said is not None
        base = self._before.master or said
        names = differing(base, wanted) & differing(said, wanted)
        body = patch_body(item, names, base, wanted)
        if wanted["recurrence"] and (names & TIMES or self._unskips(now)):
            lines = exdate_lines(self._after.skipped, wanted["start"])
            body["recurrence"] = [*wanted["recurrence"], *lines]
        elif "recurrence" in names:
            body["recurrence"] = None
        if self._lacks_video(now):
            body |= asking_for_video(self._request_id)
        if body:
            await self._sent(item, body, wanted, names)
        return bool(body)

    def _unskips(self, now: Look) -> bool:
        """Whether a start happens again that the series itself skips."""
        again = self._before.skipped - self._after.skipped
        return bool((again & now.said.skipped) - now.series.cancelled.keys())

    async def _occurrences(self, now: Look, first: Look) -> None:
        """Bring changed, skipped and plain occurrences to where they shall be. `first` is what
        stood before the series was written: Google may have carried its change on to them."""
        for rid, wanted in sorted(self._after.changed.items()):
            await self._change(rid, wanted, now, first)
        unwanted = now.said.changed.keys() - self._after.changed.keys() - self._after.skipped
        for rid in sorted(unwanted):
            await self._reset(rid, now)
        for rid in sorted(self._after.skipped - now.said.skipped):
            item = now.series.changed.get(rid) or await self._occurrence(rid, now)
            if item is not None and item.get("status") != "cancelled":
                await self._gone(item, self._mails)
        if has_moved(self._before, self._after):
            # What was cancelled is at starts that the series no longer has.
            return
        again = (self._before.skipped & now.series.cancelled.keys()) - self._after.skipped
        for rid in sorted(again - self._after.changed.keys()):
            item = await self._cancelled(rid, now)
            if item is not None:
                await self._sent(item, {"status": "confirmed"}, {}, set())

    async def _change(self, rid: RecurrenceId, wanted: Fields, now: Look, first: Look) -> None:
        item, said = now.series.changed.get(rid), now.said.changed.get(rid)
        planned = differing(self._before.changed.get(rid), wanted)
        if item is None:
            item = await self._cancelled(rid, now) or await self._occurrence(rid, now)
            if item is None:
                raise ChangedMeanwhile(MEANWHILE)
            said = _fields_of(item, now)
        assert said is not None
        was = first.said.changed.get(rid)
        carried = set() if was is None else differing(was, said)
        if was is None:
            # It follows its series so far.
            planned = set(wanted)
        names = (planned | carried) & differing(said, wanted)
        base = self._before.changed.get(rid) or said
        body = patch_body(item, names, {**base, "attendees": said["attendees"]}, wanted)
        if item.get("status") == "cancelled":
            body["status"] = wanted["status"]
        if body:
            await self._sent(item, body, wanted, names)

    async def _reset(self, rid: RecurrenceId, now: Look) -> None:
        """An occurrence that is to be as its series is again, or that no longer belongs to it."""
        item, said, series = now.series.changed[rid], now.said.changed[rid], self._after.master
        before = self._before.master
        moved = series is None or before is None or series["recurrence"] != before["recurrence"]
        if series is None or moved or series["start"] != (before or {})["start"]:
            await self._gone(item, "none")
            return
        plain = _plain(item, now, series)
        names = differing(said, plain)
        await self._sent(item, patch_body(item, names, said, plain), plain, names)

    async def _cancelled(self, rid: RecurrenceId, now: Look) -> Json | None:
        """A cancelled occurrence, to be brought back."""
        known = now.series.cancelled.get(rid)
        if known is None:
            return None
        found = await self._collection.get(known["id"]) if known.get("id") else None
        return found or await self._occurrence(rid, now)

    async def _occurrence(self, rid: RecurrenceId, now: Look) -> Json | None:
        return await self._collection.occurrence(now.series.id, rid)

    async def _gone(self, item: Json, mails: str) -> None:
        try:
            await self._collection.delete(item["id"], mails, _etag(item))
        except (Unanswered, ChangedMeanwhile):
            left = await self._collection.get(item["id"])
            if left is not None and left.get("status") != "cancelled":
                raise

    async def _sent(self, item: Json, body: Json, wanted: Fields, names: Iterable[str]) -> None:
        """A patch; one whose answer was lost is looked for."""
        try:
            await self._collection.patch(item["id"], body, self._mails, _etag(item))
        except (Unanswered, ChangedMeanwhile) as err:
            left = await self._collection.get(item["id"])
            if left is None or left.get("status") == "cancelled" or _etag(left) == _etag(item):
                raise
            place = await self._collection.place()
            said = _said_of(left, self._aim.uid, place)
            if self._aim.wants_video:
                said = with_video_made(said, left)
            if not all(alike(name, said[name], wanted[name]) for name in names):
                raise ChangedMeanwhile(MEANWHILE) from err

    @property
    def _request_id(self) -> str:
        told = f"{self._aim.change}\n{self._aim.uid}"
        return blake2b(told.encode(), digest_size=16).hexdigest()


def _etag(item: Json) -> str:
    """A version to be conditional on; a weak one is none (RFC 9110 §13.1.1)."""
    etag = str(item.get("etag") or "")
    return "" if etag.startswith("W/") else etag


def _fields_of(item: Json, now: Look) -> Fields:
    return _said_of(item, now.series.uid, now.place)


def _said_of(item: Json, uid: str, place: Place) -> Fields:
    """One event of Google's as fields, alone."""
    block = event_block({**item, "status": item.get("status")}, uid, place)
    said = said_by(calendar([block]).text(), place.zone).master
    assert said is not None
    return said


def _plain(item: Json, now: Look, series: Fields) -> Fields:
    """An occurrence as its series has it: its master's fields at its own original start."""
    original = item.get("originalStartTime")
    master = now.series.master or {}
    start, end = master.get("start") or {}, master.get("end") or {}
    made = {**master, "start": original, "end": _end(start, end, original or {})}
    made.pop("recurrence", None)
    return {**series, **{n: _fields_of(made, now)[n] for n in ("start", "end")}, "recurrence": ()}


def _end(start: Json, end: Json, original: Json) -> Json:
    """When an occurrence ends that begins at its original start."""
    if "date" in original:
        days = date.fromisoformat(end["date"]) - date.fromisoformat(start["date"])
        return {"date": (date.fromisoformat(original["date"]) + days).isoformat()}
    length = datetime.fromisoformat(end["dateTime"]) - datetime.fromisoformat(start["dateTime"])
    at = datetime.fromisoformat(original["dateTime"]) + length
    zone = original.get("timeZone") or start.get("timeZone")
    return {"dateTime": at.isoformat(), **({"timeZone": zone} if zone else {})}
