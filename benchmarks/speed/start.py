"""Part "start": whole processes from their start, to the end or to the first answer.

Ours stand beside a process that loads Sentence Transformers and encodes one question.  What ours do
beyond a vector (searching, answering; Gradio) is not taken off.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.speed import content
from benchmarks.speed.parts import Measured
from benchmarks.speed.processes import Ran, middle, run, to_first_answer


def measure(runs: int) -> Measured:
    """Medians of ``runs`` processes a way, the ways taking turns; the folder is synced before."""
    asked = content.questions(1)
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        content.write(articles, content.sections())
        run(["-m", "qa", "sync", str(articles)])  # makes the model's export, too, if need be
        taken = _turns(articles, asked[0], runs)
    figures: dict[str, float] = {}
    for name, ones in taken.items():
        figures[f"{name}.wall_s"] = middle(ones, lambda ran: ran.wall_s)
        figures[f"{name}.cpu_s"] = middle(ones, lambda ran: ran.cpu_s)
        figures[f"{name}.peak_mb"] = middle(ones, lambda ran: ran.peak_mb)
    return Measured(figures, ratios(figures), {"sections": content.SECTIONS, "runs": runs})


def ratios(found: Mapping[str, float]) -> dict[str, float]:
    """Return our processes beside one that encodes a question with Sentence Transformers."""
    plain_wall, plain_peak = found["plain.first_vector.wall_s"], found["plain.first_vector.peak_mb"]
    return {
        "first_vector.speedup": plain_wall / found["fast.first_vector.wall_s"],
        "first_vector.memory_share": found["fast.first_vector.peak_mb"] / plain_peak,
        "ask.speedup": plain_wall / found["ask.wall_s"],
        "ask.memory_share": found["ask.peak_mb"] / plain_peak,
        "help.help_share": found["help.wall_s"] / plain_wall,
        "serve.first_answer_share": found["serve.wall_s"] / plain_wall,
        "serve.memory_share": found["serve.peak_mb"] / plain_peak,
    }


def _turns(articles: Path, question: str, runs: int) -> dict[str, list[Ran]]:
    one = json.dumps({"questions": [question], "passages": []})
    cold: Mapping[str, Callable[[], Ran]] = {
        "python": lambda: run(["-c", "pass"]),
        "plain.first_vector": lambda: run(["-m", "benchmarks.speed.probe", "plain"], given=one),
        "fast.first_vector": lambda: run(["-m", "benchmarks.speed.probe", "fast"], given=one),
        "help": lambda: run(["-m", "qa", "--help"]),
        "ask": lambda: run(["-m", "qa", "ask", question, "--content", str(articles)]),
        "serve": lambda: to_first_answer(articles, question),
    }
    taken: dict[str, list[Ran]] = {name: [] for name in cold}
    for turn in range(runs + 1):  # the first, when files come from the disk, does not count
        for name, measured in cold.items():
            ran = measured()
            if turn:
                taken[name].append(ran)
    return taken
