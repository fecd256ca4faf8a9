"""Ours beside other frameworks: what is compared, by hand; and one peer of the test's own."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed import peer, peers
from benchmarks.speed.frameworks import ENVIRONMENT, FRAMEWORKS, HITS
from benchmarks.speed.processes import ROOT, run
from qa.asking import TOP


def figures(way: str, **own: float) -> dict[str, float]:
    return {f"peers.{way}.{name}": value for name, value in own.items()}


OURS = figures(
    "footnote",
    ask_p50_ms=2.0,
    ask_p95_ms=4.0,
    cold_s=0.5,
    build_s=10.0,
    build_per_s=100.0,
    ask_peak_mb=200.0,
    cold_peak_mb=250.0,
    build_peak_mb=300.0,
)
LANGCHAIN = figures(
    "langchain",
    ask_p50_ms=6.0,
    ask_p95_ms=7.0,
    cold_s=6.0,
    build_s=12.5,
    build_per_s=80.0,
    sections_s=4.0,
    ask_peak_mb=900.0,
    cold_peak_mb=1000.0,
    build_peak_mb=1000.0,
)
TXTAI = figures(
    "txtai",
    ask_p50_ms=8.0,
    ask_p95_ms=6.0,
    cold_s=5.0,
    build_s=20.0,
    build_per_s=50.0,
    sections_s=5.0,
    ask_peak_mb=800.0,
    cold_peak_mb=800.0,
    build_peak_mb=1500.0,
)


def test_each_figure_is_compared_with_the_best_peer_in_that_figure() -> None:
    assert peers.ratios(OURS | LANGCHAIN | TXTAI) == pytest.approx(
        {
            "peers.ask_p50_speedup": 3.0,  # LangChain's
            "peers.ask_p95_speedup": 1.5,  # txtai's
            "peers.cold_speedup": 10.0,
            "peers.build_speedup": 1.25,
            "peers.sections_speedup": 0.4,
            "peers.ask_memory_share": 0.25,
            "peers.cold_memory_share": 0.3125,
            "peers.build_memory_share": 0.3,
        }
    )


def test_an_index_in_8_bits_is_compared_where_there_is_one() -> None:
    int8 = figures("footnote_int8", build_s=5.0, build_per_s=200.0)
    assert peers.ratios(OURS | LANGCHAIN | int8)["peers.int8_build_speedup"] == 2.5


def test_a_peer_that_did_not_go_all_the_way_is_not_compared_with() -> None:
    half = {name: value for name, value in TXTAI.items() if not name.endswith("cold_s")}
    assert peers.ratios(OURS | LANGCHAIN | half) == peers.ratios(OURS | LANGCHAIN)
    assert peers.compared(OURS | half) == []
    assert peers.ratios(OURS | half) == {}


def test_the_first_hit_that_most_peers_have_is_the_usual_one() -> None:
    first = {"a": ["x", "y", "z"], "b": ["x", "w", "z"], "c": ["v", "w", "z"]}
    assert peers.same_first(first) == pytest.approx({"a": 2 / 3, "b": 1.0, "c": 2 / 3})


def test_all_ways_return_as_many_hits_as_footnote() -> None:
    assert HITS == TOP


def test_no_peer_looks_anything_up_or_reports_anything() -> None:
    assert ENVIRONMENT["HF_HUB_OFFLINE"] == "1"
    assert ENVIRONMENT["HAYSTACK_TELEMETRY_ENABLED"] == "False"
    code = "import os, json; print(json.dumps(dict(os.environ)))"
    seen = json.loads(run(["-c", code], variables=ENVIRONMENT).output)
    assert {name: seen[name] for name in ENVIRONMENT} == ENVIRONMENT


def test_what_is_not_installed_is_named_and_the_rest_has_its_version() -> None:
    told = peer.packages(("numpy", "no-such-framework"))
    assert told["missing"] == ["no-such-framework"]
    assert re.match(r"\d+\.\d+", told["versions"]["numpy"])


def test_the_extra_and_the_list_for_another_environment_name_the_same_peers() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = {line.partition(";")[0] for line in extras["optional-dependencies"]["peers"]}
    listed = {
        line
        for line in (ROOT / "benchmarks" / "speed" / "peers.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    }
    # Footnote itself brings these.
    assert listed - extra == {"torch==2.13.0", "sentence-transformers>=6.2", "faiss-cpu>=1.15"}
    assert extra <= listed


def test_every_package_that_a_peer_needs_is_in_the_list() -> None:
    listed = (ROOT / "benchmarks" / "speed" / "peers.txt").read_text("utf-8")
    for kind in FRAMEWORKS.values():
        for package in kind.packages:
            assert re.search(rf"^{package}[>=]", listed, re.M), package


class Tea:
    """A peer whose index is a file, and whose answer its longest text."""

    packages = ("numpy",)

    def load(self, model: str) -> None:
        self.model = model

    def build(self, texts: Any, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "texts.json").write_text(json.dumps(list(texts)))

    def open(self, folder: Path) -> None:
        self.texts = json.loads((folder / "texts.json").read_text())

    def ask(self, question: str) -> str:
        return str(max(self.texts, key=len))


def test_a_way_builds_each_bank_several_times_and_answers_from_the_passages(
    tmp_path: Path,
) -> None:
    given = {"model": "m", "folder": str(tmp_path), "passages": ["tea", "coffee"], "sections": []}
    told = peer.STEPS["build"](Tea(), given)
    assert len(told["passages_s"]) == len(told["sections_s"]) == peer.BUILDS
    asked = [f"question {number}" for number in range(peer.UNCOUNTED + 2)]
    told = peer.STEPS["ask"](Tea(), given | {"questions": asked})
    assert told["first"] == ["coffee"] * len(asked)
    assert len(told["question_ms"]) == 2  # the first ones do not count
    assert peer.STEPS["cold"](Tea(), given | {"questions": asked})["first"] == "coffee"


def test_a_peer_that_fails_is_out_and_said_to_be(tmp_path: Path) -> None:
    bench = peers._Bench(tmp_path, "python", [])
    bench.ways["txtai"] = {"versions": {}}
    bench._found["txtai"] = {"build_s": 1.0}

    def fails() -> None:
        raise SystemExit("txtai ended with 1")

    bench._try("txtai", fails)
    assert bench.ways["txtai"]["status"] == "failed: txtai ended with 1"
    assert bench.asked() == []


def test_footnote_itself_must_not_fail(tmp_path: Path) -> None:
    bench = peers._Bench(tmp_path, "python", [])

    def fails() -> None:
        raise SystemExit("footnote ended with 1")

    with pytest.raises(SystemExit, match="footnote ended with 1"):
        bench._try("footnote", fails)


@pytest.mark.model
def test_footnote_is_measured_with_a_bank_of_its_own_making_and_no_peer_is_passed_over_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peers, "SECTIONS", 1)
    monkeypatch.setattr(peers, "QUESTIONS", 2)
    for name, kind in FRAMEWORKS.items():
        missing = peer.packages(kind.packages)["missing"]
        if not missing:
            pytest.skip(f"{name} is installed here: the whole would take minutes")
    measured = peers.measure(1)
    assert not measured.held
    assert measured.ratios == {}
    # Six sentences: the section, two windows or more, and the sentences.
    assert measured.about["passages"] >= 8
    assert measured.figures["peers.footnote.ask_p50_ms"] > 0
    assert measured.figures["peers.footnote.cold_s"] > 0
    statuses = {way: own.get("status", "") for way, own in measured.about["ways"].items()}
    assert statuses.pop("footnote") == ""
    statuses.pop("footnote_int8")  # measured, or told that the processor cannot take it
    assert set(statuses) == set(FRAMEWORKS)
    assert all(status.startswith("not installed: ") for status in statuses.values())
