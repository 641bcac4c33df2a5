"""What others may see (law 9): a channel, a group and somebody else's conversation see nothing of
anybody's own calendar, neither at once nor while an answer grows."""

from typing import Any

import pytest

from adapters.slack.incoming import place as slack_place
from bot.chat.cards import Card, plain_text
from bot.chat.messages import IncomingMessage, MessageRef, Place, PlaceKind, Sender
from bot.chat.platform import PlaceGone
from tests.bot.house import TEAM, House, a_sender, direct
from tests.bot.seeded import Seeded
from tests.fakes.models import ScriptedModel, calls, says
from tests.fakes.platform import Said

LOOK = ("get_schedule", {"when": "this week"})
THREAD = Place(
    platform="fake",
    workspace="w",
    channel="#team",
    thread="1",
    kind=PlaceKind.CHANNEL,
    name="#team",
)


def fair(title: str = "Fair", **more: Any) -> tuple[str, dict[str, Any]]:
    """A wish for the channel's own calendar."""
    return "create_event", {"title": title, "when": "Friday 14:00", "calendar": "team"} | more


def seen_by_all(said: list[Said]) -> str:
    return "\n".join(plain_text(one.card) for one in said if one.seen_by is None)


@pytest.mark.parametrize("channel", ["G1", "C1", "MPDM1"])
def test_a_group_is_no_private_place_on_slack(channel: str) -> None:
    assert not slack_place("T1", channel).is_private
    assert slack_place("T1", "D1").is_private


@pytest.mark.parametrize("place", [TEAM, THREAD])
async def test_a_card_of_a_channel_is_public_when_its_words_are_the_askers(
    there: Seeded, place: Place
) -> None:
    there.house.plays(ScriptedModel(calls(fair()), says("?")))
    (card,) = await there.house.say("put the fair on our calendar", place=place)
    assert card.seen_by is None


@pytest.mark.parametrize("place", [TEAM, THREAD])
async def test_a_card_of_a_channel_is_not_public_when_a_model_read_private_things_before(
    there: Seeded, place: Place
) -> None:
    house = there.house
    house.plays(ScriptedModel(calls(LOOK), calls(fair("Lunch with Kim at Oslo")), says("?")))
    said = await house.say("put it on our calendar", place=place)
    assert [one.seen_by.user for one in said if one.seen_by] == ["ana"]
    assert seen_by_all(said) == ""


async def test_what_was_read_in_an_earlier_turn_keeps_a_card_private(there: Seeded) -> None:
    house = there.house
    house.plays(ScriptedModel(calls(LOOK), says("Here."), calls(fair("Lunch with Kim")), says("?")))
    await house.say("what's on", place=TEAM)
    (card,) = await house.say("put that on our calendar", place=TEAM)
    assert card.seen_by is not None


async def test_a_public_card_does_not_tell_when_a_guest_is_busy(there: Seeded) -> None:
    house = there.house
    await house.say("private thing friday 14:00", by="Bo")
    await house.press("Confirm", by="Bo")
    house.plays(ScriptedModel(calls(fair(guests=["Bo"])), says("?")))
    (card,) = await house.say("put it there with bo", place=TEAM)
    assert card.seen_by is None
    assert "busy" not in plain_text(card.card)


async def test_a_card_of_ones_own_names_a_busy_guest_to_the_asker_alone(there: Seeded) -> None:
    house = there.house
    await house.say("private thing friday 14:00", by="Bo")
    await house.press("Confirm", by="Bo")
    wish = ("create_event", {"title": "Fair", "when": "Friday 14:00", "guests": ["Bo"]})
    house.plays(ScriptedModel(calls(wish), says("?")))
    (card,) = await house.say("put it there with bo", place=TEAM)
    assert card.seen_by is not None
    assert "Bo is busy then" in plain_text(card.card)


@pytest.mark.parametrize("place", [TEAM, THREAD, direct("Bo")])
async def test_nothing_grows_where_others_read_along(there: Seeded, place: Place) -> None:
    house = there.house
    house.plays(ScriptedModel(calls(LOOK), says("Lunch with Kim on Wednesday.")))
    said = await house.say("what's on", place=place)
    assert house.platform.streamed == []
    assert seen_by_all([one for one in said if one.ref.place == place]) == ""
    assert any("Lunch with Kim" in plain_text(one.card) for one in said)


async def test_ones_own_conversation_grows(house: House) -> None:
    house.plays(ScriptedModel(says("Hello there.")))
    await house.say("hello")
    assert house.platform.streamed != []


async def test_what_a_channel_does_not_take_is_shown_to_who_asked(
    there: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, post = there.house, there.house.platform.post

    async def only_whispers(
        place: Place, card: Card, *, seen_by: Sender | None = None, key: str | None = None
    ) -> MessageRef:
        if seen_by is None:
            raise PlaceGone("The channel takes no words of apps.")
        return await post(place, card, seen_by=seen_by, key=key)

    monkeypatch.setattr(house.platform, "post", only_whispers)
    (said,) = await house.say("add sync to the team calendar on friday at 5pm", place=TEAM)
    assert said.seen_by is not None
    assert said.text.splitlines()[:2] == [
        'Create "Sync"?',
        "I can't write in #team: only you see this.",
    ]
    assert said.card.buttons[0].label == "Confirm"


async def test_somebody_of_another_company_knows_only_who_named_them_or_was_named(
    there: Seeded,
) -> None:
    """In a channel that both companies share."""
    house = there.house
    await house.say("hello", "Bo", TEAM)
    xen = Sender(platform="fake", workspace="w:other", user="xen", name="Xen", zone="UTC")
    far = Sender(platform="fake", workspace="w:third", user="far", name="Far", zone="UTC")

    async def says_(words: str, by: Sender, *mentioned: Sender) -> str:
        number = len(house.platform.said)
        await house.engine.on_message(
            IncomingMessage(
                id=f"x{number}",
                place=TEAM,
                sender=by,
                text=words,
                at=house.clock.now(),
                mentioned=mentioned,
            )
        )
        return house.platform.last.text

    await says_("hello", far)
    known = {one.user: one for one in (a_sender("Ana"), a_sender("Bo"), xen, far)}
    assert "I don't know Ana's calendar" in await says_("when is Ana free tomorrow?", xen)
    assert "Two of you" in await says_("when is Ana free tomorrow?", xen, known["ana"])
    assert "Two of you" in await says_("when is Xen free tomorrow?", known["ana"])
    people = house.people
    near = {}
    for user, one in known.items():
        person = await people.of(one)
        assert person is not None
        near[user] = {other.name for other in await people.everyone(near=person.id)}
    assert near["xen"] == {"Xen", "Ana"}
    assert near["far"] == {"Far"}
    assert {"Ana", "Bo"} <= near["bo"]
    assert not near["bo"] & {"Xen", "Far"}
