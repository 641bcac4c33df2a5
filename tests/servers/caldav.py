"""Real CalDAV servers on loopback, one process a run: Radicale, which wants a password, and
Xandikos, which trusts whoever comes."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import niquests

USER, PASSWORD = "me", "not a secret"
_STARTS_WITHIN = 30.0
"""Seconds."""


@dataclass(frozen=True)
class CalDavServer:
    """A running server."""

    name: str
    url: str
    """Of its root, with a slash at the end."""
    principal: str
    """Who ME is there."""
    home: str
    """Where ME's calendars are."""
    session: niquests.Session = field(default_factory=niquests.Session, repr=False)

    def request(self, method: str, url: str, body: str = "", **headers: str) -> niquests.Response:
        """Ask as ME, past everything that is tested."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(
            method, url, data=body.encode(), headers=named, auth=(USER, PASSWORD), timeout=20
        )

    def make_calendar(self, name: str = "", components: str = "VEVENT") -> str:
        """A new, empty calendar; its address."""
        url = f"{self.home}{name or uuid4().hex}/"
        body = (
            '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
            f"<D:displayname>{name or 'Work'}</D:displayname>"
            f'<C:supported-calendar-component-set><C:comp name="{components}"/>'
            "</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"
        )
        made = self.request("MKCALENDAR", url, body, Content_Type="application/xml")
        assert made.status_code == 201, (made.status_code, made.text)
        return url

    def remove(self, url: str) -> None:
        """Take away a calendar or a resource."""
        self.request("DELETE", url)

    def put(self, url: str, ics: str) -> None:
        """Store a text as another program does."""
        done = self.request("PUT", url, ics, Content_Type="text/calendar; charset=utf-8")
        assert done.status_code in (200, 201, 204), (done.status_code, done.text)


@contextmanager
def radicale(folder: Path) -> Iterator[CalDavServer]:
    """Radicale, with ME's password."""
    port = free_port()
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\n"
        "htpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\n[logging]\nlevel = error\n"
    )
    url = f"http://127.0.0.1:{port}/"
    with _running([sys.executable, "-m", "radicale", "-C", str(folder / "config")], url):
        home = f"{url}{USER}/"
        server = CalDavServer("radicale", url, home, home)
        server.request("MKCOL", home)
        with server.session:
            yield server


@contextmanager
def xandikos(folder: Path) -> Iterator[CalDavServer]:
    """Xandikos, with ME as its one principal."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [
        *(sys.executable, "-m", "xandikos", "serve", "-d", str(folder / "dav"), "-p", str(port)),
        *("--listen-address", "127.0.0.1", "--autocreate", "--defaults"),
        *("--current-user-principal", f"/{USER}/"),
    ]
    with _running(command, url):
        server = CalDavServer("xandikos", url, f"{url}{USER}/", f"{url}{USER}/calendars/")
        with server.session:
            yield server


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str], url: str) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + _STARTS_WITHIN
        while True:
            try:
                niquests.get(url, timeout=2, allow_redirects=False)
                break
            except niquests.exceptions.RequestException:
                assert process.poll() is None, f"{command} ended"
                assert time.monotonic() < end, f"{command} does not answer"
                time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait(10)
