"""What goes wrong between us and a CalDAV server: at every call, before and after it did it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import ChangedMeanwhile, CursorDied, NotAllowed, SignInNeeded, TryLater
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.providers.caldav.client import Doors
from calendar_core.providers.caldav.wire import Outside
from tests.calendar_core.house import an_event, at
from tests.calendar_core.providers.caldav.stand import Stand, a_stand
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.servers.caldav import CalDavServer
from tests.servers.faults import Fault, FaultyProxy, faulty

HASTY = Outside(private=True, silence=2.0, patience=2.0, longest=8.0, largest=2_000_000)


@pytest.fixture
async def proxy(server: CalDavServer) -> AsyncIterator[FaultyProxy]:
    async with faulty(server.url) as running:
        yield running


@pytest.fixture
async def doors() -> AsyncIterator[Doors]:
    opened = Doors(HASTY)
    yield opened
    opened.close()


@pytest.fixture
def stand(server: CalDavServer, calendar_url: str, doors: Doors, proxy: FaultyProxy) -> Stand:
    """A linked calendar behind the proxy."""
    return a_stand(proxy.at(server.principal), proxy.at(calendar_url), doors)


LOST = {
    "cut": Fault("?"),
    "hung": Fault("?", hangs=True),
    "failed": Fault("?", status=500, body="<html>oops</html>"),
    "away": Fault("?", status=502),
}


async def titles(stand: Stand) -> list[str]:
    found = await read_since(stand.provider, None)
    return sorted(read(one)[0].title for one in found.changed.values())


@pytest.mark.parametrize("how", LOST)
async def test_a_creation_whose_answer_is_lost_is_found_done(
    stand: Stand, proxy: FaultyProxy, how: str
) -> None:
    proxy.faults.append(replace(LOST[how], method="PUT", after=True))

    (written,) = await stand.writer.apply(confirmed(a_write(stand.provider)))

    assert written.resource is not None
    assert await titles(stand) == ["Review"]
    assert proxy.asked.count("PUT") == 1


@pytest.mark.parametrize("how", LOST)
async def test_a_creation_that_never_arrived_is_tried_again_under_the_same_id(
    stand: Stand, proxy: FaultyProxy, how: str
) -> None:
    change = confirmed(a_write(stand.provider))
    proxy.faults.append(replace(LOST[how], method="PUT"))

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    assert await titles(stand) == []
    await stand.writer.apply(change)

    assert await titles(stand) == ["Review"]


@pytest.mark.parametrize("how", LOST)
async def test_an_edit_and_a_removal_whose_answers_are_lost_are_found_done(
    stand: Stand, proxy: FaultyProxy, how: str
) -> None:
    edit, removal = await _an_edit_and_its_removal(stand)
    proxy.faults.append(replace(LOST[how], method="PUT", after=True))

    (edited,) = await stand.writer.apply(confirmed(edit, id="2"))
    assert edited.resource is not None
    proxy.faults.append(replace(LOST[how], method="DELETE", after=True))
    (removed,) = await stand.writer.apply(
        confirmed(replace(removal, before=edited.resource.ics, etag=edited.resource.etag), id="3")
    )

    assert removed.resource is None
    assert await titles(stand) == []


@pytest.mark.parametrize("how", LOST)
async def test_a_write_stays_open_when_even_looking_fails_and_is_finished_by_its_repeat(
    stand: Stand, proxy: FaultyProxy, how: str
) -> None:
    edit, _ = await _an_edit_and_its_removal(stand)
    change = confirmed(edit, id="2")
    proxy.faults += [
        # The look before the write passes: it is the second one that fails.
        Fault("REPORT", rewrite=lambda text: text),
        replace(LOST[how], method="PUT", after=True),
        Fault("REPORT", status=503),
    ]

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    (written,) = await stand.writer.apply(change)

    assert written.resource is not None
    assert await titles(stand) == ["Retro"]
    assert proxy.asked.count("PUT") == 2


async def test_somebody_else_between_the_look_and_a_lost_write_is_not_overwritten(
    stand: Stand, proxy: FaultyProxy, server: CalDavServer, calendar_url: str
) -> None:
    edit, _ = await _an_edit_and_its_removal(stand)
    theirs = new_resource(an_event("Theirs", uid=edit.uid), at=at("07:00")).ics

    def meddle(text: str) -> str:
        server.put(f"{calendar_url}{edit.uid}.ics", theirs)
        return text

    proxy.faults.append(Fault("REPORT", rewrite=meddle))

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(edit, id="2"))

    assert await titles(stand) == ["Theirs"]


async def test_a_server_that_asks_to_wait_is_left_alone_as_long_as_it_says(
    stand: Stand, proxy: FaultyProxy
) -> None:
    for method in ("REPORT", "PUT"):
        proxy.faults.append(Fault(method, status=429, headers={"Retry-After": "120"}))
        with pytest.raises(TryLater) as raised:
            await stand.writer.apply(confirmed(a_write(stand.provider)))
        assert raised.value.after == timedelta(seconds=120)
    assert await titles(stand) == []


async def test_a_busy_server_is_tried_later(stand: Stand, proxy: FaultyProxy) -> None:
    proxy.faults.append(Fault("REPORT", status=503, headers={"Retry-After": "7"}))

    with pytest.raises(TryLater) as raised:
        await read_since(stand.provider, None)

    assert raised.value.after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no XML at all",
        "<html><body>Welcome to the hotel's network</body></html>",
        '<?xml version="1.0"?><multistatus xmlns="DAV:"><response>',
        '<multistatus xmlns="DAV:"><response><status>HTTP/1.1 200 OK</status></response>'
        "<sync-token>x</sync-token></multistatus>",
        '<multistatus xmlns="DAV:"/>',
        "\x00\x01\x02",
    ],
)
async def test_garbage_is_no_empty_calendar(stand: Stand, proxy: FaultyProxy, body: str) -> None:
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    proxy.faults.append(Fault("REPORT", status=207, body=body, matches="sync-collection"))

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)


@pytest.mark.parametrize("how", LOST)
async def test_a_failing_page_fails_the_round(stand: Stand, proxy: FaultyProxy, how: str) -> None:
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    proxy.faults.append(replace(LOST[how], method="REPORT", matches="calendar-multiget"))

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)

    assert await titles(stand) == ["Review"]


async def test_an_event_that_the_server_fails_to_tell_does_not_pass_for_gone(
    stand: Stand, proxy: FaultyProxy
) -> None:
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    proxy.faults.append(
        Fault("REPORT", matches="multiget", rewrite=lambda text: text.replace("200 OK", "500 No"))
    )

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)


async def test_what_an_answer_leaves_out_is_asked_once_more(
    stand: Stand, proxy: FaultyProxy
) -> None:
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    empty = '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"/>'
    proxy.faults.append(Fault("REPORT", matches="multiget", rewrite=lambda _: empty))

    assert await titles(stand) == ["Review"]


async def test_an_answer_without_end_is_given_up(stand: Stand, proxy: FaultyProxy) -> None:
    proxy.forever.append(Fault("REPORT", status=207, body="x" * 3_000_000))

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)


@pytest.mark.parametrize("status", [403, 412, 409])
async def test_a_token_that_the_server_forgot_begins_anew(
    stand: Stand, proxy: FaultyProxy, status: int
) -> None:
    cursor = (await read_since(stand.provider, None)).cursor
    body = '<?xml version="1.0"?><D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>'
    proxy.faults.append(Fault("REPORT", status=status, body=body))

    with pytest.raises(CursorDied):
        await read_since(stand.provider, cursor)


async def test_a_refused_password_asks_to_link_again(
    stand: Stand, proxy: FaultyProxy, server: CalDavServer
) -> None:
    proxy.forever.append(
        Fault("REPORT", status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    )

    with pytest.raises(SignInNeeded):
        await read_since(stand.provider, None)
    with pytest.raises(SignInNeeded):
        await stand.writer.apply(confirmed(a_write(stand.provider)))


@pytest.mark.parametrize(("status", "error"), [(403, NotAllowed), (507, NotAllowed)])
async def test_a_write_that_is_refused_takes_back_what_was_written_before_it(
    stand: Stand, proxy: FaultyProxy, status: int, error: type[Exception]
) -> None:
    first, second = a_write(stand.provider, "One"), a_write(stand.provider, "Two")
    before = await read_since(stand.provider, None)
    proxy.faults.append(Fault("PUT", status=status, matches="SUMMARY:Two"))

    with pytest.raises(error):
        await stand.writer.apply(confirmed(first, second))

    assert (await read_since(stand.provider, None)).changed == before.changed == {}


async def test_a_change_of_two_that_is_broken_off_is_finished_by_its_repeat(
    stand: Stand, proxy: FaultyProxy
) -> None:
    change = confirmed(a_write(stand.provider, "One"), a_write(stand.provider, "Two"))
    proxy.faults.append(Fault("PUT", matches="SUMMARY:Two"))

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    assert await titles(stand) == ["One"]
    await stand.writer.apply(change)

    assert await titles(stand) == ["One", "Two"]
    assert proxy.asked.count("PUT") == 3


async def test_a_change_of_two_that_comes_too_late_after_it_was_broken_off_leaves_nothing(
    stand: Stand, proxy: FaultyProxy, server: CalDavServer, calendar_url: str
) -> None:
    edit, _ = await _an_edit_and_its_removal(stand)
    change = confirmed(a_write(stand.provider, "One"), edit, id="2")
    proxy.faults.append(Fault("PUT", matches="SUMMARY:Retro"))
    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    theirs = new_resource(an_event("Theirs", uid=edit.uid), at=at("07:00")).ics
    server.put(f"{calendar_url}{edit.uid}.ics", theirs)

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(change)

    assert await titles(stand) == ["Theirs"]


async def test_a_wrong_version_from_the_server_is_never_overwritten(
    stand: Stand, proxy: FaultyProxy
) -> None:
    edit, _ = await _an_edit_and_its_removal(stand)
    wrong = replace(edit, etag=f'{edit.etag.partition(" ")[0]} "another"', before=edit.after)

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(
            confirmed(
                replace(wrong, after=new_resource(an_event("X", uid=edit.uid), at=at("07:00")).ics)
            )
        )

    assert await titles(stand) == ["Review"]


async def _an_edit_and_its_removal(stand: Stand) -> tuple[Write, Write]:
    """An event that stands there: its renaming to "Retro", and its removal."""
    (made,) = await stand.writer.apply(confirmed(a_write(stand.provider), id="1"))
    assert made.resource is not None
    retro = new_resource(an_event("Retro", uid=made.uid), at=at("07:00")).ics
    edit = a_write(stand.provider, before=made.resource.ics, after=retro, etag=made.resource.etag)
    return edit, replace(edit, after=None)
