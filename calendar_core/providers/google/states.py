"""What stands at Google beside what a change was drawn from and what it makes: done, half done, or
somebody else's. Pure.
"""

from collections.abc import Mapping
from typing import Any

from calendar_core.events import RecurrenceId
from calendar_core.providers.google.fields import Fields, Said
from calendar_core.providers.google.mapping import VIDEO, Json, private_of, video_of

TIMES = frozenset({"start", "end", "recurrence"})
_TEXTS = frozenset({"summary", "description", "location"})


def alike(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same: Google trims texts."""
    if name in _TEXTS:
        return _bare(one) == _bare(other)
    return bool(one == other)


def differing(one: Fields | None, other: Fields) -> set[str]:
    """The fields in which two events differ; of none all."""
    if one is None:
        return set(other)
    return {name for name in other if not alike(name, one[name], other[name])}


def is_done(now: Said, before: Said, after: Said) -> bool:
    """Whether there stands what a change is to make."""
    if (now.master is None) != (after.master is None):
        return False
    if after.master is not None and differing(now.master, after.master):
        return False
    if now.changed.keys() != after.changed.keys():
        return False
    if any(differing(now.changed[rid], one) for rid, one in after.changed.items()):
        return False
    # What was cancelled before a series moved may still be told.
    stale = before.skipped if has_moved(before, after) else frozenset()
    return after.skipped <= now.skipped <= after.skipped | stale


def is_between(now: Said, before: Said, after: Said) -> bool:
    """Whether there stands what is partly made already: nothing that neither side says."""
    if now.master is None or after.master is None:
        return False
    if not _is_one_of(now.master, before.master, after.master):
        return False
    if not now.skipped <= before.skipped | after.skipped:
        return False
    lost = before.changed.keys() - now.changed.keys() - now.skipped
    if not has_moved(before, after) and lost & after.changed.keys():
        return False
    return all(_is_part(rid, one, before, after) for rid, one in now.changed.items())


def _is_part(rid: RecurrenceId, now: Fields, before: Said, after: Said) -> bool:
    own = [side.changed[rid] for side in (before, after) if rid in side.changed]
    series = [side.master for side in (before, after) if side.master is not None]
    for name, value in now.items():
        known = own if name in TIMES and own else [*own, *series]
        if name in TIMES and not own:
            continue
        if not any(alike(name, value, one[name]) for one in known):
            return False
    return True


def _is_one_of(now: Fields, *sides: Mapping[str, Any] | None) -> bool:
    known = [one for one in sides if one is not None]
    return all(any(alike(name, now[name], one[name]) for one in known) for name in now)


def has_moved(before: Said, after: Said) -> bool:
    """Whether a series has other starts than it had."""
    if before.master is None or after.master is None:
        return False
    return any(before.master[name] != after.master[name] for name in ("start", "recurrence"))


def with_video_made(said: Fields, item: Json) -> Fields:
    """An event beside a change that wants a video link: that Google made one is no difference."""
    made = video_of(item) and not private_of(item, VIDEO)
    return {**said, "video": ""} if made else said


def _bare(text: Any) -> str:
    return "\n".join(line.rstrip() for line in str(text).splitlines()).strip()
