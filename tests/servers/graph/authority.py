"""Who signs people in at Microsoft, on loopback over TLS: what msal asks of an authority."""

import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import trustme
from aiohttp import web

from tests.servers.graph.server import ME, GraphServer

Json = dict[str, Any]
CLIENT, SECRET = "11111111-2222-3333-4444-555555555555", "not a secret"
_TENANT = "84bd8158-6d4d-4958-8b9f-9d6445542f95"


@dataclass
class Grant:
    """What somebody allowed."""

    mail: str
    scope: str
    nonce: str = ""
    challenge: str = ""
    redirect: str = ""


@dataclass
class Authority:
    """A running authority: it knows one app, and lets ME in without a question."""

    graph: GraphServer
    url: str = ""
    ca_file: str = ""
    codes: dict[str, Grant] = field(default_factory=dict)
    devices: dict[str, Grant | None] = field(default_factory=dict)
    """What came of each device code; None: nobody has typed it."""
    refreshes: dict[str, Grant] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    denies: bool = False
    withholds: str = ""
    """A scope that people do not allow."""
    lasts: int = 3600
    fails: list[tuple[int, Json]] = field(default_factory=list)
    """What is answered in place of the next tokens."""
    discoveries: int = 0

    def sign_in(self, page: str) -> dict[str, str]:
        """What a browser comes back with from the page of `authorize`."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
        assert urlsplit(page).path.endswith("/authorize"), page
        assert said["client_id"] == CLIENT
        assert said["response_type"] == "code"
        assert said["code_challenge_method"] == "S256"
        if self.denies:
            return {"error": "access_denied", "state": said["state"]}
        code = uuid4().hex
        self.codes[code] = Grant(
            ME, said["scope"], said["nonce"], said["code_challenge"], said["redirect_uri"]
        )
        return {"code": code, "state": said["state"], "session_state": "x"}

    def type_code(self) -> None:
        """Somebody types the code that they were shown, and allows what is asked."""
        for code, grant in self.devices.items():
            if grant is None:
                self.devices[code] = Grant(ME, self._scopes[code])

    _scopes: dict[str, str] = field(default_factory=dict)

    def revoke(self) -> None:
        """The person takes the grant back."""
        self.refreshes.clear()

    def expire(self) -> None:
        """Every access token gets too old."""
        self.graph.tokens.clear()

    async def handle(self, request: web.Request) -> web.Response:
        """One request of msal's."""
        what = request.path.rpartition("/")[2]
        self.asked.append(what)
        if what == "openid-configuration":
            self.discoveries += 1
            return web.json_response(self._about())
        said = {name: str(value) for name, value in (await request.post()).items()}
        if said.get("client_id") != CLIENT:
            return _refused("unauthorized_client")
        if what == "devicecode":
            return self._device(said)
        assert what == "token", what
        if self.fails:
            status, body = self.fails.pop(0)
            return web.json_response(body, status=status)
        return self._token(said)

    def _about(self) -> Json:
        base = f"{self.url}/oauth2/v2.0"
        return {
            "issuer": f"{self.url}/v2.0",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "device_authorization_endpoint": f"{base}/devicecode",
        }

    def _device(self, said: Json) -> web.Response:
        code = uuid4().hex
        self.devices[code], self._scopes[code] = None, said["scope"]
        return web.json_response(
            {
                "device_code": code,
                "user_code": "ABCD-EFGH",
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900,
                "interval": 1,
                "message": "Type it there.",
            }
        )

    def _token(self, said: Json) -> web.Response:
        match said["grant_type"]:
            case "authorization_code":
                grant = self.codes.pop(said["code"], None)
                verifier = _b64(sha256(said["code_verifier"].encode()).digest())
                if grant is None or verifier != grant.challenge:
                    return _refused("invalid_grant")
                if said["redirect_uri"] != grant.redirect or said.get("client_secret") != SECRET:
                    return _refused("invalid_client")
            case "refresh_token":
                # A refresh token is good once: the next one comes with the tokens.
                grant = self.refreshes.pop(said["refresh_token"], None)
                if grant is None:
                    return _refused("invalid_grant", error_codes=[700082])
            case _:
                code = said["device_code"]
                if code not in self.devices:
                    return _refused("bad_code")
                if self.denies:
                    return _refused("authorization_declined")
                grant = self.devices[code]
                if grant is None:
                    return _refused("authorization_pending")
                del self.devices[code]
        return web.json_response(self._granted(grant))

    def _granted(self, grant: Grant) -> Json:
        access, refresh = f"access {uuid4().hex}", f"refresh {uuid4().hex}"
        self.graph.tokens[access] = grant.mail
        self.refreshes[refresh] = grant
        asked = [one for one in grant.scope.split() if "." in one and one != self.withholds]
        claims = {
            "aud": CLIENT,
            "iss": f"{self.url}/v2.0",
            "sub": "me",
            "oid": "me",
            "tid": _TENANT,
            "preferred_username": grant.mail,
            "iat": int(time.time()),
            "exp": int(time.time()) + 3600,
            "nonce": grant.nonce,
        }
        info = {"uid": "me", "utid": _TENANT}
        return {
            "token_type": "Bearer",
            "scope": " ".join(asked),
            "expires_in": self.lasts,
            "access_token": access,
            "refresh_token": refresh,
            "id_token": f"{_part({'alg': 'none'})}.{_part(claims)}.",
            "client_info": _part(info),
        }


def _refused(error: str, **more: Any) -> web.Response:
    body = {"error": error, "error_description": f"AADSTS: {error}", **more}
    return web.json_response(body, status=400)


def _part(body: Json) -> str:
    return _b64(json.dumps(body).encode())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def back(answer: dict[str, str]) -> str:
    """The query that a browser comes back with."""
    return urlencode(answer)


@asynccontextmanager
async def authority(graph: GraphServer, folder: Path) -> AsyncIterator[Authority]:
    """A running authority, whose tokens open the mailboxes of a Graph server."""
    running = Authority(graph)
    made = trustme.CA()
    running.ca_file = str(folder / "ca.pem")
    made.cert_pem.write_to_path(running.ca_file)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    made.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", running.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    running.url = f"https://127.0.0.1:{port}/common"
    try:
        yield running
    finally:
        await runner.cleanup()
