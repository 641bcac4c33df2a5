"""`convene keys`: a new key for what is sealed at rest, and sealing everything anew."""

import asyncio
import sys
from pathlib import Path

from calendar_core.errors import CalendarError

LOST = (
    "{count} secrets open with none of the keys and were left as they are. Put the key that sealed "
    "them into CONVENE_KEYS, or restore convene.keys from a backup, and run this again."
)


def run_new() -> int:
    """Print a key; nothing is kept."""
    from calendar_core.vault import new_key

    print(new_key())
    return 0


def run_rotate(*, data: Path) -> int:
    """Make a newest key and seal everything with it; the exit code.

    A run that was broken off is finished by the next one, which makes no further key then.
    """
    try:
        return asyncio.run(_rotate(data))
    except CalendarError as err:
        print(err, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Broken off; nothing is lost. Run it again to finish.", file=sys.stderr)
        return 130


async def _rotate(data: Path) -> int:
    from bot.app.sealed import make_vault, sealed_places
    from bot.settings import read_settings
    from calendar_core.opening import open_database
    from calendar_core.vault import new_key

    settings = read_settings()
    vault = make_vault(settings, data)
    database = await open_database(settings.database_url or data)
    try:
        places = sealed_places(database, vault)
        if vault.has_keys:
            lost = sum([await place.lost() for place in places])
            unfinished = sum([await place.old() for place in places]) - lost
        else:
            lost, unfinished = sum([await place.count() for place in places]), 0
        if not vault.has_keys and lost:
            print(LOST.format(count=lost), file=sys.stderr)
            return 1
        if vault.is_given and not unfinished:
            print("Everything is sealed with the first key of CONVENE_KEYS. To change it, put this")
            print("one in front of the others there, a comma between, start Convene again, and run")
            print(f"this once more:\n{new_key()}")
            return 1 if lost else 0
        if not unfinished:
            vault.add_key()
        done = sum([await place.seal_anew() for place in places])
    finally:
        await database.dispose()
    where = "the first of CONVENE_KEYS" if vault.is_given else f"the newest in {vault.file.path}"
    print(f"Sealed {done} secrets anew with {where}. Older keys open backups; keep them as long.")
    if lost:
        print(LOST.format(count=lost), file=sys.stderr)
    return 1 if lost else 0
