"""Part "peers": from texts to answers, ours beside frameworks with the same weights and texts.

Each way indexes the bank, opens the index and is asked QUESTIONS questions one at a time, and once
more from the start of a process to its first answer; each in processes of its own, whose memory is
the system's figure for the whole process.  The bank is a folder of articles (``content``), which
Footnote cuts into passages: sections, windows of them, sentences.  The peers are given exactly
these texts ("passages"), so that all embed the same; and, beside that, only the sections, as
somebody would who does not cut them ("sections"), which no floor is held for.

Peers are run by ``peers_python``, an interpreter that has them; a peer that is not installed there,
or fails, is reported as such.
"""

import json
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed import content
from benchmarks.speed.frameworks import ENVIRONMENT, FRAMEWORKS, HITS
from benchmarks.speed.parts import Measured
from benchmarks.speed.peer import BUILDS, UNCOUNTED
from benchmarks.speed.processes import Ran, middle, run

OURS = "footnote"
INT8 = "footnote_int8"
SECTIONS = 200
QUESTIONS = 500
COLD_RUNS = 3


def measure(runs: int, *, peers_python: str | None = None) -> Measured:
    """Measure Footnote and every peer that is installed; cold ones COLD_RUNS times at most."""
    python = peers_python or sys.executable
    sections = content.sections(SECTIONS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        articles = folder / "articles"
        content.write(articles, sections)
        bench = _Bench(folder, python, content.questions(QUESTIONS + UNCOUNTED))
        bench.build(OURS, {"passages": [str(articles)]})
        passages = bench.told(OURS, "texts", {})["texts"]
        for peer in FRAMEWORKS:
            if bench.installed(peer):
                bench.build(peer, {"passages": passages, "sections": sections})
        bench.build(INT8, {"passages": [str(articles)]})
        for way in bench.asked():
            bench.ask(way)
        bench.cold(articles, min(runs, COLD_RUNS))
    figures = bench.figures(len(passages), len(sections))
    about = {
        "sections": len(sections),
        "passages": len(passages),
        "passage_words": statistics.mean(len(text.split()) for text in passages),
        "section_words": statistics.mean(len(text.split()) for text in sections),
        "questions": QUESTIONS,
        "hits": HITS,
        "builds": BUILDS,
        "ways": bench.ways,
    }
    return Measured(figures, ratios(figures), about, held=bool(compared(figures)))


def compared(figures: Mapping[str, float]) -> list[str]:
    """Return the peers that went all the way, by the figures that they have."""
    return [peer for peer in FRAMEWORKS if f"peers.{peer}.cold_s" in figures]


def ratios(figures: Mapping[str, float]) -> dict[str, float]:
    """Return ours beside the best peer, each figure by itself; nothing where there is no peer.

    ``…_speedup`` is the best peer's time over ours, ``…_memory_share`` our peak memory over the
    least of the peers'.
    """
    peers = compared(figures)
    if not peers:
        return {}

    def ours(figure: str, way: str = OURS) -> float:
        return figures[f"peers.{way}.{figure}"]

    def theirs(figure: str) -> list[float]:
        return [figures[f"peers.{peer}.{figure}"] for peer in peers]

    found = {
        "peers.ask_p50_speedup": min(theirs("ask_p50_ms")) / ours("ask_p50_ms"),
        "peers.ask_p95_speedup": min(theirs("ask_p95_ms")) / ours("ask_p95_ms"),
        "peers.cold_speedup": min(theirs("cold_s")) / ours("cold_s"),
        "peers.build_speedup": ours("build_per_s") / max(theirs("build_per_s")),
        "peers.sections_speedup": min(theirs("sections_s")) / ours("build_s"),
        "peers.ask_memory_share": ours("ask_peak_mb") / min(theirs("ask_peak_mb")),
        "peers.cold_memory_share": ours("cold_peak_mb") / min(theirs("cold_peak_mb")),
        "peers.build_memory_share": ours("build_peak_mb") / min(theirs("build_peak_mb")),
    }
    if f"peers.{INT8}.build_per_s" in figures:
        found["peers.int8_build_speedup"] = ours("build_per_s", INT8) / max(theirs("build_per_s"))
    return found


class _Bench:
    """The processes of one run, and what they told.

    ``ways`` says of each: its versions, or why it is not there.
    """

    def __init__(self, folder: Path, python: str, questions: Sequence[str]) -> None:
        from index.model_files import default_folder

        self.folder, self.python, self.questions = folder, python, questions
        self.model = str(default_folder())
        self.ways: dict[str, dict[str, Any]] = {}
        self._found: dict[str, dict[str, Any]] = {}
        self._first: dict[str, list[str]] = {}

    def told(self, way: str, step: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Take one step of one way; return what it told, and its process as "ran"."""
        path = self.folder / "told.json"
        whole = {"model": self.model, "folder": str(self.folder / way), **given}
        print(f"  {way}: {step}", flush=True)
        ran = run(
            ["-m", "benchmarks.speed.peer", way, step, str(path)],
            given=json.dumps(whole),
            python=self.python if way in FRAMEWORKS else sys.executable,
            variables=ENVIRONMENT,
        )
        return {**json.loads(path.read_text(encoding="utf-8")), "ran": ran}

    def installed(self, peer: str) -> bool:
        """Whether a peer is there; else ``ways`` says what of it is not."""
        told = self.told(peer, "packages", {})
        self.ways[peer] = {"versions": told["versions"]}
        if told["missing"]:
            self.ways[peer]["status"] = f"not installed: {', '.join(told['missing'])}"
        return not told["missing"]

    def build(self, way: str, banks: Mapping[str, Sequence[str]]) -> None:
        def step() -> None:
            if way not in FRAMEWORKS:
                self.told(way, "load", {})  # exports the model, if need be: once, not measured
            told = self.told(way, "build", banks)
            found = {"load_s": told["load_s"], "build_s": statistics.median(told["passages_s"])}
            if "sections" in banks:
                found["sections_s"] = statistics.median(told["sections_s"])
            self._found[way] = found | {"build_peak_mb": told["ran"].peak_mb}

        if way not in FRAMEWORKS:
            self.ways[way] = {"versions": self.told(way, "packages", {})["versions"]}
        self._try(way, step)

    def ask(self, way: str) -> None:
        def step() -> None:
            told = self.told(way, "ask", {"questions": self.questions})
            twentieths = statistics.quantiles(told["question_ms"], n=20)
            self._found[way] |= {
                "open_s": told["open_s"],
                "ask_p50_ms": statistics.median(told["question_ms"]),
                "ask_p95_ms": twentieths[-1],
                "ask_cpu_ms": statistics.median(told["question_cpu_ms"]),
                "ask_peak_mb": told["ran"].peak_mb,
            }
            self._first[way] = told["first"]

        self._try(way, step)

    def cold(self, articles: Path, runs: int) -> None:
        """Measure first answers, the ways taking turns; the first turn does not count."""
        question = self.questions[0]
        library = self.folder / OURS / "passages-0" / "library.sqlite"
        command = ["-m", "qa", "ask", question, "--content", str(articles)]
        taken: dict[str, list[Ran]] = {}
        for turn in range(runs + 1):
            for way in self.asked():

                def step(way: str = way, counts: bool = turn > 0) -> None:
                    if way == OURS:
                        ran = run([*command, "--library", str(library)], variables=ENVIRONMENT)
                    else:
                        ran = self.told(way, "cold", {"questions": [question]})["ran"]
                    if counts:
                        taken.setdefault(way, []).append(ran)

                self._try(way, step)
        for way, ones in taken.items():
            if way in self._found:
                self._found[way] |= {
                    "cold_s": middle(ones, lambda ran: ran.wall_s),
                    "cold_peak_mb": middle(ones, lambda ran: ran.peak_mb),
                }

    def asked(self) -> list[str]:
        """Return the ways that questions are put to: an index in 8 bits is only built."""
        return [way for way in self._found if way != INT8]

    def figures(self, passages: int, sections: int) -> dict[str, float]:
        """Return what was measured: ``peers.<way>.<figure>``."""
        found: dict[str, float] = {}
        for way, own in self._found.items():
            found |= {f"peers.{way}.{name}": value for name, value in own.items()}
            found[f"peers.{way}.build_per_s"] = passages / own["build_s"]
            if "sections_s" in own:
                found[f"peers.{way}.sections_per_s"] = sections / own["sections_s"]
        for way, share in same_first({w: f for w, f in self._first.items() if w != OURS}).items():
            found[f"peers.{way}.same_first"] = share
        return found

    def _try(self, way: str, step: Callable[[], None]) -> None:
        """Take a step; a way that fails is out from then on, and ``ways`` says so; not ours."""
        try:
            step()
        except SystemExit as error:
            if way == OURS:
                raise
            self._found.pop(way, None)
            self.ways[way]["status"] = f"failed: {error}"


def same_first(first: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return how often each peer's first hit is the one that most peers have.

    They compare the same vectors, so a low share tells that a peer is not used rightly here.  Of
    hits that equally many have, the one that the first peer of these has counts.
    """
    rounds = list(zip(*first.values(), strict=True))
    usual = [Counter(texts).most_common(1)[0][0] for texts in rounds]
    return {
        way: statistics.mean(text == most for text, most in zip(texts, usual, strict=True))
        for way, texts in first.items()
        if texts
    }
