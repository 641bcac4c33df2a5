"""Calendars that somebody else shares with the owner of a mailbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_core.patch import Patch
from tests.calendar_core.house import ME
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.test_reader import times, weekly_said
from tests.calendar_core.providers.microsoft.writes import create, edit, mirrored
from tests.servers.graph.server import ME as MAIL
from tests.servers.graph.server import GraphServer

GARTH = "garth@contoso.example"


@pytest.fixture
def shared(stand: Stand, server: GraphServer) -> str:
    """Garth's calendar in ME's mailbox; the stand's calendar is that one."""
    owner = {"name": "Garth", "address": GARTH}
    id_ = server.store.add_calendar(server.box, "Garth", owner=owner, canShare=False)
    stand.calendar = replace(stand.calendar, remote=id_, address=f"mailto:{GARTH}")
    stand.connections.linked[:] = [stand.calendar]
    return id_


async def test_what_others_share_does_not_tell_when_one_is_taken(
    stand: Stand, server: GraphServer, shared: str
) -> None:
    alias = {"name": "Me", "address": f"first.last.{MAIL}"}
    server.store.add_calendar(server.box, "Hobby", owner=alias)
    stand.connections.linked.clear()
    listed = await stand.reader.calendars(ME)
    told = [(one.name, one.address, one.counts_as_busy) for one in listed]
    assert told == [
        ("Calendar", "", True),
        ("Garth", f"mailto:{GARTH}", False),
        ("Hobby", "", True),
    ]


async def test_events_that_others_share_are_read_changed_and_removed_on_their_calendar(
    stand: Stand, server: GraphServer, shared: str
) -> None:
    record = server.add({"subject": "Review", **times("14:00", "15:00")}, shared)
    await edit(stand, Patch(title="Retro"))
    assert record.fields["subject"] == "Retro"
    server.remove(record)
    series = server.add(weekly_said("Standup"), shared)
    await edit(stand, Patch(title="Daily", alarms=(timedelta(minutes=5),)), id="series")
    assert series.fields["subject"] == "Daily"
    server.remove(series)
    made = await create(stand)
    assert (made.calendar, made.organizer) == (shared, GARTH)
    assert (await mirrored(stand)).uid == "review@test"
