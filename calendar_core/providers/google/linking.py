"""Linking a Google account in the browser: consent with PKCE, a code, tokens, its calendars.

The requests are ours, over the connections of this room: they need no more than two addresses that
an operator may set. Keeping `state` and who asked is the caller's.
https://developers.google.com/identity/protocols/oauth2/web-server
"""

import base64
import hashlib
import http.client
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

import httplib2

from calendar_core.errors import NotAllowed, NotFound, SignInNeeded
from calendar_core.linking import Account, Begun, Credentials, Linked, Wish
from calendar_core.providers.google.app import PROVIDER, App
from calendar_core.providers.google.calendars import found_calendars
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.mapping import Json
from calendar_core.providers.google.refusals import Unanswered, Unauthorized

_AUTH = "https://www.googleapis.com/auth/"
_LIST, _TAKEN = f"{_AUTH}calendar.calendarlist.readonly", f"{_AUTH}calendar.freebusy"
_EVENTS, _TIMES = f"{_AUTH}calendar.events", f"{_AUTH}calendar.events.freebusy"
SCOPES: Sequence[str] = (_EVENTS, _LIST, _TAKEN)
ONLY_TIMES: Sequence[str] = (_TIMES, _LIST, _TAKEN)
"""What is asked for where only free/busy is linked."""
_WIDER = {
    _EVENTS: {f"{_AUTH}calendar"},
    _TIMES: {f"{_AUTH}calendar", f"{_AUTH}calendar.readonly", _EVENTS},
    _LIST: {f"{_AUTH}calendar", f"{_AUTH}calendar.readonly", f"{_AUTH}calendar.calendarlist"},
    _TAKEN: {f"{_AUTH}calendar", f"{_AUTH}calendar.readonly", _TIMES},
}
"""Scopes that hold another one."""
_MEANT = {
    _EVENTS: "see and change events",
    _TIMES: "see when you are busy",
    _LIST: "see the list of your calendars",
    _TAKEN: "see when you are busy",
}
_USUAL_LIFE = 3000
_BROKEN = (OSError, http.client.HTTPException, httplib2.HttpLib2Error)


