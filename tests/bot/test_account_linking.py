"""One person over two platforms: codes, the card, the press, and all that moves with it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.account_codes import ALPHABET, MOST_WRONG, Codes
from bot.account_words import AsksAccounts, AsksApart, AsksCode, EntersCode, read_wish, told_code
from bot.joining import Joining
from calendar_core.events import Answer
from calendar_core.ics.reading import read
from calendar_core.providers.local.handover import LocalHandover
from tests.bot.house import TEAM, House, a_sender, direct
from tests.fakes.platform import Said

THERE = direct("Bo", platform="other")


async def a_code(house: House, by: str = "Ana", platform: str = "other") -> str:
    """A fresh code of somebody's."""
    said = await house.say(f"link {platform}", by)
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", said[0].text)
    assert found is not None, said[0].text
    return found[0]


async def join(house: House, code: str | None = None) -> Said:
    """Bo of the other platform becomes part of Ana; the card as it stands then."""
    asked = (await house.say(f"link {code or await a_code(house)}", "Bo", THERE))[0]
    await house.press("Join", "Bo", asked)
    await house.settle()
    return asked


async def owners(house: House) -> set[str]:
    """Every id that stands anywhere as an owner of a person's things."""
    found: set[str] = set()
    for table, column in (
        ("identities", "person_id"), ("calendars", "owner"), ("reminders", "owner"),
        ("reminders", "whose"), ("reminders_missed", "owner"), ("changes", "owner"),
        ("change_audit", "owner"), ("change_audit", '"by"'), ("notes", "owner"),
        ("conversation_parts", "owner"), ("people", "id"),
    ):  # fmt: skip
        found |= {one for (one,) in await house.rows(table, column) if one}
    return {one for one in found if not one.startswith("channel:")}


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("link", AsksAccounts()),
        ("Which accounts are linked?", AsksAccounts()),
        ("link discord", AsksCode("discord")),
        ("link my Discord", AsksCode("discord")),
        ("please connect my slack account", AsksCode("slack")),
        ("link this account with other", AsksCode("other")),
        ("link abcd-efgh", EntersCode("abcd-efgh")),
        ("link ABCD2FGH", EntersCode("ABCD2FGH")),
        ("`/cal`", None),
        ("unlink slack", AsksApart()),
        ("disconnect my discord account", AsksApart()),
        ("unlink google", None),
        ("link google", None),
        ("link my google calendar", None),
        ("link whatsapp", None),
        ("connect with Bo tomorrow", None),
        ("join the standup", None),
    ],
)
def test_words_about_accounts_are_told_from_others(words: str, wish: object) -> None:
    assert read_wish(words, ("fake", "other"), alone=True) == wish


def test_a_bare_code_counts_only_where_one_is_alone_with_the_bot() -> None:
    assert read_wish("ABCD-EFG2", (), alone=True) == EntersCode("ABCD-EFG2")
    assert read_wish("ABCD-EFG2", (), alone=False) is None


def test_a_code_for_another_workspace_says_so() -> None:
    there = told_code("ABCD-EFG2", "slack", "slack", more=True)
    assert 'Say "/cal link ABCD-EFG2" to me in your other workspace, within' in there
    assert "on Slack already" not in there


async def test_asking_tells_which_accounts_are_joined(house: House) -> None:
    [said] = await house.command("link accounts")
    assert said.text.startswith("This is your only account: Fake (Ana).")
    await join(house)
    [said] = await house.command("link accounts")
    assert said.text.startswith("Your accounts: Fake (Ana) and Other (Bo).")


async def test_a_code_is_private_single_and_stored_only_as_a_hash(house: House) -> None:
    [said] = await house.command("link other", place=TEAM)
    assert said.seen_by == a_sender("Ana")
    code = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}", said.text)[0].replace("-", "")
    assert set(code) <= set(ALPHABET)
    assert any(one.isdigit() for one in code)
    [row] = await house.rows("link_codes")
    assert code not in str(row)


async def test_nothing_is_joined_before_the_press_and_the_card_says_with_whom(
    house: House,
) -> None:
    await house.welcome("Ana")
    asked = (await house.say(f"link {await a_code(house)}", "Bo", THERE))[0]
    assert asked.text.startswith("Join this account with Ana's?")
    assert "Press Join only if Ana on Fake is yourself" in asked.text
    assert [one.label for one in asked.card.buttons] == ["Join", "Not now"]
    assert len(await house.rows("people")) == 2
    await house.press("Not now", "Bo", asked)
    assert asked.text == "Left as it was: the two accounts stay apart."
    await house.press_value(asked.before[0].buttons[0].value, "Bo", asked.ref, THERE)
    assert len(await house.rows("people")) == 2


