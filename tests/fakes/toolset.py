"""The house's tools as a model sees them, without running any."""

from functools import cache

from bot.llm.model import ToolSpec
from bot.llm.schema import plain
from bot.tools.arguments import ARGUMENTS

_READS = ("get_", "search_", "find_", "check_", "list_", "analyze_", "link_")
_NOTES = ("set_reminder", "cancel_reminder", "set_preferences")


@cache
def house_specs() -> tuple[ToolSpec, ...]:
    """All of them, by their arguments."""
    return tuple(
        ToolSpec(
            name=name,
            description=" ".join((arguments.__doc__ or "").split()),
            parameters=plain(arguments.model_json_schema()),
            kind="reads" if name.startswith(_READS) else "notes" if name in _NOTES else "proposes",
        )
        for name, arguments in ARGUMENTS.items()
    )
