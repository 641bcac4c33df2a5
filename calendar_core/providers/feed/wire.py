"""The way to an address that somebody gave us: no name leads into a private network.

A name is resolved once, its addresses are looked at, and the connection goes to one of them; the
certificate is still that of the name. What an answer means is `client`.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence

import httpx2

from calendar_core.errors import NotAllowed, NotFound
from calendar_core.outside import CONNECT_WITHIN, PRIVATE, Outside, is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host. Raises OSError."""


async def system_addresses(host: str, port: int) -> Sequence[str]:
    """As the system resolves names, and writes bare addresses."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


class CheckedTransport(httpx2.AsyncBaseTransport):
    """Connects to addresses that may be reached, and to no others."""

    def __init__(self, outside: Outside, resolve: Resolve, trusted: ssl.SSLContext) -> None:
        self._outside = outside
        self._resolve = resolve
        # Kept for no second request: it might go to another name at the same address.
        alone = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
        self._inner = httpx2.AsyncHTTPTransport(verify=trusted, trust_env=False, limits=alone)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One exchange. Raises httpx2's errors, NotAllowed for a private network, NotFound for a
        name that leads nowhere."""
        url = request.url
        addresses = await self._addresses(url.host, url.port or 443)
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        refused: httpx2.ConnectError | httpx2.ConnectTimeout | None = None
        for address in addresses:
            request.url = url.copy_with(host=address)
            try:
                return await self._inner.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as err:
                refused = err
            finally:
                request.url = url
        raise refused or NotFound(f"There is no server called {url.host}.")

    async def aclose(self) -> None:
        """End its connections."""
        await self._inner.aclose()

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                found = await self._resolve(host, port)
        except socket.gaierror as err:
            if err.errno in (socket.EAI_NONAME, socket.EAI_NODATA):
                raise NotFound(f"There is no server called {host}.") from err
            raise httpx2.ConnectError(f"{host} can't be resolved now") from err
        except TimeoutError as err:
            raise httpx2.ConnectTimeout(f"{host} can't be resolved in time") from err
        except (OSError, UnicodeError) as err:
            raise NotFound(f"There is no server called {host}.") from err
        if not self._outside.private and not all(map(is_public, found)):
            raise NotAllowed(PRIVATE)
        return found
