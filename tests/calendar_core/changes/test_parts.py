"""A series that is parted: the second part has its own video link, and the outcome leads there."""

from dataclasses import replace

import pytest

from calendar_core.changes import readback
from calendar_core.changes.change import Amend, Target
from calendar_core.changes.planning import Planned, Standing, plan
from calendar_core.changes.writer import Written
from calendar_core.events import Calendar, CalendarId, RecurrenceId, Scope, event_id
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.mirror import StoredEvent
from calendar_core.patch import Patch
from calendar_core.people import PersonId
from tests.builders import a_change
from tests.calendar_core.house import at, weekly

MEET, OTHER = "https://meet.google.com/abc-defg-hij", "https://video.example.org/1"
SECOND = RecurrenceId("2026-03-16T08:00:00+00:00")


def parted(provider: str, link: str) -> Planned:
    """A weekly standup with a video link, called otherwise from its second time on."""
    calendar = Calendar(
        id=CalendarId("work"), owner=PersonId("ana"), name="Work", provider=provider
    )
    resource = new_resource(weekly(video_url=link), at=at("07:00"))
    id_ = event_id(calendar.id, resource.uid)
    stored = StoredEvent(id=id_, resource=resource, calendar=calendar, is_series=True)
    standing = Standing(events={id_: stored}, calendars={calendar.id: calendar}, resources={})
    target = Target(event_id=id_, recurrence_id=SECOND)
    edit = Amend(target=target, patch=Patch(title="Daily"), scope=Scope.FOLLOWING)
    return plan([edit], standing, at=at("07:00"))


@pytest.mark.parametrize(
    ("provider", "link", "stays"),
    [("google", MEET, False), ("google", OTHER, True), ("caldav", MEET, True)],
)
def test_a_link_that_the_maker_made_for_the_series_is_not_taken_along(
    provider: str, link: str, stays: bool
) -> None:
    planned = parted(provider, link)
    first, second = (read(one.after)[0] for one in planned.writes if one.after)
    assert first.video_url == link
    assert (second.video_url, second.video_wanted) == (link if stays else "", not stays)
    (glimpse,) = planned.glimpses
    assert glimpse.after is not None
    assert (glimpse.after.video_url, glimpse.after.video_wanted) == (
        second.video_url,
        second.video_wanted,
    )


def test_the_outcome_leads_to_the_part_that_was_changed() -> None:
    planned = parted("google", MEET)
    made = "https://meet.google.com/new-made-one"
    written = []
    for one in planned.writes:
        assert one.after is not None
        event = read(one.after)[0]
        came = replace(event, video_url=made) if event.video_wanted else event
        back = replace(new_resource(came, at=at("07:00")), uid=one.uid)
        written.append(Written(calendar_id=one.calendar_id, uid=one.uid, resource=back))
    (glimpse,) = readback.told(a_change(*planned.glimpses), written).glimpses
    assert glimpse.after is not None
    assert (glimpse.after.video_url, glimpse.after.video_wanted) == (made, False)
