"""Whole processes measured from outside: from start to exit, or to the first answer."""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
_GIVE_UP_S = 120.0


@dataclass(frozen=True, slots=True)
class Ran:
    """One process: seconds of the clock and of all cores, and the most memory it had.

    ``peak_mb`` is never less than what this process had itself when it started the other one.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: str = ""


def run(arguments: Sequence[str], *, given: str = "") -> Ran:
    """Run ``python`` with ``arguments`` to its end.  Exits with its errors where it fails."""
    with tempfile.TemporaryFile() as given_file, tempfile.TemporaryFile() as out:
        given_file.write(given.encode())
        given_file.seek(0)
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(),
            stdin=given_file,
            stdout=out,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
        out.seek(0)
        return Ran(
            wall,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss * _MAXRSS_BYTES / 1e6,
            out.read().decode(),
        )


def to_first_answer(content: Path, question: str) -> Ran:
    """Start ``footnote serve`` and ask until it answers; the process is ended then."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/ask",
        data=json.dumps({"question": question}).encode(),
        headers={"content-type": "application/json"},
    )
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", str(content), "--port", str(port)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    try:
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                with urllib.request.urlopen(request, timeout=_GIVE_UP_S) as answer:
                    answer.read()
                break
            if process.poll() is not None or time.perf_counter() - start > _GIVE_UP_S:
                raise SystemExit("footnote serve has not answered")
            time.sleep(0.01)
        wall = time.perf_counter() - start
    finally:
        process.terminate()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return Ran(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _MAXRSS_BYTES / 1e6)


def middle(runs: Sequence[Ran], value: Callable[[Ran], float]) -> float:
    """Return the median of one value of several runs."""
    return statistics.median(map(value, runs))


def environment() -> dict[str, str]:
    """Ours, but with compiled modules kept, as they are for every user."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
