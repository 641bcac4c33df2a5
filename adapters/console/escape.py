"""Foreign text on a terminal: shown, never obeyed."""

import re

# Control characters could move the cursor or colour the rest; bidirectional overrides could make
# a line read as something else (Unicode TR 36, 3.2). The zero-width joiner stays: emoji need it.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def safe(text: str) -> str:
    """One line that a terminal does not obey."""
    return UNSAFE.sub(" ", text)


def safe_lines(text: str) -> str:
    """The same, where line breaks may stay."""
    return "\n".join(safe(line) for line in text.split("\n"))
