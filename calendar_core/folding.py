"""Letters made comparable: "Müller", "MULLER" and "muller" are the same when somebody searches."""

import unicodedata


def folded(text: str) -> str:
    """Without case, accents and repeated blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