class GoogleLinking:
    """Links accounts with Google."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self._app = google.app

    async def begin(self, wish: Wish) -> Begun:
        """The page on which somebody says yes; what only we know goes into the secrets.

        Raises NotAllowed where no browser can come back.
        """
        if not wish.return_to:
            raise NotAllowed("Google links accounts in a browser that can come back to me.")
        verifier = secrets.token_urlsafe(64)
        scopes = ONLY_TIMES if wish.free_busy_only else SCOPES
        state = secrets.token_urlsafe(24)
        hint = wish.user.strip() or wish.server.strip()
        asked = {
            "client_id": self._app.client_id,
            "redirect_uri": wish.return_to,
            "response_type": "code",
            "scope": " ".join(scopes),
            "access_type": "offline",
            # Without it nobody gets a refresh token the second time.
            "prompt": "consent",
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            **({"login_hint": hint} if "@" in hint else {}),
        }
        joint = "&" if urlsplit(self._app.auth_url).query else "?"
        return Begun(
            page=f"{self._app.auth_url}{joint}{urlencode(asked)}",
            secrets={"verifier": verifier, "return_to": wish.return_to, "scopes": " ".join(scopes)},
        )

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Linked:
        """Link with the code that the browser came back with.

        Raises NotAllowed (said no, or not all that is needed was granted, or the code is too old),
        NotFound (no calendars), TryLater.
        """
        self._check(begun, answer)
        told = await self._google.run(partial(_exchanged, self._app, begun.secrets, answer["code"]))
        credentials = _credentials(told, self._google.clock.now())
        # What is of no use is not given back: that would end an earlier link of the same account.
        _check_granted(told, begun.secrets["scopes"].split())
        try:
            calendars = await found_calendars(
                partial(self._google.with_token, credentials["access_token"])
            )
        except Unauthorized as err:
            raise NotAllowed("Google does not accept what it just granted. Try again.") from err
        if not calendars:
            raise NotFound("There are no calendars in that Google account.")
        return Linked(
            provider=PROVIDER,
            address=calendars[0].remote,
            url="",
            credentials=credentials,
            calendars=calendars,
        )

    async def revoke(self, account: Account, credentials: Credentials) -> None:
        """Have Google forget what it granted; what it no longer knows is forgotten. Raises
        TryLater."""
        token = credentials.get("refresh_token") or credentials.get("access_token")
        if token:
            await self._google.run(partial(_revoked, self._app, token))

    def _check(self, begun: Begun, answer: Mapping[str, str]) -> None:
        """See that the answer is one to this page."""
        said = parse_qs(urlsplit(begun.page).query).get("state", [""])[0]
        if said and not secrets.compare_digest(said.encode(), answer.get("state", "").encode()):
            raise NotAllowed("That answer belongs to another question. Start linking anew.")
        if answer.get("error") == "access_denied":
            raise NotAllowed("You did not let me in at Google, so nothing is linked.")
        if answer.get("error") or not answer.get("code"):
            raise NotAllowed("Google did not let me in. Start linking anew.")


def _challenge(verifier: str) -> str:
    """PKCE, RFC 7636 §4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _exchanged(app: App, kept: Mapping[str, str], code: str) -> Json:
    """Tokens for a code (RFC 6749 §4.1.3)."""
    status, said = _posted(
        app,
        app.token_url,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": kept["return_to"],
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "code_verifier": kept["verifier"],
        },
    )
    if status == 200 and said.get("access_token"):
        return said
    match said.get("error"):
        case "invalid_grant":
            raise NotAllowed("That took too long, or was used before. Start linking anew.")
        case "invalid_client" | "unauthorized_client" | "redirect_uri_mismatch":
            raise NotAllowed(
                "Google does not know this app: its client ID, secret or address of return is "
                "wrong. Whoever runs Convene can mend that."
            )
        case str() if status < 500 and status != 429:
            raise NotAllowed("Google did not let me in. Start linking anew.")
    raise Unanswered("Google does not answer.")


def _revoked(app: App, token: str) -> None:
    """Give a token back, with all that came of it (RFC 7009)."""
    status, said = _posted(app, app.revoke_url, {"token": token})
    # A token that is no longer known is as good as given back.
    if status >= 500 or status == 429 or (status >= 400 and not said):
        raise Unanswered("Google does not take its access back now.")


def _posted(app: App, url: str, form: Mapping[str, str]) -> tuple[int, Json]:
    http_ = app.http()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer, content = http_.request(url, "POST", body=urlencode(form), headers=headers)
        said = json.loads(content or b"{}")
    except ValueError:
        return int(answer.status), {}
    except _BROKEN as err:
        raise Unanswered("Google does not answer.") from err
    finally:
        http_.close()
    return int(answer.status), said if isinstance(said, dict) else {}


def _credentials(told: Json, now: datetime) -> Credentials:
    if not told.get("refresh_token"):
        raise SignInNeeded(
            "Google gave no lasting access. Remove Convene under Third-party apps in your Google "
            "account, and link again."
        )
    life = told.get("expires_in")
    seconds = int(life) if isinstance(life, int | float) else _USUAL_LIFE
    return {
        "access_token": str(told["access_token"]),
        "refresh_token": str(told["refresh_token"]),
        "expires_at": (now + timedelta(seconds=seconds)).isoformat(),
        "scope": str(told.get("scope") or ""),
    }


def _check_granted(told: Json, wanted: Sequence[str]) -> None:
    """People may untick single boxes on the page. Without a list all was granted (RFC 6749
    §5.1)."""
    if not told.get("scope"):
        return
    granted = set(str(told["scope"]).split())
    missing = [one for one in wanted if one not in granted and not _WIDER[one] & granted]
    if missing:
        means = " and ".join(dict.fromkeys(_MEANT[one] for one in missing))
        raise NotAllowed(
            f"Google was not allowed to let me {means}. Link again and leave all boxes ticked."
        )
