"""`convene mcp` and `convene mcp token`: names and options, as `cli` has those of all else."""

from enum import StrEnum
from typing import Annotated

import typer

from bot.cli_options import Data, folder


class TokenAction(StrEnum):
    """What to do with assistants' tokens."""

    NEW = "new"
    LIST = "list"
    REVOKE = "revoke"


mcp = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
)


@mcp.callback(invoke_without_command=True)
def mcp_(
    context: typer.Context,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="In whose name: name, address or id. Default: who sits here."
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Offer the tools to another assistant, over MCP.

    The assistant starts this as its process and speaks with it on standard input and output. It
    works beside convene chat and convene serve and changes nothing: what an assistant proposes is
    a card there, for the person's press. With CONVENE_MCP_TOKEN it acts for whoever's token that
    is. A served house offers the same over HTTP, at /mcp of its web door.
    """
    if context.invoked_subcommand is not None:
        return
    from bot.commands.mcp import run

    raise typer.Exit(run(data=folder(data), person=person))


@mcp.command("token")
def mcp_token(
    action: Annotated[TokenAction, typer.Argument(metavar="new|list|revoke")],
    person: Annotated[
        str | None,
        typer.Argument(metavar="[PERSON]", help="Name, address or id; default: who sits here."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call the assistant; which to end.")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="With new: it may read and propose nothing.")
    ] = False,
    data: Data = None,
) -> None:
    """Tokens with which assistants may ask in a person's name; each is shown once."""
    from bot.commands.mcp import run_list, run_new, run_revoke

    there = folder(data)
    match action:
        case TokenAction.NEW:
            raise typer.Exit(
                run_new(data=there, person=person, name=name, may_propose=not read_only)
            )
        case TokenAction.LIST:
            raise typer.Exit(run_list(data=there, person=person))
        case TokenAction.REVOKE:
            raise typer.Exit(run_revoke(data=there, person=person, name=name))
