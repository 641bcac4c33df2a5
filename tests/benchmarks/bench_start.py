"""From start to prompt: time and memory of `convene chat` in a real terminal, at a second start.

Two moments are measured: the prompt stands (one may type), and the house behind it stands (the
prompt says who is known). Python's own start stands beside them.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
RUNS = 7
PATIENCE = 30.0
PROMPT = b">"
KNOWN = b"me"


@dataclass(frozen=True, slots=True)
class Start:
    """One start."""

    prompt_ms: float
    prompt_mb: float
    ready_ms: float
    ready_mb: float


def run() -> Iterator[dict[str, object]]:
    """The median of some starts; memory is the most that was held until then."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        _make(data)
        starts = [_start(data) for _ in range(RUNS + 1)][1:]
    yield {
        "benchmark": "start",
        "runs": RUNS,
        "python_ms": round(median(_bare_python() for _ in range(RUNS)), 1),
        "prompt_ms": round(median(start.prompt_ms for start in starts), 1),
        "prompt_peak_mb": round(max(start.prompt_mb for start in starts), 1),
        "ready_ms": round(median(start.ready_ms for start in starts), 1),
        "ready_peak_mb": round(max(start.ready_mb for start in starts), 1),
    }


def _make(data: Path) -> None:
    """A data folder that somebody has used."""
    command = [sys.executable, "-m", "bot", "chat", "--data", str(data), "--script", os.devnull]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def _bare_python() -> float:
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (perf_counter() - begun) * 1000


def _start(data: Path) -> Start:
    begun = perf_counter()
    process, screen = in_terminal([sys.executable, "-m", "bot", "chat", "--data", str(data)])
    try:
        seen = until(screen, PROMPT, b"")
        prompt = (perf_counter() - begun) * 1000, _peak_mb(process.pid)
        until(screen, KNOWN, seen)
        ready = (perf_counter() - begun) * 1000, _peak_mb(process.pid)
        os.write(screen, b"\x04")
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(screen)
    return Start(*prompt, *ready)


def in_terminal(command: list[str]) -> "tuple[subprocess.Popen[bytes], int]":
    """A process in a terminal of 80 by 24, and the other end of it."""
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    # Nobody here answers where the cursor stands.
    environment = os.environ | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    process = subprocess.Popen(
        command,
        stdin=inside,
        stdout=inside,
        stderr=inside,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    os.close(inside)
    return process, screen


def until(screen: int, wanted: bytes, seen: bytes) -> bytes:
    """Read until something stands on the screen."""
    while wanted not in seen:
        ready, _, _ = select.select([screen], [], [], PATIENCE)
        if not ready:
            raise TimeoutError(f"{wanted!r} never came; the screen was {seen!r}")
        seen += os.read(screen, 65536)
    return seen


def _peak_mb(pid: int) -> float:
    """The most memory that a process held so far (Linux; elsewhere 0)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    import json

    for row in run():
        print(json.dumps(row))
