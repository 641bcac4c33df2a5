"""Asking the outside: one question, one answer, in time; and how far its clock is from ours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.doctor.finding import AT_MOST
from calendar_core.clock import Clock


class Unreachable(Exception):
    """Nobody answered in time; the message says why, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]
    """Empty where it was no JSON object."""
    items: tuple[Any, ...] = ()
    """Where it was a JSON list."""


class Outside:
    """One HTTP session; the proxy and its exceptions are the environment's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self.skews: dict[str, timedelta] = {}
        """How far our clock is ahead of those who told theirs, by host."""

    async def __aenter__(self) -> "Outside":
        timeout = aiohttp.ClientTimeout(total=AT_MOST)
        self._session = aiohttp.ClientSession(timeout=timeout, trust_env=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        authorization: str = "",
        also: Mapping[str, str] | None = None,
    ) -> Answer:
        """One question, with what headers it wants also; redirects are not followed. Raises
        Unreachable."""
        assert self._session is not None, "ask inside `async with`"
        headers = {"Authorization": authorization} if authorization else {}
        headers |= also or {}
        try:
            async with self._session.request(
                method, url, headers=headers, allow_redirects=False
            ) as response:
                text = await response.text()
                self._compare(url, response.headers.get("Date"))
                return _answer(response.status, response.headers, text)
        except TimeoutError as err:
            raise Unreachable(f"no answer in {AT_MOST:.0f} seconds") from err
        except aiohttp.ClientConnectorError as err:
            raise Unreachable(f"no connection ({err.os_error.strerror or 'refused'})") from err
        except (aiohttp.ClientError, OSError, UnicodeDecodeError, ValueError) as err:
            raise Unreachable(f"no answer ({type(err).__name__})") from err

    def _compare(self, url: str, date: str | None) -> None:
        if date is None:
            return
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return
        told = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        self.skews[urlsplit(url).hostname or url] = self._clock.now() - told


def _answer(status: int, headers: Mapping[str, str], text: str) -> Answer:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        body = {}
    if isinstance(body, list):
        return Answer(status=status, headers=headers, body={}, items=tuple(body))
    return Answer(status=status, headers=headers, body=body if isinstance(body, dict) else {})


def instant(at: datetime) -> str:
    """An instant for an operator: UTC, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
