"""The floors of the benchmarks' figures: ``floors.json``, a part for each benchmark.

    {"reading": {"floors": {"titles_right": 1.0, …}, "lowered": [{…}, …]}, "quality": …}

Where less is better, a floor is the most that a figure may be.  A floor is lowered only by hand,
with a reason, which is kept beside it.
"""

import argparse
import datetime
import json
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parent / "floors.json"
DECIMALS = 4


def load(part: str, *, path: Path = PATH) -> dict[str, float]:
    """Return the floors of one benchmark, by figure."""
    floors: dict[str, float] = _document(path)[part]["floors"]
    return floors


def parse(parser: argparse.ArgumentParser, arguments: list[str] | None) -> argparse.Namespace:
    """Return the options of a benchmark's command, those that lower a floor (see ``hold``) too."""
    parser.add_argument("--lower-floor", metavar="NAME", help="lower this floor to today's figure")
    parser.add_argument("--reason", help="why the floor is lowered")
    options = parser.parse_args(arguments)
    if bool(options.lower_floor) != bool(options.reason):
        parser.error("--lower-floor and --reason belong together")
    return options


def hold(
    part: str,
    figures: Mapping[str, float | None],
    options: argparse.Namespace,
    *,
    less_is_better: Collection[str] = (),
    measured: Callable[[str], bool] = lambda name: True,
    path: Path = PATH,
) -> list[str]:
    """Lower the floor that the options name, if any, then hold the figures against the floors.

    Returns the lines of ``below``, for those floors that this run ``measured`` the figures of.
    """
    if options.lower_floor:
        name, reason = options.lower_floor, options.reason
        lower(part, name, figures, reason, less_is_better=less_is_better, path=path)
    floors = {name: floor for name, floor in load(part, path=path).items() if measured(name)}
    return below(figures, floors, less_is_better=less_is_better)


def exit_status(missed: Collection[str]) -> int:
    """Print the lines of ``hold`` to standard error; 1 where there are any, else 0."""
    for line in missed:
        print(f"BELOW FLOOR  {line}", file=sys.stderr)
    return 1 if missed else 0


def below(
    figures: Mapping[str, float | None],
    floors: Mapping[str, float],
    *,
    less_is_better: Collection[str] = (),
) -> list[str]:
    """Return one line for each figure that does not reach its floor, by name.

    ``less_is_better`` names figures, or what follows the last full stop in their names.  A figure
    that is missing or None was not measured, and does not reach its floor.
    """
    missed = []
    for name, floor in sorted(floors.items()):
        value = figures.get(name)
        if value is None:
            missed.append(f"{name}: not measured, floor {floor}")
        elif _short(name) in less_is_better and value > floor:
            missed.append(f"{name}: {value:.4f} is above {floor}")
        elif _short(name) not in less_is_better and value < floor:
            missed.append(f"{name}: {value:.4f} is below {floor}")
    return missed


def lower(
    part: str,
    name: str,
    figures: Mapping[str, float | None],
    reason: str,
    *,
    less_is_better: Collection[str] = (),
    path: Path = PATH,
) -> None:
    """Set the floor ``name`` of ``part`` to today's figure, and keep the reason beside it.

    The new floor is rounded to four decimals on the side that the figure reaches.  Exits with a
    message where there is no such floor or figure, or where the figure reaches its floor.
    """
    document = _document(path)
    own = document[part]
    if name not in own["floors"]:
        raise SystemExit(f"{name}: no such floor; there are {', '.join(sorted(own['floors']))}")
    value = figures.get(name)
    if value is None:
        raise SystemExit(f"{name}: not measured, so there is nothing to lower its floor to")
    before = own["floors"][name]
    if not below({name: value}, {name: before}, less_is_better=less_is_better):
        raise SystemExit(f"{name}: {value:.4f} reaches its floor {before}; nothing to lower")
    now = round(value, DECIMALS)
    if below({name: value}, {name: now}, less_is_better=less_is_better):
        step = 10.0**-DECIMALS
        now = round(now + step if _short(name) in less_is_better else now - step, DECIMALS)
    own["floors"][name] = now
    own.setdefault("lowered", []).append(
        {
            "name": name,
            "from": before,
            "to": now,
            "date": datetime.date.today().isoformat(),
            "reason": reason,
        }
    )
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document
