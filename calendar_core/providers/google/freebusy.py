"""When calendars are taken, as Google sums it up: `freebusy.query`.

An error of one calendar makes it unknown, never free.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from calendar_core.errors import TryLater
from calendar_core.linking import AccountId
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.collection import stretches
from calendar_core.providers.google.mapping import Json
from calendar_core.when import TimeSpan

MOST_CALENDARS = 50
_SENSELESS = "Google's answer makes no sense."


async def taken(
    google: Google, account_id: AccountId, calendars: Sequence[str], span: TimeSpan
) -> Mapping[str, tuple[TimeSpan, ...] | frozenset[str]]:
    """Of each calendar when it is taken within a span, or the reasons why nobody knows.

    At most fifty calendars. Raises as `Google.ask`.
    """
    found: dict[str, list[TimeSpan]] = {one: [] for one in calendars}
    unknown: dict[str, frozenset[str]] = {}
    for piece in stretches(span):
        said = await _asked(google, account_id, calendars, piece)
        for one in calendars:
            told = _of(said, one)
            errors = told.get("errors") or ()
            if errors or "busy" not in told:
                reasons = (str(error.get("reason")) for error in errors)
                unknown[one] = frozenset(reasons) or frozenset({"internalError"})
            else:
                found[one] += [_span(busy) for busy in told["busy"]]
    return {one: unknown.get(one) or joined(found[one], span) for one in calendars}


async def _asked(
    google: Google, account_id: AccountId, calendars: Sequence[str], span: TimeSpan
) -> Json:
    body = {
        "timeMin": span.start.astimezone(UTC).isoformat(),
        "timeMax": span.end.astimezone(UTC).isoformat(),
        "timeZone": "UTC",
        "items": [{"id": one} for one in calendars],
    }
    said = await google.ask(account_id, lambda service: service.freebusy().query(body=body))
    if not isinstance(said.get("calendars"), dict):
        raise TryLater(_SENSELESS)
    return said


def _of(said: Json, calendar: str) -> Mapping[str, Any]:
    """What is said of a calendar; addresses are told in any case."""
    listed = said["calendars"]
    if calendar in listed:
        found: Mapping[str, Any] = listed[calendar]
        return found
    alike = (one for name, one in listed.items() if name.lower() == calendar.lower())
    return next(alike, {})


def _span(busy: Any) -> TimeSpan:
    try:
        start, end = (datetime.fromisoformat(str(busy[name])) for name in ("start", "end"))
        return TimeSpan(start=start.astimezone(UTC), end=end.astimezone(UTC))
    except (KeyError, TypeError, ValueError) as err:
        raise TryLater(_SENSELESS) from err


def joined(spans: Sequence[TimeSpan], within: TimeSpan) -> tuple[TimeSpan, ...]:
    """The parts of spans that lie within another, in order; those that touch are one."""
    low, high = within.start.astimezone(UTC), within.end.astimezone(UTC)
    found: list[TimeSpan] = []
    for one in sorted(spans, key=lambda span: span.start):
        start, end = max(one.start, low), min(one.end, high)
        if start >= end:
            continue
        if found and start <= found[-1].end:
            start, end = found[-1].start, max(end, found.pop().end)
        found.append(TimeSpan(start=start, end=end))
    return tuple(found)
