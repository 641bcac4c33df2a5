"""The vault: small secrets sealed for being kept, and opened again by whoever has the key.

Keys come from the settings, newest first, or from one file in the data folder, made on first need.
Sealing is Fernet's (cryptography: AES-128-CBC with HMAC-SHA256); what a secret is *about* is sealed
in with it, so that one row's secret does not open as another's. Where sealed texts are kept is
their owners' business.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from calendar_core.errors import CannotOpen, KeysUnusable
from calendar_core.folder import FolderInUse, FolderLock, make_folder

KEY_FILE = "convene.keys"
SETTING = "CONVENE_KEYS"
_MADE = "Make one with: convene keys new."
_LOST = (
    f"No key at hand opens what was sealed. Put the key that sealed it into {SETTING}, or restore "
    f"{KEY_FILE} in the data folder from a backup. Without it, install and link anew."
)


def new_key() -> str:
    """A fresh key, as it is written into the settings."""
    return Fernet.generate_key().decode()


class KeyFile:
    """The keys of a data folder: a line each, newest first, for its owner's eyes alone.

    A key that stands in it is never lost: files are replaced whole, and only by ones that hold all
    keys of before.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEY_FILE

    @property
    def exists(self) -> bool:
        """Whether there is one, readable or not."""
        return self.path.exists()

    def mark(self) -> tuple[int, int] | None:
        """Changes when the file does; None while there is none."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as err:
            raise self._unusable("cannot be read", err) from err
        return found.st_ino, found.st_mtime_ns

    def is_private(self) -> bool:
        """Whether nobody but the owner may read or write it."""
        return os.name != "posix" or not self.path.stat().st_mode & 0o077

    def read(self) -> tuple[str, ...]:
        """The keys, newest first. Raises KeysUnusable."""
        try:
            text = self.path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as err:
            raise self._unusable("cannot be read", err) from err
        keys = tuple(line.strip() for line in text.splitlines() if line.strip())
        if not keys:
            raise KeysUnusable(f"{self.path} holds no key. Restore it from a backup.")
        return keys

    def make(self) -> None:
        """Make the file with a first key; one that is there stays as it is. Raises
        KeysUnusable."""
        make_folder(self.path.parent)
        written = self._written((new_key(),))
        try:
            # Unlike a rename, a link never takes the place of a file that is there.
            os.link(written, self.path)
        except FileExistsError:
            return
        except OSError as err:
            raise self._unusable("cannot be made", err) from err
        finally:
            written.unlink()
        self._settle()

    def add(self, key: str) -> None:
        """Put a newest key in front. Raises KeysUnusable, also while another does so."""
        try:
            with FolderLock(self.path.parent, f"{KEY_FILE}.lock"):
                written = self._written((key, *self.read()))
                try:
                    os.replace(written, self.path)
                except OSError as err:
                    written.unlink()
                    raise self._unusable("cannot be written", err) from err
                self._settle()
        except FolderInUse as err:
            raise KeysUnusable("Keys are being changed by another convene. Try again.") from err

    def _written(self, keys: Sequence[str]) -> Path:
        """A new file beside with these keys, safe on the disk."""
        try:
            handle, name = tempfile.mkstemp(prefix=f".{KEY_FILE}.", dir=self.path.parent)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write("".join(f"{key}\n" for key in keys))
                file.flush()
                os.fsync(file.fileno())
        except OSError as err:
            raise self._unusable("cannot be written", err) from err
        return Path(name)

    def _settle(self) -> None:
        """Wait until the file's name is on the disk too: what it will open must not be there
        before it."""
        if os.name == "posix":
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _unusable(self, what: str, err: Exception) -> KeysUnusable:
        why = getattr(err, "strerror", None) or type(err).__name__
        return KeysUnusable(
            f"The keys in {self.path} {what} ({why}). Mend its rights (it belongs to who runs "
            f"Convene, mode 600), or set {SETTING}."
        )


class Vault:
    """Seals and opens. Keys that are added to the data folder's file meanwhile count at once."""

    def __init__(self, folder: Path, given: str | None = None) -> None:
        """`given` is what the settings hold: keys, newest first, commas between; they win over
        those of the data folder."""
        self.file = KeyFile(folder)
        self._given = given
        self._mark: tuple[int, int] | None = None
        self._keys: tuple[Fernet, ...] = ()

    def __repr__(self) -> str:
        return f"Vault(keys from {SETTING if self.is_given else self.file.path})"

    @property
    def is_given(self) -> bool:
        """Whether the keys are those of the settings."""
        return bool(self._given and self._given.strip(" ,"))

    @property
    def has_keys(self) -> bool:
        """Whether there are any, good or not; sealing makes the first."""
        return self.is_given or self.file.exists

    def check(self) -> int:
        """How many keys there are. Raises KeysUnusable; makes none."""
        return len(self._known())

    def seal(self, text: str, about: str) -> str:
        """A secret as it may be kept, sealed with the newest key. `about` names what it is for
        and must be the same when it is opened.

        Makes the data folder's first key where there is none. Raises KeysUnusable.
        """
        if not self.has_keys:
            self.file.make()
        whole = json.dumps([about, text]).encode()
        return self._known()[0].encrypt(whole).decode()

    def open(self, token: str, about: str) -> str:
        """What was sealed. Raises CannotOpen, KeysUnusable."""
        try:
            whole = self._all().decrypt(token)
        except InvalidToken as err:
            raise CannotOpen(_LOST) from err
        sealed_for, text = json.loads(whole)
        if sealed_for != about:
            raise CannotOpen(f"What was sealed for {sealed_for!r} is kept for {about!r}.")
        return str(text)

    def is_old(self, token: str) -> bool:
        """Whether it was sealed with another key than the newest. Raises KeysUnusable."""
        try:
            self._known()[0].decrypt(token)
        except InvalidToken:
            return True
        return False

    def seal_anew(self, token: str) -> str:
        """The same, sealed with the newest key. Raises CannotOpen, KeysUnusable."""
        try:
            return self._all().rotate(token).decode()
        except InvalidToken as err:
            raise CannotOpen(_LOST) from err

    def add_key(self) -> None:
        """Make a newest key in the data folder; what the settings give can't be added to. Raises
        KeysUnusable."""
        if self.is_given:
            raise KeysUnusable(f"The keys are those of {SETTING}: put a new one in front of them.")
        if self.file.exists:
            self.file.add(new_key())
        else:
            self.file.make()

    def _all(self) -> MultiFernet:
        return MultiFernet(self._known())

    def _known(self) -> tuple[Fernet, ...]:
        if self.is_given:
            if not self._keys:
                self._keys = _made(_listed(self._given or ""), SETTING)
            return self._keys
        mark = self.file.mark()
        if mark is None:
            raise KeysUnusable(f"There is no key in {self.file.path.parent}. {_LOST}")
        if mark != self._mark:
            self._keys = _made(self.file.read(), str(self.file.path))
            self._mark = mark
        return self._keys


def _listed(text: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in text.split(",") if key.strip())


def _made(keys: Sequence[str], source: str) -> tuple[Fernet, ...]:
    made = []
    for number, key in enumerate(keys, start=1):
        try:
            made.append(Fernet(key))
        except (ValueError, UnicodeEncodeError):
            # The cause would hold the key.
            raise KeysUnusable(f"Key {number} of {source} is not a key. {_MADE}") from None
    return tuple(made)
