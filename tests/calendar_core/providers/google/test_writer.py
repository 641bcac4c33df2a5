"""What reaches Google when a change is written: only what it names, and who is mailed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from calendar_core.changes.change import Write
from calendar_core.changes.writer import Written
from calendar_core.errors import ChangedMeanwhile, NotAllowed
from calendar_core.events import (
    Answer,
    Event,
    Guest,
    Occupancy,
    RecurrenceId,
    Resource,
    Scope,
    Visibility,
)
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import amend, remove
from tests.calendar_core.house import an_event, at, days, span, weekly
from tests.calendar_core.providers.google.stand import MAIL, Stand
from tests.contracts.calendar_provider import confirmed, read_since
from tests.servers.google.server import Fault

ANA, BO = Guest(address="mailto:ana@example.org", name="Ana"), Guest(address="mailto:bo@x.org")
NOW = at("08:00")
SECOND = RecurrenceId("2026-03-16T08:00:00+00:00")
THIRD = RecurrenceId("2026-03-23T08:00:00+00:00")


async def created(stand: Stand, event: Event) -> Resource:
    """An event that stands at Google, as it was read back."""
    made = new_resource(event, at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    return await written(stand, write)


async def written(stand: Stand, *writes: Write, id: str = "change") -> Resource:
    first: Written = (await stand.writer.apply(confirmed(*writes, id=id)))[0]
    assert first.resource is not None
    return first.resource


def edits(
    stand: Stand, resource: Resource, patch: Patch, scope: Scope = Scope.ALL, rid: str = ""
) -> list[Write]:
    """What the desk plans for a patch."""
    made = amend(resource, scope, RecurrenceId(rid), patch, at=NOW)
    return [_write(stand, resource, one.uid, one.before, one.after) for one in made]


def removal(stand: Stand, resource: Resource, scope: Scope, rid: str) -> list[Write]:
    made = remove(resource, scope, RecurrenceId(rid), at=NOW)
    return [_write(stand, resource, one.uid, one.before, one.after) for one in made]


def _write(
    stand: Stand, resource: Resource, uid: str, before: str | None, after: str | None
) -> Write:
    etag = resource.etag if uid == resource.uid and before is not None else ""
    return Write(calendar_id=stand.calendar.id, uid=uid, before=before, after=after, etag=etag)


def taken_back(write: Write, now: Resource | None) -> Write:
    """The inverse, as the desk draws it up."""
    return replace(
        write,
        before=now.ics if now else None,
        after=write.before,
        etag=now.etag if now else "",
    )


def bodies(stand: Stand, method: str) -> list[dict[str, Any]]:
    return [one for one in stand.server.queries if one["method"] == method]


async def starts(stand: Stand) -> list[str]:
    """Titles and starts of what stands there, the occurrences of March 2026."""
    from calendar_core.recurrence import expand

    found = await read_since(stand.provider, None)
    told = []
    for one in found.changed.values():
        for seen in expand(one, at("00:00"), at("00:00") + timedelta(days=23)):
            assert not hasattr(seen.when, "first")
            told.append(
                f"{seen.when.start.astimezone(at('08:00').tzinfo):%d %H:%M} {seen.event.title}"
            )
    return sorted(told)


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


async def test_a_deleted_series_lives_again_under_its_old_id(stand: Stand) -> None:
    one = await created(stand, weekly())
    one = await written(stand, *edits(stand, one, Patch(title="X"), Scope.THIS, SECOND), id="1")
    (gone,) = removal(stand, one, Scope.ALL, "")
    await stand.writer.apply(confirmed(gone, id="2"))
    assert await starts(stand) == []

    await written(stand, taken_back(gone, None), id="3")

    assert await starts(stand) == [
        *("09 09:00 Standup", "16 09:00 X", "23 09:00 Standup", "30 09:00 Standup")
    ]


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


async def test_what_is_taken_in_again_after_its_deletion_keeps_nothing_of_old(
    stand: Stand,
) -> None:
    old = await created(stand, weekly(uid="again", location="Room 4", guests=(ANA,)))
    (gone,) = removal(stand, old, Scope.ALL, "")
    await stand.writer.apply(confirmed(gone, id="2"))

    new = await created(stand, an_event("Other", uid="again"))

    event = read(new)[0]
    assert (event.title, event.location, event.guests, event.repeat) == ("Other", "", (), None)


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


async def test_what_somebody_else_changed_is_not_overwritten(stand: Stand) -> None:
    one = await created(stand, weekly())
    (id_,) = stand.events
    await written(stand, *edits(stand, one, Patch(title="Theirs"), Scope.THIS, SECOND), id="2")

    with pytest.raises(ChangedMeanwhile):
        await written(stand, *edits(stand, one, Patch(title="Mine"), Scope.THIS, SECOND), id="3")

    assert "16 09:00 Theirs" in await starts(stand)
    assert stand.events[id_]["summary"] == "Standup"


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
