"""A nursery for lives of the script door: `python -m tests.soak.door` loads the house once, then
forks.

Each line on its standard input is a JSON object: the arguments of `convene`, the script to read and
the file to write what was said to. A life is a process of its own, which runs until its script ends
or it is killed.
"""

import json
import os
import sys

import bot.app.console
import bot.commands.chat
from bot.cli import main as convene

LOADED = (bot.app.console, bot.commands.chat)


def live(arguments: list[str], script: str, said: str) -> None:
    """One life of the program, with files for its standard streams."""
    for path, flags, stream in (
        (script, os.O_RDONLY, 0),
        (said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 1),
    ):
        file = os.open(path, flags, 0o600)
        os.dup2(file, stream)
        os.close(file)
    sys.stdin, sys.stdout = open(0), open(1, "w", closefd=False)  # noqa: SIM115 - for the whole life
    sys.argv = ["convene", *arguments]
    convene()


def main() -> None:
    """Fork a life for each line; wait for its end before the next."""
    for line in sys.stdin:
        life = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                live(life["arguments"], life["script"], life["said"])
            finally:
                sys.stdout.flush()
                os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
