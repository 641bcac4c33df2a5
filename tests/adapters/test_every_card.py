"""Every card that the bot can make has been looked at on both platforms: as a golden file, or in a
story that is played on both."""

import ast
import sys
from pathlib import Path
from types import FrameType

from tests.adapters.cards import MAKERS

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "tests" / "scenarios" / "chats"
IN_STORIES = {
    "bot/channel_settings.py:_announce": ("channel_words", "✓ Ana changed how I serve #team."),
    "bot/notices.py:_digest": ("digest", "Your day"),
    "bot/notices.py:_channel_digest": ("channel_settings", "Today in #team"),
    "bot/page.py:cards": ("page", "Your next two days"),
    "bot/page.py:_open": ("page", "1 change waiting for you"),
    "bot/note_presses.py:settle_message": ("reminders", "✓ Done: "),
    "bot/speaking.py:say": ("words", "┃"),
}
"""What needs a whole house to be made: in which story it is seen, and by which words."""


def builds_cards(node: ast.AST) -> bool:
    """Whether a function makes a card itself."""
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "Card"
        for one in ast.walk(node)
    )


def makers() -> dict[str, ast.AST]:
    """Every function of the bot that makes a card, by file and name."""
    found: dict[str, ast.AST] = {}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if path.name == "cards.py" and path.parent.name == "chat":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and builds_cards(node):
                found[f"{path.relative_to(ROOT).as_posix()}:{node.name}"] = node
    return found


def called_for_goldens() -> set[str]:
    """The functions of the bot that run while the cards of the golden files are made."""
    called: set[str] = set()

    def heard(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(f"{ROOT}/bot/"):
            called.add(f"{name.removeprefix(f'{ROOT}/')}:{frame.f_code.co_name}")

    before = sys.getprofile()
    sys.setprofile(heard)
    try:
        for make in MAKERS.values():
            make()
    finally:
        sys.setprofile(before)
    return called


def test_every_card_was_looked_at() -> None:
    unseen = makers().keys() - called_for_goldens() - IN_STORIES.keys()
    assert unseen == set(), "add them to tests/adapters/cards.py, or name a story that shows them"


def test_the_stories_that_are_named_show_those_cards() -> None:
    for maker, (story, words) in IN_STORIES.items():
        told = (STORIES / f"{story}.txt").read_text(encoding="utf-8")
        assert words in told, maker


def test_nothing_is_named_that_makes_no_card() -> None:
    assert IN_STORIES.keys() <= makers().keys()
