"""What others wrote survives the way to Google and back, under any UID."""

import os
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_core.changes.change import Write
from calendar_core.errors import NotAllowed
from calendar_core.events import Occupancy, Resource
from calendar_core.ics.problems import Problem
from calendar_core.ics.reading import read
from calendar_core.ics.splitting import split
from calendar_core.ics.taking import resources
from calendar_core.ics.writing import new_resource
from calendar_core.providers.google.colors import NAMES
from calendar_core.providers.google.fields import said_by
from calendar_core.providers.google.ids import id_for, id_in, key_of, uid_for
from calendar_core.providers.google.mapping import Place
from calendar_core.recurrence import expand
from calendar_core.when import TimeSpan
from tests.calendar_core.house import an_event, at, days, weekly
from tests.calendar_core.providers.google.stand import MAIL, Stand
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.contracts.uids import check_uid

BERLIN = ZoneInfo("Europe/Berlin")


HERE = Place(remote=MAIL, zone=BERLIN)


NINE = {"dateTime": "2026-03-09T09:00:00+01:00", "timeZone": "Europe/Berlin"}


TEN = {"dateTime": "2026-03-09T10:00:00+01:00", "timeZone": "Europe/Berlin"}


MONDAY = {"date": "2026-03-09"}


TUESDAY = {"date": "2026-03-10"}


def occurrences(resource: Resource, zone: ZoneInfo = BERLIN) -> list[tuple[str, str]]:
    """What happens in three years around the file's first start."""
    first = read(resource)[0].when
    start = first.start if isinstance(first, TimeSpan) else first.within(zone).start
    since, until = start - timedelta(days=400), start + timedelta(days=700)
    found = []
    for one in expand(resource, since, until):
        when = one.when
        if isinstance(when, TimeSpan):
            # Google has no floating time: the calendar's zone is meant.
            begins = (
                when.start.replace(tzinfo=zone) if one.event.floating else when.start
            ).astimezone(UTC)
            told_ = f"{begins} {when.length}"
        else:
            told_ = f"{when.first} {when.until}"
        found.append((told_, one.event.title))
    return sorted(found)


FOLDER = os.environ.get("CONVENE_CASES")


@pytest.mark.skipif(not FOLDER, reason="CONVENE_CASES is not set")
async def test_files_of_others_happen_at_google_as_they_say(stand: Stand) -> None:
    """Each event of each file is taken in and read back."""
    files = sorted((Path(FOLDER or "") / "calendars").glob("*.ics"))
    assert files
    refused, compared = [], 0
    for path in files:
        for one in resources(split(path.read_bytes()), zone=None):
            if isinstance(one, Problem):
                continue
            write = Write(
                calendar_id=stand.calendar.id, uid=one.uid, before=None, after=one.ics, quiet=True
            )
            try:
                (written,) = await stand.writer.apply(confirmed(write, id=uuid4().hex))
            except NotAllowed as err:
                refused.append((path.name, one.uid, str(err)))
                continue
            assert written.resource is not None
            compared += 1
            assert occurrences(written.resource) == occurrences(one), (path.name, one.uid)
    assert refused == []
    assert compared > 100
    assert stand.server.world.mails == []


TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp")),
    min_size=1,
    max_size=60,
).filter(lambda text: bool(text.strip()) and "<" not in text)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_whatever_is_written_is_read_back_the_same(stand: Stand, data: Any) -> None:
    event = an_event(
        data.draw(TEXTS),
        uid=uuid4().hex,
        description=data.draw(TEXTS | st.just("")),
        location=data.draw(TEXTS | st.just("")),
        occupancy=data.draw(st.sampled_from(Occupancy)),
        alarms=tuple(
            timedelta(minutes=one)
            for one in sorted(data.draw(st.sets(st.integers(0, 40_320), max_size=5)))
        ),
        categories=tuple(data.draw(st.lists(TEXTS.map(str.strip), max_size=3, unique=True))),
        color=data.draw(st.sampled_from(["", *NAMES.values()])),
    )
    made = new_resource(event, at=at("07:00"))

    change = confirmed(a_write(stand.provider, after=made.ics, uid=made.uid), id=made.uid)
    (written,) = await stand.writer.apply(change)

    assert written.resource is not None
    assert said_by(written.resource.ics, BERLIN) == said_by(made.ics, BERLIN)
    assert (await stand.writer.apply(change)) == (written,)


