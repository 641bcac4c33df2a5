"""What a feed lists now: its events, each with a version of our own, for feeds tell none.

Servers put the moment of asking into DTSTAMP; without it, the same events have the same version.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from calendar_core.errors import BadCalendarData, NotFound, TryLater
from calendar_core.events import Resource
from calendar_core.ics.problems import Problem
from calendar_core.ics.splitting import SplitFile, split
from calendar_core.ics.taking import resources

_ASKED_AT = re.compile(r"^DTSTAMP[;:].*\n(?:[ \t].*\n)*", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All that a feed holds."""

    name: str
    """What it calls itself (X-WR-CALNAME); empty where it does not."""
    versions: Mapping[str, str]
    """Of each event, by UID."""
    digest: str
    """Of all versions."""
    file: SplitFile

    def resources(self, uids: Iterable[str]) -> Iterator[Resource]:
        """Some of its events as the mirror keeps them. One that can't be read comes as it is, so
        that it is counted there, and is not taken for gone."""
        wanted = {uid: self.file.components[uid] for uid in uids}
        part = replace(self.file, components=wanted, problems=())
        for one in resources(part, zone=None):
            if isinstance(one, Resource):
                yield replace(one, etag=self.versions[one.uid])
            elif one.lost:
                yield self._as_it_is(one)

    def _as_it_is(self, problem: Problem) -> Resource:
        text = "".join(self.file.components[problem.uid])
        return Resource(uid=problem.uid, ics=text, etag=self.versions[problem.uid])


def listed(body: bytes) -> Listing:
    """A feed, read. Raises NotFound for what is no calendar, TryLater for one that breaks off."""
    try:
        file = split(body)
    except BadCalendarData as err:
        raise NotFound("What that address answers is no calendar.") from err
    if any("breaks off" in one.reason for one in file.problems):
        raise TryLater("The feed's server broke off its answer.")
    common = _digest([file.default_zone, str(file.is_cancellation), *file.timezones.values()])
    versions = {
        uid: _digest([common, *sorted(_ASKED_AT.sub("", one) for one in blocks)])
        for uid, blocks in file.components.items()
    }
    whole = _digest(f"{uid}\0{version}" for uid, version in sorted(versions.items()))
    return Listing(name=file.calendar_name, versions=versions, digest=whole, file=file)


def _digest(parts: Iterable[str]) -> str:
    made = blake2b(digest_size=16)
    for part in parts:
        made.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return made.hexdigest()
