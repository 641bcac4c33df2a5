"""Access tokens: kept fresh by google-auth, renewed early, by one of many callers, and kept sealed.

Getting the first ones is `linking`. RFC 6749 §6.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

import google.auth.exceptions
import google_auth_httplib2
from google.oauth2.credentials import Credentials as Refreshable

from calendar_core.clock import Clock
from calendar_core.errors import CalendarError, NotAllowed, SignInNeeded
from calendar_core.linking import AccountId, Connections, Credentials
from calendar_core.providers.google.app import App
from calendar_core.providers.google.refusals import REFUSED, Unanswered

_T = TypeVar("_T")
_EARLY = timedelta(minutes=5)
"""How long before its end a token is renewed."""
_USUAL = timedelta(minutes=50)
"""How long one lives where nobody says so."""
_AWAY = "Google does not renew its access now."
_DEAD = frozenset({"invalid_grant", "unauthorized_client"})


class Run(Protocol):
    """Runs what blocks, in a thread."""

    async def __call__(self, work: Callable[[], _T]) -> _T: ...


class Tokens:
    """Access tokens of linked accounts."""

    def __init__(self, app: App, connections: Connections, clock: Clock, run: Run) -> None:
        self._app = app
        self._connections = connections
        self._clock = clock
        self._run = run
        self._turns: WeakValueDictionary[AccountId, asyncio.Lock] = WeakValueDictionary()

    async def fresh(self, account_id: AccountId) -> str:
        """A token that lives for some minutes more. Raises SignInNeeded, NotAllowed, TryLater."""
        _, held = await self._connections.of_account(account_id)
        if self._lives(held):
            return held["access_token"]
        return await self.renewed(account_id, refused=held.get("access_token", ""))

    async def renewed(self, account_id: AccountId, *, refused: str) -> str:
        """Another token than the one that is refused. Raises as `fresh`."""
        turn = self._turns.setdefault(account_id, asyncio.Lock())
        async with turn:
            _, held = await self._connections.of_account(account_id)
            if held.get("access_token", "") != refused and self._lives(held):
                return held["access_token"]
            new = await self._run(lambda: self._refreshed(held))
            await self._connections.renew(account_id, new)
            return new["access_token"]

    def _lives(self, held: Credentials) -> bool:
        until = held.get("expires_at", "")
        if not held.get("access_token") or not until:
            return False
        return datetime.fromisoformat(until) - self._clock.now() > _EARLY

    def _refreshed(self, held: Credentials) -> Credentials:
        if not held.get("refresh_token"):
            raise SignInNeeded(REFUSED)
        ours = Refreshable(  # type: ignore[no-untyped-call]
            token=None,
            refresh_token=held["refresh_token"],
            token_uri=self._app.token_url,
            client_id=self._app.client_id,
            client_secret=self._app.client_secret,
        )
        http = self._app.http()
        try:
            ours.refresh(google_auth_httplib2.Request(http))  # type: ignore[no-untyped-call]
        except google.auth.exceptions.RefreshError as err:
            raise _why(err) from err
        except (google.auth.exceptions.GoogleAuthError, OSError, ValueError, TypeError) as err:
            raise Unanswered(_AWAY) from err
        finally:
            http.close()
        until = self._clock.now() + _USUAL
        if isinstance(ours.expiry, datetime):
            # google-auth tells it naive, in UTC.
            until = ours.expiry.replace(tzinfo=UTC)
        return {
            **held,
            "access_token": str(ours.token),
            "refresh_token": str(ours.refresh_token),
            "expires_at": until.isoformat(),
        }


def _why(err: google.auth.exceptions.RefreshError) -> CalendarError:
    """What a refused renewal means."""
    told: Any = err.args[1] if len(err.args) > 1 else None
    code = told.get("error") if isinstance(told, dict) else None
    if code in _DEAD:
        return SignInNeeded(REFUSED)
    if code == "invalid_client":
        return NotAllowed(
            "Google does not know this app: its client ID or secret is wrong. "
            "Whoever runs Convene can mend that."
        )
    return Unanswered(_AWAY)
