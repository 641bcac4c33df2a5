"""A text is read once in a turn, and never with another turn's eyes."""

from dataclasses import replace

from bot.llm.model import Setting
from bot.llm.offline.once import read_once
from tests.builders import BERLIN, NOW


def test_a_text_is_read_once_in_a_turn_and_anew_in_the_next() -> None:
    read: list[str] = []

    @read_once
    def reading(text: str, setting: Setting) -> str:
        read.append(text)
        return f"{setting.speaker}: {text}"

    ana = Setting(now=NOW, zone=BERLIN, speaker="Ana")
    again, bo = replace(ana), replace(ana, speaker="Bo")
    said = [reading(text, one) for one in (ana, bo, ana, again) for text in ("a", "b", "a")]

    assert (
        said
        == ["Ana: a", "Ana: b", "Ana: a", "Bo: a", "Bo: b", "Bo: a"]
        + [
            "Ana: a",
            "Ana: b",
            "Ana: a",
        ]
        * 2
    )
    assert read == ["a", "b"] * 3


def test_only_the_latest_turns_are_kept() -> None:
    read: list[str] = []
    reading = read_once(lambda text, setting: read.append(setting.speaker))
    turns = [Setting(now=NOW, zone=BERLIN, speaker=f"{n}") for n in range(100)]

    for turn in (*turns, turns[-1], turns[0]):
        reading("a", turn)

    assert read == [one.speaker for one in turns] + ["0"]
