"""Forms asked line by line, and the words that a terminal has of its own."""

import pytest

from adapters.console.prompts import ask_form
from adapters.console.typed import (
    As,
    Help,
    In,
    Nothing,
    PressLabel,
    Quit,
    Said,
    Typed,
    Wrong,
    read_typed,
)
from bot.chat.forms import Form, FormField
from tests.adapters.console.host import FORM


class Person:
    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, str]] = []
        self.told: list[str] = []
        self.hidden: list[str] = []

    async def ask(self, question: str, default: str, multiline: bool) -> str:
        self.asked.append((question, default))
        return self._answers.pop(0)

    async def tell(self, text: str) -> None:
        self.told.append(text)

    async def hide(self, question: str) -> str:
        self.hidden.append(question)
        return self._answers.pop(0)


async def test_every_field_is_asked_with_what_stands_there() -> None:
    person = Person("Lunch with Bo", "every")
    fields = await ask_form(FORM, person.ask, person.tell, person.hide)
    assert fields == {"title": "Lunch with Bo", "repeat": "weekly"}
    assert person.asked == [("Title", "Lunch"), ("Repeat", "Once")]
    assert person.told[1] == "Repeat:\n  1  Once\n  2  Every week"


async def test_an_option_may_be_chosen_by_number() -> None:
    person = Person("Lunch", "2")
    assert (await ask_form(FORM, person.ask, person.tell, person.hide))["repeat"] == "weekly"


async def test_what_does_not_fit_is_asked_again() -> None:
    person = Person("", "Lunch", "7", "once")
    fields = await ask_form(FORM, person.ask, person.tell, person.hide)
    assert fields == {"title": "Lunch", "repeat": "once"}
    assert '"Title" is needed.' in person.told
    assert '"Repeat" is one of: Once, Every week.' in person.told


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("", Nothing()),
        ("  ", Nothing()),
        ("what's on", Said("what's on")),
        ("/help", Help()),
        ("/QUIT", Quit()),
        ("/as Ana Ruiz", As("Ana Ruiz")),
        ("/as @bo", As("bo")),
        ("/in #team", In("#team")),
        ("/in", In(None)),
        ("/press not now", PressLabel("not now", None)),
        ("/press c3 Confirm", PressLabel("Confirm", "c3")),
    ],
)
def test_a_line_is_said_unless_it_begins_with_a_stroke(line: str, typed: Typed) -> None:
    assert read_typed(line) == typed


@pytest.mark.parametrize("line", ["/as", "/as #x", "/in team", "/press", "/nothing"])
def test_a_word_that_does_not_fit_is_explained(line: str) -> None:
    assert isinstance(read_typed(line), Wrong)


async def test_a_password_is_asked_without_showing_it() -> None:
    form = Form(
        value="link:x",
        title="Link",
        fields=(
            FormField(name="user", label="User name", value="ana"),
            FormField(name="password", label="Password", required=True, secret=True),
        ),
    )
    person = Person("ana", "", "hush")

    fields = await ask_form(form, person.ask, person.tell, person.hide)

    assert fields == {"user": "ana", "password": "hush"}
    assert person.asked == [("User name", "ana")]
    assert person.hidden == ["Password", "Password"]
