"""`make bench`: every `run()` in this folder, its rows as JSON lines. A name picks one of them."""

import json
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """Print the rows of all benchmarks, or of those whose names are given."""
    names = [name for name in _names() if not wanted or name.removeprefix("bench_") in wanted]
    if not names:
        print(f"There is none of that name; there are {', '.join(_names())}.", file=sys.stderr)
        return 1
    for name in names:
        for row in _rows(import_module(f"tests.benchmarks.{name}")):
            print(json.dumps(row, ensure_ascii=False), flush=True)
    return 0


def _names() -> list[str]:
    return sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))


def _rows(module: ModuleType) -> Iterator[dict[str, object]]:
    run = getattr(module, "run", None)
    if run is not None and run.__module__ == module.__name__:
        rows: Iterable[dict[str, object]] = run()
        yield from rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
