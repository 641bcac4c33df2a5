"""What reaches Google when a change is written: only what it names, and who is mailed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import ChangedMeanwhile, NotAllowed
from calendar_core.events import (
    Answer,
    Guest,
    Occupancy,
    Scope,
    Visibility,
)
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from tests.calendar_core.house import an_event, at, days, span
from tests.calendar_core.providers.google.stand import MAIL, Stand
from tests.calendar_core.providers.google.writes import (
    ANA,
    BO,
    NOW,
    bodies,
    created,
    edits,
    removal,
    taken_back,
    written,
)
from tests.contracts.calendar_provider import confirmed, read_since


async def test_a_patch_sends_only_what_differs(stand: Stand) -> None:
    one = await created(stand, an_event(location="Room 4", description="Bring numbers"))
    (id_,) = stand.events
    stand.events[id_]["attachments"] = [{"fileUrl": "https://example.org/plan"}]

    renamed = await written(stand, *edits(stand, one, Patch(title="Retro")), id="2")

    item = stand.events[id_]
    assert (item["summary"], item["location"]) == ("Retro", "Room 4")
    assert item["attachments"] == [{"fileUrl": "https://example.org/plan"}]
    assert read(renamed)[0].title == "Retro"
    assert read(renamed)[0].link == item["htmlLink"]
    assert stand.server.asked.count("events.patch") == 1


async def test_all_fields_are_read_as_they_were_written(stand: Stand) -> None:
    event = an_event(
        "Offsite",
        location="Lake",
        description="Two\nlines",
        visibility=Visibility.PRIVATE,
        occupancy=Occupancy.OUT_OF_OFFICE,
        color="tomato",
        categories=("travel", "team"),
        alarms=(timedelta(minutes=10), timedelta(hours=2)),
        mail_alarms=(timedelta(days=1),),
        url="https://example.org/offsite",
        video_url="https://video.example.org/1",
        organizer=Guest(address=f"mailto:{MAIL}"),
        guests=(replace(ANA, answer=Answer.ACCEPTED), BO),
    )

    stands = read(await created(stand, event))[0]

    assert replace(stands, link="", sequence=0) == event


@pytest.mark.parametrize("when", [span("14:00", "15:00"), days(at("08:00").date(), 2)])
async def test_a_day_becomes_hours_and_hours_a_day(stand: Stand, when: Any) -> None:
    other = days(at("08:00").date()) if hasattr(when, "start") else span("09:00", "10:00")
    one = await created(stand, an_event(when=when))

    moved = await written(
        stand, *edits(stand, one, Patch(when=other, zone="Europe/Berlin")), id="2"
    )

    assert read(moved)[0].when == other


async def test_guests_are_mailed_unless_the_change_is_quiet(stand: Stand) -> None:
    invited = an_event(organizer=Guest(address=f"mailto:{MAIL}"), guests=(ANA,))
    made = new_resource(invited, at=NOW)
    quiet = Write(
        calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics, quiet=True
    )

    one = await written(stand, quiet)
    assert stand.server.world.mails == []
    two = await written(stand, *edits(stand, one, Patch(when=span("16:00", "17:00"))), id="2")
    await stand.writer.apply(confirmed(*removal(stand, two, Scope.ALL, ""), id="3"))

    (id_,) = stand.events
    assert stand.server.world.mails == [
        (id_, "ana@example.org", "updated"),
        (id_, "ana@example.org", "cancelled"),
    ]
    assert [one["sendUpdates"] for one in stand.server.queries if "sendUpdates" in one] == [
        "none",
        "all",
        "all",
    ]


async def test_without_guests_nobody_is_mailed(stand: Stand) -> None:
    await created(stand, an_event())

    assert bodies(stand, "events.insert")[0]["sendUpdates"] == "none"


async def test_guests_answers_and_what_google_knows_of_them_are_kept(stand: Stand) -> None:
    one = await created(
        stand, an_event(organizer=Guest(address=f"mailto:{MAIL}"), guests=(ANA, BO))
    )
    (id_,) = stand.events
    stand.events[id_]["attendees"][0] |= {"id": "profile-7", "comment": "In the train"}

    changed = await written(
        stand,
        *edits(
            stand,
            one,
            Patch(guests_added=(Guest(address="mailto:cy@x.org"),), guests_removed=(BO.address,)),
        ),
        id="2",
    )

    assert [(one["email"], one.get("id")) for one in stand.events[id_]["attendees"]] == [
        ("ana@example.org", "profile-7"),
        ("cy@x.org", None),
    ]
    assert [guest.name for guest in read(changed)[0].guests] == ["Ana", ""]


async def test_an_invitation_is_answered_under_whatever_address_it_came(stand: Stand) -> None:
    stand.holds(
        {
            "id": "theirs",
            "summary": "Board",
            "organizer": {"email": "ana@example.org"},
            "start": {"dateTime": "2026-03-09T14:00:00+01:00", "timeZone": "Europe/Berlin"},
            "end": {"dateTime": "2026-03-09T15:00:00+01:00", "timeZone": "Europe/Berlin"},
            "attendees": [
                {"email": "ana@example.org", "responseStatus": "accepted"},
                {"email": MAIL},
            ],
        }
    )
    (one,) = (await read_since(stand.provider, None)).changed.values()

    patch = Patch(answers={f"mailto:{MAIL}": Answer.DECLINED})
    answered = await written(stand, *edits(stand, one, patch))

    assert [guest.answer for guest in read(answered)[0].guests] == ["ACCEPTED", "DECLINED"]
    assert stand.server.world.mails == [("theirs", "ana@example.org", "updated")]
    with pytest.raises(NotAllowed, match="organizer"):
        await written(stand, *edits(stand, answered, Patch(title="Mine now")), id="2")
    assert stand.events["theirs"]["summary"] == "Board"


async def test_a_foreign_event_lives_again_as_it_was(stand: Stand) -> None:
    stand.holds(
        {
            "id": "_foreign",
            "iCalUID": "abc@elsewhere",
            "summary": "Dinner",
            "start": {"date": "2026-03-09"},
            "end": {"date": "2026-03-10"},
        }
    )
    (one,) = (await read_since(stand.provider, None)).changed.values()
    (gone,) = removal(stand, one, Scope.ALL, "")
    await stand.writer.apply(confirmed(gone))

    back = await written(stand, taken_back(gone, None), id="2")

    assert (back.uid, read(back)[0].title) == ("abc@elsewhere", "Dinner")
    assert list(stand.events) == ["_foreign"]
    assert stand.events["_foreign"]["status"] == "confirmed"


@pytest.mark.parametrize("looks", [0, 2])
async def test_a_video_link_is_asked_for_and_waited_for(stand: Stand, looks: int) -> None:
    stand.server.events.pending_looks = looks

    one = await created(stand, an_event(video_wanted=True))

    event = read(one)[0]
    assert event.video_url.startswith("https://meet.google.com/")
    assert not event.video_wanted
    renamed = await written(stand, *edits(stand, one, Patch(title="Retro")), id="2")
    assert read(renamed)[0].video_url == event.video_url


async def test_a_video_link_is_added_to_what_stands_and_taken_away(stand: Stand) -> None:
    one = await created(stand, an_event())

    linked = await written(stand, *edits(stand, one, Patch(video_wanted=True)), id="2")
    assert read(linked)[0].video_url.startswith("https://meet.google.com/")
    bare = await written(stand, *edits(stand, linked, Patch(video_url="")), id="3")

    assert read(bare)[0].video_url == ""


async def test_a_new_version_that_says_the_same_does_not_stand_in_the_way(stand: Stand) -> None:
    one = await created(stand, an_event())
    (id_,) = stand.events
    stand.holds({**stand.events[id_], "attachments": []})

    renamed = await written(stand, *edits(stand, one, Patch(title="Retro")), id="2")

    assert read(renamed)[0].title == "Retro"


async def test_an_event_that_came_by_mail_is_not_doubled(stand: Stand) -> None:
    stand.holds(
        {
            "id": "_mailed",
            "iCalUID": "review@test",
            "summary": "Theirs",
            "start": {"dateTime": "2026-03-09T14:00:00+01:00", "timeZone": "Europe/Berlin"},
            "end": {"dateTime": "2026-03-09T15:00:00+01:00", "timeZone": "Europe/Berlin"},
        }
    )

    with pytest.raises(ChangedMeanwhile):
        await created(stand, an_event())

    assert list(stand.events) == ["_mailed"]
