"""Looking at the calendar: `get_schedule` and `search_events` over Ana's full week."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from bot.chat.messages import Place, Sender
from bot.chat.platform import Right
from bot.tools.agenda import is_away
from bot.tools.finding import channel_owner, told_once
from calendar_core.changes.change import Proposal, Reply, Target
from calendar_core.events import Answer, EventId, RecurrenceId, Scope, event_id
from calendar_core.people import PersonId
from tests.bot.house import TEAM
from tests.bot.seeded import MARKUP, Seeded
from tests.bot.tools.asking import Asking
from tests.builders import a_span, an_occurrence, days, on

NOWHERE = 'I know no calendar "{}" that you may see. Here you have Personal and Work.'


async def silent(there: Seeded) -> None:
    """Ana's other calendar does not answer."""
    work = (await there.house.mirror.calendars((there.ana.id,)))[1]
    await there.house.mirror.update_calendar(replace(work, unread_since=on(10, "07:40")))


async def test_a_day_is_listed_with_what_is_free(ask: Asking) -> None:
    result = await ask("get_schedule", when="Thursday")
    assert result.text == (
        "Thursday 12 March\n"
        "  09:30–09:45  Standup · weekdays\n"
        "  14:00–15:00  Review\n"
        "  18:00–19:00  Gym\n"
        "Free: 09:00–09:30, 09:45–14:00, 15:00–17:00"
    )
    assert (result.private, result.strangers_text) == (True, False)
    assert result.status == "Looked at Thu 12 March · 2 calendars"
    assert [one["title"] for one in result.facts["events"]] == ["Standup", "Review", "Gym"]


async def test_days_without_events_are_left_out_of_a_range(ask: Asking) -> None:
    assert await ask.text("get_schedule", when="14 to 18 March", calendar="Personal") == (
        "Saturday 14 March\n"
        f"  10:00–11:00  {MARKUP} · from Eve <b> · not answered"
        " · its description is not shown here\n"
        "  all day      Market day · weekly\n"
        "Monday 16 March\n"
        "  09:30–09:45  Standup · weekdays\n"
        "  10:00–10:30  Design review · weekly\n"
        "Tuesday 17 March\n"
        "  09:30–09:45  Standup · weekdays\n"
        "Wednesday 18 March\n"
        "  09:30–09:45  Standup · weekdays\n"
        "  11:00–12:00  Weekly [2Jsync · weekly · from Eve <b> · not answered"
        " · its description is not shown here"
    )


async def test_a_part_of_a_day_tells_free_time_of_that_part_alone(ask: Asking) -> None:
    text = await ask.text("get_schedule", when="tomorrow morning")
    assert text.splitlines()[-1] == "Free: 09:00–09:30, 09:45–11:00"


async def test_out_of_hours_nothing_is_said_of_free_time(ask: Asking) -> None:
    assert await ask.text("get_schedule", when="tonight") == "Nothing today from 18:00."


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (
            "tomorrow at 13:00",
            "Tomorrow at 13:00:\n  12:30–13:15  Lunch with Bo · Café Oslo",
        ),
        (
            "tomorrow at 13:15",
            'You are free tomorrow at 13:15, until 16:00: then "Dentist", 16:00–16:45.',
        ),
        ("now", 'You are free now, until 09:30: then "Standup", 09:30–09:45.'),
        ("Sunday at 10:00", "You are free Sun 15 March at 10:00, and for the rest of the day."),
        ("Friday at 10:00", "You are free Fri 13 March at 10:00, until 11:00."),
        (
            "Saturday at 18:00",
            "Sat 14 March at 18:00:\n  all day  Market day · weekly",
        ),
    ],
)
async def test_at_an_instant_it_is_what_is_on_then_or_until_when_one_is_free(
    ask: Asking, when: str, text: str
) -> None:
    assert await ask.text("get_schedule", when=when) == text


async def test_nobody_is_called_free_while_a_calendar_does_not_answer(
    ask: Asking, there: Seeded
) -> None:
    await silent(there)
    missing = "Your Work calendar has not answered since 07:40; what stands there is missing."
    for tool, arguments, text in (
        ("get_schedule", {"when": "now"}, "I see nothing now."),
        ("get_schedule", {"next_only": True, "person": "Zoe"}, "Nothing is coming up."),
        ("search_events", {"query": "dentist"}, "Wed 11 March 16:00–16:45  Dentist · Dr. Wu"),
        ("search_events", {"when": "Sunday"}, "I found no event for Sunday."),
    ):
        assert await ask.text(tool, **arguments) == f"{text}\n{missing}"


async def test_more_than_a_year_is_too_much(ask: Asking) -> None:
    refusal = await ask.refusal("get_schedule", when="from 2026 to 2031")
    assert refusal == "I show a year at most. Say a shorter range."


