"""What the web door needs from the rest of the house; joined to it in `bot.app`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from aiohttp import web

Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""Answers a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where another door, or the house, answers over HTTP."""

    method: str
    """`GET` or `POST`."""
    path: str
    """As aiohttp writes it: `/feeds/{token}.ics`."""
    answer: Answer


class Sign(Protocol):
    """How one part of the house is."""

    @property
    def part(self) -> str:
        """For example "Slack"."""
        ...

    @property
    def is_well(self) -> bool:
        """Whether it does its work."""
        ...

    @property
    def words(self) -> str:
        """For example "connected to Acme"."""
        ...


class HealthDoor(Protocol):
    """How the house is."""

    async def signs(self) -> Sequence[Sign]:
        """Every part that can be unwell."""
        ...

    async def figures(self) -> str:
        """What monitoring reads: Prometheus' text format. No names, titles or ids stand in it."""
        ...


class LinkPage(Protocol):
    """What a browser is shown that came back from a vendor's page."""

    @property
    def title(self) -> str:
        """In one line."""
        ...

    @property
    def lines(self) -> Sequence[str]:
        """What is to be known and done."""
        ...

    @property
    def code(self) -> str:
        """To be typed in the chat; empty for none."""
        ...

    @property
    def is_well(self) -> bool:
        """Whether it went as it should."""
        ...


class LinkDoor(Protocol):
    """Who links accounts on vendors' pages."""

    async def page(self, provider: str, state: str) -> str | None:
        """The vendor's page for a state; None when it is unknown, used or too old."""
        ...

    async def finish(self, provider: str, answer: Mapping[str, str]) -> LinkPage:
        """A browser came back with this query. Never fails but by a bug."""
        ...


class GivenFeed(Protocol):
    """A calendar that is given out, as it is now."""

    @property
    def version(self) -> str:
        """Another whenever the text is another."""
        ...

    def pieces(self) -> AsyncIterator[str]:
        """The text, an iCalendar stream."""
        ...


class FeedDoor(Protocol):
    """Who gives calendars out."""

    async def feed(self, token: str) -> GivenFeed | None:
        """What stands behind an address; None where nothing does."""
        ...


class PushAnswer(Protocol):
    """What a maker of calendars is answered."""

    @property
    def status(self) -> int:
        """Of HTTP."""
        ...

    @property
    def text(self) -> str:
        """As plain text; often empty."""
        ...


class PushDoor(Protocol):
    """Who is told by makers of calendars that something changed."""

    async def told(
        self, provider: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> PushAnswer:
        """A request came; header names in lower case."""
        ...
