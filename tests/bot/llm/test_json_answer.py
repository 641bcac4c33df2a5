"""An answer as JSON, read while it comes, in whatever pieces and shapes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.json_answer import Reading, SaidInJson
from bot.llm.model import ToolCall
from bot.llm.schema import NOT_JSON

LOOK = ToolCall(id="json-3-0", tool="get_schedule", arguments={"when": "tomorrow"})
LOOKS = '"calls": [{"tool": "get_schedule", "arguments": {"when": "tomorrow", "person": null}}]'


def read(*pieces: str) -> tuple[str, tuple[ToolCall, ...] | None]:
    """What was shown in all, and the calls; None for what is no answer."""
    reading = Reading(step=3)
    shown = "".join(reading.add(piece) for piece in pieces)
    end = reading.end()
    return (shown, None) if end is None else (shown + end.text, end.calls)


def test_words_are_shown_while_they_come_and_calls_are_made_in_the_end() -> None:
    reading = Reading(step=3)
    pieces = ['{"sa', 'y": "One mo', "ment \\u00e", "4\\n", '", ' + LOOKS, "}"]
    assert [reading.add(piece) for piece in pieces] == ["", "One mo", "ment ", "ä\n", "", ""]
    end = reading.end()
    assert end is not None
    assert (end.text, end.calls) == ("", (LOOK,))


@given(
    say=st.text(),
    before=st.dictionaries(st.sampled_from(["a", "says"]), st.text()),
    data=st.data(),
)
def test_any_words_come_out_as_they_went_in(
    say: str, before: dict[str, str], data: st.DataObject
) -> None:
    ascii_only = data.draw(st.booleans())
    raw = json.dumps({**before, "say": say, "calls": [{"say": "no"}]}, ensure_ascii=ascii_only)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=5)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    reader = SaidInJson()
    assert "".join(reader.add(piece) for piece in pieces) == say


@pytest.mark.parametrize(
    ("answer", "says", "calls"),
    [
        ('{"say": "Free all day.", "calls": []}', "Free all day.", ()),
        ('{"say": "Free all day."}', "Free all day.", ()),
        ('```json\n{"say": "Free.", ' + LOOKS + "}\n```", "Free.", (LOOK,)),
        ("{" + LOOKS + ', "say": ""}', "", (LOOK,)),
        ('{"answer": "Free."}', "Free.", ()),
        ("You are free.", "You are free.", ()),
        ('Sure:\n{"say": "Free.", ' + LOOKS + "}", "Sure:\nFree.", (LOOK,)),
        ('{"say": "x", "calls": [{"name": "list_calendars"}]}', "x", ("list_calendars",)),
        ('{"calls": {"tool": "get_schedule", "arguments": "{}"}}', "", ("get_schedule",)),
        ('{"tool": "get_schedule", "arguments": {"when": "tomorrow"}}', "", (LOOK,)),
        ('[{"tool": "get_schedule", "arguments": {}}]', "", ("get_schedule",)),
        ('{"say": "It is 5 o\'clock\nnow", "calls": []}', "It is 5 o'clock\nnow", ()),
        ('{"say": "Fr', "Fr", None),
        ('{"say": "Free.", "calls": [{"tool": "del', "Free.", None),
        ('{"say": "Free."', "Free.", ()),
        ('{"events": [1, 2]}', "", None),
        ("[1, 2]", "", None),
        ('{"say": 7}', "", None),
        ("{{{{", "", None),
        ("", "", ()),
    ],
)  # fmt: skip
def test_what_models_make_of_it(answer: str, says: str, calls: Any) -> None:
    for pieces in ((answer,), tuple(answer)):
        shown, made = read(*pieces)
        assert shown == says
        if calls is None or made is None:
            assert made is calls
        else:
            names = [one if isinstance(one, str) else one.tool for one in calls]
            assert [call.tool for call in made] == names
            assert LOOK not in calls or made[0].arguments == LOOK.arguments


def test_arguments_that_are_no_object_are_marked() -> None:
    _, made = read('{"say": "", "calls": [{"tool": "delete_event", "arguments": "the st"}]}')
    assert made is not None
    assert made[0].arguments == {NOT_JSON: True}


def test_deep_nonsense_is_no_answer() -> None:
    assert read('{"say": ' + "[" * 100_000) == ("", None)