async def test_the_press_joins_and_both_are_told(house: House) -> None:
    asked = await join(house)
    assert asked.text == "✓ Joined: this account and Ana's on Fake are one person now."
    assert house.platform.last.text == (
        "Bo's account on Other is joined with this one: they are one person now."
    )
    assert len(await house.rows("people")) == 1
    ana = await house.people.of(a_sender("Ana"))
    assert ana == await house.people.of(a_sender("Bo", "other"))


async def test_pressing_join_twice_joins_once(house: House) -> None:
    asked = await join(house)
    await house.press_value(asked.before[0].buttons[0].value, "Bo", asked.ref, THERE)
    assert asked.text == "✓ Joined already: they are one person."


async def test_a_stranger_cannot_press_join(house: House) -> None:
    asked = (await house.say(f"link {await a_code(house)}", "Bo", THERE))[0]
    kim = direct("Kim", platform="other")
    [said] = await house.press_value(asked.card.buttons[0].value, "Kim", asked.ref, kim)
    assert said.text == "This is somebody else's to decide."
    assert len(await house.rows("people")) == 3


async def test_a_code_works_once_and_for_ten_minutes(house: House) -> None:
    code = await a_code(house)
    await house.say(f"link {code}", "Bo", THERE)
    [said] = await house.say(f"link {code}", "Kim", direct("Kim", platform="other"))
    assert said.text.startswith("I know no such code.")
    code = await a_code(house)
    house.clock.advance(timedelta(minutes=10))
    [said] = await house.say(f"link {code}", "Kim", direct("Kim", platform="other"))
    assert said.text.startswith("I know no such code.")


async def test_a_new_code_takes_the_place_of_the_one_before(house: House) -> None:
    code = await a_code(house)
    await a_code(house)
    [said] = await house.say(f"link {code}", "Bo", THERE)
    assert said.text.startswith("I know no such code.")


async def test_a_card_that_waited_too_long_joins_nothing(house: House) -> None:
    asked = (await house.say(f"link {await a_code(house)}", "Bo", THERE))[0]
    house.clock.advance(timedelta(minutes=11))
    await house.press("Join", "Bo", asked)
    assert asked.text.startswith("This has expired; nothing was changed.")
    assert len(await house.rows("people")) == 2


async def test_five_wrong_codes_an_hour_and_then_a_pause(house: House) -> None:
    for _ in range(MOST_WRONG):
        [said] = await house.say("link AAAA-AAA2", "Bo", THERE)
        assert said.text.startswith("I know no such code.")
    code = await a_code(house)
    [said] = await house.say(f"link {code}", "Bo", THERE)
    assert said.text.startswith("Those were too many wrong codes. Try again today at ")
    house.clock.advance(timedelta(hours=1))
    code = await a_code(house)
    [said] = await house.say(f"link {code}", "Bo", THERE)
    assert said.text.startswith("Join this account")


async def test_ones_own_code_and_the_wrong_platform_are_told_and_use_nothing_up(
    house: House,
) -> None:
    code = await a_code(house)
    [said] = await house.say(f"link {code}")
    assert said.text == ("That is your own code, made on this very account. Enter it on Other.")
    [said] = await house.say(f"link {code}", "Kim")
    assert said.text == "This code is to be entered on Other."
    await join(house, code)
    code = await a_code(house)
    [said] = await house.say(f"link {code}", "Bo", THERE)
    assert said.text == "That account and this one are yours already; there is nothing to join."


async def test_calendars_reminders_changes_and_conversations_move(house: House) -> None:
    await house.say("Dentist tomorrow at 9")
    await house.press("Confirm")
    await house.say("Yoga tomorrow at 18:00", "Bo", THERE)
    await house.press("Confirm", "Bo", house.other.last)
    await house.say("remind me tomorrow at 12 to water the plants", "Bo", THERE)
    await house.say("lunch with Kim tomorrow at 13:00", "Bo", THERE)
    waiting = house.other.last
    await join(house)
    ana = await house.people.of(a_sender("Ana"))
    assert ana is not None
    assert await owners(house) == {ana.id}
    calendars = await house.mirror.calendars((ana.id,))
    assert [(one.name, one.is_default) for one in calendars] == [
        ("Personal", True),
        ("Personal (Other)", False),
    ]
    assert await house.titles() == ["Dentist", "Yoga"]
    [listed] = await house.say("which reminders do I have?")
    assert "water the plants" in listed.text
    await house.press("Confirm", "Bo", waiting)
    assert "Lunch with Kim" in await house.titles()
    await house.press("Undo", "Bo", waiting)
    assert "Lunch with Kim" not in await house.titles()


