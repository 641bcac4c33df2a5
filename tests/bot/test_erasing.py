"""Everything of one person goes, what is others' stays, and a crash leaves nothing half done."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

import adapters.console.tables
import adapters.discord.tables
import adapters.slack.tables  # noqa: F401 (their tables are the schema's)
from adapters.console.store import Store as ConsoleStore
from bot.account_codes import Codes
from bot.chat.cards import message
from bot.erase_words import GONE, wishes_erasure
from bot.erased import TABLES, Goes, Marked
from bot.erasing import UNFINISHED, Erasing
from bot.erasure import Gone
from bot.people import Person
from bot.spending import Spent
from bot.store import Conversations
from bot.transcript import Interrupted
from bot.usage import Usage
from bot.workspaces import Workspaces
from calendar_core.accounts import Accounts, FoundCalendar, Linked
from calendar_core.changes.forgetting import TOMBSTONE
from calendar_core.database import Base, Database
from calendar_core.errors import CalendarError, SignInNeeded
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.linking import Account, AccountId, Credentials
from calendar_core.vault import Vault
from tests.bot.house import TEAM, House, a_sender, direct
from tests.bot.seeded import Seeded
from tests.builders import NOW, a_span, an_event

MAIL = "ana@example.org"
LINKED = Linked(
    provider="fake",
    address="ana@work.example",
    url="",
    credentials={"token": "t"},
    calendars=(FoundCalendar(remote="w", name="Work"),),
)


class FakeMaker:
    """Forgets what it granted, or does not."""

    def __init__(self, *faults: CalendarError) -> None:
        self.revoked: list[tuple[Account, Credentials]] = []
        self.ended: list[str] = []
        """Accounts whose maker is to tell no more."""
        self._faults = list(faults)

    @property
    def linking(self) -> Any:
        return self

    async def made(self) -> "FakeMaker":
        return self

    async def end(self, account_id: AccountId) -> None:
        assert not self.revoked
        self.ended.append(account_id)

    async def revoke(self, account: Account, credentials: Credentials) -> None:
        if self._faults:
            raise self._faults.pop(0)
        self.revoked.append((account, credentials))


async def lived_in(there: Seeded) -> House:
    """Ana and Bo did everything that leaves something behind."""
    house = there.house
    await house.say("What's on tomorrow?")
    await house.say("remind me tomorrow at 9 to call the bank")
    await house.say("Lunch with Bo on Friday at 12:30")
    await house.press("Confirm", "Ana")
    await house.say("Dinner on Saturday at 19:00")
    await house.say("What's on today?", "Ana", TEAM)
    await house.say("add team lunch to the team calendar tomorrow at 12:00", "Ana", TEAM)
    await house.press("Confirm", "Ana", house.card_with("Confirm"))
    await house.say("Lunch with Ana on Thursday at 12:30", "Bo")
    await house.press("Confirm", "Bo")
    await house.say("What's on tomorrow?", "Bo")
    await house.say("the design team is Bo and Kim")
    await house.say("the design team is Ana and Kim", "Bo")
    await Codes(house.database, house.clock).make(there.ana.id, a_sender("Ana"), "other")
    await Usage(house.database, house.clock).record(there.ana.id, "m", Spent(calls=1), None)
    await Workspaces(house.database, house.clock).choose("fake", "w", "m", there.ana.id)
    await house.settle()
    await house.advance(timedelta(hours=1))
    return house


async def linked(house: House, ana: Person, maker: FakeMaker, keys: Path) -> Erasing:
    """Ana's linked account with an event, and what erases it with the rest."""
    accounts = Accounts(house.database, house.clock, Vault(keys), house.mirror)
    account = await accounts.link(ana.id, LINKED)
    [work] = await accounts.calendars(account.id)
    event = new_resource(an_event("Secret merger", a_span(12, "09:00")), at=NOW)
    await house.mirror.absorb(work.id, [event])
    core = house.core
    makers: Mapping[str, Any] = {"fake": maker}
    return Erasing(house.database, house.clock, core.queue, core.mirror, accounts, makers, maker)


async def everything(house: House) -> dict[str, list[str]]:
    """All rows of all tables, as text."""
    return {name: [str(row) for row in await house.rows(name)] for name in TABLES}


async def traces(house: House, ana: Person) -> list[str]:
    """Rows in which she is named by id, mail address or account."""
    words = (ana.id, MAIL, "ana@work.example", "Secret merger", "fake/w/ana", "call the bank")
    found = await everything(house)
    return [
        f"{name}: {row}"
        for name, rows in found.items()
        for row in rows
        for word in words
        if word.lower() in row.replace("\\r\\n ", "").lower()
    ]


def test_every_table_has_its_decision_and_every_decision_its_table() -> None:
    assert sorted(TABLES) == sorted(Base.metadata.tables)
    for name, decision in TABLES.items():
        columns = set(Base.metadata.tables[name].columns.keys())
        if isinstance(decision, Goes):
            of = (*decision.people, *decision.accounts, *decision.ids, *decision.marked)
            one = (decision.place, decision.channel, decision.seen_by)
            assert {*of, *one} - {""} <= columns, name
            assert of or any(one), name
        if isinstance(decision, Marked):
            assert set(decision.people) <= columns, name


