"""A CalDAV server on loopback that schedules (RFC 6638), as far as asking when people are taken
goes: an outbox, people who can be searched for, and calendars that it shows of some.

It writes XML as others do: other prefixes, a default namespace, absolute and quoted addresses.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

ME = "me@example.org"
_DAV = '<multistatus xmlns="DAV:" xmlns:CAL="urn:ietf:params:xml:ns:caldav">{}</multistatus>'
_OK = "<response><href>{}</href><propstat><prop>{}</prop><status>HTTP/1.1 200 OK</status></propstat></response>"  # noqa: E501
_BUSY = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nMETHOD:REPLY\nBEGIN:VFREEBUSY\nUID:1\n"
    "DTSTAMP:20260301T000000Z\nDTSTART:20260301T000000Z\nDTEND:20261231T000000Z\n{}"
    "END:VFREEBUSY\nEND:VCALENDAR\n"
)


@dataclass
class SchedulingServer:
    """What it knows, and what it was asked."""

    summed: dict[str, str] = field(default_factory=dict)
    """By mail address FREEBUSY periods that its outbox tells."""
    shown: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """By mail address calendars that may be asked, with their periods; None: it refuses."""
    has_outbox: bool = True
    points_to: str = ""
    """Where its outbox is said to be instead."""
    posted: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def principal(self) -> str:
        """Who ME is there."""
        return f"{self.url}/people/me/"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        body = await request.text()
        self.asked.append(f"{request.method} {request.path}")
        match (request.method, request.path.strip("/").split("/")):
            case ("PROPFIND", ["people", "me"]):
                return self._me()
            case ("REPORT", ["people"]):
                return self._search(body)
            case ("PROPFIND", ["of", who]):
                return self._home(who)
            case ("REPORT", ["of", who, name]):
                told = self.shown[who][name]
                return web.Response(status=403) if told is None else _ics(told)
            case ("POST", ["out", "box"]):
                self.posted.append(body)
                return self._sum(body)
            case _:
                return web.Response(status=404)

    def _me(self) -> web.Response:
        box = self.points_to or "/out/box/"
        told = (
            "<principal-collection-set><href>/people/</href></principal-collection-set>"
            f"<CAL:calendar-user-address-set><href>/people/me/</href><href>MAILTO:{ME}</href>"
            "</CAL:calendar-user-address-set>"
        )
        if self.has_outbox:
            told += f"<CAL:schedule-outbox-URL><href>{box}</href></CAL:schedule-outbox-URL>"
        return _multi([("/people/me/", told)])

    def _search(self, body: str) -> web.Response:
        listed = [
            (
                f"/people/{who}/",
                f"<CAL:calendar-home-set><href>{self.url}/of/{who.replace('@', '%40')}/</href>"
                "</CAL:calendar-home-set><CAL:calendar-user-address-set>"
                f"<href>mailto:{who}</href></CAL:calendar-user-address-set>",
            )
            for who in self.shown
        ]
        assert "principal-property-search" in body
        return _multi(listed)  # whatever was asked for: it matches more than it should

    def _home(self, who: str) -> web.Response:
        a_calendar = "<resourcetype><collection/><CAL:calendar/></resourcetype>"
        listed = [(f"/of/{who}/", "<resourcetype><collection/></resourcetype>")]
        listed += [(f"/of/{who}/{name}/", a_calendar) for name in self.shown[who]]
        return _multi(listed)

    def _sum(self, body: str) -> web.Response:
        unfolded = body.replace("\r\n ", "")
        said = ""
        for who in re.findall(r"ATTENDEE:mailto:(\S+)", unfolded):
            known = who in self.summed
            status = "2.0;Success" if known else "3.7;Invalid calendar user"
            data = _BUSY.format(_lines(self.summed[who])) if known else ""
            said += (
                f"<X:response><X:recipient><Y:href>mailto:{who}</Y:href></X:recipient>"
                f"<X:request-status>{status}</X:request-status>"
                f"<X:calendar-data>{data}</X:calendar-data></X:response>"
            )
        text = (
            '<X:schedule-response xmlns:X="urn:ietf:params:xml:ns:caldav" xmlns:Y="DAV:">'
            f"{said}</X:schedule-response>"
        )
        return web.Response(text=text, content_type="application/xml")


def _lines(periods: str) -> str:
    return f"FREEBUSY;FBTYPE=BUSY:{periods}\n" if periods else ""


def _ics(periods: str) -> web.Response:
    return web.Response(text=_BUSY.format(_lines(periods)), content_type="text/calendar")


def _multi(listed: list[tuple[str, str]]) -> web.Response:
    text = _DAV.format("".join(_OK.format(*one) for one in listed))
    return web.Response(status=207, text=text, content_type="application/xml")


@asynccontextmanager
async def scheduling() -> AsyncIterator[SchedulingServer]:
    """A running server."""
    running = SchedulingServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", running.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        running.url = f"{server.make_url('/')}".rstrip("/")
        yield running
