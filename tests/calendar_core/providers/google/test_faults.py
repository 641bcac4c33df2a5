"""What goes wrong between us and Google: at every call, before and after it did it."""

from dataclasses import replace
from typing import Any

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import ChangedMeanwhile, NotAllowed, TryLater
from calendar_core.events import RecurrenceId, Scope
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from tests.calendar_core.house import an_event, at, span, weekly
from tests.calendar_core.providers.google.stand import MAIL, Stand, a_stand
from tests.calendar_core.providers.google.writes import edits, removal, taken_back
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.servers.google.server import Fault, GoogleServer

LOST = {
    "cut": Fault("?"),
    "hung": Fault("?", hangs=True),
    "failed": Fault("?", status=500, body="<html>oops</html>"),
    "away": Fault("?", status=502),
    "garbage": Fault("?", status=200, body="<html>Welcome to the hotel's network</html>"),
}
WAIT = {
    "busy": Fault("?", status=429, headers={"Retry-After": "3"}),
    "too fast": Fault(
        "?", status=403, body='{"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}'
    ),
}
SECOND = RecurrenceId("2026-03-16T08:00:00+00:00")


@pytest.fixture
async def stand(server: GoogleServer) -> Any:
    """A linked calendar; nobody waits long."""
    made = a_stand(server, silence=1.5, longest=6.0)
    yield made
    made.google.close()


async def titles(stand: Stand) -> list[str]:
    found = await read_since(stand.provider, None)
    return sorted(event.title for one in found.changed.values() for event in read(one))


async def an_edit(stand: Stand, title: str = "Retro") -> Write:
    """An event that stands there, and its renaming."""
    (made,) = await stand.writer.apply(confirmed(a_write(stand.provider), id="1"))
    assert made.resource is not None
    (edit,) = edits(stand, made.resource, Patch(title=title))
    return edit


@pytest.mark.parametrize("how", LOST)
async def test_a_creation_whose_answer_is_lost_is_found_done(stand: Stand, how: str) -> None:
    stand.server.faults.append(replace(LOST[how], method="events.insert", after=True))

    (written,) = await stand.writer.apply(confirmed(a_write(stand.provider)))

    assert written.resource is not None
    assert await titles(stand) == ["Review"]
    assert len(stand.events) == 1


@pytest.mark.parametrize("how", [*LOST, *WAIT])
async def test_a_creation_that_never_arrived_is_tried_again_under_the_same_id(
    stand: Stand, how: str
) -> None:
    change = confirmed(a_write(stand.provider))
    fault = replace((LOST | WAIT)[how], method="events.insert")
    # What is cut before anything came is asked once more by the library itself.
    stand.server.faults += [fault, fault]

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    assert stand.events == {}
    stand.server.faults.clear()
    await stand.writer.apply(change)

    assert await titles(stand) == ["Review"]


@pytest.mark.parametrize("how", LOST)
async def test_an_edit_and_a_removal_whose_answers_are_lost_are_found_done(
    stand: Stand, how: str
) -> None:
    edit = await an_edit(stand)
    stand.server.faults.append(replace(LOST[how], method="events.patch", after=True))

    (edited,) = await stand.writer.apply(confirmed(edit, id="2"))
    assert edited.resource is not None
    assert await titles(stand) == ["Retro"]
    stand.server.faults.append(replace(LOST[how], method="events.delete", after=True))
    (gone,) = removal(stand, edited.resource, Scope.ALL, "")
    (removed,) = await stand.writer.apply(confirmed(gone, id="3"))

    assert removed.resource is None
    assert await titles(stand) == []


@pytest.mark.parametrize("how", [*LOST, *WAIT])
@pytest.mark.parametrize("method", ["events.patch", "events.get"])
async def test_an_edit_that_is_broken_off_is_finished_by_its_repeat(
    stand: Stand, how: str, method: str
) -> None:
    change = confirmed(await an_edit(stand), id="2")
    fault = replace((LOST | WAIT)[how], method=method)
    stand.server.faults += [fault, fault]

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    stand.server.faults.clear()
    (written,) = await stand.writer.apply(change)

    assert written.resource is not None
    assert read(written.resource)[0].title == "Retro"


