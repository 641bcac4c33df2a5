"""What Google's refusals mean for our callers, by status and reason."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from calendar_core.errors import (
    CalendarError,
    ChangedMeanwhile,
    NotAllowed,
    NotFound,
    TryLater,
)

REFUSED = "Google no longer lets me in. Link the account again."
MEANWHILE = "This has changed meanwhile."
_LONGEST_WAIT = timedelta(days=1)
_TOO_MUCH = frozenset(
    (
        *("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "calendarUsageLimits"),
        *("dailyLimitExceeded", "variableTermLimitExceeded", "RESOURCE_EXHAUSTED"),
        "RATE_LIMIT_EXCEEDED",
    )
)
_SENTENCES = {
    "insufficientPermissions": (
        "Google was not allowed to let me do that. Link the account again, with all boxes ticked."
    ),
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": (
        "Google was not allowed to let me do that. Link the account again, with all boxes ticked."
    ),
    "accessNotConfigured": (
        "The Calendar API is switched off for this app at Google; "
        "whoever runs Convene can switch it on."
    ),
    "SERVICE_DISABLED": (
        "The Calendar API is switched off for this app at Google; "
        "whoever runs Convene can switch it on."
    ),
    "forbiddenForNonOrganizer": "Only the organizer can change that.",
    "requiredAccessLevel": "This calendar can only be read.",
    "pushNotSupportedForRequestedResource": "Google tells of no changes on this calendar.",
}


class Unanswered(TryLater):
    """No answer came, or none that says anything: what was asked may have been done."""


class Unauthorized(CalendarError):
    """The access token is not accepted (401)."""


class Gone(NotFound):
    """It was there once (410); of a list of changes: its token is too old."""


class Taken(ChangedMeanwhile):
    """There is such an id already (409), perhaps of something deleted."""


class Malformed(NotAllowed):
    """Google does not take what was asked (400)."""


def refused(
    status: int, headers: Mapping[str, str], content: bytes, now: datetime
) -> CalendarError:
    """What an answer that is no success means."""
    reasons = reasons_of(content)
    match status:
        case 401:
            return Unauthorized(REFUSED)
        case 404:
            return NotFound("Google no longer has that.")
        case 409:
            return Taken(MEANWHILE)
        case 410:
            return Gone("Google no longer has that.")
        case 412:
            return ChangedMeanwhile(MEANWHILE)
        case 429:
            return TryLater("Google asks to wait.", _wait(headers, now))
        case 403 if reasons & _TOO_MUCH:
            return TryLater("Google asks to wait.", _wait(headers, now))
        case status if status >= 500:
            return Unanswered("Google has a problem of its own.", _wait(headers, now))
        case status if 300 <= status < 400:
            return Unanswered("Google's answer makes no sense.")
    said = next((_SENTENCES[one] for one in sorted(reasons) if one in _SENTENCES), None)
    if status == 400:
        return Malformed(said or f"Google does not take that ({_named(reasons) or 'bad request'}).")
    return NotAllowed(said or f"Google does not allow that ({_named(reasons) or status}).")


def reasons_of(content: bytes) -> frozenset[str]:
    """The words that name why, in both of Google's ways to tell errors."""
    try:
        error = json.loads(content)["error"]
        listed = [*error.get("errors", ()), *error.get("details", ())]
        told = [one.get("reason") for one in listed if isinstance(one, dict)]
        return frozenset(str(one) for one in (*told, error.get("status")) if one)
    except (ValueError, KeyError, TypeError, AttributeError):
        return frozenset()


def _named(reasons: frozenset[str]) -> str:
    """Only what looks like a word of theirs: it is shown to people."""
    return ", ".join(sorted(one for one in reasons if one.isidentifier() and len(one) < 60))


def _wait(headers: Mapping[str, Any], now: datetime) -> timedelta | None:
    """Retry-After, in seconds or as a date (RFC 9110 §10.2.3)."""
    said = str(headers.get("retry-after", "")).strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return min(timedelta(seconds=int(said)), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    left = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(left, timedelta()), _LONGEST_WAIT)
