"""One calendar on a server, asked for its resources; what that means for the mirror is `reader`.

Answers that tell of many resources are taken apart in threads: nothing else waits for that.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calendar_core.errors import CursorDied, NotFound
from calendar_core.linking import Connection
from calendar_core.providers.caldav import multistatus as xml
from calendar_core.providers.caldav.client import Answer, Door, Unanswered, refused
from calendar_core.providers.caldav.multistatus import CS, D, Entry, address, entries
from calendar_core.providers.caldav.versions import Held, held

_UNKNOWN_TOKEN = f"{D}valid-sync-token"
_TURNS = 1000
"""Parts in which a server may tell what changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What changed on a calendar."""

    changed: Mapping[str, str]
    """The ETag of each resource by its address; empty where the server does not tell."""
    removed: tuple[str, ...]
    """Addresses."""
    token: str


class Unsupported(NotFound):
    """The server has no sync-collection (RFC 6578) for this calendar."""


class Collection:
    """A calendar collection (RFC 4791 §4.2), through its account's door."""

    def __init__(self, door: Door, connection: Connection) -> None:
        self._door = door
        self.url = address(connection.remote, connection.remote)

    async def delta(self, token: str) -> Delta:
        """What changed since a token; all with an empty one.

        Raises CursorDied for a token that the server no longer knows, Unsupported, and what
        `Door.ask` raises.
        """
        changed: dict[str, str] = {}
        removed: dict[str, None] = {}
        for _ in range(_TURNS):
            answer = await self._report(xml.sync_collection(token), within=self._door.patience)
            if answer.status != 207:
                raise _no_delta(answer, token)
            cut = False
            for one in await self._entries(answer):
                if self._is_itself(one):
                    cut = cut or one.status == 507
                elif one.status in (404, 410):
                    changed.pop(one.url, None)
                    removed[one.url] = None
                elif not one.url.endswith("/"):
                    removed.pop(one.url, None)
                    changed[one.url] = one.text(f"{D}getetag").strip()
            before, token = token, xml.sync_token(answer)
            if not token:
                raise xml.garbage()
            if not cut or token == before:
                break
        return Delta(changed=changed, removed=tuple(removed), token=token)

    async def tag(self) -> str:
        """The collection's CTag, which changes with anything in it; empty where there is none."""
        answer = await self._ask("PROPFIND", xml.propfind(f"{CS}getctag"), "0")
        return "".join(one.text(f"{CS}getctag") for one in entries(answer, self.url)[:1])

    async def listed(self) -> dict[str, str]:
        """The ETag of each resource by its address."""
        wanted = xml.propfind(f"{D}getetag", f"{D}resourcetype")
        answer = await self._ask("PROPFIND", wanted, "1", within=self._door.patience)
        return {
            one.url: one.text(f"{D}getetag").strip()
            for one in await self._entries(answer)
            if not self._is_itself(one) and f"{D}collection" not in one.names(f"{D}resourcetype")
        }

    async def events(self) -> tuple[str, ...]:
        """The addresses of all events, as fast as the server can tell; none where it does not
        take the question, or cuts its answer."""
        try:
            answer = await self._report(xml.events(), depth="1", within=self._door.patience)
            found = await self._entries(answer) if answer.status == 207 else []
        except Unanswered:
            return ()  # if the server is away, whatever is asked next tells so
        if any(one.status == 507 for one in found):
            return ()
        return tuple(one.url for one in found if one.status < 300 and not self._is_itself(one))

    async def texts(self, urls: Sequence[str]) -> list[Held]:
        """The events at these addresses; what is gone or no event is left out."""
        found = await self._told(urls)
        # What is left unsaid is asked once more: it must not pass for gone.
        said = {one.url for one in found}
        found += await self._told([one for one in urls if one not in said])
        return await asyncio.to_thread(_events, found)

    async def standing(self, url: str) -> Held | None:
        """What stands at one address; None: nothing. Asked by a REPORT and not by GET, whose ETag
        compressing proxies change."""
        return next(iter(await self.texts([url])), None)

    async def matching(self, inner: str) -> list[Held]:
        """The events that a filter lets through."""
        return _events(entries(await self._report(xml.query(inner), depth="1"), self.url))

    async def taken(self, start: str, end: str) -> Answer:
        """The server's own answer to when the calendar is taken."""
        return await self._report(xml.free_busy(start, end), depth="1")

    async def put(self, url: str, ics: str, condition: dict[str, str]) -> Answer:
        """Store a text, under a condition."""
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        return await self._door.ask("PUT", url, ics, headers)

    async def delete(self, url: str, condition: dict[str, str]) -> Answer:
        """Delete a resource, under a condition."""
        return await self._door.ask("DELETE", url, "", condition)

    async def _told(self, urls: Sequence[str]) -> list[Entry]:
        if not urls:
            return []
        within = self._door.patience if len(urls) > 1 else None
        answer = await self._report(xml.multiget(urls), within=within)
        return await self._entries(answer)

    async def _entries(self, answer: Answer) -> list[Entry]:
        return await asyncio.to_thread(entries, answer, self.url)

    async def _report(self, body: str, *, depth: str = "0", within: float | None = None) -> Answer:
        return await self._ask("REPORT", body, depth, within=within)

    async def _ask(
        self, method: str, body: str, depth: str, *, within: float | None = None
    ) -> Answer:
        """Ask the collection itself; with or without the slash at its end, as the server wants it
        (RFC 4918 §5.2)."""
        answer = await self._door.ask(method, self.url, body, {"Depth": depth}, within=within)
        onward = address(self.url, answer.headers.get("location") or self.url)
        is_same = onward != self.url and onward.rstrip("/") == self.url.rstrip("/")
        if not (300 <= answer.status < 400 and is_same):
            return answer
        self.url = onward
        return await self._door.ask(method, onward, body, {"Depth": depth}, within=within)

    def _is_itself(self, entry: Entry) -> bool:
        return entry.url.rstrip("/") == self.url.rstrip("/")


def _events(listed: Sequence[Entry]) -> list[Held]:
    if any(one.status >= 500 for one in listed):
        raise Unanswered("The calendar server could not tell all of its events.")
    return [found for one in listed if (found := held(one)) is not None]


def _no_delta(answer: Answer, token: str) -> Exception:
    if _UNKNOWN_TOKEN in answer.preconditions and token:
        return CursorDied("The server no longer knows that sync token.")
    if answer.status in (404, 410):
        return refused(answer)
    return Unsupported("The server does not tell what changed.")
