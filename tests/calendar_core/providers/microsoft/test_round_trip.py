"""What is written to Graph comes back as it was: random events through the server's own shapes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_core.events import Attendance, Event, Guest, Occupancy, Status, Visibility
from calendar_core.ics.writing import new_resource
from calendar_core.providers.microsoft.fields import differences, fields_of, flat, told
from calendar_core.providers.microsoft.mapping import Held, resource_of
from calendar_core.when import DaySpan, TimeSpan, at_wall
from tests.calendar_core.house import at
from tests.servers.graph import shapes
from tests.servers.graph.server import ME
from tests.servers.graph.shapes import Wishes
from tests.servers.graph.store import Store

MINE = f"mailto:{ME}"
HOST = Guest(address=MINE, name="Me")
ZONES = st.sampled_from(
    [
        *("UTC", "Europe/Berlin", "Europe/Vienna", "Europe/London", "America/New_York"),
        *("America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"),
        *("Pacific/Auckland", "Pacific/Chatham", "America/Sao_Paulo", "Africa/Casablanca"),
        *("Antarctica/Troll", "America/Nuuk", "Asia/Tehran"),
    ]
)
TEXTS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")),
    max_size=40,
)
WALLS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda one: one.replace(second=0, microsecond=0)
)
GUESTS = st.lists(
    st.builds(
        Guest,
        address=st.sampled_from([f"mailto:{one}@example.org" for one in ("ana", "bo", "cy")]),
        name=st.sampled_from(["", "Ana", "Bo, the other"]),
        attendance=st.sampled_from(Attendance),
    ),
    max_size=3,
    unique_by=lambda one: one.address,
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Any event that people make."""
    if draw(st.integers(0, 3)):
        zone = draw(ZONES)
        start = at_wall(draw(WALLS), ZoneInfo(zone))
        when: TimeSpan | DaySpan = TimeSpan(
            start=start, end=start + timedelta(minutes=draw(st.integers(0, 3000)))
        )
    else:
        zone = None
        first = draw(st.dates(date(2025, 1, 1), date(2027, 12, 31)))
        when = DaySpan(first=first, until=first + timedelta(days=draw(st.integers(1, 20))))
    guests = tuple(draw(GUESTS))
    return Event(
        uid="x",
        title=draw(TEXTS),
        when=when,
        zone=zone,
        description=draw(TEXTS),
        location=draw(TEXTS).strip(),
        status=draw(st.sampled_from([Status.CONFIRMED, Status.TENTATIVE])),
        occupancy=draw(st.sampled_from(Occupancy)),
        visibility=draw(st.sampled_from(Visibility)),
        organizer=HOST if guests else None,
        guests=guests,
        categories=tuple(draw(st.lists(st.sampled_from(["Work", "a, b", "c;d"]), unique=True))),
        alarms=tuple(
            timedelta(minutes=one) for one in draw(st.lists(st.integers(0, 99), max_size=1))
        ),
        video_url=draw(st.sampled_from(["", "https://meet.example.org/x"])),
        video_wanted=draw(st.booleans()),
    )


@settings(deadline=None)
@given(events())
def test_what_is_written_is_read(event: Event) -> None:
    wanted = told(new_resource(event, at=at("07:00")).ics)
    store = Store()
    box = store.add_box(ME, "Me")
    body = {
        name: value
        for name, value in flat(fields_of(wanted.master, {MINE})).items()
        if value is not None
    }

    record = store.create(box, next(iter(box.calendars)), body)
    wishes = Wishes(immutable=True, text=True)
    held = Held(master=shapes.told(record, None, wishes), uid="x")
    now = told(resource_of(held, MINE).ics)

    left = [one for one in differences(now, wanted, {MINE}) if not _is_both_videos(event, one.name)]
    assert left == []
    assert now.master.when == wanted.master.when


def _is_both_videos(event: Event, name: str) -> bool:
    """Of two ways to join, Teams' own is told."""
    return bool(event.video_url and event.video_wanted) and name == "location"
