"""Who holds a claim: the name of a process, and whether it still lives.

A claim runs out by itself after a while; knowing that its holder is gone lets work go on at once
after a kill. Only processes of this machine can be asked; of others nothing is known, and their
claims run out.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessName:
    """One running process, told apart from a later one that gets the same number."""

    host: str
    pid: int
    born: str
    """When it was started, as the system counts; empty where the system does not tell."""

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}/{self.born}"

    @classmethod
    def read(cls, text: str) -> "ProcessName":
        """The process named in a claim."""
        host, pid, born = text.rsplit("/", 2)
        return cls(host=host, pid=int(pid), born=born)


def this_process() -> ProcessName:
    """The name of the process that asks."""
    return ProcessName(host=socket.gethostname()[:60], pid=os.getpid(), born=_born(os.getpid()))


def is_gone(name: ProcessName) -> bool:
    """Whether that process surely runs no more."""
    if name.host != socket.gethostname()[:60] or os.name == "nt":
        return False  # on Windows asking with signal 0 would end the process
    try:
        os.kill(name.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return bool(name.born) and _born(name.pid) != name.born
    return _born(name.pid) != name.born


def _born(pid: int) -> str:
    """Start time in clock ticks since boot, from proc_pid_stat(5); empty elsewhere and for one
    already dead."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
