"""The door for other assistants, joined: over HTTP in a served house, and as its own process."""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from adapters.web.ports import Route
from bot.allowing import ALL, Allowed
from bot.app.core import Core
from bot.app.house import make_contexts, make_notes
from bot.app.models import ways_of
from bot.assistant_cards import Reach, served_here
from bot.assistant_pace import Pace
from bot.assistant_waiting import Waiting
from bot.assistants import Assistants
from bot.decisions import Decisions
from bot.settings import Settings
from bot.tools.all import TOOLS
from bot.tools.toolbox import Toolbox

if TYPE_CHECKING:
    from adapters.mcp.http import ToolAnswers


def make_assistants(
    core: Core,
    reach: Reach,
    platforms: dict[str, Any] | None = None,
    allowed: Allowed = ALL,
) -> Assistants:
    """Join what assistants may do to the rooms that do it. `reach` says when cards are shown to
    people, `allowed` what may be called here."""
    notes, desk = make_notes(core), Decisions(core.desk, core.finishing, allowed)
    return Assistants(
        core.assistants,
        core.people,
        make_contexts(core, notes, platforms, allowed),
        desk,
        notes,
        Toolbox(TOOLS, allowed=allowed),
        Waiting(desk, notes),
        core.assistant_cards,
        core.clock,
        Pace(core.clock),
        core.accounts,
        reach,
    )


def make_tool_answers(core: Core, settings: Settings, platforms: dict[str, Any]) -> "ToolAnswers":
    """The door over HTTP. The protocol's library is not loaded before somebody is let in."""
    from adapters.mcp.http import ToolAnswers

    # Doors come later: the same mapping is looked into when somebody asks.
    assistants = make_assistants(core, served_here(platforms), platforms, ways_of(settings).allowed)
    return ToolAnswers(
        assistants,
        our_version(),
        public_url=settings.public_url,
        listens=(settings.web_host, settings.web_port),
    )


def tool_routes(answers: "ToolAnswers") -> list[Route]:
    """Where it answers."""
    from adapters.mcp.http import PATH

    methods = ("POST", "GET", "DELETE")
    return [Route(method=one, path=PATH, answer=answers.answer) for one in methods]


def our_version() -> str:
    """As installed; of a working copy that is not, nothing is claimed."""
    try:
        return version("convene")
    except PackageNotFoundError:
        return "0"
