"""Reaching people: where they were active last, another way when refused, never lost silently."""

from datetime import timedelta

from bot.accounts import Accounts
from bot.chat.cards import message
from tests.bot.house import TEAM, House, a_sender, direct
from tests.bot.test_account_linking import THERE, join

MINUTE = timedelta(minutes=1)
LINE = (
    "@Ana, I can't reach you directly. Allow direct messages from this workspace, or write to me."
)


async def ringing_in(house: House, minutes: int, what: str = "stretch") -> None:
    """Have Ana asked to be reminded."""
    await house.say(f"remind me in {minutes} minutes to {what}")


def rings(house: House) -> list[tuple[str, str]]:
    """What was rung, and on which platform."""
    said = [("fake", one) for one in house.platform.said] + [("other", o) for o in house.other.said]
    return [(name, one.text) for name, one in said if one.text.startswith("⏰")]


async def test_a_reminder_comes_where_the_person_was_active_last(house: House) -> None:
    await join(house)
    await ringing_in(house, 30)
    await house.advance(5 * MINUTE)
    await house.say("hello", "Bo", THERE)
    await house.advance(30 * MINUTE)
    assert [name for name, _ in rings(house)] == ["other"]


async def test_a_refused_message_comes_on_another_account(house: House) -> None:
    await join(house)
    house.clock.advance(2 * MINUTE)
    await ringing_in(house, 30)
    house.platform.gone.add(direct("Ana").key)
    await house.advance(30 * MINUTE)
    assert rings(house) == [("other", "⏰ Stretch.")]
    ana = await house.people.of(a_sender("Ana"))
    assert ana is not None
    assert not ana.is_unreached


async def test_whoever_is_refused_everywhere_is_told_once_in_the_channel(house: House) -> None:
    await house.say("what's on today?", place=TEAM)
    await ringing_in(house, 30)
    await ringing_in(house, 40, "drink")
    house.platform.gone.add(direct("Ana").key)
    await house.advance(50 * MINUTE)
    public = [one for one in house.platform.said if one.ref.place.key == TEAM.key]
    assert [one.text for one in public if one.seen_by is None] == [LINE]
    assert rings(house) == []


async def test_what_could_not_be_told_is_told_on_the_next_contact(house: House) -> None:
    await house.say("what's on today?", place=TEAM)
    await ringing_in(house, 30)
    await ringing_in(house, 40, "drink")
    house.platform.gone.add(direct("Ana").key)
    await house.advance(3 * timedelta(hours=1))
    said = await house.say("hello", place=TEAM)
    assert said[-1].seen_by == a_sender("Ana")
    assert said[-1].text == (
        'While I could not reach you, these came and went: "stretch" and "drink".'
    )
    said = await house.say("hello", place=TEAM)
    assert "could not reach" not in said[-1].text
    assert await house.rows("reminders_missed") == []


async def test_it_is_said_again_only_after_a_message_came_through(house: House) -> None:
    await house.say("what's on today?", place=TEAM)
    await ringing_in(house, 30)
    house.platform.gone.add(direct("Ana").key)
    await house.advance(35 * MINUTE)
    house.platform.gone.clear()
    await house.advance(35 * MINUTE)
    assert house.platform.last.text == (
        'While I could not reach you, these came and went: "stretch".'
    )
    ana = await house.people.of(a_sender("Ana"))
    assert ana is not None
    assert not ana.is_unreached
    await ringing_in(house, 30)
    house.platform.gone.add(direct("Ana").key)
    await house.advance(35 * MINUTE)
    assert [one.text for one in house.platform.said].count(LINE) == 2


async def test_nothing_of_what_could_not_be_told_stands_in_the_channel(house: House) -> None:
    await house.say("what's on today?", place=TEAM)
    await ringing_in(house, 30, "see the doctor")
    house.platform.gone.add(direct("Ana").key)
    await house.advance(2 * timedelta(hours=1))
    await house.say("hello", place=TEAM)
    for one in house.platform.said:
        if one.ref.place.key == TEAM.key and one.seen_by is None:
            assert "doctor" not in one.text


async def test_a_private_reminder_is_never_sent_where_nobody_spoke(house: House) -> None:
    await ringing_in(house, 30)
    house.platform.gone.add(direct("Ana").key)
    before = len(house.platform.said)
    await house.advance(35 * MINUTE)
    assert len(house.platform.said) == before
    house.platform.gone.clear()
    await house.say("hello")
    assert any("these came and went" in one.text for one in house.platform.said)


async def test_a_thing_begun_on_one_account_is_not_said_on_another(house: House) -> None:
    """A crash between "posted" and "recorded", and then they moved on: the key's account stays."""
    await join(house)
    house.clock.advance(2 * MINUTE)
    await house.say("hello")
    ana = await house.people.of(a_sender("Ana"))
    assert ana is not None
    reaching = house.core.notifier.notices._reaching  # type: ignore[union-attr]
    assert (await reaching.tell(ana, message("psst"), "k1")).place.platform == "fake"
    house.clock.advance(2 * MINUTE)
    await house.say("hello", "Bo", THERE)
    assert (await reaching.tell(ana, message("psst"), "k1")).place.platform == "fake"
    assert [one.text for one in house.platform.said].count("psst") == 1
    assert (await reaching.tell(ana, message("psst"), "k2")).place.platform == "other"


async def test_a_ring_can_be_pressed_from_any_account_of_its_owner(house: House) -> None:
    await ringing_in(house, 30)
    await house.advance(31 * MINUTE)
    rung = house.platform.last
    await join(house)
    value = next(one.value for one in rung.card.buttons if one.label.startswith("Snooze"))
    said = await house.press_value(value, "Bo", None, THERE)
    assert said[-1].text.startswith("Snoozed for 5 minutes")
    done = next(one.value for one in rung.card.buttons if one.label == "Done")
    said = await house.press_value(done, "Kim", None, direct("Kim"))
    assert said[-1].text == "This reminder is somebody else's."


async def test_staying_in_one_place_is_written_down_now_and_then(house: House) -> None:
    ana = await house.welcome("Ana")
    accounts = Accounts(house.database, house.clock)
    await accounts.seen(ana.id, a_sender("Ana"), TEAM)
    first = (await accounts.of(ana.id))[0]
    house.clock.advance(timedelta(seconds=30))
    await accounts.seen(ana.id, a_sender("Ana"), TEAM)
    assert (await accounts.of(ana.id))[0] == first
    await accounts.seen(ana.id, a_sender("Ana"), direct("Ana"))
    assert (await accounts.of(ana.id))[0].last_seen == house.clock.now()
    assert (await accounts.of(ana.id))[0].channel == TEAM
