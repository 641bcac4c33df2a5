"""The data folder: one long-running process at a time, kept by a lock of the operating system.

Short commands work beside it and take no lock; what they share is guarded by the database itself.
"""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from calendar_core.errors import DatabaseUnusable


class FolderInUse(DatabaseUnusable):
    """Another long-running Convene holds the data folder."""


class FolderLock:
    """Holds a data folder for the life of a process; the system lets go of it when the process
    dies."""

    def __init__(self, folder: Path, name: str = "convene.lock") -> None:
        """`name` tells apart what is locked: by default, the running of a long process."""
        self._path = folder / name
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the folder. Raises FolderInUse, or DatabaseUnusable when the folder may not be
        written."""
        try:
            file = self._path.open("a+")
        except OSError as err:
            raise DatabaseUnusable(
                f"The folder {self._path.parent} may not be written. Choose another with --data."
            ) from err
        try:
            _lock(file)
        except OSError as err:
            file.close()
            raise FolderInUse(
                f"Convene already runs on {self._path.parent}. "
                "Close that, or choose another folder with --data."
            ) from err
        self._file = file

    def release(self) -> None:
        """Let go; a second time does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> "FolderLock":
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def is_held(folder: Path) -> bool:
    """Whether a long-running process holds a data folder at this moment. It is held for an instant
    to find out, and whoever starts in that very instant is told that it is in use."""
    lock = FolderLock(folder)
    try:
        lock.acquire()
    except FolderInUse:
        return True
    lock.release()
    return False


def make_folder(folder: Path) -> Path:
    """The folder, made for its owner alone when it is missing. Raises DatabaseUnusable."""
    for one in (folder, *folder.parents):
        if os.path.isfile(one):  # unlike Path.is_file it tells of no name that is too long
            raise DatabaseUnusable(
                f"{one} is a file, and the data needs a folder. Name a folder with --data; "
                "a calendar file is read with `convene import`."
            )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as err:
        raise DatabaseUnusable(
            f"The folder {folder} cannot be made. Choose another with --data."
        ) from err
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DatabaseUnusable(
            f"The folder {folder} may not be written. Choose another with --data."
        )
    return folder


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
