"""Free time with colleagues who are no people here, and over linked calendars that are unwell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.outside_busy import OutsideBusy
from calendar_core.accounts import Account, Accounts, FoundCalendar, Linked
from calendar_core.errors import NotAllowed, SignInNeeded, TryLater
from calendar_core.events import Calendar
from calendar_core.ics.writing import new_resource
from calendar_core.people import PersonId
from calendar_core.vault import Vault, new_key
from tests.bot.tools.asking import Asking
from tests.builders import NOW, a_span, an_event
from tests.fakes.colleagues import FakeColleagues

KIM = "kim@corp.example"
NOT_SEEN = f"I could not see when {KIM} is taken, so this is not sure."


class Office:
    """Ana's linked work account, and whom its maker tells of."""

    def __init__(self, ask: Asking, makers: dict[str, FakeColleagues]) -> None:
        self.house, self.makers = ask.house, makers
        vault = Vault(Path("/nowhere"), new_key())
        self.accounts = Accounts(self.house.database, self.house.clock, vault, self.house.mirror)
        self.outside = OutsideBusy(self.accounts, makers, within=0.2)
        contexts = ask._contexts
        contexts._world = replace(contexts.world, outside=self.outside)

    async def link(self, owner: PersonId, provider: str = "work") -> tuple[Account, Calendar]:
        """An account with one calendar that was never read."""
        linked = Linked(
            provider=provider,
            address=f"ana@{provider}.example",
            url="",
            credentials={"token": "t"},
            calendars=(FoundCalendar(remote="w", name=provider.title()),),
        )
        account = await self.accounts.link(owner, linked)
        [calendar] = await self.accounts.calendars(account.id)
        return account, calendar

    async def read(self, calendar: Calendar) -> None:
        """As after a round of reading."""
        await self.house.mirror.update_calendar(
            replace(calendar, unread_since=None, synced_at=self.house.clock.now())
        )


@pytest.fixture
def office(ask: Asking) -> Callable[..., Office]:
    """An office with these makers."""
    return lambda **makers: Office(ask, makers)


async def test_a_colleagues_busy_time_is_asked_and_merged(
    ask: Asking, office: Callable[..., Office]
) -> None:
    work = FakeColleagues(taken={KIM: (a_span(11, "09:00", 120), a_span(11, "14:00"))})
    there = office(work=work)
    account, calendar = await there.link(ask.there.ana.id)
    await there.read(calendar)
    text = await ask.text("find_free_time", who=[KIM], when="tomorrow", length="1 hour")
    assert text.splitlines()[:2] == [
        "Two of you, 1 hour, tomorrow. There is one slot:",
        "  1  Wed 11 March 15:00–16:00",
    ]
    assert NOT_SEEN not in text
    assert work.asked == [(account.id, (KIM,))]

    busy = await ask.text("check_availability", who=[KIM], when="tomorrow 14:00")
    assert busy.startswith(f"No, not Wed 11 March 14:00–15:00: {KIM} is busy.")
    free = await ask.text("check_availability", who=[KIM], when="tomorrow 15:30", length="30 min")
    assert free == f"Yes, {KIM} is free Wed 11 March 15:30–16:00."


@pytest.mark.parametrize("fault", [TryLater(""), NotAllowed(""), SignInNeeded("")])
async def test_who_is_not_told_makes_the_answer_incomplete_and_is_named(
    ask: Asking, office: Callable[..., Office], fault: Exception
) -> None:
    work = FakeColleagues(taken={KIM: ()}, fault=fault)
    there = office(work=work)
    _, calendar = await there.link(ask.there.ana.id)
    await there.read(calendar)
    result = await ask("find_free_time", who=[KIM], when="tomorrow")
    assert result.text.splitlines()[-1] == NOT_SEEN
    assert result.facts["incomplete"]
    said = await ask.text("check_availability", who=[KIM], when="tomorrow 14:00")
    assert said == f"I can't say for Wed 11 March 14:00–15:00.\n{NOT_SEEN}"


async def test_a_maker_that_hangs_is_not_waited_for(
    ask: Asking, office: Callable[..., Office]
) -> None:
    there = office(work=FakeColleagues(taken={KIM: ()}, hangs=True))
    _, calendar = await there.link(ask.there.ana.id)
    await there.read(calendar)
    assert NOT_SEEN in await ask.text("find_free_time", who=[KIM], when="tomorrow")


async def test_several_accounts_are_asked_and_what_each_tells_counts(
    ask: Asking, office: Callable[..., Office]
) -> None:
    first = FakeColleagues(taken={KIM: (a_span(11, "14:00"),)})
    second = FakeColleagues(taken={KIM: (a_span(11, "15:00"),)})
    down = FakeColleagues(fault=TryLater(""))
    there = office(one=first, two=second, three=down, four=FakeColleagues(asks=False))
    for provider in ("one", "two", "three", "four"):
        _, calendar = await there.link(ask.there.ana.id, provider)
        await there.read(calendar)
    for hour in ("14:00", "15:00"):
        said = await ask.text("check_availability", who=[KIM], when=f"tomorrow {hour}")
        assert f"{KIM} is busy" in said
        assert NOT_SEEN not in said


