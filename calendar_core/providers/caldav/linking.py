"""Linking a calendar account by server, user name and password; iCloud with its app password."""

from collections.abc import Mapping

from calendar_core.errors import NotAllowed, NotFound, SignInNeeded
from calendar_core.linking import Account, Begun, Credentials, Linked, Wish
from calendar_core.providers.caldav.client import APPLE, Doors, NoSuchHost, is_apple
from calendar_core.providers.caldav.discovery import Found, Names, candidates, discover
from calendar_core.providers.caldav.reader import PROVIDER

_REFUSED = (
    "The calendar server refused the user name or the password. Check both; where the server has "
    "app passwords, it wants one."
)


class CalDavLinking:
    """Links accounts of CalDAV servers: done as soon as the server lets us in."""

    def __init__(self, doors: Doors, names: Names) -> None:
        self._doors = doors
        self._names = names

    async def begin(self, wish: Wish) -> Begun:
        """Find the calendars behind an address, at once.

        Raises SignInNeeded (refused), NotFound (no calendars there), NotAllowed (an address that
        may not be reached), TryLater.
        """
        user = wish.user.strip()
        credentials = {"user": user, "password": wish.password.strip()}
        found = await self._found(wish.server.strip() or user, user, credentials)
        linked = Linked(
            provider=PROVIDER,
            address=user,
            url=found.principal,
            credentials=credentials,
            calendars=found.calendars,
        )
        return Begun(linked=linked)

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Linked:
        """What `begin` found; there is nothing to come back with."""
        if begun.linked is None:
            raise NotAllowed("There is nothing to finish.")
        return begun.linked

    async def revoke(self, account: Account, credentials: Credentials) -> None:
        """Nothing: a password is taken back where it was made."""

    async def _found(self, typed: str, user: str, credentials: Credentials) -> Found:
        missing: NotFound | None = None
        for start in await candidates(typed, self._names):
            try:
                return await discover(self._doors.to(start, user, credentials), start)
            except NotFound as err:
                missing = err
            except SignInNeeded as err:
                raise SignInNeeded(APPLE if is_apple(start) else _REFUSED) from err
            except NoSuchHost as err:
                missing = NotFound(str(err))
        raise missing or NotFound("There is no such server.")
