"""One exchange with a server that somebody named: where it may go, how long and how much.

Stands in for the session of the caldav library's client. The addresses are checked when a
connection is made, after names were resolved, so that a name can't point elsewhere in between.
Redirects are not followed: `discovery` does, where credentials may go. What an answer means is
`client`.
"""

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import niquests
from niquests.packages.urllib3.contrib.resolver.system import (  # type: ignore[import-not-found]
    SystemResolver,
)
from niquests.structures import CaseInsensitiveDict

from calendar_core.errors import NotAllowed
from calendar_core.outside import CONNECT_WITHIN, PRIVATE
from calendar_core.outside import Outside as Outside
from calendar_core.outside import is_public as is_public


class TooMuch(niquests.exceptions.RequestException):
    """An answer is longer than can be right, or takes too long."""


class UnknownName(niquests.exceptions.ConnectionError):
    """A host's name does not resolve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireAnswer:
    """What came back, as the caldav library reads it."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    reason: str
    url: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")


class Wire:
    """The way to servers; safe to be used for one account at a time."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._resolver = _Resolver(outside)
        # No HTTP/3: it would be resolved and reached another way.
        self._session = niquests.Session(resolver=self._resolver, disable_http3=True)
        # Neither .netrc nor the environment's proxies: credentials and addresses are ours to check.
        self._session.trust_env = False

    def request(
        self,
        method: str,
        url: str,
        *,
        data: Any,
        headers: Mapping[str, str],
        auth: Any,
        timeout: float | None,
        **_library: object,
    ) -> WireAnswer:
        """Ask and read the whole answer. Raises niquests' exceptions, TooMuch, NotAllowed for an
        address that may not be reached."""
        check_address(url, self._outside)
        end = time.monotonic() + self._outside.longest
        try:
            answer = self._session.request(
                method,
                url,
                data=data,
                headers=dict(headers),
                auth=auth,
                timeout=(CONNECT_WITHIN, timeout or self._outside.silence),
                verify=self._outside.ca_file or True,
                allow_redirects=False,
                stream=True,
            )
        except niquests.exceptions.ConnectionError as err:
            host = urlsplit(url).hostname
            if host in self._resolver.refused:
                raise NotAllowed(PRIVATE) from err
            if host in self._resolver.unknown:
                raise UnknownName(f"There is no server called {host}.") from err
            raise
        try:
            content = self._whole(answer, end)
        finally:
            answer.close()
        # The library reads XML whatever it is called, and logs what is called XML and is none.
        told = CaseInsensitiveDict(answer.headers)
        told["Content-Type"] = "text/plain"
        return WireAnswer(
            status_code=answer.status_code or 0,
            headers=told,
            content=content,
            reason=answer.reason or "",
            url=url,
        )

    def close(self) -> None:
        """End its connections."""
        self._session.close()

    def _whole(self, answer: niquests.Response, end: float) -> bytes:
        parts, size = [], 0
        for part in answer.iter_content(65536):
            size += len(part)
            if size > self._outside.largest or time.monotonic() > end:
                raise TooMuch("the answer is too long")
            parts.append(part)
        return b"".join(parts)


def check_address(url: str, outside: Outside) -> None:
    """See that a URL may be asked with credentials; raises NotAllowed."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise NotAllowed("That is no address of a calendar server: it begins with https://.")
    if parts.scheme == "http" and not outside.private:
        raise NotAllowed(
            "Passwords go over https only. Give the address that begins with https://."
        )


class _Resolver(SystemResolver):  # type: ignore[misc]
    """Resolves names as the system does, and refuses those that lead into private networks."""

    def __init__(self, outside: Outside) -> None:
        super().__init__()
        self._private = outside.private
        self.refused: set[str] = set()
        self.unknown: set[str] = set()

    def getaddrinfo(self, host: Any, *args: Any, **kwargs: Any) -> Any:
        """Called with every host that a connection goes to, also with bare addresses."""
        name = host.decode() if isinstance(host, bytes) else str(host)
        self.unknown.discard(name)
        try:
            found = super().getaddrinfo(host, *args, **kwargs)
        except socket.gaierror as err:
            if err.errno == socket.EAI_NONAME:
                self.unknown.add(name)
            raise
        if not self._private and not all(is_public(str(one[4][0])) for one in found):
            self.refused.add(name)
            raise socket.gaierror(socket.EAI_FAIL, "an address of a private network")
        return found
