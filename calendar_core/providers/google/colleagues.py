"""When others of somebody's organization are taken, as Google lets this account see it."""

from collections.abc import Mapping, Sequence

from calendar_core.linking import AccountId
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.freebusy import MOST_CALENDARS, taken
from calendar_core.when import TimeSpan


class GoogleColleagues:
    """Asks Google with a linked account."""

    def __init__(self, google: Google) -> None:
        self._google = google

    async def busy_of(
        self, account_id: AccountId, addresses: Sequence[str], span: TimeSpan
    ) -> Mapping[str, tuple[TimeSpan, ...]]:
        """When people are taken, by mail address; who can't be told is left out.

        Raises NotAllowed (this account may not ask), SignInNeeded, TryLater.
        """
        found: dict[str, tuple[TimeSpan, ...]] = {}
        asked = list(dict.fromkeys(addresses))
        for at in range(0, len(asked), MOST_CALENDARS):
            some = asked[at : at + MOST_CALENDARS]
            told = await taken(self._google, account_id, some, span)
            found |= {one: busy for one, busy in told.items() if not isinstance(busy, frozenset)}
        return found
