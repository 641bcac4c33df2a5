"""What was said and decided long ago is forgotten, and nothing that may still be pressed."""

from datetime import timedelta

import pytest

from bot.retention import Retention
from bot.settings import BadSettings, read_settings
from tests.bot.house import TEAM, House
from tests.bot.seeded import Seeded

KEPT = timedelta(days=30)


async def forget(house: House) -> None:
    await Retention(house.database, house.clock, KEPT).forget_old()


async def test_old_conversations_changes_and_notes_go_with_their_cards(there: Seeded) -> None:
    house = there.house
    await house.say("Dinner on Saturday at 19:00")
    await house.press("Confirm")
    await house.say("remind me tomorrow at 9 to call the bank")
    await forget(house)
    assert await house.rows("conversation_parts")
    assert await house.rows("changes")

    house.clock.advance(timedelta(days=40))
    await house.say("Lunch tomorrow at 12")
    [late] = [one for one in await house.rows("changes", "id, status") if one[1] == "proposed"]
    await forget(house)

    assert [id_ for (id_,) in await house.rows("changes", "id")] == [late[0]]
    assert {id_ for (id_,) in await house.rows("change_audit", "change_id")} == {late[0]}
    assert {id_ for (id_,) in await house.rows("posted_cards", "subject")} == {late[0]}
    assert await house.rows("notes") == []
    bodies = "".join(body for (body,) in await house.rows("conversation_parts", "body"))
    assert "Dinner" not in bodies
    assert "Lunch" in bodies
    assert "Dinner" in await house.titles()


async def test_a_card_on_which_people_sign_up_stays(there: Seeded) -> None:
    house = there.house
    await house.say("add team lunch every week to the team calendar tomorrow at 12", "Ana", TEAM)
    card = house.card_with("Confirm")
    await house.press("Confirm", "Ana", card)
    await house.press("I'm in", "Bo", card)
    await house.settle()
    house.clock.advance(timedelta(days=40))
    await forget(house)
    assert len(await house.rows("sign_ups")) == 1
    assert len(await house.rows("changes")) == 1


async def test_forever_forgets_nothing(there: Seeded) -> None:
    house = there.house
    await house.say("What's on tomorrow?")
    house.clock.advance(timedelta(days=4000))
    before = await house.rows("conversation_parts", "id")
    await Retention(house.database, house.clock, None).forget_old()
    assert await house.rows("conversation_parts", "id") == before


@pytest.mark.parametrize(
    ("said", "kept"),
    [("", timedelta(days=400)), ("30", timedelta(days=30)), ("0", None), ("Forever", None)],
)
def test_the_setting_is_days_or_forever(
    said: str, kept: timedelta | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENE_RETENTION", said)
    assert read_settings().retention == kept


@pytest.mark.parametrize("said", ["3", "-1", "a year", "1e9", "999999"])
def test_what_is_no_number_of_days_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENE_RETENTION", said)
    with pytest.raises(BadSettings, match="CONVENE_RETENTION is a number of days"):
        read_settings()
