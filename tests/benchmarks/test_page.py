"""The page with the figures of the speed benchmark says what its record says, and nothing else."""

import json
from pathlib import Path
from typing import Any

from benchmarks import page

WAYS = {
    "footnote": {"versions": {"onnxruntime": "1.32"}},
    "langchain": {"versions": {"faiss-cpu": "1.15"}},
    "txtai": {"versions": {}, "status": "not installed: txtai"},
}
RECORD: dict[str, Any] = {
    "model": "all-tea",
    "model_revision": "1a2b",
    "date": "2026-11-28",
    "machine": "x86_64, Python 3.11.7",
    "cpu": "Tea 9000",
    "cores": 2,
    "command": "python -m benchmarks.speed",
    "seconds": 600,
    "packages": {"torch": "2.13.0", "numpy": "2.4.6"},
    "texts_sha256": "abc",
    "parts": {
        "encode": {
            "about": {},
            "figures": {"fast.question_p50_ms": 2.0},
            "ratios": {"question.p50_speedup": 3.25, "agreement.same_first": 1.0},
        },
        "start": None,
        "peers": {
            "about": {
                "passages": 1240,
                "sections": 200,
                "passage_words": 50.4,
                "questions": 500,
                "hits": 10,
                "ways": WAYS,
            },
            "figures": {
                "peers.footnote.ask_p50_ms": 2.04,
                "peers.footnote.build_s": 12.0,
                "peers.footnote.build_per_s": 103.4,
                "peers.langchain.ask_p50_ms": 6.75,
                "peers.langchain.sections_s": 4.0,
            },
            "ratios": {"peers.ask_p50_speedup": 3.31, "peers.ask_memory_share": 0.25},
        },
    },
}
FLOORS = {"question.p50_speedup": 1.5, "peers.ask_memory_share": 0.3334}


def lines() -> list[str]:
    return page.page(RECORD, FLOORS).splitlines()


def test_the_page_says_when_where_and_with_what_it_was_measured() -> None:
    assert lines()[:7] == [
        "# Speed, measured",
        "",
        "Measured on 2026-11-28 in one run of 10 minutes: Tea 9000, 2 cores, "
        "x86_64, Python 3.11.7.",
        "",
        "    python -m benchmarks.speed",
        "",
        "Versions: torch 2.13.0, numpy 2.4.6.",
    ]


def test_the_page_names_the_model() -> None:
    assert "Model: all-tea, `1a2b`." in page.page(RECORD, FLOORS).splitlines()


def test_every_ratio_stands_beside_its_floor() -> None:
    assert "| `question.p50_speedup` | 3.25 | at least 1.5 |" in lines()
    assert "| `agreement.same_first` | 1 |  |" in lines()
    assert "| `peers.ask_memory_share` | 0.25 | at most 0.3334 |" in lines()


def test_a_way_that_is_not_there_or_was_not_measured_is_not_left_out() -> None:
    assert "| Footnote | 2.0 |  |  | 103 |  |  |  |" in lines()
    assert "| LangChain + FAISS | 6.8 |  |  |  |  |  |  |" in lines()
    assert "| txtai | not installed: txtai |  |  |  |  |  |  |" in lines()


def test_what_a_peer_takes_for_the_sections_alone_is_said_too() -> None:
    assert any(
        "LangChain + FAISS 4.0 s; Footnote takes 12.0 s with all passages." in line
        for line in lines()
    )


def test_a_part_that_failed_is_said_to_have_failed() -> None:
    at = lines().index("## From the start of a process")
    assert lines()[at : at + 3] == [
        "## From the start of a process",
        "",
        "This part failed in this run.",
    ]


def test_a_part_without_a_title_has_its_name_and_its_figures() -> None:
    part = {"about": {}, "figures": {"tea.steep_s": 180.0}, "ratios": {}}
    text = page.page({**RECORD, "parts": {"tea": part}}, {"tea.steep_s": 240.0})
    assert text.splitlines()[-5:] == [
        "## tea",
        "",
        "| figure | measured | floor |",
        "|---|---|---|",
        "| `tea.steep_s` | 180 | at most 240 |",
    ]


def test_a_part_says_itself_of_which_of_its_figures_less_is_better() -> None:
    shown = {
        "search": {"1000000.p50_ms": 1.25, "1000000.recall_at_10": 0.99, "100000.speedup": 9.0},
        "scale": {"sync.embedding_share": 0.95, "sync.memory_ratio": 1.5, "edit.first_s": 1.0},
        "load": {"errors": 0, "lost": 1, "memory_growth": 1.01, "json.at_32.of_encoder": 0.5},
    }
    made = {name: {"about": {}, "figures": own, "ratios": {}} for name, own in shown.items()}
    held = {name: 2.0 for own in shown.values() for name in own}
    rows = page.page({**RECORD, "parts": made}, held).splitlines()
    bounds = [line.split("|")[1::2] for line in rows if line.startswith("| `")]
    assert {name.strip(" `"): bound.strip() for name, bound in bounds} == {
        "1000000.p50_ms": "at most 2",
        "1000000.recall_at_10": "at least 2",
        "100000.speedup": "at least 2",
        "sync.embedding_share": "at least 2",
        "sync.memory_ratio": "at most 2",
        "edit.first_s": "at most 2",
        "errors": "at most 2",
        "lost": "at most 2",
        "memory_growth": "at most 2",
        "json.at_32.of_encoder": "at least 2",
    }


def test_the_page_in_the_docs_is_the_one_of_the_record() -> None:
    record = json.loads(page.RECORD.read_text("utf-8"))
    written = page.page(record, page.all_floors())
    assert page.PAGE.read_text("utf-8") == written, "run python -m benchmarks.page"


def test_the_command_writes_the_page_of_the_record_that_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "speed.json").write_text(json.dumps(RECORD))
    out = tmp_path / "docs" / "speed.md"
    assert page.main(["--record", str(tmp_path / "speed.json"), "--out", str(out)]) == 0
    assert out.read_text() == page.page(RECORD, page.all_floors())
