"""A request's length in tokens: an estimate that errs on the long side."""

from dataclasses import replace

from bot.llm.measure import tokens_of, tokens_of_parts, tokens_of_text
from bot.transcript import AssistantSaid, Interrupted, ToolCalled, ToolReturned
from tests.contracts.language_model import ASKS, FOUND, LOOKED, asking
from tests.fakes.tools import NOW


def test_words_are_a_token_for_some_four_letters() -> None:
    text = "Lunch with Ana on Friday at half past twelve, in the small room. " * 20
    assert len(text) / 4.2 < tokens_of_text(text) < len(text) / 3


def test_letters_beyond_ascii_weigh_more() -> None:
    assert tokens_of_text("会議の予定") > tokens_of_text("plan!") * 2


def test_a_request_is_the_sum_of_what_is_sent() -> None:
    bare = replace(asking(), prompt="", tools=(), parts=())
    assert tokens_of(bare) == 0
    whole = asking(LOOKED, FOUND)
    assert tokens_of(whole) > tokens_of(replace(whole, tools=())) > tokens_of_parts(whole.parts) > 0
    assert tokens_of(replace(whole, agenda="x" * 350)) - tokens_of(whole) in (99, 100, 101)


def test_every_kind_of_part_counts_what_a_model_is_told_of_it() -> None:
    parts = (ASKS, LOOKED, FOUND, AssistantSaid(text="Nothing on tomorrow."))
    assert tokens_of_parts(parts) == sum(tokens_of_parts((part,)) for part in parts)
    assert tokens_of_parts((Interrupted(at=NOW),)) == 0
    long = ToolReturned(id="c", tool="t", content="x" * 3500)
    assert tokens_of_parts((long,)) > 1000
    called = ToolCalled(id="c", tool="t", arguments={"description": "x" * 3500})
    assert tokens_of_parts((called,)) > 1000
    thought = AssistantSaid(text="", vendor={"blocks": ["x" * 3500]})
    assert tokens_of_parts((thought,)) > 1000