async def test_a_write_stays_open_when_even_looking_fails(stand: Stand) -> None:
    change = confirmed(await an_edit(stand), id="2")
    stand.server.faults += [
        # The look before the write passes: it is the second one that fails.
        Fault("events.get", rewrite=lambda text: text),
        Fault("events.patch", status=500, after=True),
        Fault("events.get", status=503),
    ]

    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    (written,) = await stand.writer.apply(change)

    assert written.resource is not None
    assert await titles(stand) == ["Retro"]
    assert stand.server.asked.count("events.patch") == 1


@pytest.mark.parametrize("how", LOST)
async def test_a_series_that_is_parted_half_way_is_finished_by_its_repeat(
    stand: Stand, how: str
) -> None:
    made = new_resource(weekly(), at=at("07:00"))
    create = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    (one,) = await stand.writer.apply(confirmed(create, id="1"))
    assert one.resource is not None
    later = confirmed(
        *edits(stand, one.resource, Patch(title="Sync"), Scope.FOLLOWING, SECOND), id="2"
    )
    fault = replace(LOST[how], method="events.insert")
    stand.server.faults += [fault, fault]

    with pytest.raises(TryLater):
        await stand.writer.apply(later)
    assert await titles(stand) == ["Standup"]
    stand.server.faults.clear()
    await stand.writer.apply(later)

    assert await titles(stand) == ["Standup", "Sync"]


@pytest.mark.parametrize("how", LOST)
async def test_a_moved_series_whose_dates_are_written_half_way_is_finished_by_its_repeat(
    stand: Stand, how: str
) -> None:
    made = new_resource(weekly(), at=at("07:00"))
    create = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    (one,) = await stand.writer.apply(confirmed(create, id="1"))
    assert one.resource is not None
    (changed,) = edits(stand, one.resource, Patch(title="Long one"), Scope.THIS, SECOND)
    (two,) = await stand.writer.apply(confirmed(changed, id="2"))
    assert two.resource is not None
    hour = span("11:00", "11:15")
    first = RecurrenceId("2026-03-09T08:00:00+00:00")
    moved = confirmed(*edits(stand, two.resource, Patch(when=hour), Scope.ALL, first), id="3")
    stand.server.faults += [
        Fault("events.patch", rewrite=lambda text: text),
        replace(LOST[how], method="events.instances"),
        replace(LOST[how], method="events.instances"),
    ]

    with pytest.raises(TryLater):
        await stand.writer.apply(moved)
    stand.server.faults.clear()
    (written,) = await stand.writer.apply(moved)

    assert written.resource is not None
    assert [(one.title, one.when.start.hour) for one in read(written.resource)] == [  # type: ignore[union-attr]
        ("Standup", 11),
        ("Long one", 11),
    ]


async def test_a_second_write_that_is_refused_takes_back_the_first(stand: Stand) -> None:
    one, two = a_write(stand.provider, "One"), a_write(stand.provider, "Two")
    stand.server.faults.append(Fault("events.insert", status=403, matches="Two", body="{}"))

    with pytest.raises(NotAllowed):
        await stand.writer.apply(confirmed(one, two))

    assert await titles(stand) == []


async def test_a_change_of_two_that_comes_too_late_after_it_was_broken_off_leaves_nothing(
    stand: Stand,
) -> None:
    edit = await an_edit(stand)
    change = confirmed(a_write(stand.provider, "One"), edit, id="2")
    stand.server.faults.append(Fault("events.patch", status=500))
    with pytest.raises(TryLater):
        await stand.writer.apply(change)
    id_ = next(id_ for id_, one in stand.events.items() if one["summary"] == "Review")
    stand.server.events.patch(
        stand.server.world.calendars[MAIL], {"eventId": id_}, {"summary": "Theirs"}
    )

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(change)

    assert await titles(stand) == ["Theirs"]


