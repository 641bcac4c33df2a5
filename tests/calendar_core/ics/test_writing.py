"""Writing: what is made reads back the same; a patch touches nothing but what it names (law 7)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_core.errors import NotFound
from calendar_core.events import (
    Answer,
    Attendance,
    Event,
    Guest,
    Occupancy,
    RecurrenceId,
    Repeat,
    Resource,
    Status,
    Visibility,
)
from calendar_core.ics.reading import master_of, read
from calendar_core.ics.writing import calendar_text, new_resource, patch
from calendar_core.patch import Patch
from calendar_core.when import DaySpan, TimeSpan

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
MASTER = RecurrenceId("")
ANA = Guest(address="mailto:ana@example.org", name='Ana "A", Berg')
BEN = Guest(address="urn:uuid:7d0f", name="Ben", attendance=Attendance.OPTIONAL)

FOREIGN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
X-OWN:kept
BEGIN:VEVENT
UID:foreign
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin;X-ODD=1:20260311T093000
DURATION:PT30M
RRULE:FREQ=WEEKLY;WKST=SU;COUNT=3;BYDAY=WE
SUMMARY;LANGUAGE=de:Montage
ATTENDEE;CN=Ana;PARTSTAT=ACCEPTED;X-NUM-GUESTS=0:mailto:ana@example.org
ATTENDEE;CN=Cy;PARTSTAT=DECLINED:MAILTO:Cy@Example.org
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Hall; B":geo:52.5,13.4
X-GOOGLE-CONFERENCE:https://meet.example/abc
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT10M
X-SNOOZED:1
END:VALARM
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;VALUE=DATE-TIME:20260310T080000Z
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def a_meeting(**changes: object) -> Event:
    told: dict[str, object] = {
        "uid": "meeting@example.org",
        "title": "Böse; Überraschung, \\ \nund mehr " * 4,
        "when": TimeSpan(
            start=datetime(2026, 3, 11, 9, 30, tzinfo=BERLIN),
            end=datetime(2026, 3, 11, 10, tzinfo=BERLIN),
        ),
        "zone": "Europe/Berlin",
    }
    return Event(**(told | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "event",
    [
        a_meeting(),
        a_meeting(
            description="Line\nnext, with; all\\kinds",
            location="Room 4, left",
            status=Status.TENTATIVE,
            occupancy=Occupancy.OUT_OF_OFFICE,
            visibility=Visibility.PRIVATE,
            organizer=Guest(address="mailto:me@example.org", name="Me"),
            guests=(Guest(address="mailto:ana@example.org", name="Ana, B"), BEN),
            categories=("Work, home", "x"),
            color="rebeccapurple",
            video_url="https://meet.example/x?a=1&b=2",
            url="https://example.org/e",
            alarms=(timedelta(minutes=10), timedelta(days=1), timedelta()),
            mail_alarms=(timedelta(days=2),),
            sequence=3,
        ),
        a_meeting(video_wanted=True),
        a_meeting(
            repeat=Repeat(
                rule="FREQ=WEEKLY;BYDAY=WE",
                skipped=(datetime(2026, 4, 1, 9, 30, tzinfo=BERLIN),),
                extra=(datetime(2026, 4, 2, 9, 30, tzinfo=BERLIN),),
            )
        ),
        a_meeting(
            when=DaySpan(first=date(2026, 3, 11), until=date(2026, 3, 14)),
            zone=None,
            repeat=Repeat(rule="FREQ=YEARLY", skipped=(date(2027, 3, 11),)),
        ),
        a_meeting(
            when=TimeSpan(
                start=datetime(2026, 3, 11, 8, tzinfo=UTC), end=datetime(2026, 3, 11, 8, tzinfo=UTC)
            ),
            zone=None,
            floating=True,
        ),
        a_meeting(occupancy=Occupancy.ELSEWHERE),
        a_meeting(occupancy=Occupancy.FREE),
    ],
    ids=["plain", "full", "video", "series", "days", "floating", "elsewhere", "free"],
)
def test_a_new_event_reads_back_as_it_was(event: Event) -> None:
    assert read(new_resource(event, at=AT)) == (event,)


def test_every_line_is_folded_at_75_octets() -> None:
    lines = new_resource(a_meeting(title="Ü" * 400), at=AT).ics.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75


def test_an_edit_leaves_every_other_line_as_it_stands() -> None:
    done = patch(FOREIGN, MASTER, Patch(title="Neu", location="Hof"), at=AT)

    before, after = set(FOREIGN.split("\r\n")), set(done.split("\r\n"))
    assert before - after == {"SUMMARY;LANGUAGE=de:Montage", "DTSTAMP:20260101T000000Z"}
    assert after - before >= {
        "SUMMARY:Neu",
        "LOCATION:Hof",
        "DTSTAMP:20260301T120000Z",
        "LAST-MODIFIED:20260301T120000Z",
        "TZID:Europe/Berlin",
    }
    assert "SEQUENCE" not in done


def test_a_new_time_raises_the_sequence_and_drops_the_length() -> None:
    when = TimeSpan(
        start=datetime(2026, 3, 12, 9, tzinfo=UTC), end=datetime(2026, 3, 12, 11, tzinfo=UTC)
    )
    event = master_of(patch(FOREIGN, MASTER, Patch(when=when), at=AT))
    assert (event.when, event.zone, event.sequence) == (when, "Europe/Berlin", 1)


def test_guests_come_and_go_and_the_others_answers_stay() -> None:
    asked = Patch(
        guests_added=(BEN, Guest(address="mailto:ana@example.org", name="Ana again")),
        guests_removed=("mailto:cy@example.org",),
        answers={"mailto:ANA@example.org": Answer.TENTATIVE},
    )
    done = patch(FOREIGN, MASTER, asked, at=AT)
    assert [(one.name, one.answer) for one in master_of(done).guests] == [
        ("Ana", Answer.TENTATIVE),
        ("Ben", Answer.OPEN),
    ]
    assert "X-NUM-GUESTS=0" in done


def test_alarms_before_the_start_are_replaced_and_those_at_an_hour_stay() -> None:
    done = patch(FOREIGN, MASTER, Patch(alarms=(timedelta(hours=1),)), at=AT)
    assert master_of(done).alarms == (timedelta(hours=1),)
    assert "TRIGGER;VALUE=DATE-TIME:20260310T080000Z" in done


def test_a_mail_before_the_start_stays_where_alarms_are_replaced() -> None:
    booked = a_meeting(alarms=(timedelta(minutes=10),), mail_alarms=(timedelta(days=1),))
    done = patch(new_resource(booked, at=AT).ics, MASTER, Patch(alarms=()), at=AT)
    assert (master_of(done).alarms, master_of(done).mail_alarms) == ((), (timedelta(days=1),))


def test_a_mail_before_the_start_goes_to_the_organizer() -> None:
    me = Guest(address="mailto:me@example.org", name="Me")
    booked = a_meeting(title="Talk, long", organizer=me, mail_alarms=(timedelta(days=1),))
    text = new_resource(booked, at=AT).ics
    alarm = text[text.index("BEGIN:VALARM") : text.index("END:VALARM")].split()
    assert alarm == [
        "BEGIN:VALARM",
        "ACTION:EMAIL",
        "ATTENDEE:mailto:me@example.org",
        "SUMMARY:Talk\\,",
        "long",
        "DESCRIPTION:Reminder",
        "TRIGGER:-P1D",
    ]


def test_a_video_link_is_wished_for_in_place_of_one_that_stands_there() -> None:
    done = patch(FOREIGN, MASTER, Patch(video_wanted=True), at=AT)
    assert "X-CONVENE-VIDEO:WANTED" in done
    assert (master_of(done).video_wanted, master_of(done).video_url) == (True, "")
    gone = patch(done, MASTER, Patch(video_url=""), at=AT)
    assert "X-CONVENE-VIDEO" not in gone
    assert not master_of(gone).video_wanted
    given = master_of(patch(done, MASTER, Patch(video_url="https://v.example/1"), at=AT))
    assert (given.video_wanted, given.video_url) == (False, "https://v.example/1")


def test_the_link_to_an_event_at_its_maker_is_read_and_stays_with_its_owner() -> None:
    at_its_maker = "X-CONVENE-LINK:https://calendar.example/e?eid=1"
    mirrored = FOREIGN.replace("SUMMARY", f"{at_its_maker}\r\nSUMMARY")
    assert master_of(mirrored).link == "https://calendar.example/e?eid=1"
    edited = master_of(patch(mirrored, MASTER, Patch(title="Other"), at=AT))
    assert edited.link == "https://calendar.example/e?eid=1"
    out = "".join(calendar_text([Resource(uid="foreign", ics=mirrored)], name="Work"))
    assert "Montage" in out
    assert "X-CONVENE" not in out


def test_an_occurrence_gets_a_component_of_its_own_with_all_that_the_series_says() -> None:
    rid = RecurrenceId("2026-03-18T08:30:00+00:00")
    master, changed = read(patch(FOREIGN, rid, Patch(title="Einmal anders"), at=AT))
    assert master.title == "Montage"
    assert (changed.title, changed.recurrence_id, changed.repeat) == ("Einmal anders", rid, None)
    assert changed.video_url == "https://meet.example/abc"
    assert changed.when == TimeSpan(
        start=datetime(2026, 3, 18, 9, 30, tzinfo=BERLIN),
        end=datetime(2026, 3, 18, 10, tzinfo=BERLIN),
    )


def test_an_occurrence_that_cannot_be_made_is_not_found() -> None:
    alone = patch(FOREIGN, RecurrenceId("2026-03-18T08:30:00+00:00"), Patch(title="X"), at=AT)
    cut = alone.split("BEGIN:VEVENT")
    override_only = cut[0] + "BEGIN:VEVENT" + cut[2]
    with pytest.raises(NotFound):
        patch(override_only, RecurrenceId("2026-03-25T08:30:00+00:00"), Patch(title="X"), at=AT)


def test_text_cannot_break_out_of_its_line() -> None:
    evil = "x\r\nATTENDEE:mailto:evil@example.org\x00"
    asked = Patch(
        title=evil,
        location=evil,
        video_url=f"https://x.example/{evil}",
        guests_added=(Guest(address=f"mailto:{evil}", name=evil),),
    )
    event = master_of(patch(FOREIGN, MASTER, asked, at=AT))
    assert event.title == "x\nATTENDEE:mailto:evil@example.org"
    assert [one.name for one in event.guests][:2] == ["Ana", "Cy"]
    assert len(event.guests) == 3