async def test_nothing_of_the_person_is_left_and_what_is_others_stays(
    there: Seeded, tmp_path: Path
) -> None:
    house, maker = await lived_in(there), FakeMaker()
    erasing = await linked(house, there.ana, maker, tmp_path / "keys")
    console = ConsoleStore(house.database, house.clock)
    await console.keep("@ana", message("for Ana"), seen_by=None, key=None)
    await console.keep("@bo", message("for Bo"), seen_by=None, key=None)
    assert await traces(house, there.ana)
    bos = await house.titles("Bo")

    erasure = await erasing.begin(there.ana.id)
    assert await erasing.go_on(erasure) == Gone()
    await erasing.finish(erasure)
    await house.advance(timedelta(minutes=30))

    assert await traces(house, there.ana) == []
    assert [one.address for one, _ in maker.revoked] == ["ana@work.example"]
    assert maker.ended == [one.id for one, _ in maker.revoked]
    assert await house.titles("Bo") == bos
    assert "Review" in bos
    names = sorted(name for (name,) in await house.rows("people", "name"))
    assert names == ["Bo", "Kim", "Mallory"]
    assert [one.name for one in await house.mirror.calendars((channel(there),))] == ["#team"]
    assert await house.rows(
        "change_audit", "owner, what", f"change_id = '{TOMBSTONE}' ORDER BY id"
    ) == [("former", "erase everything of a person")]


def channel(there: Seeded) -> Any:
    """The owner of the channel's calendar."""
    from bot.tools.finding import channel_owner

    return channel_owner(TEAM)


async def test_guests_keep_their_copies_of_a_former_members_events(there: Seeded) -> None:
    house = there.house
    erasure = await house.core.erasing.begin(there.ana.id)
    await house.core.erasing.go_on(erasure)

    [calendar] = await house.mirror.calendars((there.bo.id,))
    texts = await house.mirror.resources(calendar.id, (there.bo.id,))
    [review] = [one for each in texts for one in read(each.ics) if one.title == "Review"]
    assert review.organizer is not None
    assert review.organizer.name == "former member"
    [shown] = await house.say("What's on Thursday?", "Bo")
    assert "Review" in shown.text
    assert "Ana" not in shown.text


async def test_a_guest_can_still_answer_and_delete_a_copy_whose_organizer_is_gone(
    there: Seeded,
) -> None:
    house = there.house
    erasure = await house.core.erasing.begin(there.ana.id)
    await house.core.erasing.go_on(erasure)

    await house.say("decline the review on Thursday", "Bo")
    await house.settle()
    [copy] = [one for one in await house.rows("local_resources", "copy_of, ics") if
              one[1] and "SUMMARY:Review" in one[1]]  # fmt: skip
    assert copy[0] is None


async def test_an_invitation_to_somebody_erased_names_a_former_member(there: Seeded) -> None:
    house = there.house
    await house.say("Lunch with Ana on Thursday at 12:30", "Bo")
    await house.press("Confirm", "Bo")
    erasure = await house.core.erasing.begin(there.ana.id)
    await house.core.erasing.go_on(erasure)

    [calendar] = await house.mirror.calendars((there.bo.id,))
    texts = await house.mirror.resources(calendar.id, (there.bo.id,))
    guests = [guest for each in texts for one in read(each.ics) for guest in one.guests]
    assert "former member" in [one.name for one in guests]
    assert there.ana.address not in [one.address for one in guests]
    found = await house.mirror.search((there.bo.id,), "ana@example.org", zone=there.bo.zone)
    assert found == ()


async def test_whoever_writes_again_is_a_stranger(there: Seeded) -> None:
    house = there.house
    await house.settle()
    [asked] = await house.say("erase everything about me")
    await house.press("Erase everything", "Ana", asked)
    await house.settle()
    assert house.platform.last.text == GONE

    await house.say("What's on tomorrow?")
    again = await house.people.of(a_sender("Ana"))
    assert again is not None
    assert again.id != there.ana.id
    assert await house.titles("Ana") == []


async def test_the_card_says_what_goes_and_a_no_keeps_it(there: Seeded) -> None:
    house = there.house
    [asked] = await house.command("erase")
    assert asked.text.startswith("Erase everything about you?")
    assert "your 2 calendars with" in asked.text
    assert "2 reminders" in asked.text
    await house.press("Keep it", "Ana", asked)
    assert asked.text == "Left as it was: nothing was erased."
    assert await house.people.person(there.ana.id) == there.ana


async def test_only_the_person_may_press_and_only_while_the_card_is_fresh(there: Seeded) -> None:
    house = there.house
    [asked] = await house.say("please delete all my data")
    [no] = await house.press("Erase everything", "Bo", asked, direct("Bo"))
    assert no.text == "This is somebody else's to decide."
    await house.advance(timedelta(minutes=11))
    await house.press("Erase everything", "Ana", asked)
    assert asked.text.startswith("This has expired")
    assert await house.people.person(there.ana.id) == there.ana


