"""Which plain words count as a press."""

import pytest

from bot.desk_words import Decision, plain_decision
from calendar_core.events import Scope


@pytest.mark.parametrize(
    ("words", "decision"),
    [
        ("yes", Decision.YES),
        ("  YES!! ", Decision.YES),
        ("ok.", Decision.YES),
        ("that’s right", Decision.YES),
        ("go ahead", Decision.YES),
        ("👍", Decision.YES),
        ("no", Decision.NO),
        ("Never mind", Decision.NO),
        ("don’t", Decision.NO),
        ("not now", Decision.NO),
        ("only this one", Decision.THIS),
        ("this and following", Decision.FOLLOWING),
        ("the whole series", Decision.ALL),
    ],
)
def test_plain_words_decide(words: str, decision: Decision) -> None:
    assert plain_decision(words) is decision


@pytest.mark.parametrize(
    "words",
    [
        "",
        "?",
        "yes but at 4",
        "no, Thursday",
        "yes or no?",
        "confirm my flight",
        "yesterday",
        "y n",
    ],
)
def test_anything_more_is_for_the_model(words: str) -> None:
    assert plain_decision(words) is None


def test_a_scope_is_said_in_words() -> None:
    assert [one.scope for one in Decision if one.scope is not None] == list(Scope)
