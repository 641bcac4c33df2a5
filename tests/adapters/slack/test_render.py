"""Cards as Block Kit: every kind as the bot makes it, within Slack's limits, by two judges."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack import limits
from adapters.slack.limits import cut, folded
from adapters.slack.mrkdwn import Ink, date, escaped
from adapters.slack.render import blocks_of, rendered
from adapters.slack.views import FormTooLarge, home, modal, opened_of
from bot.chat.cards import (
    Button,
    Card,
    CardKind,
    Choice,
    Field,
    Link,
    Moment,
    Picture,
    Quiet,
    Select,
    Strong,
    message,
)
from bot.chat.forms import Form, FormField, Option
from bot.chat.messages import Place, PlaceKind
from tests.adapters.cards import CARDS, LONG
from tests.goldens import matches_golden
from tests.servers.slack.blocks import checked_blocks, checked_view
from tests.servers.slack.world import Json

PLACE = Place(
    platform="slack", workspace="T1", channel="C1", thread="1.2", kind=PlaceKind.CHANNEL, name="#t"
)


def accepted(blocks: list[Json]) -> list[Json]:
    """The blocks, taken by the stand-in and by the models of Slack's own library."""
    checked_blocks(json.loads(json.dumps(blocks)))
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()
    return blocks


@pytest.mark.parametrize("name", CARDS)
def test_every_card_looks_as_it_did(name: str) -> None:
    shown = rendered(CARDS[name])
    told = {"text": shown.text, "blocks": accepted(list(shown.blocks))}
    drawn = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    assert matches_golden(f"slack/{name}.json", drawn)