async def test_without_a_linked_account_a_stranger_is_refused(ask: Asking) -> None:
    said = await ask.refusal("find_free_time", who=[KIM], when="tomorrow")
    assert said == (
        f"I don't know {KIM}'s calendar. Link your own work calendar, and I can ask there when "
        "colleagues are taken."
    )


async def test_ones_own_linked_address_is_oneself(
    ask: Asking, office: Callable[..., Office]
) -> None:
    work = FakeColleagues()
    there = office(work=work)
    _, calendar = await there.link(ask.there.ana.id)
    await there.read(calendar)
    text = await ask.text("find_free_time", who=["Ana <ana@work.example>"], when="tomorrow")
    assert "Two of you" not in text
    assert work.asked == []


async def test_known_people_are_read_from_the_mirror_and_colleagues_asked_beside(
    ask: Asking, office: Callable[..., Office]
) -> None:
    work = FakeColleagues(taken={KIM: (a_span(11, "09:00", 240),)})
    there = office(work=work)
    _, calendar = await there.link(ask.there.ana.id)
    await there.read(calendar)
    text = await ask.text(
        "find_free_time", who=["Bo", f"Kim Park <{KIM}>"], when="tomorrow", length="1 hour"
    )
    assert text.startswith("Three of you, 1 hour, tomorrow.")
    assert "Kim Park is busy" in text
    assert work.asked[0][1] == (KIM,)


async def test_an_unread_calendar_is_asked_of_its_maker(
    ask: Asking, office: Callable[..., Office]
) -> None:
    work = FakeColleagues()
    there = office(work=work)
    _, calendar = await there.link(ask.there.ana.id)
    work.calendars[calendar.id] = (a_span(11, "10:00"),)
    said = await ask.text("check_availability", when="tomorrow 10:00")
    assert said.startswith("No, not Wed 11 March 10:00–11:00: you are busy")
    assert "not read" not in said
    assert (await ask.text("check_availability", when="tomorrow 9:45", length="15 min")).startswith(
        "Yes, you are free"
    )


async def test_what_the_maker_says_now_stands_for_what_was_mirrored(
    ask: Asking, office: Callable[..., Office]
) -> None:
    work = FakeColleagues()
    there = office(work=work)
    account, calendar = await there.link(ask.there.ana.id)
    gone = new_resource(an_event("Was moved", a_span(11, "10:00")), at=NOW)
    await there.house.mirror.absorb(calendar.id, [gone])
    await there.accounts.unwell(account.id, "It asks for a new password.")
    work.calendars[calendar.id] = (a_span(11, "11:00"),)
    said = await ask.text("check_availability", when="tomorrow 10:00")
    assert said.startswith("Yes, you are free Wed 11 March 10:00–11:00")
    assert (await ask.text("check_availability", when="tomorrow 11:00")).startswith("No, not")


async def test_an_unwell_account_that_does_not_answer_is_named_and_its_events_still_count(
    ask: Asking, office: Callable[..., Office]
) -> None:
    work = FakeColleagues(fault=SignInNeeded("no"))
    there = office(work=work)
    account, calendar = await there.link(ask.there.ana.id)
    old = new_resource(an_event("Board", a_span(11, "10:00")), at=NOW)
    await there.house.mirror.absorb(calendar.id, [old])
    await there.read(calendar)
    await there.accounts.unwell(account.id, "It asks for a new password.")
    result = await ask("find_free_time", when="tomorrow", length="1 hour")
    assert result.facts["incomplete"]
    assert "Your Work (ana@work.example) calendar" in result.text.splitlines()[-1]
    assert "missing" in result.text.splitlines()[-1]
    taken = await ask.text("check_availability", when="tomorrow 10:00")
    assert taken.startswith("No, not Wed 11 March 10:00–11:00")
    free = await ask.text("check_availability", when="tomorrow 15:00")
    assert free.startswith("I can't say for Wed 11 March 15:00–16:00.")


async def test_somebody_elses_unread_calendar_is_asked_too_and_only_busy_is_told(
    ask: Asking, office: Callable[..., Office]
) -> None:
    work = FakeColleagues()
    there = office(work=work)
    _, calendar = await there.link(ask.there.bo.id)
    said = await ask.text("check_availability", who=["Bo"], when="tomorrow 16:00")
    assert "I could not read all of Bo's calendars" in said or "can't say" in said
    work.calendars[calendar.id] = (a_span(11, "16:00"),)
    said = await ask.text("check_availability", who=["Bo"], when="tomorrow 16:00")
    assert said.startswith("No, not Wed 11 March 16:00–17:00: Bo is busy")
