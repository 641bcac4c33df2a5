"""What every `ChatPlatform` promises. A platform's tests inherit this and hand over a `Stage`."""

from dataclasses import dataclass
from typing import Protocol

import pytest

from bot.chat.cards import Button, Card, CardKind, Field, message
from bot.chat.forms import Form, FormField
from bot.chat.messages import MessageRef, Place, Sender
from bot.chat.platform import ChatPlatform, PlaceGone, Right

ASKING = Card(
    kind=CardKind.CARD,
    title=('Move "Lunch"?',),
    fields=(Field(name="was", value=("Wed 11 March 12:30–13:15",)),),
    buttons=(Button(label="Confirm", value="confirm:1"),),
)
OUTCOME = Card(kind=CardKind.CARD, title=("✓ Moved to Wed 11 March 13:00–13:45.",))


@dataclass(frozen=True, slots=True)
class Visible:
    """A message as people see it now."""

    id: str
    card: Card
    seen_by: str | None


class Stage(Protocol):
    """A platform, and eyes on what it shows."""

    @property
    def platform(self) -> ChatPlatform: ...

    @property
    def ana(self) -> Sender: ...

    @property
    def team(self) -> Place:
        """A channel."""
        ...

    async def visible(self) -> list[Visible]:
        """Every message, oldest first."""
        ...

    def forms(self) -> list[str]:
        """The values of the forms that were opened."""
        ...


class ChatPlatformContract:
    """The promises of `bot.chat.platform.ChatPlatform`. Subclasses give a fixture `stage`."""

    async def test_a_message_is_seen_as_it_was_said(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.team, ASKING)
        assert await stage.visible() == [Visible(ref.id, ASKING, None)]

    async def test_the_same_key_says_it_once(self, stage: Stage) -> None:
        first = await stage.platform.post(stage.team, ASKING, key="reminder-1")
        again = await stage.platform.post(stage.team, message("other words"), key="reminder-1")
        assert again == first
        assert await stage.visible() == [Visible(first.id, ASKING, None)]

    async def test_without_a_key_the_same_words_are_said_twice(self, stage: Stage) -> None:
        await stage.platform.post(stage.team, ASKING)
        await stage.platform.post(stage.team, ASKING)
        assert len(await stage.visible()) == 2

    async def test_a_key_survives_an_edit(self, stage: Stage) -> None:
        first = await stage.platform.post(stage.team, ASKING, key="k")
        await stage.platform.update(first, OUTCOME)
        assert await stage.platform.post(stage.team, ASKING, key="k") == first
        assert await stage.visible() == [Visible(first.id, OUTCOME, None)]

    async def test_an_edit_replaces_the_card_in_place(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.team, ASKING)
        await stage.platform.post(stage.team, message("something else"))
        await stage.platform.update(ref, OUTCOME)
        assert (await stage.visible())[0] == Visible(ref.id, OUTCOME, None)

    async def test_what_one_person_sees_stays_so_after_an_edit(self, stage: Stage) -> None:
        ref = await stage.platform.post(stage.team, ASKING, seen_by=stage.ana)
        await stage.platform.update(ref, OUTCOME)
        assert await stage.visible() == [Visible(ref.id, OUTCOME, stage.ana.user)]

    async def test_editing_what_never_was_is_refused(self, stage: Stage) -> None:
        with pytest.raises(PlaceGone):
            await stage.platform.update(MessageRef(place=stage.team, id="nobody"), OUTCOME)

    async def test_an_answer_that_grew_stands_once(self, stage: Stage) -> None:
        stream = await stage.platform.stream(stage.team)
        if stream is None:
            pytest.skip("this platform shows answers whole")
        await stream.append("On Wed")
        await stream.append("nesday")
        ref = await stream.finish(message("On Wednesday."))
        assert await stage.visible() == [Visible(ref.id, message("On Wednesday."), None)]

    async def test_everybody_can_be_reached_directly(self, stage: Stage) -> None:
        place = await stage.platform.reach(stage.ana)
        assert place.is_private
        assert place.platform == stage.platform.name
        assert place == await stage.platform.reach(stage.ana)
        await stage.platform.post(place, message("hello"))

    async def test_somebody_of_another_platform_is_not_reached(self, stage: Stage) -> None:
        with pytest.raises(PlaceGone):
            await stage.platform.reach(Sender(platform="elsewhere", workspace="", user="eve"))

    async def test_a_place_of_another_platform_is_gone(self, stage: Stage) -> None:
        elsewhere = Place(platform="elsewhere", workspace="", channel="C1")
        with pytest.raises(PlaceGone):
            await stage.platform.post(elsewhere, OUTCOME)

    async def test_a_form_is_opened_for_who_asked(self, stage: Stage) -> None:
        form = Form(value="edit:1", title="Edit", fields=(FormField(name="t", label="Title"),))
        await stage.platform.open_form(form, place=stage.team, sender=stage.ana, trigger="t1")
        assert stage.forms() == ["edit:1"]

    async def test_everybody_may_speak_in_a_channel(self, stage: Stage) -> None:
        assert await stage.platform.may(stage.ana, stage.team, Right.SPEAK)

    async def test_a_stranger_may_nothing(self, stage: Stage) -> None:
        stranger = Sender(platform="elsewhere", workspace="", user="eve")
        assert not await stage.platform.may(stranger, stage.team, Right.SPEAK)
        assert not await stage.platform.may(stranger, stage.team, Right.MANAGE)
        assert not await stage.platform.may(stranger, stage.team, Right.GOVERN)

    async def test_showing_what_goes_on_never_fails(self, stage: Stage) -> None:
        await stage.platform.working(stage.team, stage.ana, "Looking at Tuesday")
        await stage.platform.working(stage.team, stage.ana, "")
        assert await stage.visible() == []
