"""Cards as Discord messages: every kind as the bot makes it, within Discord's limits."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_components

from adapters.discord.markup import Ink, escaped
from adapters.discord.merging import joined
from adapters.discord.render import Drawn, draw, draw_components, growing
from bot.chat.cards import (
    Button,
    Card,
    CardKind,
    Choice,
    Field,
    Line,
    Link,
    Moment,
    Picture,
    Quiet,
    Select,
    Strong,
    Tone,
    message,
)
from tests.adapters.cards import CARDS, LONG
from tests.adapters.discord.seen import parts, pressable, words
from tests.goldens import matches_golden

NOON = datetime(2026, 3, 11, 12, 30, tzinfo=ZoneInfo("Europe/Berlin"))


def told(drawn: Drawn) -> dict[str, Any]:
    """The message as it goes over the wire."""
    components = drawn.view.to_components() if drawn.view is not None else []
    return {"content": drawn.content, "components": components}


def accepted(drawn: Drawn) -> Drawn:
    """The message, taken by simcord's judge and by the limits of FACTS 5.4."""
    wire = told(drawn)
    is_layout = drawn.view is not None and drawn.view.has_components_v2()
    validate_components(json.loads(json.dumps(wire["components"])), flags=is_layout << 15)
    every = list(parts(wire["components"]))
    assert len(every) <= 40
    assert len(wire["content"] or "") <= 2000
    assert not (is_layout and wire["content"])
    assert len(words(None, wire["components"])) <= 4000
    assert wire["content"] or every
    ids = [one["custom_id"] for one in every if "custom_id" in one]
    assert len(ids) == len(set(ids))
    assert all(1 <= len(id) <= 100 for id in ids)
    for one in every:
        assert len(one.get("label", "x")) in range(1, 81)
        assert len(one.get("options", "x")) in range(1, 26)
        if one["type"] == 1:
            assert 1 <= len(one["components"]) <= 5
    return drawn


@pytest.mark.parametrize("name", CARDS)
def test_every_kind_of_card_is_drawn_as_before(name: str) -> None:
    new, edited = accepted(draw(CARDS[name])), accepted(draw_components(CARDS[name]))
    shown = {"new": told(new), "edited": told(edited)}
    text = json.dumps(shown, indent=1, ensure_ascii=False, default=str) + "\n"
    assert matches_golden(f"discord/{name}.json", text)


def test_a_long_card_says_how_much_is_left_out() -> None:
    text = words(None, told(accepted(draw(LONG)))["components"])
    left = int(re.findall(r"… and (\d+) more", text)[0])
    shown = sum(1 for line in text.split("\n") if re.match(r"\s*\d{3}  long", line))
    assert shown + left == 400
    assert "event 24" in text, "facts stand before a long list"


def test_long_words_become_a_message_of_components() -> None:
    drawn = accepted(draw(message("\n".join(f"line {n:03} " + "x" * 20 for n in range(100)))))
    assert drawn.content is None
    assert "line 099" in words(None, told(drawn)["components"])


def test_plain_words_stay_content_that_notifications_show() -> None:
    drawn = draw(CARDS["reminder"])
    assert drawn.content is not None
    assert drawn.content.startswith("⏰ Standup")
    assert pressable(told(drawn)["components"])[0] == "https://meet.example/x"


def test_the_feeling_of_a_card_is_its_colour() -> None:
    colours = {
        tone: told(draw(Card(title=("x",), tone=tone)))["components"][0].get("accent_color")
        for tone in Tone
    }
    assert colours[Tone.PLAIN] is None
    assert len(set(colours.values())) == 4


def test_many_buttons_become_a_list() -> None:
    buttons = tuple(Button(label=f"Slot {n}", value=f"take:{n}") for n in range(40))
    drawn = accepted(draw(Card(title=("Which?",), buttons=buttons)))
    assert pressable(told(drawn)["components"]) == [f"take:{n}" for n in range(40)]


def test_the_same_button_stands_once() -> None:
    twice = (Button(label="Yes", value="yes:1"), Button(label="Sure", value="yes:1"))
    drawn = accepted(draw(Card(body=(("Well?",),), buttons=twice)))
    assert pressable(told(drawn)["components"]) == ["yes:1"]


def test_a_link_that_is_no_web_address_is_no_button() -> None:
    bad = Button(label="Join", value="join:1", url="javascript:alert(1)")
    good = Button(label="Join", value="join:2", url="https://meet.example/x")
    drawn = accepted(draw(Card(body=(("Standup",),), buttons=(bad, good))))
    assert pressable(told(drawn)["components"]) == ["https://meet.example/x"]


def test_an_address_that_is_too_long_for_a_button_is_a_link() -> None:
    address = "https://meet.example/" + "x" * 500
    join = Button(label="Join", value="join:1", url=address)
    card = Card(kind=CardKind.REMINDER, body=(("Standup",),), buttons=(join,))
    drawn = accepted(draw(card))
    assert drawn.content == f"Standup\n[Join](<{address}>)"
    assert pressable(told(drawn)["components"] or []) == []


def test_no_label_turns_the_text_around() -> None:
    button = Button(label="\u202ecatch\u202c", value="do:1")
    select = Select(label="\u2066Zone", choices=(Choice("\u202eeman", "zone:1"),))
    shown = json.dumps(
        told(accepted(draw(Card(title=("?",), buttons=(button,), selects=(select,)))))
    )
    assert "u202e" not in shown
    assert "u2066" not in shown


