"""Signing in at Microsoft's authority: msal, with timeouts, in threads of its caller.

Keeping and renewing tokens is `tokens`; the steps of linking an account are `linking`.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msal
import requests

from calendar_core.errors import CalendarError, NotAllowed, SignInNeeded, TryLater
from calendar_core.linking import Credentials

CONNECT_WITHIN, ANSWER_WITHIN = 10.0, 30.0
"""Seconds."""
_DISCOVERY = ".well-known/openid-configuration"
_FRESH = 86_400.0
"""Seconds that what an authority says of itself is believed."""
PUBLIC, CONFIDENTIAL = "public", "confidential"
"""What an account was linked with: a code that was typed, or the app's secret."""
_AGAIN = {
    *("invalid_grant", "interaction_required", "login_required", "consent_required"),
    *("no_account", "bad_token", "token_expired"),
}
_OURS = {"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope"}
_NO = {"access_denied", "authorization_declined", "expired_token", "code_expired", "bad_code"}
# It logs what it asks for and of whom.
logging.getLogger("msal").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The operator's app registration, and where people sign in."""

    client_id: str
    secret: str | None = field(default=None, repr=False)
    authority: str = "https://login.microsoftonline.com/common"
    api: str = "https://graph.microsoft.com/v1.0"
    """Graph's address, without a slash at the end."""
    ca_file: str | None = None
    """A file of certificates to trust; None: those of the system."""

    def scopes(self, *, free_busy_only: bool) -> list[str]:
        """What is asked for: no more than is needed. msal adds `offline_access` and its like."""
        wanted = ["Calendars.ReadBasic" if free_busy_only else "Calendars.ReadWrite", "User.Read"]
        host = urlsplit(self.api).hostname or ""
        is_national = host.startswith(("graph.", "microsoftgraph.", "dod-graph."))
        if not is_national or host == "graph.microsoft.com":
            return wanted
        return [f"https://{host}/{one}" for one in wanted]


class Login:
    """Makes msal's clients, which speak to the authority with our timeouts."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._wire = _Wire(app.ca_file)

    def client(self, kind: str, cache: msal.SerializableTokenCache) -> Any:
        """msal's client over a token cache; asks the authority who it is, so: in a thread. Raises
        TryLater, NotAllowed."""
        named: dict[str, Any] = {
            "authority": self.app.authority,
            "token_cache": cache,
            "http_client": self._wire,
            # The authority is the operator's own word; nobody else is asked about it.
            "instance_discovery": False,
        }
        try:
            if kind == CONFIDENTIAL and self.app.secret:
                return msal.ConfidentialClientApplication(
                    self.app.client_id, client_credential=self.app.secret, **named
                )
            return msal.PublicClientApplication(self.app.client_id, **named)
        except (ValueError, KeyError) as err:
            if self._wire.is_away:
                raise TryLater("Microsoft's sign-in does not answer.") from err
            raise NotAllowed(
                "MICROSOFT_AUTHORITY is no address that signs people in. Tell who runs me."
            ) from err
        except (OSError, msal.exceptions.MsalError) as err:
            raise TryLater("Microsoft's sign-in does not answer.") from err

    def close(self) -> None:
        """End its connections."""
        self._wire.close()


def cache_of(credentials: Credentials) -> msal.SerializableTokenCache:
    """The tokens of an account."""
    cache = msal.SerializableTokenCache()
    try:
        cache.deserialize(credentials.get("cache") or "{}")
    except ValueError as err:
        raise SignInNeeded("Microsoft wants you to sign in again.") from err
    return cache


def refused(answer: Mapping[str, Any] | None) -> CalendarError:
    """What an answer without a token means."""
    if answer is None:
        return SignInNeeded("Microsoft wants you to sign in again.")
    error = str(answer.get("error") or "")
    if error in ("authorization_pending", "slow_down"):
        return TryLater("Nobody has typed the code yet.", timedelta(seconds=5))
    if error in _AGAIN:
        return SignInNeeded("Microsoft wants you to sign in again.")
    if error in _NO:
        return NotAllowed("Microsoft says that you did not allow it, or that it took too long.")
    if error in _OURS:
        return NotAllowed(
            f"Microsoft does not accept this app ({error}). Tell who runs me: "
            "MICROSOFT_CLIENT_ID, its secret or its permissions are not right."
        )
    return TryLater("Microsoft's sign-in has a problem of its own.")


class _Wire:
    """What msal asks over: one session, and what the authority says of itself kept for a day."""

    def __init__(self, ca_file: str | None) -> None:
        self._session = requests.Session()
        self._verify: str | bool = ca_file or True
        self._known: dict[str, tuple[float, requests.Response]] = {}
        self._turn = threading.Lock()
        self.is_away = False
        """Whether the authority did not answer, or not as one does, when last asked who it is."""

    def get(self, url: str, **named: Any) -> requests.Response:
        """As msal asks."""
        if not url.endswith(_DISCOVERY):
            return self._asked("GET", url, named)
        with self._turn:
            known = self._known.get(url)
        if known is not None and time.monotonic() - known[0] < _FRESH:
            return known[1]
        self.is_away = True
        answer = self._asked("GET", url, named)
        self.is_away = answer.status_code >= 500 or answer.status_code == 429
        if answer.status_code == 200:
            with self._turn:
                self._known[url] = (time.monotonic(), answer)
        return answer

    def post(self, url: str, **named: Any) -> requests.Response:
        """As msal asks."""
        return self._asked("POST", url, named)

    def close(self) -> None:
        """End its connections."""
        self._session.close()

    def _asked(self, method: str, url: str, named: dict[str, Any]) -> requests.Response:
        wanted = {k: v for k, v in named.items() if k in ("params", "data", "headers")}
        return self._session.request(
            method,
            url,
            **wanted,
            timeout=(CONNECT_WITHIN, ANSWER_WITHIN),
            verify=self._verify,
            allow_redirects=False,
        )
