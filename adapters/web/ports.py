"""What the web door needs from the rest of the house; joined to it in `bot.app`."""

from collections.abc import Awaitable, Callable, Sequence
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
