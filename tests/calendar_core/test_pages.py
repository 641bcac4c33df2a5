"""Which event a page at a calendar's maker shows: by the ids in its address, to its owner alone."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from calendar_core.events import Event
from calendar_core.ics.writing import new_resource
from calendar_core.pages import EventPages, marks_of
from tests.calendar_core.house import ANA, ME, MONDAY, House, an_event, at, weekly


def eid(event: str) -> str:
    """Google's, as its addresses carry it."""
    return urlsafe_b64encode(f"{event} ana@example.org".encode()).decode().rstrip("=")


SERIES = eid("abc123def456")
OCCURRENCE = eid("abc123def456_20260316T080000Z")
ITEM = "AAMkAGI2%2Fx%2Byz%3D"


@pytest.mark.parametrize(
    ("url", "marks"),
    [
        (f"https://www.google.com/calendar/event?eid={SERIES}", (SERIES,)),
        (f"https://calendar.google.com/calendar/u/0/r/eventedit/{SERIES}?pli=1", (SERIES,)),
        (f"https://calendar.google.com/calendar/event?eid={OCCURRENCE}", (OCCURRENCE, SERIES)),
        (f"https://outlook.office.com/calendar/item/{ITEM}", ("AAMkAGI2/x+yz",)),
        (f"https://outlook.office365.com/owa/?itemid={ITEM}&path=/calendar", ("AAMkAGI2/x+yz",)),
        ("https://calendar.google.com/calendar/r/settings", ()),
        ("https://calendar.google.com/calendar/event?eid=a", ()),
        ("https://calendar.google.com/calendar/event?eid=%00%ff%fe%fd12345", None),
        ("https://[half", ()),
        ("https://x.test/?eid=" + "a" * 3_000, ()),
    ],
)
def test_the_ids_in_an_address(url: str, marks: tuple[str, ...] | None) -> None:
    found = marks_of(url)
    assert marks is None or found == marks


async def stands(house: House, event: Event, link: str) -> None:
    """An event whose maker tells its page, folded as long lines are."""
    one = new_resource(event, at=at("08:00"))
    line = f"X-CONVENE-LINK:{link}"
    folded = "\r\n ".join(line[start : start + 70] for start in range(0, len(line), 70))
    ics = one.ics.replace("END:VEVENT", f"{folded}\r\nEND:VEVENT")
    await house.mirror.absorb(house.mine.id, [type(one)(uid=one.uid, ics=ics, etag="1")])


async def test_an_event_is_found_by_its_page_by_its_owner_alone(house: House) -> None:
    await stands(house, weekly(), f"https://www.google.com/calendar/event?eid={SERIES}")
    await stands(house, an_event("Call"), f"https://outlook.office365.com/owa/?itemid={ITEM}&x=1")
    await stands(house, an_event("Trap", description=f"see ?itemid={ITEM}"), "https://x.test/")
    pages = EventPages(house.database)
    series = await pages.find(f"https://calendar.google.com/event?eid={SERIES}", (ME,))
    monday = await pages.find(f"https://calendar.google.com/event?eid={OCCURRENCE}", (ME,))
    call = await pages.find(f"https://outlook.office.com/calendar/item/{ITEM}", (ME,))
    assert series is not None
    assert monday is not None
    assert call is not None
    assert (series.recurrence_id, monday.event_id) == ("", series.event_id)
    found = await house.mirror.find_occurrence(monday, at("08:00").tzinfo, (ME,))  # type: ignore[arg-type]
    assert found.when.start == at("09:00", MONDAY + timedelta(days=7))  # type: ignore[union-attr]
    assert (await house.mirror.event(call.event_id, (ME,))).resource.uid == "call@test"
    assert await pages.find(f"https://calendar.google.com/event?eid={SERIES}", (ANA,)) is None
    assert await pages.find("https://calendar.google.com/event?eid=unknown123", (ME,)) is None
