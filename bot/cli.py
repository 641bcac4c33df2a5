"""The `convene` command: names, options, and which module does the work.

Each command imports its work when it is called, so that none waits for the libraries of another.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_assistants import mcp
from bot.cli_options import Data, Person, Zone, folder

app = typer.Typer(
    name="convene",
    help="A calendar assistant that lives where a team talks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Batch = Annotated[str, typer.Option(metavar="FILE", help="JSON lines; - reads standard input.")]
Calendar = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which calendar; the personal one by default.")
]


Who = Annotated[str | None, typer.Option(metavar="WHO", help="Name, mail address or id.")]


class LinkKind(StrEnum):
    """What can be linked."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    ICLOUD = "icloud"
    CALDAV = "caldav"
    FEED = "feed"


class KeysAction(StrEnum):
    """What to do with keys."""

    NEW = "new"
    ROTATE = "rotate"


class FeedAction(StrEnum):
    """What to do with feeds."""

    NEW = "new"
    LIST = "list"
    REVOKE = "revoke"


class FeedShows(StrEnum):
    """How much a feed tells."""

    TITLES = "titles"
    BUSY = "busy"
    ALL = "all"


def main() -> None:
    """The entry point: runs a command and exits with its code."""
    app(prog_name="convene")


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"convene {_version()}")
        raise typer.Exit


@app.callback()
def convene(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say the version and leave."
        ),
    ] = False,
) -> None:
    """A calendar assistant that lives where a team talks."""


@app.command()
def chat(
    data: Data = None,
    script: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Play a script, a JSON object a line; - reads stdin."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --script: JSON objects as output.")
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(metavar="ISO", help="Where the clock stands, still: 2026-03-10T08:00."),
    ] = None,
    tz: Zone = None,
) -> None:
    """Talk in the terminal."""
    from bot.commands.chat import run

    raise typer.Exit(run(data=folder(data), script=script, as_json=as_json, now=now, tz=tz))


@app.command()
def serve(
    data: Data = None,
    tz: Zone = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log what the doors' libraries do.")
    ] = False,
) -> None:
    """Serve Slack and Discord, as far as they are configured, until stopped."""
    from bot.commands.serve import run

    raise typer.Exit(run(data=folder(data), tz=tz, verbose=verbose))


@app.command()
def doctor(data: Data = None) -> None:
    """Look over settings, tokens, database and all else, and say what to do."""
    from bot.commands.doctor import run

    raise typer.Exit(run(data=folder(data)))


@app.command()
def keys(
    action: Annotated[
        KeysAction,
        typer.Argument(
            metavar="new|rotate",
            help="new prints a key; rotate makes one and seals everything anew with it.",
        ),
    ],
    data: Data = None,
) -> None:
    """Keys for the secrets that are kept sealed."""
    from bot.commands.keys import run_new, run_rotate

    new = action is KeysAction.NEW
    raise typer.Exit(run_new() if new else run_rotate(data=folder(data)))


@app.command()
def link(
    kind: Annotated[LinkKind, typer.Argument(metavar="google|microsoft|icloud|caldav|feed")],
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="The same as --server.")
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Of a server or feed, or a mail address."),
    ] = None,
    user: Annotated[str | None, typer.Option(metavar="NAME", help="Who you are there.")] = None,
    free_busy: Annotated[
        bool | None,
        typer.Option(
            "--free-busy/--full",
            help="Keep only when you are busy, or titles and places too. Default: all, or as it "
            "was.",
            show_default=False,
        ),
    ] = None,
    device: Annotated[
        bool, typer.Option("--device", help="Microsoft: by a code, without a browser here.")
    ] = False,
    person: Person = None,
    data: Data = None,
) -> None:
    """Link a calendar account, and read it. A password is asked, or read from standard input."""
    from bot.commands.link import Asked, run_link

    asked = Asked(
        kind=kind.value,
        server=server or address,
        user=user,
        free_busy_only=free_busy,
        by_code=device,
        person=person,
    )
    raise typer.Exit(run_link(asked, data=folder(data)))


@app.command()
def unlink(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Its address, kind or id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    person: Person = None,
    data: Data = None,
) -> None:
    """Unlink a calendar account: everything of it is erased here."""
    from bot.commands.link import run_unlink

    raise typer.Exit(run_unlink(account, data=folder(data), person=person, yes=yes))


@app.command()
def accounts(data: Data = None) -> None:
    """List the linked accounts, with the health and age of their calendars."""
    from bot.commands.syncing import run_accounts

    raise typer.Exit(run_accounts(data=folder(data)))


