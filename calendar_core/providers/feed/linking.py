"""Linking a feed: its address is all it takes, and all of it that is secret."""

import asyncio
from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import unquote, urlsplit

from calendar_core.errors import NotAllowed, SignInNeeded
from calendar_core.linking import Account, Begun, Credentials, FoundCalendar, Linked, Wish
from calendar_core.outside import Outside
from calendar_core.providers.feed.client import Feeds, address
from calendar_core.providers.feed.listing import listed
from calendar_core.providers.feed.reader import PROVIDER


class FeedLinking:
    """Links feeds: done as soon as one was read."""

    def __init__(self, feeds: Feeds, outside: Outside) -> None:
        self._feeds = feeds
        self._outside = outside

    async def begin(self, wish: Wish) -> Begun:
        """Read the feed at `wish.server`, at once; a user name and a password may stand in the
        address, or beside it.

        Raises SignInNeeded (refused), NotFound (nothing there, or no calendar), NotAllowed (an
        address that may not be reached), TryLater.
        """
        credentials = _credentials(wish, self._outside)
        try:
            fetched = await self._feeds.fetch(credentials)
        except SignInNeeded as err:
            raise SignInNeeded(
                "The feed's server refuses that address. Some calendars have two: the private one "
                "is what I need."
            ) from err
        there = await asyncio.to_thread(listed, fetched.body if fetched else b"")
        host = urlsplit(credentials["address"]).hostname or ""
        found = FoundCalendar(remote=PROVIDER, name=there.name.strip() or host, read_only=True)
        linked = Linked(
            provider=PROVIDER,
            address=shortened(credentials["address"]),
            url=f"https://{host}/#{_mark(credentials['address'])}",
            credentials=credentials,
            calendars=(found,),
        )
        return Begun(linked=linked)

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Linked:
        """What `begin` found; there is nothing to come back with."""
        if begun.linked is None:
            raise NotAllowed("There is nothing to finish.")
        return begun.linked

    async def revoke(self, account: Account, credentials: Credentials) -> None:
        """Nothing: an address is taken back where it was made."""


def shortened(url: str) -> str:
    """What a feed is known by, of whose address only the server's name is no secret."""
    return f"{urlsplit(url).hostname or ''}/…"


def _mark(url: str) -> str:
    """Tells one feed of a server from another, and nobody how to reach it."""
    return blake2b(url.encode(), digest_size=12, person=b"convene.feed").hexdigest()


def _credentials(wish: Wish, outside: Outside) -> Credentials:
    url = address(wish.server, outside)
    parts = urlsplit(url)
    user, password = wish.user.strip(), wish.password.strip()
    if "@" in parts.netloc:
        user = user or unquote(parts.username or "")
        password = password or unquote(parts.password or "")
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    plain = url.partition("#")[0]
    given = {"user": user, "password": password} if user or password else {}
    return {"address": plain, **given}
