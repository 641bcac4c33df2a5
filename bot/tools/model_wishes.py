"""Which language model is meant by words, of those that are offered, and how one is told."""

from collections.abc import Sequence

OFFLINE, HOUSE = "offline", "usual"
"""Rules without a model; whatever answers who chose none."""
_USUAL = (HOUSE, "default", "normal", "standard", "none")
_RULES = (OFFLINE, "rules", "rule", "local rules")


def wish_of_model(words: str, names: Sequence[str]) -> str | None:
    """The name of an offered model; empty for the usual one; None where no such is offered."""
    wanted = " ".join(words.casefold().split())
    by_name = {name.casefold(): name for name in names}
    if wanted in by_name:
        return by_name[wanted]
    if wanted in _USUAL:
        return ""
    if wanted in _RULES and OFFLINE in names:
        return OFFLINE
    ends = [name for name in names if name.casefold().partition(":")[2] == wanted]
    return ends[0] if len(ends) == 1 else None


def said_of(name: str) -> str:
    """How a model is told: rules are none."""
    return "rules, no language model (offline)" if name == OFFLINE else f"the model {name}"
