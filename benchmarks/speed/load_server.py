"""``footnote serve`` in a process of its own, and what can be seen of it from outside."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.processes import ROOT, environment

END_S = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready at a port of 127.0.0.1."""

    process: subprocess.Popen[str]
    port: int

    @property
    def memory_mb(self) -> float:
        """What it holds in memory now."""
        return float(self._ps("rss")) * 1024 / 1e6

    @property
    def cpu_s(self) -> float:
        """The processor's time that it has taken, all threads together, in seconds."""
        parts = self._ps("time").replace("-", ":").split(":")
        units = (1, 60, 3600, 86400)  # as many of them as it takes
        return sum(float(part) * unit for part, unit in zip(parts[::-1], units, strict=False))

    def _ps(self, column: str) -> str:
        asked = ["ps", "-o", f"{column}=", "-p", str(self.process.pid)]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def serving(content: Path, *options: str) -> Iterator[Server]:
    """Start the server on a free port; end it as an operator would, so that its log is whole."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", str(content), "--port", "0", *options],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if ready := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                yield Server(process, int(ready[1]))
                break
        else:
            raise SystemExit("footnote serve has not started")
        process.send_signal(signal.SIGTERM)
        process.wait(END_S)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
