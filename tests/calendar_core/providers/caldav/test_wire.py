"""Where a request may go: not into private networks, not without TLS, not on to other hosts."""

import logging
import socket
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_core.errors import NotAllowed, TryLater
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.wire import Outside, check_address, is_public
from tests.calendar_core.providers.caldav.stand import a_stand
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.servers.caldav import PASSWORD, USER, CalDavServer
from tests.servers.faults import Fault, faulty

PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
    *("100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0"),
    *("fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
    *("2002:7f00:1::", "2002:c0a8:101::1", "::ffff:169.254.169.254"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_told_however_they_are_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["17.248.1.1", "2a01:b740::1", "::ffff:17.248.1.1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_as_public_as_it_is(address: object) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@pytest.mark.parametrize(
    "url",
    ["http://calendar.example/", "ftp://calendar.example/", "https://", "file:///etc/passwd", "x"],
)
def test_only_https_is_asked(url: str) -> None:
    with pytest.raises(NotAllowed):
        check_address(url, Outside())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "[::1]"])
async def test_nobody_is_asked_in_a_private_network(host: str) -> None:
    with socket.socket(socket.AF_INET6 if "[" in host else socket.AF_INET) as listening:
        listening.bind((host.strip("[]") if "[" in host else "127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        doors = Doors(Outside(silence=2.0))
        url = f"https://{host}:{listening.getsockname()[1]}/"

        with pytest.raises(NotAllowed, match="private network"):
            await doors.to(url, "me", {"password": "secret"}).ask("PROPFIND", url)

        with pytest.raises(TimeoutError):
            listening.accept()
        doors.close()


async def test_a_name_that_leads_into_a_private_network_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rebound(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.7.7", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    doors = Doors(Outside(silence=2.0))
    url = "https://calendar.example/"

    with pytest.raises(NotAllowed, match="private network"):
        await doors.to(url, "me", {"password": "secret"}).ask("PROPFIND", url)
    doors.close()


async def test_an_operator_may_allow_private_networks(
    radicale_server: CalDavServer,
) -> None:
    url = radicale_server.make_calendar()
    doors = Doors(Outside(private=True))

    found = await read_since(a_stand(radicale_server.principal, url, doors).provider, None)

    assert found.changed == {}
    doors.close()
    radicale_server.remove(url)


async def test_neither_secrets_nor_events_are_logged(
    radicale_server: CalDavServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = radicale_server.make_calendar()
    doors = Doors(Outside(private=True))
    async with faulty(radicale_server.url) as proxy:
        stand = a_stand(proxy.at(radicale_server.principal), proxy.at(url), doors)
        await stand.writer.apply(confirmed(a_write(stand.provider, "Payroll")))
        await read_since(stand.provider, None)
        leak = "<D:multistatus>Payroll"
        xml = {"Content-Type": "text/xml"}
        proxy.forever.append(Fault("REPORT", status=207, body=leak, headers=xml))
        with pytest.raises(TryLater):
            await read_since(stand.provider, None)
    doors.close()
    radicale_server.remove(url)

    assert "Starting new HTTP connection" in caplog.text
    for secret in (PASSWORD, b64encode(f"{USER}:{PASSWORD}".encode()).decode(), "Payroll"):
        assert secret not in caplog.text


def test_secrets_are_in_no_text_of_the_doors() -> None:
    doors = Doors(Outside())
    door = doors.to("https://calendar.example/", "me", {"password": "hunter2"})

    assert "hunter2" not in repr(doors) + repr(door) + repr(vars(doors)) + repr(vars(door))
    doors.close()
