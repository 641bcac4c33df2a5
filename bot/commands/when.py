"""`convene when`: what a time phrase means, for people and for scripts.

Reading the words is `calendar_core.phrases`; registering the command is `bot.cli`. Standard output
carries the answer and nothing else, so that a batch can be piped.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from calendar_core.phrases import Meaning, NotUnderstood, Policy, find_main, resolve
from calendar_core.phrases.spoken import describe
from calendar_core.phrases.wire import as_json as to_json
from calendar_core.phrases.wire import found_as_json, to_the_letter

_POLICY = Policy()


class _Misused(Exception):
    """The command was given something that it can't work with; the text says what to do."""


def run(
    text: str | None,
    *,
    at: str | None,
    tz: str | None,
    as_json: bool,
    within: bool,
    batch: str | None,
) -> int:
    """Answer one phrase or a file of them; the exit code."""
    try:
        zone = _zone(tz or "UTC")
        if batch is not None:
            return _batch(batch, zone, within=within)
        if not text or not text.strip():
            raise _Misused('Say a time, like: convene when "next Tuesday 2-3:30"')
        now = _moment(at, zone) if at else datetime.now(UTC).astimezone(zone)
        return _single(text, now, zone, as_json=as_json, within=within)
    except _Misused as misused:
        print(misused, file=sys.stderr)
        return 1


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise _Misused(
            f"I don't know the time zone {name!r}. Use a name like Europe/Berlin or UTC."
        ) from None


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 moment; without an offset it is wall time in the zone."""
    try:
        at = datetime.fromisoformat(text)
        here = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
        here.timestamp()
    except (ValueError, OverflowError, TypeError):
        raise _Misused(
            f"I can't read {text!r} as a moment. Write it like 2026-03-27T09:00."
        ) from None
    return here


def _answer(text: str, now: datetime, zone: ZoneInfo, *, within: bool) -> dict[str, object]:
    """The JSON answer to a phrase or to a sentence."""
    if within:
        return found_as_json(find_main(text, now=now, zone=zone, policy=_POLICY))
    return to_json(resolve(text, now=now, zone=zone, policy=_POLICY))


def _single(text: str, now: datetime, zone: ZoneInfo, *, as_json: bool, within: bool) -> int:
    """One phrase, as a JSON line or in words."""
    if as_json:
        answer = _answer(text, now, zone, within=within)
        print(json.dumps(answer))
        return 0 if answer["understood"] else 1
    told: Meaning | NotUnderstood
    if within:
        found = find_main(text, now=now, zone=zone, policy=_POLICY)
        told = found.meaning if found else NotUnderstood(why="I find no time in that sentence.")
    else:
        told = resolve(text, now=now, zone=zone, policy=_POLICY)
    told = to_the_letter(told)
    for line in _lines(told, now, zone):
        print(line)
    return 0 if isinstance(told, Meaning) else 1


def _lines(told: Meaning | NotUnderstood, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """An answer in words: the reading, what to know of it, the other readings."""
    if isinstance(told, NotUnderstood):
        yield told.why
    else:
        yield describe(told, zone=zone, now=now)
        yield from told.notes
    others = [describe(other, zone=zone, now=now) for other in told.alternatives]
    if others:
        yield "or: " + "; ".join(dict.fromkeys(others))


def _batch(name: str, zone: ZoneInfo, *, within: bool) -> int:
    """One JSON line for each line of a file, in order; what can't be read is told on its line."""
    try:
        with _opened(name) as lines:
            for answer in _answers(lines, zone, within=within):
                sys.stdout.write(json.dumps(answer) + "\n")
    except (OSError, UnicodeDecodeError) as err:
        reason = getattr(err, "strerror", None) or "it is not UTF-8 text"
        raise _Misused(f"I can't read {name}: {reason}. Give a file of JSON lines.") from None
    sys.stdout.flush()
    return 0


def _opened(name: str) -> "nullcontext[TextIO] | TextIO":
    return nullcontext(sys.stdin) if name == "-" else Path(name).open(encoding="utf-8")


def _answers(lines: Iterable[str], zone: ZoneInfo, *, within: bool) -> Iterator[dict[str, object]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            yield _answer_line(line, zone, within=within)
        except _Misused as misused:
            yield {"understood": False, "why": str(misused)}


def _answer_line(line: str, zone: ZoneInfo, *, within: bool) -> dict[str, object]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise _Misused("That line is not JSON.") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise _Misused('That line has no "text". Write {"text": …, "reference": …, "tz": …}.')
    name, reference = asked.get("tz"), asked.get("reference")
    if name is not None and not isinstance(name, str):
        raise _Misused('"tz" is not a name. Use one like Europe/Berlin.')
    if reference is not None and not isinstance(reference, str):
        raise _Misused('"reference" is not a text. Write it like 2026-03-27T09:00.')
    here = _zone(name) if name else zone
    now = _moment(reference, here) if reference else datetime.now(UTC).astimezone(here)
    return _answer(asked["text"], now, here, within=within)
