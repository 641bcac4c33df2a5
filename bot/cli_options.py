"""Options that several commands share, and which data folder is meant."""

import os
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Data folder, made when missing. Default: CONVENE_DATA, then the user data folder.",
    ),
]
Zone = Annotated[
    str | None, typer.Option("--tz", metavar="ZONE", help="Time zone, like Europe/Berlin.")
]
Person = Annotated[
    str | None,
    typer.Option(
        metavar="ID", help="For whom, by the id that a chat told; default: who sits here."
    ),
]


def folder(data: str | None) -> Path:
    """The data folder: as given, else CONVENE_DATA, else the user data folder."""
    chosen = data or os.environ.get("CONVENE_DATA")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("convene", appauthor=False)