async def test_a_series_is_found_as_often_as_it_happens_in_a_stretch(ask: Asking) -> None:
    result = await ask("search_events", query="standup", when="this week")
    assert result.facts["count"] == 5


async def test_one_calendar_says_nothing_of_free_time(ask: Asking) -> None:
    assert await ask.text("get_schedule", calendar="Work") == "Nothing today."


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"next_only": True}, "Next: Tue 10 March 09:30–09:45, Standup · weekdays."),
        (
            {"next_only": True, "person": "Kim"},
            "Next: Mon 16 March 10:00–10:30, Design review · weekly.",
        ),
        ({"next_only": True, "person": "Zoe"}, "Nothing is coming up."),
        ({"when": "Sunday"}, "Nothing on Sun 15 March."),
        (
            {"when": "next week", "person": "out"},
            "I see nobody out on Mon 16 March to Sun 22 March.",
        ),
        (
            {"when": "tomorrow", "person": "bo"},
            "Wednesday 11 March\n  12:30–13:15  Lunch with Bo · Café Oslo",
        ),
    ],
)
async def test_less_may_be_asked_for(ask: Asking, arguments: dict[str, str], text: str) -> None:
    assert await ask.text("get_schedule", **arguments) == text


@pytest.mark.parametrize(
    ("title", "away"),
    [("Kim is out", True), ("OOO: Bo", True), ("Bo on leave", True), ("Offsite", False)],
)
def test_whole_days_that_say_so_tell_who_is_away(title: str, away: bool) -> None:
    assert is_away(an_occurrence(title, when=days(11))) == away
    assert not is_away(an_occurrence(title, when=a_span(11, "12:00", 60)))


async def test_an_unknown_calendar_is_answered_with_those_there_are(ask: Asking) -> None:
    refusal = await ask.refusal("get_schedule", calendar="nowhere")
    assert refusal == NOWHERE.format("nowhere")


async def test_what_is_no_time_is_the_models_to_correct(ask: Asking) -> None:
    assert "can't read that as a time" in await ask.misuse("get_schedule", when="frobnicate")


async def test_in_a_channel_ones_own_day_is_private_and_the_channels_is_not(ask: Asking) -> None:
    ask.place = TEAM
    own = await ask("get_schedule", when="Friday")
    public = await ask("get_schedule", when="Friday", calendar="team")
    assert own.private
    assert "Standup" in own.text
    assert public.text == "Friday 13 March\n  15:00–16:00  Release"
    assert not public.private


@pytest.mark.parametrize("name", ["team", "#team", "the team calendar", "Team"])
async def test_a_channels_calendar_can_be_read_from_elsewhere_too(ask: Asking, name: str) -> None:
    result = await ask("get_schedule", when="Friday", calendar=name)
    assert result.text == "Friday 13 March\n  15:00–16:00  Release"
    assert result.private


