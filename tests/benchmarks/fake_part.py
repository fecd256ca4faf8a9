"""A part of the speed benchmark for its tests."""

import os

from benchmarks.speed.parts import Measured

LESS_IS_BETTER = ("p50_ms",)


def measure(runs: int, *, tea: str) -> Measured:
    """Tell what it was given and where it runs; fail without tea."""
    if not tea:
        raise SystemExit("no tea")
    return Measured({"fake.runs_s": runs}, {"fake.ratio": 0.5}, {"tea": tea, "pid": os.getpid()})
