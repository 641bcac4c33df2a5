"""Discord's limits on messages, components and forms (docs.discord.com: message, component
reference, application commands)."""

import re

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Control characters and bidirectional overrides (Unicode TR 36, 3.2); the zero-width joiner stays.
"""

CONTENT = 2000
"""Characters of a message's content."""
DISPLAY = 4000
"""Characters of all texts of a message of components together."""
TITLE = 256
VALUE = 1024
"""Characters of a field on a card: ours, so that one field leaves room for the others."""
ROW = 5
"""Buttons in a row."""
ROWS = 5
LABEL = 80
ADDRESS = 512
"""Characters of the address that a button leads to."""
PLACEHOLDER = 150
OPTIONS = 25
OPTION = 100
"""Characters of an option's label and value."""
CUSTOM_ID = 100
FORM_TITLE = 45
FORM_FIELDS = 5
FIELD_LABEL = 45
FIELD_HINT = 100
INPUT = 4000
CHOICES = 25
"""Choices of an autocompletion."""
CHOICE = 100
FOLLOW_UPS = 5
"""Messages that an app may send after its answer where it is not a member."""
NONCE = 25
NOTHING = "…"
"""Stands where Discord wants some text and there is none."""


def cut(text: str, most: int) -> str:
    """At most so many characters, the end marked as left out; without what turns text around."""
    text = " ".join(UNSAFE.sub(" ", text).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
