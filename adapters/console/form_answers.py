"""What was entered in a form, made into its answer: options by label or value, nothing missing."""

from collections.abc import Mapping

from bot.chat.forms import Form, FormField


class Unacceptable(Exception):
    """An entry that the form does not take; the message says what it takes."""


def complete(form: Form, entered: Mapping[str, str]) -> dict[str, str]:
    """Every field's answer: what was entered, else what stood there. Raises Unacceptable."""
    names = [field.name for field in form.fields]
    for name in entered:
        if name not in names:
            raise Unacceptable(f'the form has no field "{name}"; it has {", ".join(names)}')
    return {field.name: accept(field, entered.get(field.name)) for field in form.fields}


def accept(field: FormField, entered: str | None) -> str:
    """One field's answer; None leaves what stood there. Raises Unacceptable."""
    value = field.value if entered is None else entered.strip()
    if not value:
        if field.required:
            raise Unacceptable(f'"{field.label}" is needed')
        return ""
    return _option(field, value) if field.options else value


def _option(field: FormField, entered: str) -> str:
    for option in field.options:
        if option.value == entered:
            return option.value
    wanted = entered.casefold()
    fitting = [o for o in field.options if o.label.casefold() == wanted] or [
        o for o in field.options if o.label.casefold().startswith(wanted)
    ]
    if not fitting:
        labels = ", ".join(option.label for option in field.options)
        raise Unacceptable(f'"{field.label}" is one of: {labels}')
    return fitting[0].value