@pytest.mark.parametrize(
    "uid",
    [
        *("a/b", "..", "ä ö", "x" * 500, "{1234-ABCD}", "040000008200E00074C5B7101A82E008"),
        *("%2e", "abc12@google.com", "ABC@google.com", "_R2026@google.com", "convene@google.com"),
    ],
)
async def test_any_uid_has_an_id_that_tells_it(stand: Stand, uid: str) -> None:
    await check_uid(stand.provider, uid)


async def test_an_event_under_a_long_id_is_found_again(stand: Stand) -> None:
    long = "_" + "n" * 300
    stand.holds(
        {"id": long, "iCalUID": "far@elsewhere", "summary": "Far", "start": NINE, "end": TEN}
    )
    first = await read_since(stand.provider, None)
    (standing,) = first.changed.values()
    assert len(standing.etag) <= 200
    renamed = standing.ics.replace("SUMMARY:Far", "SUMMARY:Near")
    edit = a_write(
        stand.provider, before=standing.ics, after=renamed, etag=standing.etag, uid=standing.uid
    )

    await stand.writer.apply(confirmed(edit))
    assert stand.events[long]["summary"] == "Near"
    stand.server.events.delete(stand.server.world.calendars[MAIL], {"eventId": long}, {})

    assert (await read_since(stand.provider, first.cursor)).removed == ["far@elsewhere"]


@given(st.text(min_size=1, max_size=300).filter(lambda one: one.isprintable()))
def test_ids_tell_uids_and_always_the_same(uid: str) -> None:
    id_ = id_for(uid)

    assert id_ == id_for(uid)
    assert 5 <= len(id_) <= 1024
    assert set(id_) <= set("0123456789abcdefghijklmnopqrstuv")
    if len(uid.encode()) <= 600:
        assert uid_for(id_, f"{id_}@google.com") == uid


@given(st.text("0123456789abcdefghijklmnopqrstuv_TZR", min_size=5, max_size=1024))
def test_a_version_tells_its_id_or_a_digest_of_it(id_: str) -> None:
    version = f"{key_of(id_)} {'0' * 32}"

    assert len(version) <= 200
    assert id_in(version) == (id_ if len(id_) <= 120 else "")


async def test_dates_of_a_series_that_is_somebody_elses_stand_alone(stand: Stand) -> None:
    """Invited to one date only: the series is not on this calendar."""
    stand.holds(
        {
            "id": "far_20260316T080000Z",
            "recurringEventId": "far",
            "iCalUID": "far@google.com",
            "originalStartTime": {**NINE, "dateTime": "2026-03-16T09:00:00+01:00"},
            "summary": "Guest talk",
            "start": {**NINE, "dateTime": "2026-03-16T09:00:00+01:00"},
            "end": {**TEN, "dateTime": "2026-03-16T10:00:00+01:00"},
        }
    )
    first = await read_since(stand.provider, None)
    (resource,) = first.changed.values()
    assert (resource.uid, read(resource)[0].title) == ("far@google.com", "Guest talk")
    edit = a_write(
        stand.provider,
        uid=resource.uid,
        before=resource.ics,
        after=resource.ics.replace("SUMMARY:Guest talk", "SUMMARY:My talk"),
        etag=resource.etag,
    )

    (written,) = await stand.writer.apply(confirmed(edit))
    then = await read_since(stand.provider, first.cursor)

    assert written.resource is not None
    assert then.changed == {resource.uid: written.resource}
    assert read(written.resource)[0].title == "My talk"
    stand.server.events.delete(
        stand.server.world.calendars[MAIL], {"eventId": "far_20260316T080000Z"}, {}
    )
    assert (await read_since(stand.provider, then.cursor)).removed == [resource.uid]


async def test_days_and_series_of_days(stand: Stand) -> None:
    made = new_resource(
        weekly("Retreat", when=days(at("08:00").date(), 2), rule="FREQ=WEEKLY;UNTIL=20260330"),
        at=at("07:00"),
    )
    (written,) = await stand.writer.apply(
        confirmed(a_write(stand.provider, after=made.ics, uid=made.uid))
    )

    assert written.resource is not None
    assert occurrences(written.resource) == occurrences(made)
    assert len(occurrences(made)) == 4
