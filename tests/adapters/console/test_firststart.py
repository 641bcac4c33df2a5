"""The first questions."""

from pathlib import Path

import pytest

from adapters.console.firststart import default_answers, first_start
from adapters.console.ports import FirstAnswers, Welcome
from tests.adapters.console.host import FakeWelcome


class Person:
    """Answers in order; an empty answer takes the default, as Enter does."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.told: list[str] = []
        self.asked: list[str] = []

    async def ask(self, question: str, default: str) -> str:
        self.asked.append(question)
        if not self._answers:
            raise EOFError
        return self._answers.pop(0) or default

    async def tell(self, line: str) -> None:
        self.told.append(line)


async def answers_of(person: Person, known: str | None = None) -> FirstAnswers | None:
    async def welcome() -> Welcome:
        return FakeWelcome(known)

    return await first_start(
        person.ask,
        person.tell,
        welcome=welcome,
        name_guess="ana",
        zone_guess=lambda: "Europe/Berlin",
    )


async def test_enter_all_the_way_begins_well() -> None:
    assert await answers_of(Person("", "", "", "")) == FirstAnswers(
        name="ana", zone="Europe/Berlin", hours="9-17", load="sample"
    )


async def test_wrong_answers_are_asked_again_with_the_reason() -> None:
    person = Person("#x", "Bo", "Mars", "Europe/Oslo", "late", "10-18", "9", "3")
    assert await answers_of(person) == FirstAnswers(name="Bo", zone="Europe/Oslo", hours="10-18")
    assert "I don't know the zone Mars. Did you mean Europe/Berlin?" in person.told
    assert 'Write hours like "9-17".' in person.told
    assert "Please type 1, 2 or 3." in person.told


async def test_a_file_is_looked_for(tmp_path: Path) -> None:
    file = tmp_path / "my calendar.ics"
    file.touch()
    person = Person("", "", "", "2", "/nowhere.ics", f"'{file}'")
    answers = await answers_of(person)
    assert answers is not None
    assert answers.load == file
    assert "There is no file /nowhere.ics." in person.told


async def test_without_a_file_one_may_choose_again() -> None:
    answers = await answers_of(Person("", "", "", "2", "", "3"))
    assert answers is not None
    assert answers.load == "nothing"


async def test_who_is_known_is_not_asked_further() -> None:
    person = Person("Bo", "")
    assert await answers_of(person, known="Ana") is None
    assert person.asked == ["Your name", "Your time zone"]


async def test_leaving_in_between_makes_nothing() -> None:
    with pytest.raises(EOFError):
        await answers_of(Person("Bo"))


@pytest.mark.parametrize(("name", "used"), [("root", "root"), ("", "me"), ("a\nb", "me")])
def test_nobody_to_ask_gets_defaults(name: str, used: str) -> None:
    assert default_answers(name=name, zone="UTC") == FirstAnswers(
        name=used, zone="UTC", hours="9-17"
    )