async def test_a_typed_yes_erases_nothing(there: Seeded) -> None:
    house = there.house
    await house.say("erase everything about me")
    await house.say("yes")
    await house.settle()
    assert await house.people.person(there.ana.id) == there.ana


async def test_in_a_channel_the_question_and_the_last_line_are_seen_by_the_asker_alone(
    there: Seeded,
) -> None:
    house = there.house
    await house.settle()
    [asked] = await house.say("erase everything about me", "Ana", TEAM)
    assert asked.seen_by == a_sender("Ana")
    await house.press("Erase everything", "Ana", asked, TEAM)
    await house.settle()
    assert (house.platform.last.text, house.platform.last.seen_by) == (GONE, a_sender("Ana"))


async def test_pressing_twice_makes_nobody_anew(there: Seeded) -> None:
    house = there.house
    [asked] = await house.say("erase everything about me")
    value = asked.card.buttons[0].value
    await house.press_value(value, "Ana", asked.ref)
    [again] = await house.press_value(value, "Ana", asked.ref)
    assert again.text == GONE
    await house.settle()
    assert await house.people.of(a_sender("Ana")) is None
    assert [one.key for one in house.platform.said if one.text == GONE and one.key] != []


async def test_a_sign_up_card_goes_on_without_its_host(there: Seeded) -> None:
    house = there.house
    await house.say("add team lunch to the team calendar tomorrow at 12:00", "Ana", TEAM)
    card = house.card_with("Confirm")
    await house.press("Confirm", "Ana", card)
    await house.settle()
    erasure = await house.core.erasing.begin(there.ana.id)
    await house.core.erasing.go_on(erasure)
    await house.press("I'm in", "Bo", card, TEAM)
    await house.settle()
    assert "In: Bo" in card.text
    assert "Ana" not in card.text


async def test_an_account_that_can_t_be_revoked_goes_and_is_named(
    there: Seeded, tmp_path: Path
) -> None:
    house, maker = there.house, FakeMaker(SignInNeeded("no"))
    erasing = await linked(house, there.ana, maker, tmp_path / "keys")
    erasure = await erasing.begin(there.ana.id)
    gone = await erasing.go_on(erasure)
    assert [one.address for one in gone.unrevoked] == ["ana@work.example"]
    assert await house.rows("linked_accounts") == []


async def test_what_was_under_way_meanwhile_goes_at_the_second_look(there: Seeded) -> None:
    house = there.house
    erasure = await house.core.erasing.begin(there.ana.id)
    await house.core.erasing.go_on(erasure)
    await house.core.erasing.finish(erasure)
    await house.mirror.add_calendar(there.ana.id, "Personal")
    said = Interrupted(at=NOW)
    await Conversations(house.database, house.clock).append("fake/w/@ana/", there.ana.id, [said])

    await house.advance(timedelta(minutes=11))

    assert await house.mirror.calendars((there.ana.id,)) == ()
    assert await house.rows("conversation_parts", "id", f"owner = '{there.ana.id}'") == []
    assert await house.rows("jobs", "key", "kind = 'erase'") == []


class Crash(Exception):
    """The process ends here."""


class Crashing(Database):
    """A database in whose n-th unit of work the process ends, before it is committed."""

    left = 0

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with super().session() as session:
            yield session
            self.left -= 1
            if self.left == 0:
                raise Crash


async def test_a_crash_at_any_step_is_gone_on_from(
    afresh: tuple[Callable[[], str], Seeded],
) -> None:
    full, seeded = afresh
    step, crashed = 0, True
    while crashed:
        step += 1
        database = Crashing(full())
        house = House(database)
        erasure = await house.core.erasing.begin(seeded.ana.id)
        database.left, crashed = step, False
        try:
            await house.core.erasing.go_on(erasure)
            await house.core.erasing.finish(erasure)
        except Crash:
            crashed = True
        database.left = 0
        if crashed:
            assert await house.core.erasing.unfinished() == [erasure]
        await house.advance(UNFINISHED + timedelta(minutes=1))
        await house.advance(UNFINISHED + timedelta(minutes=1))
        assert await traces(house, seeded.ana) == [], f"after a crash at step {step}"
        tombs = await house.rows("change_audit", "id", f"change_id = '{TOMBSTONE}'")
        assert len(tombs) == 1, f"after a crash at step {step}"
        await database.dispose()
    assert step > 5


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("erase", True),
        ("erase everything about me", True),
        ("Please erase everything about me.", True),
        ("forget me", True),
        ("Forget everything you know about me!", True),
        ("delete all my data", True),
        ("I want you to delete my account", True),
        ("can you delete everything you have on me?", True),
        ("delete everything", False),
        ("delete my events", False),
        ("delete the meeting about me", False),
        ("erase the whiteboard at 5", False),
        ("remove me from the standup", False),
        ("remind me to delete my account", False),
    ],
)
def test_words_that_wish_it_are_told_from_others(words: str, wish: bool) -> None:
    assert wishes_erasure(words) is wish
