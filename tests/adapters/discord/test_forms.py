"""Forms on Discord: opened in time, filled, corrected, of several pages, over a restart."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from adapters.discord.forms import Drafts, modal_of
from bot.chat.cards import Button, Card, CardKind
from bot.chat.forms import Form, FormField, Option
from bot.chat.messages import ButtonPress, FormAnswer, MessageRef, Sender
from tests.adapters.discord.conftest import Town
from tests.adapters.discord.house import Heard
from tests.adapters.discord.seen import parts, words
from tests.adapters.discord.test_listening import team

CARD = Card(kind=CardKind.CARD, title=("Lunch?",), buttons=(Button(label="Edit", value="edit:1"),))
SHORT = Form(
    value="edit:1",
    title="Change the card",
    fields=(
        FormField(name="title", label="Title", value="Lunch", required=True),
        FormField(name="notes", label="Notes", multiline=True, hint="for the guests"),
        FormField(
            name="clock",
            label="Clock",
            value="24",
            options=(Option("09:00", "24"), Option("9:00 am", "12")),
        ),
    ),
)
LONG = Form(
    value="settings:me",
    title="Your settings, all of them, and then some more",
    submit="Save",
    fields=tuple(
        FormField(name=f"f{n}", label=f"Field {n}", value=f"v{n}", required=n == 6)
        for n in range(7)
    ),
)


def opening(town: Town, form: Form, *, after: Callable[[], Any] | None = None) -> None:
    """Every press opens this form."""

    async def act(heard: Heard) -> None:
        if isinstance(heard, FormAnswer):
            return
        if after is not None:
            await after()
        await town.platform.open_form(
            form, place=heard.place, sender=heard.sender, trigger=heard.trigger
        )

    town.talk.does = act


async def pressed(town: Town, label: str = "Edit") -> Any:
    ref = await town.platform.post(team(town), CARD)
    shown = next(one for one in town.team.history() if str(one.id) == ref.id)
    return await town.ana.click(shown, label=label)


async def test_a_press_opens_a_form_and_its_answer_comes_back(town: Town) -> None:
    opening(town, SHORT)
    result = await pressed(town)
    assert result.modal["custom_id"] == "edit:1"
    filled = {"title": "Dinner", "notes": "", "clock": ["12"]}
    submitted = await town.ana.submit_modal(result, filled)
    answer = town.talk.last
    assert isinstance(answer, FormAnswer)
    assert answer.value == "edit:1"
    assert answer.fields == {"title": "Dinner", "notes": "", "clock": "12"}
    assert (answer.place, answer.sender.user) == (team(town), str(town.ana.id))
    assert submitted.acknowledged


async def test_a_form_shows_what_stands_there(town: Town) -> None:
    opening(town, SHORT)
    result = await pressed(town)
    fields = {
        one["custom_id"]: one for one in parts(result.modal["components"]) if "custom_id" in one
    }
    assert fields["title"]["value"] == "Lunch"
    assert fields["title"]["required"]
    assert [o["value"] for o in fields["clock"]["options"] if o.get("default")] == ["24"]
    labels = [one for one in parts(result.modal["components"]) if one["type"] == 18]
    assert [one["label"] for one in labels] == ["Title", "Notes", "Clock"]
    assert labels[1]["description"] == "for the guests"


async def test_a_filled_form_is_read_after_a_restart(town: Town) -> None:
    opening(town, SHORT)
    result = await pressed(town)
    await town.restart()
    await town.ana.submit_modal(result, {"title": "Dinner", "notes": "x", "clock": ["24"]})
    assert town.talk.last.fields == {"title": "Dinner", "notes": "x", "clock": "24"}


async def test_what_is_wrong_is_said_and_can_be_corrected(town: Town) -> None:
    opening(town, SHORT)
    result = await pressed(town)
    town.talk.errors = {"title": "An event needs a title."}
    wrong = await town.ana.submit_modal(result, {"title": "?", "notes": "kept", "clock": ["24"]})
    assert not any(isinstance(one, FormAnswer) for one in town.talk.heard)
    [told] = wrong.followups
    assert told.ephemeral
    assert words(told.content, told.components) == "**Title**: An event needs a title."
    town.talk.errors = {}
    again = await town.ana.click(told, label="Correct …")
    assert again.modal is not None
    kept = {
        one["custom_id"]: one.get("value")
        for one in parts(again.modal["components"])
        if one["type"] == 4
    }
    assert kept == {"title": "?", "notes": "kept"}
    await town.ana.submit_modal(again, {"title": "Lunch", "notes": "kept", "clock": ["24"]})
    assert town.talk.last.fields["title"] == "Lunch"


async def test_a_form_that_comes_too_late_is_offered_by_a_button(town: Town) -> None:
    late = asyncio.Event()
    opening(town, SHORT, after=lambda: town.env.external_wait(late.wait(), reason="slow"))
    result = await pressed(town)
    await town.env.advance_time(2)
    assert result.acknowledged
    late.set()
    await town.env.settle()
    assert result.modal is None
    [offered] = result.followups
    assert offered.ephemeral
    opened = await town.ana.click(offered, label="Fill in …")
    assert opened.modal is not None
    assert opened.modal["custom_id"] == "edit:1"


async def test_a_command_without_words_may_open_a_form(town: Town) -> None:
    opening(town, SHORT)
    result = await town.ana.slash(town.team, "cal new")
    assert result.modal is not None
    assert town.talk.last.trigger is not None
    await town.ana.slash(town.team, "cal new", title="Lunch")
    assert town.talk.last.trigger is None


async def test_a_long_form_has_pages_and_can_be_saved_after_the_first(town: Town) -> None:
    opening(town, LONG)
    result = await pressed(town)
    assert len(result.modal["title"]) <= 45
    first = [one["custom_id"] for one in parts(result.modal["components"]) if one["type"] == 4]
    assert first == ["f6", "f0", "f1", "f2", "f3"]
    asked = await town.ana.submit_modal(result, {name: f"new {name}" for name in first})
    [more] = asked.followups
    assert "Field 4, Field 5" in words(more.content, more.components)
    await town.ana.click(more, label="Save")
    answer = town.talk.last
    assert answer.value == "settings:me"
    assert answer.fields == {**{name: f"new {name}" for name in first}, "f4": "v4", "f5": "v5"}


async def test_a_long_form_goes_on_with_more(town: Town) -> None:
    opening(town, LONG)
    result = await pressed(town)
    names = ["f6", "f0", "f1", "f2", "f3"]
    asked = await town.ana.submit_modal(result, {name: name for name in names})
    second = await town.ana.click(asked.followups[0], label="More …")
    assert second.modal is not None
    await town.ana.submit_modal(second, {"f4": "four", "f5": "five"})
    assert town.talk.last.fields == {
        **{name: name for name in names},
        "f4": "four",
        "f5": "five",
    }


async def test_a_forgotten_draft_says_so(town: Town) -> None:
    opening(town, LONG)
    result = await pressed(town)
    asked = await town.ana.submit_modal(
        result, {"f6": "6", "f0": "0", "f1": "", "f2": "", "f3": ""}
    )
    await town.restart()
    told = await town.ana.click(asked.followups[0], label="Save")
    assert "no longer open" in told.followups[0].content


async def test_a_form_edits_the_hidden_card_that_it_came_from(town: Town) -> None:
    refs: list[MessageRef] = []

    async def act(heard: Heard) -> None:
        if isinstance(heard, ButtonPress):
            await town.platform.open_form(
                SHORT, place=heard.place, sender=heard.sender, trigger=heard.trigger
            )
        elif isinstance(heard, FormAnswer):
            await town.platform.update(refs[0], Card(kind=CardKind.CARD, title=("Dinner?",)))
        else:
            refs.append(await town.platform.post(heard.place, CARD, seen_by=heard.sender))

    town.talk.does = act
    shown = await town.ana.slash(town.team, "cal ask", words="lunch")
    assert shown.response is not None
    opened = await town.ana.click(shown.response, label="Edit")
    await town.ana.submit_modal(opened, {"title": "Dinner", "notes": "", "clock": ["24"]})
    assert words(shown.response.content, shown.response.components) == "### Dinner?"


@pytest.mark.parametrize("options", [1, 25, 26, 60])
async def test_a_list_that_is_too_long_is_typed(options: int) -> None:
    zones = tuple(Option(f"City {n}", f"Zone/{n}") for n in range(options))
    form = Form(
        value="zone:1",
        title="Zone",
        fields=(FormField(name="zone", label="Zone", value="Zone/0", options=zones),),
    )
    draft = Drafts().keep(form, Sender(platform="discord", workspace="", user="1"))
    told = modal_of(draft).to_dict()
    kinds = {one["type"] for one in parts(told["components"])}
    assert (3 in kinds) == (options <= 25)
