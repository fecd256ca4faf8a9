"""How many readers a server answers at once, and how long each waits.

    python -m benchmarks.speed.load [--data DIR] [--seconds S] [--sessions N] [--out FILE]
    python -m benchmarks.speed.load --lower-floor NAME --reason TEXT

``footnote serve`` over a library of about a thousand passages (``load_content``) is asked by 1, 8,
32 and 128 readers at once, on 127.0.0.1 only, for S seconds each: through the JSON interface, and
through Gradio's queue as the chat's page does it (``load_client``).  Every question is another one.
Then so many sessions of the chat that memory would tell if it kept them; then more readers than
places.  At the end the question log must hold every question that was answered, once.

The readers are a process of their own on the same cores: what they take is a part of every figure,
and is told beside it.  So is what the encoder alone does on these cores (``load_encoder``): floors
are shares of that, so that they hold on any machine.  Exit 1 where one is not reached
(``floors.json``, key "load"); those of the memory and of the shares are passed over where the
sessions or the seconds are too few to tell.  Without the data nothing is measured, and the reason
is printed.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floors, record
from benchmarks.data import QUESTION_SETS
from benchmarks.speed.load_content import Sets, checksum
from benchmarks.speed.load_server import Server, serving
from benchmarks.speed.parts import Measured, show
from benchmarks.speed.processes import ROOT, run

PART = "load"
OUT = ROOT / "benchmarks" / "results" / "load.json"
READERS = (1, 8, 32, 128)
WAYS = ("json", "chat")
MOST_A_SECOND = {"json": 500, "chat": 150}  # so many questions are at hand
WARM = 100
SECONDS = 10.0
SESSIONS, SESSION_READERS = 10_000, 8
# What is kept of sessions is full by then: see MOST_SESSIONS and REMEMBERED_SESSIONS in qa/web.
FULL_AFTER = 4_000
BEYOND_READERS, BEYOND_WAITING = 128, 8
LESS_IS_BETTER = frozenset({"errors", "lost", "memory_growth", "health_p95_ms"})


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.load", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--data", type=Path, default=QUESTION_SETS, metavar="DIR", help="folder of sets"
    )
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each number of readers")
    parser.add_argument("--sessions", type=int, default=SESSIONS, help="for the memory")
    parser.add_argument(
        "--out",
        type=Path,
        help=f"JSON record (default: of a whole run {OUT.name}, with other data in local)",
    )
    options = floors.parse(parser, arguments)
    try:
        sets = Sets(options.data)
    except FileNotFoundError as error:
        print(f"not measured: {error}; name the folder with --data")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        load = Load(Path(folder) / "articles", sets, options.seconds)
        load.measure(options.sessions)
    show(load.figures)
    for error in load.errors[:10]:
        print(f"  ERROR {error}")
    whole = options.seconds >= SECONDS and options.sessions >= SESSIONS
    usual = record.usual_place(OUT, given=options.data, own=QUESTION_SETS)
    if (out := record.place(options.out, usual, whole=whole)) is not None:
        record.write(
            out,
            record.stamp()
            | {
                "seconds": options.seconds,
                "sessions": options.sessions,
                "sha256": sets.checksums,
                "questions_sha256": checksum(load.questions),
                "memory_mb": load.memory_mb,
                "figures": load.figures,
            },
        )

    def measured(name: str) -> bool:
        if name == "memory_growth":
            return options.sessions > FULL_AFTER
        return not name.endswith(".of_encoder") or options.seconds >= SECONDS

    missed = floors.hold(
        PART, load.figures, options, less_is_better=LESS_IS_BETTER, measured=measured
    )
    return floors.exit_status(missed)


def part(runs: int) -> Measured:
    """Measure as a part of ``benchmarks.speed``; ``runs`` does not matter."""
    try:
        sets = Sets(QUESTION_SETS)
    except FileNotFoundError as error:
        return Measured({}, {}, {"not measured": str(error)}, held=False)
    with tempfile.TemporaryDirectory() as folder:
        load = Load(Path(folder) / "articles", sets, SECONDS)
        load.measure(SESSIONS)
    about = {"errors": load.errors[:10], "memory_mb": load.memory_mb, "sha256": sets.checksums}
    return Measured(load.figures, {}, about)


class Load:
    """One run: ``figures`` by name, ``errors`` in words, ``memory_mb`` by sessions so far."""

    def __init__(self, articles: Path, sets: Sets, seconds: float) -> None:
        self.figures: dict[str, float] = {}
        self.errors: list[str] = []
        self.memory_mb: dict[str, float] = {}
        self._articles = articles
        self._sets = sets
        self._seconds = seconds
        self._answered: list[str] = []

    def measure(self, sessions: int) -> None:
        """Do all of it."""
        counts = [
            int(self._seconds * min(MOST_A_SECOND[way], 60 * readers))
            for way in WAYS
            for readers in READERS
        ]
        beyond = int(self._seconds * 500)
        total = WARM * len(WAYS) + sum(counts) + sessions + 2 * beyond
        self.questions = self._sets.questions(total)
        self._left = iter(self.questions)
        self._sets.write(self._articles)
        run(["-m", "qa", "sync", str(self._articles)])
        self.figures["passages"] = _passages(self._articles)
        self.figures["encoder.per_s"] = _encoder_alone(self.questions[:400])
        with serving(self._articles) as server:
            for way in WAYS:
                self._ask(server, way, 8, WARM)
            for way, readers, count in zip(
                [way for way in WAYS for _ in READERS], READERS * len(WAYS), counts, strict=True
            ):
                self._level(server, way, readers, count)
            self._sessions(server, sessions)
        with serving(self._articles, "--max-waiting", str(BEYOND_WAITING)) as server:
            for way in WAYS:
                self._beyond(server, way, beyond)
        for way in WAYS:
            share = self.figures[f"{way}.at_32.per_s"] / self.figures["encoder.per_s"]
            self.figures[f"{way}.at_32.of_encoder"] = share
        self.figures["errors"] = len(self.errors)
        self.figures["lost"] = self._lost()

    def _level(self, server: Server, way: str, readers: int, count: int) -> None:
        cpu_s = server.cpu_s
        told = self._ask(server, way, readers, count)
        done = max(len(told["ms"]), 1)
        name = f"{way}.at_{readers}"
        self.figures |= {
            f"{name}.per_s": len(told["ms"]) / told["wall_s"],
            f"{name}.p50_ms": _percentile(told["ms"], 50),
            f"{name}.p95_ms": _percentile(told["ms"], 95),
            f"{name}.p99_ms": _percentile(told["ms"], 99),
            f"{name}.server_cpu_ms": (server.cpu_s - cpu_s) / done * 1e3,
            f"{name}.client_cpu_ms": told["cpu_s"] / done * 1e3,
            f"{name}.health_p95_ms": _percentile(told["health_ms"], 95),
        }
        # There is a place for every reader: who is sent away here has met an error.
        self.errors += [f"{name}: sent away"] * len(told["refused_ms"])

    def _sessions(self, server: Server, sessions: int) -> None:
        step = 1000
        for done in range(0, sessions, step):
            count = min(step, sessions - done)
            self._ask(server, "chat", SESSION_READERS, count, per_session=1, seconds=600.0)
            self.memory_mb[str(done + count)] = server.memory_mb
        if sessions > FULL_AFTER:
            self.figures["memory_mb"] = self.memory_mb[str(sessions)]
            growth = self.memory_mb[str(sessions)] / self.memory_mb[str(FULL_AFTER)]
            self.figures["memory_growth"] = growth

    def _beyond(self, server: Server, way: str, count: int) -> None:
        told = self._ask(server, way, BEYOND_READERS, count, seconds=self._seconds / 2)
        name = f"{way}.beyond"
        self.figures |= {
            f"{name}.per_s": len(told["ms"]) / told["wall_s"],
            f"{name}.p95_ms": _percentile(told["ms"], 95),
            f"{name}.refused_per_s": len(told["refused_ms"]) / told["wall_s"],
            f"{name}.refused_p95_ms": _percentile(told["refused_ms"], 95),
            f"{name}.health_p95_ms": _percentile(told["health_ms"], 95),
        }

    def _ask(
        self,
        server: Server,
        way: str,
        readers: int,
        count: int,
        *,
        per_session: int = 3,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """Let readers ask the next ``count`` questions, or as many as the time allows."""
        questions = list(_taken(self._left, count))
        given = {
            "port": server.port,
            "way": way,
            "readers": readers,
            "questions": questions,
            "seconds": self._seconds if seconds is None else seconds,
            "per_session": per_session,
        }
        told: dict[str, Any] = json.loads(
            run(["-m", "benchmarks.speed.load_client"], given=json.dumps(given)).output
        )
        self.errors += [f"{way}, {readers} readers: {error}" for error in told["errors"]]
        self._answered += [questions[place] for place in told["asked"]]
        return told

    def _lost(self) -> int:
        """Return how many answered questions the log has not, or not as often."""
        from index.library_place import library_path
        from qa.answer import clean
        from qa.masking import mask
        from qa.questions import QuestionLog, log_of

        log = QuestionLog(log_of(library_path(self._articles)))
        logged = Counter(one.question for one in log.questions())
        log.close()
        asked = Counter(mask(clean(question)) for question in self._answered)
        return (asked - logged).total() + (logged - asked).total()


def _taken(left: Iterator[str], count: int) -> Iterator[str]:
    return (question for _, question in zip(range(count), left, strict=False))


def _percentile(ms: Sequence[float], percent: float) -> float:
    return float(np.percentile(ms, percent)) if ms else 0.0


def _encoder_alone(questions: Sequence[str]) -> float:
    given = json.dumps(list(questions))
    return float(run(["-m", "benchmarks.speed.load_encoder"], given=given).output)


def _passages(articles: Path) -> int:
    from index.library import Library
    from index.library_place import library_path

    with Library.open(library_path(articles), read_only=True) as library:
        return len(library.passages())


if __name__ == "__main__":
    raise SystemExit(main())
