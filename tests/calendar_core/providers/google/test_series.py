"""What becomes of a series at Google when parts of it change."""

import pytest

from calendar_core.errors import ChangedMeanwhile, NotAllowed
from calendar_core.events import (
    Scope,
)
from calendar_core.ics.reading import read
from calendar_core.patch import Patch
from tests.calendar_core.house import an_event, at, span, weekly
from tests.calendar_core.providers.google.stand import MAIL, Stand
from tests.calendar_core.providers.google.writes import (
    ANA,
    SECOND,
    THIRD,
    created,
    edits,
    removal,
    starts,
    taken_back,
    written,
)
from tests.contracts.calendar_provider import confirmed, read_since
from tests.servers.google.server import Fault


@pytest.mark.parametrize("picky", [False, True])
async def test_one_occurrence_is_changed_and_another_removed(stand: Stand, picky: bool) -> None:
    stand.server.events.wants_local_starts = picky
    one = await created(stand, weekly())

    two = await written(
        stand, *edits(stand, one, Patch(title="Long one"), Scope.THIS, SECOND), id="2"
    )
    three = await written(stand, *removal(stand, two, Scope.THIS, THIRD), id="3")

    assert await starts(stand) == ["09 09:00 Standup", "16 09:00 Long one", "30 09:00 Standup"]
    read_anew = await read_since(stand.provider, None)
    assert read_anew.changed == {three.uid: three}


async def test_a_removed_occurrence_comes_back(stand: Stand) -> None:
    one = await created(stand, weekly())
    (gone,) = removal(stand, one, Scope.THIS, SECOND)
    two = await written(stand, gone, id="2")

    await written(stand, taken_back(gone, two), id="3")

    assert len(await starts(stand)) == 4
    assert (await read_since(stand.provider, None)).changed["standup@test"].ics.count("EXDATE") == 0


async def test_a_changed_occurrence_goes_back_into_its_series(stand: Stand) -> None:
    one = await created(stand, weekly())
    patch = Patch(title="Long one", when=span("11:00", "12:00", day=at("08:00").date()))
    (edit,) = edits(stand, one, patch, Scope.THIS, "2026-03-09T08:00:00+00:00")
    two = await written(stand, edit, id="2")
    assert (await starts(stand))[0] == "09 11:00 Long one"

    await written(stand, taken_back(edit, two), id="3")

    assert (await starts(stand))[0] == "09 09:00 Standup"


async def test_this_and_the_following_part_the_series(stand: Stand) -> None:
    one = await created(stand, weekly())
    one = await written(stand, *edits(stand, one, Patch(title="X"), Scope.THIS, THIRD), id="1")

    later = edits(stand, one, Patch(title="Sync"), Scope.FOLLOWING, SECOND)
    await stand.writer.apply(confirmed(*later, id="2"))

    assert await starts(stand) == [
        "09 09:00 Standup",
        "16 09:00 Sync",
        "23 09:00 X",
        "30 09:00 Sync",
    ]


async def test_a_part_that_google_refuses_leaves_the_series_whole(stand: Stand) -> None:
    one = await created(stand, weekly())
    later = edits(stand, one, Patch(title="Sync"), Scope.FOLLOWING, SECOND)
    stand.server.faults.append(Fault("events.insert", status=403, body="{}"))

    with pytest.raises(NotAllowed):
        await stand.writer.apply(confirmed(*later, id="2"))

    assert [one[-7:] for one in await starts(stand)] == ["Standup"] * 4


async def test_a_whole_series_moves_with_its_changed_dates(stand: Stand) -> None:
    one = await created(stand, weekly())
    one = await written(stand, *edits(stand, one, Patch(title="X"), Scope.THIS, SECOND), id="1")
    one = await written(stand, *removal(stand, one, Scope.THIS, THIRD), id="2")

    moved = Patch(when=span("10:00", "10:15"))
    await written(stand, *edits(stand, one, moved, Scope.ALL, "2026-03-09T08:00:00+00:00"), id="3")

    assert await starts(stand) == ["09 10:00 Standup", "16 10:00 X", "30 10:00 Standup"]


@pytest.mark.parametrize("told", [True, False])
async def test_a_deleted_series_lives_again_under_its_old_id(stand: Stand, told: bool) -> None:
    stand.server.events.tells_deleted = told
    one = await created(stand, weekly())
    one = await written(stand, *edits(stand, one, Patch(title="X"), Scope.THIS, SECOND), id="1")
    (gone,) = removal(stand, one, Scope.ALL, "")
    await stand.writer.apply(confirmed(gone, id="2"))
    assert await starts(stand) == []

    await written(stand, taken_back(gone, None), id="3")

    assert await starts(stand) == [
        *("09 09:00 Standup", "16 09:00 X", "23 09:00 Standup", "30 09:00 Standup")
    ]


async def test_what_is_taken_in_again_after_its_deletion_keeps_nothing_of_old(
    stand: Stand,
) -> None:
    old = await created(stand, weekly(uid="again", location="Room 4", guests=(ANA,)))
    (gone,) = removal(stand, old, Scope.ALL, "")
    await stand.writer.apply(confirmed(gone, id="2"))

    new = await created(stand, an_event("Other", uid="again"))

    event = read(new)[0]
    assert (event.title, event.location, event.guests, event.repeat) == ("Other", "", (), None)


async def test_what_somebody_else_changed_is_not_overwritten(stand: Stand) -> None:
    one = await created(stand, weekly())
    (id_,) = stand.events
    await written(stand, *edits(stand, one, Patch(title="Theirs"), Scope.THIS, SECOND), id="2")

    with pytest.raises(ChangedMeanwhile):
        await written(stand, *edits(stand, one, Patch(title="Mine"), Scope.THIS, SECOND), id="3")

    assert "16 09:00 Theirs" in await starts(stand)
    assert stand.events[id_]["summary"] == "Standup"


async def test_cancelled_dates_stay_cancelled_where_google_does_not_tell_them_again(
    stand: Stand,
) -> None:
    stand.server.events.tells_cancelled_by_uid = False
    one = await created(stand, weekly())
    first = await read_since(stand.provider, None)
    held = stand.server.world.calendars[MAIL]
    (id_,) = stand.events
    stand.server.events.delete(held, {"eventId": f"{id_}_20260316T080000Z"}, {})
    then = await read_since(stand.provider, first.cursor)
    stand.server.events.patch(held, {"eventId": f"{id_}_20260323T080000Z"}, {"summary": "X"})
    last = await read_since(stand.provider, then.cursor)

    (series,) = last.changed.values()
    assert [event.title for event in read(series)] == ["Standup", "X"]
    assert len(read(series)[0].repeat.skipped) == 1  # type: ignore[union-attr]
    renamed = await written(stand, *edits(stand, series, Patch(title="Sync")), id="2")
    assert read(renamed)[0].title == "Sync"
    assert one.uid == renamed.uid