def test_a_list_that_is_too_long_says_so() -> None:
    choices = tuple(Choice(f"City {n}", f"zone:{n}") for n in range(60))
    drawn = accepted(draw(Card(title=("Zone?",), selects=(Select(label="Zone", choices=choices),))))
    [select] = [one for one in parts(told(drawn)["components"]) if one["type"] == 3]
    assert select["placeholder"] == "Zone (the first 25 of 60)"


def test_a_picture_goes_with_its_words() -> None:
    card = Card(title=("Your week",), picture=Picture(png=b"png", words="12 hours of meetings"))
    drawn = draw(card)
    assert [one.filename for one in drawn.files] == ["picture.png"]
    assert drawn.files[0].description == "12 hours of meetings"
    gallery = next(one for one in parts(told(drawn)["components"]) if one["type"] == 12)
    assert gallery["items"][0]["media"]["url"] == "attachment://picture.png"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (Moment(NOON, "Wed 11 March 12:30"), "<t:{0}:F>"),
        (Moment(NOON, "11 March 12:30"), "<t:{0}:f>"),
        (Moment(NOON, "12:30"), "<t:{0}:t>"),
        (Moment(NOON, "in 10 minutes"), "<t:{0}:R>"),
        (
            Moment(NOON, "Wed 11 March 12:30–13:15", until=NOON + timedelta(minutes=45)),
            "<t:{0}:F>–<t:{1}:t>",
        ),
        (
            Moment(NOON, "12:30–13:15", until=NOON + timedelta(minutes=45), with_day=False),
            "<t:{0}:t>–<t:{1}:t>",
        ),
        (Moment(NOON, "Wed – Fri", until=NOON + timedelta(days=2)), "<t:{0}:F>–<t:{1}:F>"),
    ],
)
def test_times_are_on_each_readers_clock(moment: Moment, shown: str) -> None:
    until = moment.until or NOON
    wanted = shown.format(int(NOON.timestamp()), int(until.timestamp()))
    assert Ink().marked((moment,)) == wanted
    assert Ink((moment,)).marked((f"It is {moment.text}!",)) == f"It is {wanted}!"
    assert Ink((moment,)).marked((f"x{moment.text}9",)) == escaped(f"x{moment.text}9")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (("a *b* _c_ ~~d~~ `e` ||f||",), r"a \*b\* \_c\_ \~\~d\~\~ \`e\` \|\|f\|\|"),
        (("# big",), r"\# big"),
        (("- item", "1. first"), r"\- item1\. first"),
        (("> quote\nsecond",), r"\> quote second"),
        ((Strong("now"), " ", Quiet("soon")), "**now** soon"),
        ((Quiet("small"), Quiet(" print")), "-# small print"),
        ((Link("[x](y)", "https://a.test/p q)>"),), r"\[x\](y)"),
        ((Link("notes", "https://a.test/(x)?a=1&b"),), "[notes](<https://a.test/%28x%29?a=1&b>)"),
        ((Link("no", "javascript:alert(1)"),), "no"),
        (("https://evil.test and http://x",), r"https\://evil.test and http\://x"),
        (("\x1b[2J\u202eesrever",), r" \[2J esrever"),
    ],
)
def test_markup_is_only_ours(line: Line, shown: str) -> None:
    assert Ink().marked(line) == shown


@given(st.text())
def test_foreign_text_never_fires(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    assert not re.search(r"@(everyone|here)", shown)
    bare = re.sub(r"\\.", "x", shown)
    assert not re.search(r"[*_~`|<>\[\]]", bare)
    assert not re.match(r"\s*(#|-|\+|>|\d+[.)])", bare)


TEXTS = st.text(max_size=300)
LINES = st.lists(
    st.one_of(
        TEXTS,
        st.builds(Strong, TEXTS),
        st.builds(Quiet, TEXTS),
        st.builds(Link, TEXTS, st.just("https://a.test/")),
        st.just(Moment(datetime(2026, 3, 11, tzinfo=UTC), "Wed 11 March 12:30")),
    ),
    max_size=4,
).map(tuple)
WHOLE_CARDS = st.builds(
    Card,
    kind=st.sampled_from(CardKind),
    title=LINES,
    body=st.lists(LINES, max_size=60).map(tuple),
    fields=st.lists(st.builds(Field, name=TEXTS, value=LINES), max_size=30).map(tuple),
    buttons=st.lists(
        st.builds(Button, label=TEXTS, value=st.integers(0, 40).map(lambda n: f"do:{n}")),
        max_size=40,
    ).map(tuple),
    selects=st.lists(
        st.builds(
            Select,
            label=TEXTS,
            choices=st.lists(
                st.builds(Choice, TEXTS, st.integers().map(lambda n: f"pick:{n}")), max_size=40
            ).map(tuple),
        ),
        max_size=7,
    ).map(tuple),
)


@given(WHOLE_CARDS, WHOLE_CARDS)
def test_any_card_keeps_every_limit(card: Card, other: Card) -> None:
    accepted(draw(card))
    accepted(draw_components(joined(card, other)))


@given(st.text(max_size=9000))
def test_a_growing_text_keeps_the_limit(text: str) -> None:
    assert 0 < len(growing(text)) <= 2000
