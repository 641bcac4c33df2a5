"""Questions at the prompt: one line each, with what stands there to change. Forms are asked so."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from adapters.console.form_answers import Unacceptable, accept
from bot.chat.forms import Form, FormField

AskLine: TypeAlias = Callable[[str, str, bool], Awaitable[str]]
"""Question, default, whether several lines are fine → what was answered."""
AskSecret: TypeAlias = Callable[[str], Awaitable[str]]
"""Question → what was answered, without showing or keeping it."""
Tell: TypeAlias = Callable[[str], Awaitable[None]]


async def ask_form(
    form: Form, ask: AskLine, tell: Tell, ask_secret: AskSecret
) -> Mapping[str, str]:
    """Field by field; raises EOFError when the person gives up."""
    await tell(f"{form.title}\nEnter keeps what stands there, Ctrl-C leaves without a change.")
    return {field.name: await _ask_field(field, ask, tell, ask_secret) for field in form.fields}


async def _ask_field(field: FormField, ask: AskLine, tell: Tell, ask_secret: AskSecret) -> str:
    if field.options:
        await tell(_choices(field))
    while True:
        if field.secret:
            entered = await ask_secret(_question(field))
        else:
            entered = await ask(_question(field), _default(field), field.multiline)
        try:
            return accept(field, _chosen(field, entered.strip()))
        except Unacceptable as error:
            await tell(f"{error}.")


def _question(field: FormField) -> str:
    hint = f" ({field.hint})" if field.hint else ""
    return f"{field.label}{hint}"


def _default(field: FormField) -> str:
    return next((o.label for o in field.options if o.value == field.value), field.value)


def _choices(field: FormField) -> str:
    numbered = enumerate(field.options, start=1)
    return "\n".join([f"{field.label}:", *(f"  {n}  {o.label}" for n, o in numbered)])


def _chosen(field: FormField, entered: str) -> str:
    """A number among options is the option of that number, unless one is called so."""
    called = {text for option in field.options for text in (option.label, option.value)}
    if entered in called or not (entered.isascii() and entered.isdecimal()):
        return entered
    number = int(entered[:9])
    return field.options[number - 1].value if 1 <= number <= len(field.options) else entered
