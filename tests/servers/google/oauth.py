"""Signing in: consent, tokens, taking back (RFC 6749, RFC 7636, RFC 7009), as Google does them."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from tests.servers.google.world import Account, World


@dataclass
class Consent:
    """A code that waits to be exchanged."""

    account: Account
    scopes: frozenset[str]
    challenge: str
    redirect: str


@dataclass
class OAuth:
    """The doors of consent; the person in the browser is played by its fields."""

    world: World
    who: str = ""
    """Who sits at the browser."""
    unticked: frozenset[str] = frozenset()
    """Scopes that they untick."""
    says_no: bool = False
    codes: dict[str, Consent] = field(default_factory=dict)

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """The consent page; a click later the browser is sent back."""
        asked = request.query
        if asked.get("client_id") != self.world.client_id:
            return web.Response(status=401, text="Error 401: invalid_client")
        if asked.get("response_type") != "code" or not asked.get("redirect_uri"):
            return web.Response(status=400, text="Error 400: invalid_request")
        back = {"state": asked["state"]} if "state" in asked else {}
        if self.says_no:
            back |= {"error": "access_denied"}
        else:
            code = secrets.token_urlsafe(16)
            account = self.world.accounts[self.who or asked.get("login_hint", "")]
            assert asked.get("code_challenge_method", "S256") == "S256"
            self.codes[code] = Consent(
                account=account,
                scopes=frozenset(asked["scope"].split()) - self.unticked,
                challenge=asked.get("code_challenge", ""),
                redirect=asked["redirect_uri"],
            )
            back |= {"code": code, "scope": " ".join(sorted(self.codes[code].scopes))}
        return web.Response(
            status=302, headers={"Location": f"{asked['redirect_uri']}?{urlencode(back)}"}
        )

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Tokens for a code, or for a refresh token."""
        said = await request.post()
        known = (self.world.client_id, self.world.client_secret)
        if (said.get("client_id"), said.get("client_secret")) != known and _basic(request) != known:
            return _refused("invalid_client", 401)
        if said.get("grant_type") == "refresh_token":
            return self._refreshed(str(said.get("refresh_token")))
        consent = self.codes.pop(str(said.get("code")), None)
        if consent is None or consent.redirect != said.get("redirect_uri"):
            return _refused("invalid_grant")
        digest = hashlib.sha256(str(said.get("code_verifier", "")).encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if consent.challenge and proof != consent.challenge:
            return _refused("invalid_grant")
        access, refresh = self.world.signed_in(consent.account, consent.scopes)
        return web.json_response(self._told(access, consent.scopes) | {"refresh_token": refresh})

    async def revoke(self, request: web.Request) -> web.StreamResponse:
        """Forget what was granted."""
        said = await request.post()
        token = str(said.get("token") or request.query.get("token"))
        return web.json_response({}) if self.world.revoke(token) else _refused("invalid_token")

    def _refreshed(self, refresh: str) -> web.Response:
        held = self.world.refresh.get(refresh)
        if held is None:
            return _refused("invalid_grant")
        return web.json_response(self._told(self.world.granted(refresh), held.scopes))

    def _told(self, access: str, scopes: frozenset[str]) -> dict[str, object]:
        return {
            "access_token": access,
            "expires_in": int(self.world.token_life.total_seconds()),
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
        }


def _basic(request: web.Request) -> tuple[str, str]:
    """The client, where it tells itself in a header (RFC 6749 §2.3.1)."""
    kind, _, said = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return "", ""
    name, _, secret = base64.b64decode(said).decode().partition(":")
    return name, secret


def _refused(error: str, status: int = 400) -> web.Response:
    told = {"error": error, "error_description": "Token has been expired or revoked."}
    return web.json_response(told, status=status)
