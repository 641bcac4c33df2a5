"""Access tokens of linked accounts: renewed silently, one at a time an account, and kept.

Refresh tokens change with each use, so what msal's cache holds is stored after every renewal,
before the token is used.
"""

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msal

from calendar_core.errors import NotFound, SignInNeeded, TryLater
from calendar_core.linking import AccountId, Connections, Credentials
from calendar_core.providers.microsoft.login import PUBLIC, Login, cache_of, refused

_SPARE = 120.0
"""Seconds before its end that a token is no longer used."""
_KEPT = 1024
"""Accounts whose token is remembered."""


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str = field(repr=False)
    until: float
    """By the monotonic clock."""
    mark: str
    """Of the credentials that it came from: other ones may allow something else."""


class Tokens:
    """What each account calls Graph with."""

    def __init__(self, login: Login, connections: Connections) -> None:
        self._login = login
        self._connections = connections
        self._kept: OrderedDict[AccountId, _Kept] = OrderedDict()
        self._turns: defaultdict[AccountId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(
        self, account_id: AccountId, credentials: Credentials, *, refused: str = ""
    ) -> str:
        """An access token; another one than that which Graph refused. Raises SignInNeeded,
        NotAllowed, TryLater."""
        kept = self._usable(account_id, refused)
        if kept is not None and kept.mark == mark_of(credentials):
            return kept.token
        async with self._turns[account_id]:
            # Somebody else may have renewed them while this one waited.
            newest = await self._newest(account_id)
            kept = self._usable(account_id, refused)
            if kept is not None and kept.mark == mark_of(newest):
                return kept.token
            return await self._renewed(account_id, newest, anew=bool(refused))

    def _usable(self, account_id: AccountId, refused: str) -> _Kept | None:
        kept = self._kept.get(account_id)
        if kept is None or kept.token == refused or kept.until < time.monotonic():
            return None
        return kept

    async def _newest(self, account_id: AccountId) -> Credentials:
        _, credentials = await self._connections.of_account(account_id)
        return credentials

    async def _renewed(self, account_id: AccountId, credentials: Credentials, *, anew: bool) -> str:
        answer, cache = await asyncio.to_thread(_silently, self._login, credentials, anew)
        if answer is None or "access_token" not in answer:
            self._kept.pop(account_id, None)
            newest = await self._newest(account_id)
            if mark_of(newest) != mark_of(credentials):
                # Another process was quicker: its refresh token is the one that is good.
                return await self._renewed(account_id, newest, anew=False)
            raise refused(answer)
        if cache.has_state_changed:
            credentials = {**credentials, "cache": cache.serialize()}
            try:
                await self._connections.renew(account_id, credentials)
            except NotFound as err:
                raise SignInNeeded("That account is no longer linked.") from err
        token = str(answer["access_token"])
        lasts = float(answer.get("expires_in") or 0) - _SPARE
        self._kept.pop(account_id, None)
        self._kept[account_id] = _Kept(token, time.monotonic() + lasts, mark_of(credentials))
        if len(self._kept) > _KEPT:
            gone, _ = self._kept.popitem(last=False)
            if not self._turns[gone].locked():
                del self._turns[gone]
        return token


def mark_of(credentials: Credentials) -> str:
    """What tells one account's credentials from others'."""
    return sha256(credentials.get("cache", "").encode()).hexdigest()


def _silently(
    login: Login, credentials: Credentials, anew: bool
) -> tuple[Mapping[str, Any] | None, msal.SerializableTokenCache]:
    """A token out of what is kept, or by the refresh token."""
    cache = cache_of(credentials)
    client = login.client(credentials.get("kind", PUBLIC), cache)
    scopes = credentials.get("scopes", "").split()
    try:
        accounts = client.get_accounts()
        if accounts:
            answer = client.acquire_token_silent_with_error(scopes, accounts[0], force_refresh=anew)
        else:
            answer = _by_refresh_token(client, cache, scopes)
    except (OSError, msal.exceptions.MsalError, ValueError, KeyError) as err:
        raise TryLater("Microsoft's sign-in does not answer.") from err
    return answer, cache


def _by_refresh_token(
    client: Any, cache: msal.SerializableTokenCache, scopes: list[str]
) -> Mapping[str, Any] | None:
    """A token where the authority never said whose account it is: msal finds none then."""
    kind = cache.CredentialType.REFRESH_TOKEN
    found = next((one for one in cache.search(kind) if one.get("secret")), None)
    if found is None:
        return None
    answer: Mapping[str, Any] = client.acquire_token_by_refresh_token(found["secret"], scopes)
    return answer