async def test_lists_of_people_become_one(house: House) -> None:
    await house.say("the design team is Kim and Lia")
    await house.say("the design team is Ana, Zoe and Lia", "Bo", THERE)
    await house.say("my book club is Zoe and Bo", "Bo", THERE)
    await join(house)
    [listed] = await house.say("show my groups")
    assert listed.text.splitlines() == [
        "The book club is Zoe and Bo.",
        "The design team is Kim, Lia, Ana and Zoe.",
    ]
    rows = await house.rows("group_members", "owner, person", "said = 'Bo'")
    ana = await house.people.of(a_sender("Ana"))
    assert ana is not None
    assert rows == [(ana.id, ana.id)]


async def test_each_thing_rings_once_after_joining(house: House) -> None:
    await house.say("Yoga tomorrow at 18:00", "Bo", THERE)
    await house.press("Confirm", "Bo", house.other.last)
    await join(house)
    house.clock.advance(timedelta(minutes=5))  # on the other platform they are active last
    await house.say("move yoga to tomorrow at 19:00", "Bo", THERE)
    await house.press("Confirm", "Bo", house.other.last)
    before = len(house.other.said) + len(house.platform.said)
    await house.advance(timedelta(days=2))
    rung = [*house.platform.said, *house.other.said]
    assert len(rung) - before == 1
    assert "Yoga in 10 minutes" in house.other.last.text


async def test_an_unused_calendar_goes_and_the_digest_is_one(house: House) -> None:
    await house.say("send me my agenda every day at 7:30")
    await house.say("send me my agenda every day at 8:00", "Bo", THERE)
    await join(house)
    ana = await house.welcome("Ana")
    assert [one.name for one in await house.mirror.calendars((ana.id,))] == ["Personal"]
    assert [key for (key,) in await house.rows("jobs", "key", "kind = 'digest'")] == [
        f"digest:{ana.id}"
    ]
    said = len(house.platform.said) + len(house.other.said)
    await house.advance(timedelta(days=1))
    assert len(house.platform.said) + len(house.other.said) == said + 1


async def test_an_event_that_both_hold_stands_once(house: House) -> None:
    bo = await house.say("hello", "Bo", THERE)
    assert bo
    await house.say("hello", "Bo")  # a third account, of the first platform
    await house.say("schedule a budget meeting with Bo tomorrow at 10:00")
    await house.press("Confirm")
    await house.settle()
    code = await a_code(house, "Ana", "fake")
    asked = (await house.say(f"link {code}", "Bo"))[0]
    await house.press("Join", "Bo", asked)
    await house.settle()
    [said] = await house.say("what's on tomorrow?")
    assert said.text.splitlines() == [
        "Wednesday 11 March",
        "  10:00–11:00  Budget meeting with Bo",
        "Free: 09:00–10:00, 11:00–17:00",
    ]


async def test_old_addresses_still_mean_the_person(house: House) -> None:
    """Kim invited Bo before Bo became Ana: it is Ana's invitation, and her answer counts."""
    await house.say("hello", "Bo")
    await house.say("schedule a budget meeting with Bo tomorrow at 10:00", "Kim")
    await house.press("Confirm", "Kim")
    await house.settle()
    code = await a_code(house, "Ana", "fake")
    asked = (await house.say(f"link {code}", "Bo"))[0]
    await house.press("Join", "Bo", asked)
    await house.settle()
    await house.say("accept the budget meeting")
    await house.press("Confirm")
    await house.settle()
    kim = await house.welcome("Kim")
    [calendar] = await house.mirror.calendars((kim.id,))
    [resource] = await house.mirror.resources(calendar.id, (kim.id,))
    assert [one.answer for one in read(resource.ics)[0].guests if one.name == "Bo"] == [
        Answer.ACCEPTED
    ]
    await house.say("move the budget meeting to tomorrow at 11:00", "Kim")
    await house.press("Confirm", "Kim")
    await house.settle()
    [said] = await house.say("what's on tomorrow?")
    assert said.text.count("Budget") == 1
    assert "11:00" in said.text
    [said] = await house.say("when is Bo free tomorrow?", "Kim")
    assert "I don't know" not in said.text