def parsed(value: Any) -> Iterator[str]:
    """Every text in which Slack looks for markup."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from parsed(one)


def test_foreign_text_is_neither_mention_nor_link_nor_markup() -> None:
    shown = rendered(CARDS["hostile"])
    for text in (*parsed(shown.blocks), shown.text):
        for trap in ("<!channel>", "<@U123>", "|bank>"):
            assert trap not in text
    for text in parsed(shown.blocks):
        assert "free" not in text
        assert "`" not in text
    assert Ink().mrkdwn(("<!here> & <https://x.y|z>",)) == (
        "&lt;!here&gt; &amp; &lt;<https://x.y>|z&gt;"
    )


def test_foreign_text_turns_nothing_around() -> None:
    card = Card(
        kind=CardKind.CARD,
        title=('Create "\u202ehcnul"?',),
        fields=(Field(name="where", value=("\u2066Room 1\u2069",)),),
    )
    shown = rendered(card)
    turned = re.compile(r"\\u20(2[a-e]|6[6-9])")
    assert not turned.search(json.dumps([shown.text, *shown.blocks, home([card])]))
    assert "Room 1" in json.dumps(shown.blocks)


def test_plain_words_need_no_markup() -> None:
    [block] = blocks_of(message("1 < 2 & *so* on"))
    assert block["text"] == {"type": "plain_text", "text": "1 < 2 & *so* on", "emoji": False}


def test_addresses_can_be_followed_and_dots_behind_them_cannot() -> None:
    line = ("See https://x.test/a?b=1&c=2. Then ", Link("no|tes", "https://n.test"), ".")
    assert Ink().mrkdwn(line) == (
        "See <https://x.test/a?b=1&amp;c=2>. Then <https://n.test|no/tes>."
    )
    assert Ink().mrkdwn((Link("trap", "javascript:alert(1)"),)) == "trap"


def test_marks_stand_around_words_and_not_around_spaces() -> None:
    line = (Strong("bold "), Quiet("quiet"), Strong("a*b"), Strong("two\nlines"))
    assert Ink().mrkdwn(line) == "*bold* _quiet_a*btwo\nlines"


AT = datetime(2026, 3, 11, 12, 30, tzinfo=ZoneInfo("Europe/Berlin"))
WHEN = Moment(AT, "Wed 11 March 12:30–13:15", until=AT + timedelta(minutes=45))
START, END = 1773228600, 1773231300


def test_a_time_is_shown_in_each_viewers_own_zone() -> None:
    start = f"<!date^{START}^{{date_long_pretty}} at {{time}}|Wed 11 March 12:30>"
    assert date(WHEN) == f"{start}–<!date^{END}^{{time}}|13:15>"
    clocks = Moment(AT, "12:30–13:15", until=AT + timedelta(minutes=45), with_day=False)
    assert date(clocks) == f"<!date^{START}^{{time}}|12:30>–<!date^{END}^{{time}}|13:15>"
    assert date(Moment(AT, "noon")) == f"<!date^{START}^{{date_long_pretty}} at {{time}}|noon>"


def test_times_are_found_in_the_words_that_tell_them() -> None:
    card = Card(
        title=("✓ Moved to Wed 11 March 12:30–13:15.",),
        fields=(Field(name="was", value=(Strong("Wed 11 March 12:30–13:15"),)),),
        moments=(WHEN,),
    )
    title, facts = accepted(blocks_of(card))
    assert title["text"]["text"] == f"✓ Moved to {date(WHEN)}."
    assert facts["fields"][0]["text"] == f"*Was*\n*{date(WHEN)}*"
    assert "<!date" not in rendered(card).text


def test_what_mrkdwn_would_read_as_markup_stands_in_rich_text() -> None:
    title, facts, place = accepted(
        blocks_of(
            Card(
                title=('Moved "', "*x*", '" to ', WHEN),
                fields=(
                    Field(name="was", value=("snake_case at https://a.test/_x_",)),
                    Field(name="place", value=("~here~ ", Link("map", "https://m.test"))),
                ),
            )
        )
    )
    [section] = title["elements"]
    dated = {"type": "date", "format": "{date_long_pretty} at {time}"}
    assert section["elements"] == [
        {"type": "text", "text": 'Moved "*x*" to '},
        {**dated, "timestamp": START, "fallback": "Wed 11 March 12:30"},
        {"type": "text", "text": "–"},
        {"type": "date", "timestamp": END, "format": "{time}", "fallback": "13:15"},
    ]
    assert facts["fields"][0]["text"] == "*Was*\nsnake_case at <https://a.test/_x_>"
    assert place["elements"][0]["elements"] == [
        {"type": "text", "text": "Place", "style": {"bold": True}},
        {"type": "text", "text": "\n~here~ "},
        {"type": "link", "url": "https://m.test", "text": "map"},
    ]


def test_a_long_agenda_folds_and_tells_what_it_leaves_out() -> None:
    blocks = accepted(blocks_of(LONG))
    assert len(blocks) <= limits.BLOCKS
    texts = [one["text"]["text"] for one in blocks if one["type"] == "section" and "text" in one]
    shown = "\n".join(texts).count("\n") + 1
    [told] = [one["elements"][0]["text"] for one in blocks if one["type"] == "context"]
    assert told == f"… and {400 - shown} more lines"
    assert blocks[-1]["elements"][0]["value"] == "done:1"


def test_one_endless_line_is_broken_and_whole() -> None:
    words = " ".join(f"word{n}" for n in range(1_500))
    texts = [one["text"]["text"] for one in accepted(blocks_of(message(words)))]
    assert " ".join(texts) == words
    assert max(map(len, texts)) <= limits.SECTION


def test_many_facts_leave_the_buttons_standing() -> None:
    facts = tuple(Field(name=f"f{n}", value=("x" * 2_500,)) for n in range(60))
    card = Card(fields=facts, buttons=(Button(label="Confirm", value="confirm:1"),))
    blocks = accepted(blocks_of(card))
    assert blocks[-1]["elements"][0]["value"] == "confirm:1"
    assert blocks[-2]["elements"][0]["text"] == "… and more"


def test_an_entry_whose_value_is_too_long_becomes_a_button() -> None:
    value = f"snooze:{'x' * 150}"
    card = Card(selects=(Select(label="Snooze …", choices=(Choice("5 min", value),)),))
    [row] = accepted(blocks_of(card))
    assert [(one["type"], one["value"]) for one in row["elements"]] == [("button", value)]


def test_a_list_of_more_than_a_hundred_is_several_lists() -> None:
    choices = tuple(Choice(f"{n}", f"take:{n}") for n in range(250))
    [row] = accepted(blocks_of(Card(selects=(Select(label="Which?", choices=choices),))))
    values = [option["value"] for one in row["elements"] for option in one["options"]]
    assert values == [choice.value for choice in choices]


def test_many_buttons_stand_in_rows() -> None:
    buttons = tuple(Button(label=f"{n}", value=f"take:{n}") for n in range(30))
    rows = accepted(blocks_of(Card(body=(("Which?",),), buttons=buttons)))[1:]
    assert [len(row["elements"]) for row in rows] == [25, 5]
    ids = [one["action_id"] for row in rows for one in row["elements"]]
    assert len(set(ids)) == 30


@pytest.mark.parametrize("url", ["not an address", "https://x.test/" + "y" * 3_000, ""])
def test_a_button_that_leads_nowhere_does_not_cost_the_message(url: str) -> None:
    card = Card(body=(("Standup",),), buttons=(Button(label="Join", value="join:1", url=url),))
    [_, row] = accepted(blocks_of(card))
    assert "url" not in row["elements"][0]


def test_a_picture_is_told_in_its_words() -> None:
    card = Card(picture=Picture(png=b"png", words="Your week: 12 hours of meetings"))
    assert rendered(card).text == "Your week: 12 hours of meetings"
    [block] = accepted(list(rendered(card).blocks))
    assert block["elements"][0]["text"] == "Your week: 12 hours of meetings"


def test_a_card_of_nothing_is_still_a_message() -> None:
    assert accepted(list(rendered(Card()).blocks))
    assert rendered(Card()).text


spans = st.one_of(
    st.text(max_size=2_000),
    st.builds(Strong, st.text(max_size=300)),
    st.builds(Link, st.text(max_size=300), st.just("https://x.test/a b")),
    st.builds(Moment, st.just(AT.astimezone(UTC)), st.text(max_size=300)),
)
lines = st.lists(spans, max_size=3).map(tuple)
cards = st.builds(
    Card,
    title=lines,
    body=st.lists(lines, max_size=12).map(tuple),
    fields=st.lists(st.builds(Field, name=st.text(max_size=200), value=lines), max_size=15).map(
        tuple
    ),
    buttons=st.lists(
        st.builds(
            Button, label=st.text(min_size=1, max_size=200), value=st.text(min_size=1, max_size=90)
        ),
        max_size=30,
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(cards)
def test_whatever_a_card_says_slack_takes_it(card: Card) -> None:
    accepted(list(rendered(card).blocks))
    assert 0 < len(rendered(card).text) <= limits.FALLBACK
    checked_view(home((card, card)), ("home",))


MARKS = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])|^\s*&gt;", re.MULTILINE)
odd = st.text(st.sampled_from("*_~`>< a1.:\n"), min_size=1, max_size=30)


@given(odd, odd)
def test_foreign_text_restyles_nothing(name: str, text: str) -> None:
    """Neither alone nor with our own marks, in a title, a line or a fact."""
    card = Card(
        title=(f"{text} by ", Strong("us"), " at ", WHEN),
        body=((name, " ", Quiet("soon")), (Link("notes", "https://n.test"), text)),
        fields=(
            Field(name="place", value=(text,)),
            Field(name=name, value=(WHEN,)),
            Field(name="note", value=(Strong("ours"), " ", text)),
        ),
    )
    ours = re.compile(r"<[^>]*>|(?<!\S)\*(?:us|Place|Note|ours)\*(?!\S)|(?<!\S)_soon_(?!\S)")
    for found in parsed(accepted(blocks_of(card))):
        if found.startswith("*") and "\n" in found:  # the name of a fact
            heading, _, found = found.partition("\n")
            assert not MARKS.search(heading[1:-1])
        assert not MARKS.search(ours.sub(" x ", found)), found


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=40)), st.integers(5, 30))
def test_folding_loses_no_word(texts: list[str], most: int) -> None:
    parts = list(folded(texts, most))
    assert all(len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join("".join(texts).split())


@pytest.mark.parametrize("most", range(6, 12))
def test_what_is_broken_breaks_no_escape(most: int) -> None:
    parts = list(folded(["ab&amp;c&lt;d&gt;" * 9], most))
    assert "".join(parts) == "ab&amp;c&lt;d&gt;" * 9
    assert all("&" not in re.sub(r"&(amp|lt|gt);", "", part) for part in parts)


def test_cutting_says_so() -> None:
    assert (cut("abc", 3), cut("abcd", 3)) == ("abc", "ab…")
    assert escaped("<&>") == "&lt;&amp;&gt;"


def test_a_form_is_a_modal_that_knows_where_it_was_opened() -> None:
    form = Form(
        value="edit:1",
        title="Change the card before it is confirmed",
        fields=(
            FormField(name="title", label="Title", value="Lunch", required=True, hint="short"),
            FormField(name="notes", label="Notes", value="n" * 4_000, multiline=True),
            FormField(
                name="zone", label="Zone", value="b", options=(Option("A", "a"), Option("B", "b"))
            ),
            FormField(
                name="which",
                label="Which",
                options=tuple(Option(f"{n}", f"{n}") for n in range(120)),
            ),
        ),
    )
    view = modal(form, PLACE)
    checked_view(json.loads(json.dumps(view)), ("modal",))
    View(**view).to_dict()
    whole, title, notes, zone, which = view["blocks"]
    assert whole["text"]["text"] == form.title
    assert (title["optional"], title["element"]["initial_value"]) == (False, "Lunch")
    assert notes["type"] == "context"
    assert zone["element"]["initial_option"]["value"] == "b"
    assert [len(group["options"]) for group in which["element"]["option_groups"]] == [100, 20]
    opened = opened_of(view["private_metadata"], "slack")
    assert (opened.value, opened.place) == ("edit:1", PLACE)


def test_long_values_of_a_forms_options_survive() -> None:
    values = tuple(f"{n}:{'v' * 300}" for n in range(3))
    options = tuple(Option(value[:1], value) for value in values)
    field = FormField(name="which", label="Which", value=values[1], options=options)
    view = modal(Form(value="pick:1", title="Pick", fields=(field,)), PLACE)
    checked_view(json.loads(json.dumps(view)), ("modal",))
    assert view["blocks"][0]["element"]["initial_option"]["value"] == "1"
    opened = opened_of(view["private_metadata"], "slack")
    assert tuple(opened.long_values["which"]) == values
    too_many = FormField(name="w", label="W", options=options * 20)
    with pytest.raises(FormTooLarge):
        modal(Form(value="pick:1", title="Pick", fields=(too_many,)), PLACE)


def test_what_is_no_modal_of_ours_is_refused() -> None:
    for metadata in ("", "{}", "[]", '{"form": "x", "place": 1}'):
        with pytest.raises(ValueError):
            opened_of(metadata, "slack")


def test_a_page_counts_the_cards_that_do_not_fit() -> None:
    view = home([LONG] * 20)
    checked_view(view, ("home",))
    assert view["blocks"][-1]["elements"][0]["text"].startswith("… and ")
