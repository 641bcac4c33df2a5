"""Letters made comparable: "Müller", "MULLER" and "muller" are the same when somebody searches."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
"""A word of a folded text: a run of letters and digits."""


def folded(text: str) -> str:
    """Without case, accents and repeated blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