async def test_inviting_again_by_the_new_address_doubles_no_guest(house: House) -> None:
    await house.say("hello", "Bo")
    await house.say("schedule a budget meeting with Bo tomorrow at 10:00", "Kim")
    await house.press("Confirm", "Kim")
    code = await a_code(house, "Ana", "fake")
    asked = (await house.say(f"link {code}", "Bo"))[0]
    await house.press("Join", "Bo", asked)
    await house.settle()
    await house.say("add Ana to the budget meeting", "Kim")
    await house.press("Confirm", "Kim")
    kim = await house.welcome("Kim")
    [calendar] = await house.mirror.calendars((kim.id,))
    [resource] = await house.mirror.resources(calendar.id, (kim.id,))
    assert len([one for one in read(resource.ics)[0].guests if one.name in ("Ana", "Bo")]) == 1


class Broken(LocalHandover):
    """Fails in the middle."""

    async def drop(self, session: object, twins: object) -> None:
        raise RuntimeError("the lights went out")


async def test_a_crash_in_the_middle_leaves_all_as_it_was(house: House) -> None:
    await house.say("Yoga tomorrow at 18:00", "Bo", THERE)
    await house.press("Confirm", "Bo", house.other.last)
    asked = (await house.say(f"link {await a_code(house)}", "Bo", THERE))[0]
    code = asked.card.buttons[0].value.partition(":")[2]
    bo = await house.people.of(a_sender("Bo", "other"))
    assert bo is not None
    core = house.core
    broken = Broken(core.mirror)
    breaking = Joining(
        house.database, house.clock, core.queue, core.mirror, broken, (), core.linked
    )
    before = await everything(house)
    with pytest.raises(RuntimeError):
        await breaking.join(code, bo.id, "Other")
    assert await everything(house) == before
    await house.press("Join", "Bo", asked)
    assert asked.text.startswith("✓ Joined")


async def everything(house: House) -> dict[str, list[tuple[object, ...]]]:
    """What all tables hold."""
    found = {}
    async with house.database.reading() as session:
        for table in (
            "people", "identities", "calendars", "events", "local_resources", "reminders", "jobs",
            "changes", "change_audit", "notes", "conversation_parts", "link_codes",
        ):  # fmt: skip
            rows = await session.execute(text(f"SELECT * FROM {table}"))
            found[table] = sorted(map(tuple, rows), key=repr)
    return found


async def test_an_account_that_joined_twice_over_is_one_person(house: House) -> None:
    """Kim joins Bo, then Bo joins Ana: all three are Ana."""
    await house.say("hello", "Kim", direct("Kim", platform="other"))
    code = await a_code(house, "Bo", "other")
    kim = direct("Kim", platform="other")
    asked = (await house.say(f"link {code}", "Kim", kim))[0]
    await house.press("Join", "Kim", asked)
    old = await house.people.of(a_sender("Kim", "other"))
    assert old is not None
    code = await a_code(house, "Ana", "fake")
    asked = (await house.say(f"link {code}", "Bo"))[0]
    await house.press("Join", "Bo", asked)
    ana = await house.people.of(a_sender("Ana"))
    assert ana is not None
    assert (await house.people.person(old.id)).id == ana.id
    assert len(ana.former) == 2
    assert len(await house.rows("identities")) == 3


async def test_two_presses_at_once_on_two_codes_leave_one_person(house: House) -> None:
    codes = Codes(house.database, house.clock)
    ana, bo = await house.welcome("Ana"), await house.welcome("Bo")
    made = await codes.make(ana.id, a_sender("Ana"), "fake")
    back = await codes.make(bo.id, a_sender("Bo"), "fake")
    first = await codes.enter(await codes.look(made, a_sender("Bo")), bo.id, a_sender("Bo"))
    await codes.enter(await codes.look(back, a_sender("Ana")), ana.id, a_sender("Ana"))
    await house.core.joining.join(first.id, bo.id, "Fake")
    [row] = await house.rows("link_codes", "status")
    assert row == ("joined",)
