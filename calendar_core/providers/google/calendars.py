"""The calendars of an account, as Google lists them."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from calendar_core.errors import TryLater
from calendar_core.linking import FoundCalendar
from calendar_core.providers.google.client import Make
from calendar_core.providers.google.mapping import Json

_WRITERS = ("owner", "writer", "writerWithoutPrivateAccess")
_PAGE, _MOST_PAGES = 250, 100


async def found_calendars(ask: Callable[[Make], Awaitable[Json]]) -> tuple[FoundCalendar, ...]:
    """All calendars of the list, the account's own first. Raises as `Google.ask`."""
    found: list[FoundCalendar] = []
    page: str | None = None
    for _ in range(_MOST_PAGES):
        asked = {"pageToken": page} if page else {}
        said = await ask(partial(_list, asked))
        items = said.get("items", [])
        if not isinstance(items, list):
            raise TryLater("Google's list of calendars makes no sense.")
        found += [_found(one) for one in items if _is_open(one)]
        page = said.get("nextPageToken") or None
        if page is None:
            return tuple(sorted(found, key=lambda one: not one.is_default))
    raise TryLater("Google's list of calendars has no end.")


def _list(asked: Mapping[str, Any], service: Any) -> Any:
    return service.calendarList().list(maxResults=_PAGE, **asked)


def _is_open(item: Json) -> bool:
    return bool(item.get("id")) and not item.get("deleted") and item.get("accessRole") != "none"


def _found(item: Json) -> FoundCalendar:
    remote = str(item["id"])
    # Where it is not said, writing is tried, and what is one's own counts.
    role = item.get("accessRole") or "owner"
    return FoundCalendar(
        remote=remote,
        name=str(item.get("summaryOverride") or item.get("summary") or remote),
        read_only=role not in _WRITERS,
        color=str(item.get("backgroundColor") or ""),
        address=f"mailto:{remote.lower()}" if "@" in remote else "",
        is_default=bool(item.get("primary")),
        counts_as_busy=bool(item.get("primary")) or role == "owner",
    )