async def test_a_channel_that_one_may_not_enter_is_no_calendar_at_all(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def closed(sender: Sender, place: Place, right: Right) -> bool:
        assert (sender.user, place.channel, right) == ("ana", "#team", Right.SPEAK)
        return False

    monkeypatch.setattr(ask.house.platform, "may", closed)
    assert await ask.refusal("get_schedule", calendar="team") == NOWHERE.format("team")
    refusal = await ask.refusal("create_event", title="Fair", when="Friday", calendar="team")
    assert refusal == 'I know no calendar "team" that I can write to. There is Personal and Work.'


async def test_one_of_several_channels_is_asked_about(ask: Asking, there: Seeded) -> None:
    other = replace(TEAM, channel="#team-two", name="#team-two")
    await there.house.mirror.add_calendar(channel_owner(other), "#team-two")
    ask.place = None
    assert (await ask("get_schedule", when="Friday", calendar="team")).facts["count"] == 1
    refusal = await ask.refusal("get_schedule", calendar="shared")
    assert refusal == "Which channel's calendar: #team or #team-two?"


async def test_one_person_never_sees_anothers_calendar(ask: Asking) -> None:
    ask.by = "Mallory"
    assert await ask.text("get_schedule", when="this week") == (
        "Nothing on Mon 9 March to Sun 15 March."
    )
    result = await ask("search_events", query="dentist")
    assert result.facts == {"none": True}


async def test_anothers_ref_is_no_way_in(ask: Asking, there: Seeded) -> None:
    ask.by = "Mallory"
    for tool in ("update_event", "delete_event", "add_participants"):
        more = {"who": ["Bo"]} if tool == "add_participants" else {}
        refusal = await ask.refusal(tool, event=there.single[0], **more)
        assert refusal == "That event is no longer there."


async def test_a_calendar_that_does_not_answer_is_named(ask: Asking, there: Seeded) -> None:
    await silent(there)
    assert await ask.text("get_schedule", when="Sunday") == (
        "Nothing on Sun 15 March.\n"
        "Your Work calendar has not answered since 07:40; what stands there is missing."
    )
    text = await ask.text("get_schedule", when="tomorrow")
    assert "Free:" not in text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"query": "review"},
            "Thu 12 March 14:00–15:00  Review\nMon 16 March 10:00–10:30  Design review · weekly",
        ),
        ({"query": "review", "limit": 1}, "Thu 12 March 14:00–15:00  Review\n…and 1 more."),
        ({"person": "Kim"}, "Mon 16 March 10:00–10:30  Design review · weekly"),
        ({"query": "standup", "past": True}, "Mon 9 March 09:30–09:45  Standup · weekdays"),
        ({"query": "the dentist appointment"}, "Wed 11 March 16:00–16:45  Dentist · Dr. Wu"),
        (
            {"query": "zebra"},
            'I found no "zebra". Say it as it stands in your calendar, or ask "what\'s on".',
        ),
        (
            {},
            'I found no event. Say it as it stands in your calendar, or ask "what\'s on".',
        ),
        ({"when": "Sunday"}, "I found no event for Sunday."),
        (
            {"query": "zebra", "when": "Thursday"},
            'I found no "zebra" for Thursday. There is: Thu 12 March 09:30–09:45 Standup; '
            "Thu 12 March 14:00–15:00 Review; Thu 12 March 18:00–19:00 Gym.",
        ),
    ],
)
async def test_events_are_found_by_words_people_and_time(
    ask: Asking, arguments: dict[str, str], text: str
) -> None:
    assert await ask.text("search_events", **arguments) == text


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_schedule", {"when": "Saturday"}),
        ("get_schedule", {"next_only": True, "person": "Eve"}),
        ("search_events", {"query": "sync"}),
        ("search_events", {"query": "zebra", "when": "Saturday"}),
        ("check_availability", {"when": "Friday at 11:00"}),
        ("find_free_time", {"when": "Friday", "length": "45 minutes", "count": 9}),
        ("respond_to_invitation", {"answer": "accept"}),
        ("analyze_schedule", {"when": "this week"}),
        ("delete_event", {"event": "sync"}),
    ],
)
async def test_whatever_shows_a_strangers_words_says_so(
    ask: Asking, tool: str, arguments: dict[str, str]
) -> None:
    assert (await ask(tool, **arguments)).strangers_text


async def test_readers_in_other_zones_are_told_whose_time_it_is(ask: Asking, there: Seeded) -> None:
    ask.place = TEAM
    assert "All times" not in await ask.text("get_schedule", when="Friday", calendar="team")
    bo = await there.house.welcome("Bo")
    await there.house.people.save(replace(bo, zone=ZoneInfo("America/New_York")))
    told = await ask.text("get_schedule", when="Friday", calendar="team")
    assert told.endswith("All times are in Europe/Berlin.")
    assert "All times" not in await ask.text("get_schedule", when="Friday")


def test_what_stands_on_ones_own_calendar_and_the_channels_is_told_once_as_the_channels() -> None:
    own, channels = (
        replace(an_occurrence("Games"), event_id=EventId(id), owner=PersonId(owner))
        for id, owner in (("e1", "ana"), ("e2", "channel:slack/T1/C1"))
    )
    another = replace(an_occurrence("Gym"), uid="another")
    assert told_once([own, channels, another]) == [channels, another]


async def test_what_the_guests_answered_is_told_of_what_was_looked_up(
    there: Seeded, ask: Asking
) -> None:
    """Bo declines one occurrence: of that alone he is told to have."""
    house = there.house
    bos = (await house.mirror.calendars((there.bo.id,)))[0]
    declines = Reply(
        target=Target(
            event_id=EventId(event_id(bos.id, "design-review")),
            recurrence_id=RecurrenceId(on(16, "10:00").astimezone(UTC).isoformat()),
        ),
        answer=Answer.DECLINED,
        scope=Scope.THIS,
    )
    change = await house.desk.propose(Proposal(owner=there.bo.id, place="", edits=(declines,)))
    await house.desk.settle(change.id, there.bo.id)
    told = {
        day: (await ask("search_events", query="design review", when=day)).facts["events"]
        for day in ("16 March", "23 March")
    }
    assert [one["answers"] for one in told["16 March"]] == [
        ["Bo declined", "Kim has not answered yet"]
    ]
    assert [one["answers"] for one in told["23 March"]] == [
        ["Bo has not answered yet", "Kim has not answered yet"]
    ]
    gym = (await ask("search_events", query="gym")).facts["events"]
    assert all("answers" not in one for one in gym)


async def test_who_comes_is_answered_with_what_they_said(there: Seeded) -> None:
    said = await there.house.say("who comes to the review on thursday?")
    assert [one.text for one in said] == [
        '"Review", Thu 12 March 14:00–15:00: Bo has not answered yet.'
    ]