async def test_what_changed_between_the_look_and_the_write_is_not_overwritten(
    stand: Stand,
) -> None:
    edit = await an_edit(stand)
    (id_,) = stand.events

    def meanwhile(text: str) -> str:
        stand.server.events.patch(
            stand.server.world.calendars[MAIL], {"eventId": id_}, {"summary": "Theirs"}
        )
        return text

    stand.server.faults.append(Fault("events.get", rewrite=meanwhile))

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(edit, id="2"))

    assert await titles(stand) == ["Theirs"]


async def test_a_wrong_version_from_google_is_settled_by_looking(stand: Stand) -> None:
    edit = await an_edit(stand)
    (id_,) = stand.events
    etag = stand.events[id_]["etag"]
    stand.server.faults.append(
        Fault("events.get", rewrite=lambda text: text.replace(etag.strip('"'), "wrong"))
    )

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(edit, id="2"))
    (written,) = await stand.writer.apply(confirmed(edit, id="2"))

    assert written.resource is not None
    assert read(written.resource)[0].title == "Retro"


@pytest.mark.parametrize("how", [*LOST, *WAIT])
@pytest.mark.parametrize("page", ["events?", "pageToken"])
async def test_a_failing_page_fails_the_round(stand: Stand, how: str, page: str) -> None:
    for number in range(5):
        await stand.writer.apply(
            confirmed(a_write(stand.provider, f"Event {number}"), id=str(number))
        )
    stand.server.events.longest_page = 2
    fault = replace((LOST | WAIT)[how], method="events.list", matches=page)
    stand.server.faults += [fault, fault]

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)
    stand.server.faults.clear()

    assert len(await titles(stand)) == 5


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        '{"kind": "calendar#events", "items": "many", "nextSyncToken": "x"}',
        '{"kind": "calendar#events", "items": []}',
        '{"kind": "something else", "items": [], "nextSyncToken": "x"}',
        '{"kind": "calendar#events", "items": [',
    ],
)
async def test_garbage_is_no_empty_calendar(stand: Stand, body: str) -> None:
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    stand.server.faults.append(Fault("events.list", status=200, body=body))

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)


@pytest.mark.parametrize(
    "item",
    [
        {"id": "noend1", "start": {"dateTime": "2026-03-09T14:00:00+01:00"}},
        {"id": "nostart"},
        {"id": "nozone", "start": {"dateTime": "2026-03-09T14:00:00", "timeZone": "Nowhere/At"}},
        {"id": "strange", "start": {"date": "2026-03-09"}, "attendees": [{"id": "7"}]},
        {"id": "loose1", "recurringEventId": "never", "originalStartTime": {"date": "2026-03-09"}},
    ],
)
async def test_one_strange_event_does_not_hide_the_others(
    stand: Stand, item: dict[str, Any]
) -> None:
    await stand.writer.apply(confirmed(a_write(stand.provider)))
    stand.holds({"summary": "Strange", **item})

    assert "Review" in await titles(stand)


async def test_an_undo_of_a_deletion_whose_answer_is_lost_is_found_done(stand: Stand) -> None:
    (made,) = await stand.writer.apply(confirmed(a_write(stand.provider), id="1"))
    assert made.resource is not None
    (gone,) = removal(stand, made.resource, Scope.ALL, "")
    await stand.writer.apply(confirmed(gone, id="2"))
    stand.server.faults.append(Fault("events.patch", status=500, after=True))

    (back,) = await stand.writer.apply(confirmed(taken_back(gone, None), id="3"))

    assert back.resource is not None
    assert await titles(stand) == ["Review"]
    assert an_event().title == "Review"


@pytest.mark.parametrize("how", LOST)
async def test_a_creation_with_a_video_link_whose_answer_is_lost_is_found_done(
    stand: Stand, how: str
) -> None:
    stand.server.faults.append(replace(LOST[how], method="events.insert", after=True))
    made = new_resource(an_event(video_wanted=True), at=at("07:00"))
    write = a_write(stand.provider, uid=made.uid, after=made.ics)

    try:
        (written,) = await stand.writer.apply(confirmed(write))
    except TryLater:
        (written,) = await stand.writer.apply(confirmed(write))

    assert written.resource is not None
    assert read(written.resource)[0].video_url.startswith("https://meet.google.com/")
    assert len(stand.events) == 1