@app.command()
def sync(
    once: Annotated[
        bool, typer.Option("--once", help="One round, then leave; else every few minutes.")
    ] = False,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Only this one: its address, kind or id.")
    ] = None,
    data: Data = None,
) -> None:
    """Read the calendars of linked accounts, and say what came of it."""
    from bot.commands.syncing import run_sync

    raise typer.Exit(run_sync(once=once, account=account, data=folder(data)))


@app.command()
def erase(
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="Name, mail address or id of somebody here.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the name again.")] = False,
    data: Data = None,
) -> None:
    """Erase everything of a person; says first what goes."""
    from bot.commands.erase import run

    raise typer.Exit(run(person, yes=yes, data=folder(data)))


@app.command()
def feed(
    action: Annotated[FeedAction, typer.Argument(metavar="new|list|revoke")],
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Which one to revoke, as in the list.")
    ] = None,
    calendar: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which calendar; all that count by default.")
    ] = None,
    shows: Annotated[
        FeedShows,
        typer.Option(metavar="titles|busy|all", help="How much it tells whoever reads it."),
    ] = FeedShows.TITLES,
    data: Data = None,
) -> None:
    """Give calendars out to calendar apps, at an address that can be revoked."""
    from bot.commands.feed import run_list, run_new, run_revoke

    there = folder(data)
    match action:
        case FeedAction.NEW:
            raise typer.Exit(run_new(data=there, calendar=calendar, shows=shows.value))
        case FeedAction.LIST:
            raise typer.Exit(run_list(data=there))
        case FeedAction.REVOKE:
            raise typer.Exit(run_revoke(data=there, number=number))


app.add_typer(mcp, name="mcp")


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE.ics", help="An exported calendar.")],
    calendar: Calendar = None,
    data: Data = None,
    tz: Zone = None,
) -> None:
    """Bring the events of an .ics file into a calendar."""
    from bot.commands.importing import run_import

    raise typer.Exit(run_import(file, calendar, folder(data), tz))


@app.command()
def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="- writes to stdout.")] = "-",
    calendar: Calendar = None,
    data: Data = None,
) -> None:
    """Write a calendar as an .ics file."""
    from bot.commands.importing import run_export

    raise typer.Exit(run_export(file, calendar, folder(data)))


@app.command()
def when(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="PHRASE", help='Like "next Tuesday 2-3:30".')
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="ISO", help="The present moment: 2026-03-27T09:00.")
    ] = None,
    tz: Zone = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    within: Annotated[
        bool, typer.Option("--within", help="The text is a sentence; find its time words.")
    ] = False,
    batch: Annotated[
        str | None, typer.Option(metavar="FILE", help="JSON lines; - reads standard input.")
    ] = None,
) -> None:
    """Say what a time phrase means."""
    from bot.commands.when import run

    phrase = " ".join(text) if text else None
    raise typer.Exit(run(phrase, at=at, tz=tz, as_json=as_json, within=within, batch=batch))


@app.command()
def understand(
    batch: Batch,
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="offline, openai:NAME, or another that is offered."),
    ] = None,
) -> None:
    """Show what a model would do with requests, without doing it."""
    from bot.commands.understand import run

    raise typer.Exit(run(batch, model))


@app.command()
def usage(
    days: Annotated[int, typer.Option(min=1, max=3660, help="Of so many days.")] = 30,
    person: Who = None,
    turns: Annotated[bool, typer.Option("--turns", help="Each turn in place of days.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    data: Data = None,
) -> None:
    """Show what language models took, by day, person and model, and how the limits stand."""
    from bot.commands.usage import run_usage

    code = run_usage(data=folder(data), days=days, person=person, turns=turns, as_json=as_json)
    raise typer.Exit(code)


@app.command()
def model(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="none: no choice.")] = None,
    workspace: Annotated[
        str | None, typer.Option(metavar="PLATFORM/ID", help="For all of it.")
    ] = None,
    person: Who = None,
    data: Data = None,
) -> None:
    """List the language models that are offered, or choose one for a workspace or a person."""
    from bot.commands.usage import run_model

    raise typer.Exit(run_model(name, workspace, person, data=folder(data)))


@app.command()
def free(batch: Batch) -> None:
    """Place meetings: problems in, the slots that hold out."""
    from bot.commands.free import run

    raise typer.Exit(run(batch))


def _version() -> str:
    """The installed version; in a working copy that is not installed, the one it says itself."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("convene")
    except PackageNotFoundError:
        import tomllib

        project = Path(__file__).parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
