"""Figures and calendars: `analyze_schedule` and `list_calendars`."""

from dataclasses import replace

from tests.bot.house import TEAM
from tests.bot.seeded import Seeded
from tests.bot.tools.asking import Asking
from tests.builders import on


async def test_a_week_in_figures(ask: Asking) -> None:
    result = await ask("analyze_schedule")
    assert result.text == (
        "Mon 9 – Sun 15 March: 9.8 h in 13 events, 6 h of it with others; "
        "14% of your working hours.\n"
        "Busiest: Fri 13 March with 3.2 h.\n"
        "Focus time: 28.5 h in 6 stretches of two hours or more.\n"
        "Met most: Eve <b> (3), Bo (2)."
    )
    assert result.private


async def test_the_time_with_somebody(ask: Asking) -> None:
    assert await ask.text("analyze_schedule", when="next week", person="bo") == (
        "Mon 16 – Sun 22 March: 30 min with Bo in 1 event."
    )
    assert await ask.text("analyze_schedule", when="next week", person="Zoe") == (
        "Mon 16 – Sun 22 March: nothing with Zoe."
    )


async def test_a_name_means_the_beginnings_of_names(ask: Asking) -> None:
    for person, told in (("bo", "30 min with Bo in 1 event."), ("o", "nothing with o.")):
        text = await ask.text("analyze_schedule", when="next week", person=person)
        assert text == f"Mon 16 – Sun 22 March: {told}"


async def test_a_year_is_the_most_that_is_counted(ask: Asking) -> None:
    assert await ask.refusal("analyze_schedule", when="next two years") == (
        "I count over a year at most. Say a shorter range."
    )


async def test_calendars_are_named_with_their_health(ask: Asking, there: Seeded) -> None:
    work = (await there.house.mirror.calendars((there.ana.id,)))[1]
    await there.house.mirror.update_calendar(
        replace(work, unread_since=on(10, "07:40"), counts_as_busy=False, read_only=True)
    )
    result = await ask("list_calendars")
    assert result.text == (
        "Your calendars:\n"
        "  Personal · built in · new events go here\n"
        "  Work · built in · does not count as busy · read only\n"
        "Your Work calendar has not answered since 07:40; what stands there is missing."
    )
    assert [one["healthy"] for one in result.facts["calendars"]] == [True, False]


async def test_in_a_channel_its_own_calendar_is_among_them(ask: Asking) -> None:
    ask.place = TEAM
    assert set((await ask.text("list_calendars")).splitlines()[1:]) == {
        "  #team · built in · this channel's own",
        "  Personal · built in · new events go here",
        "  Work · built in",
    }
