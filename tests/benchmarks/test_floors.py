"""The gate shared by the benchmarks, and the floors that it holds."""

import argparse
import json
from pathlib import Path

import pytest

from benchmarks import floors, reading
from benchmarks.quality.figures import LESS_IS_BETTER

LESS = frozenset({"leaks", "cost"})


def written(path: Path, **own: float) -> Path:
    path.write_text(json.dumps({"part": {"floors": own}, "other": {"floors": {"x": 1}}}))
    return path


def test_the_gate_names_what_does_not_reach_its_floor() -> None:
    own = {"recall": 0.97, "leaks": 3, "gone": 1, "set.cost": 0.03, "none": 0.5}
    figures = {"recall": 0.96, "leaks": 4.0, "set.cost": 0.031, "none": None}
    assert floors.below(figures, own, less_is_better=LESS) == [
        "gone: not measured, floor 1",
        "leaks: 4.0000 is above 3",
        "none: not measured, floor 0.5",
        "recall: 0.9600 is below 0.97",
        "set.cost: 0.0310 is above 0.03",
    ]


def test_a_figure_on_its_floor_passes() -> None:
    own = {"recall": 0.97, "set.cost": 0.03}
    assert floors.below(own, own, less_is_better=LESS) == []


def test_the_last_part_of_a_name_tells_what_is_better() -> None:
    own = {"leaks.recall": 0.5}
    assert floors.below({"leaks.recall": 0.6}, own, less_is_better=LESS) == []


@pytest.mark.parametrize(
    ("name", "floor", "figure", "lowered"),
    [
        ("recall", 0.99, 0.98, 0.98),
        ("recall", 0.99, 0.98126, 0.9812),
        ("cost", 1.0, 1.02131, 1.0214),
    ],
)
def test_a_lowered_floor_is_reached_and_keeps_its_reason(
    tmp_path: Path, name: str, floor: float, figure: float, lowered: float
) -> None:
    path = written(tmp_path / "floors.json", **{name: floor})
    floors.lower("part", name, {name: figure}, "three joined", less_is_better=LESS, path=path)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["part"]["floors"] == {name: lowered}
    (entry,) = document["part"]["lowered"]
    assert entry.pop("date")
    assert entry == {"name": name, "from": floor, "to": lowered, "reason": "three joined"}
    assert document["other"] == {"floors": {"x": 1}}
    assert floors.below({name: figure}, floors.load("part", path=path), less_is_better=LESS) == []


@pytest.mark.parametrize(
    ("name", "figure", "message"),
    [
        ("nothing", 0.5, "nothing: no such floor; there are recall"),
        ("recall", None, "recall: not measured"),
        ("recall", 0.99, "recall: 0.9900 reaches its floor 0.99; nothing to lower"),
    ],
)
def test_only_a_missed_floor_can_be_lowered(
    tmp_path: Path, name: str, figure: float | None, message: str
) -> None:
    path = written(tmp_path / "floors.json", recall=0.99)
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=message):
        floors.lower("part", name, {name: figure}, "x", path=path)
    assert path.read_bytes() == before


def options(*arguments: str) -> argparse.Namespace:
    return floors.parse(argparse.ArgumentParser(prog="bench"), list(arguments))


def test_lowering_a_floor_takes_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    named = options("--lower-floor", "recall", "--reason", "harder set")
    assert (named.lower_floor, named.reason) == ("recall", "harder set")
    for arguments in (["--lower-floor", "recall"], ["--reason", "harder set"]):
        with pytest.raises(SystemExit, match="2"):
            options(*arguments)
        assert "--lower-floor and --reason belong together" in capsys.readouterr().err


def test_figures_are_held_against_the_floors_that_the_run_measured(tmp_path: Path) -> None:
    path = written(tmp_path / "floors.json", **{"a.recall": 0.9, "b.recall": 0.9})
    missed = floors.hold(
        "part", {"a.recall": 0.8}, options(), measured=lambda name: name[0] == "a", path=path
    )
    assert missed == ["a.recall: 0.8000 is below 0.9"]


def test_a_floor_that_is_lowered_is_not_missed(tmp_path: Path) -> None:
    path = written(tmp_path / "floors.json", cost=1.0, recall=0.9)
    lowering = options("--lower-floor", "cost", "--reason", "dearer")
    figures = {"cost": 1.5, "recall": 0.8}
    missed = floors.hold("part", figures, lowering, less_is_better=LESS, path=path)
    assert missed == ["recall: 0.8000 is below 0.9"]
    assert floors.load("part", path=path) == {"cost": 1.5, "recall": 0.9}


def test_a_missed_floor_is_exit_1_and_told_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert floors.exit_status([]) == 0
    assert floors.exit_status(["recall: 0.8 is below 0.9"]) == 1
    assert capsys.readouterr() == ("", "BELOW FLOOR  recall: 0.8 is below 0.9\n")


@pytest.mark.parametrize("part", json.loads(floors.PATH.read_text(encoding="utf-8")))
def test_what_is_kept_of_lowered_floors_ends_at_the_floors_as_they_are(part: str) -> None:
    held = floors.load(part)
    steps: dict[str, list[float]] = {}
    for one in json.loads(floors.PATH.read_text(encoding="utf-8"))[part].get("lowered", []):
        own = steps.setdefault(one["name"], [one["from"]])
        assert own[-1] == one["from"], "a step begins where the one before it ended"
        own.append(one["to"])
    assert {name: own[-1] for name, own in steps.items()} == {name: held[name] for name in steps}
    # A floor that is back where it was has nothing to be said of it.
    assert all(own[0] != own[-1] for own in steps.values())


def test_every_floor_is_of_a_figure_that_its_benchmark_knows() -> None:
    measured = {"hit_at_1", "auroc", "answered_at_90_to_dense", *LESS_IS_BETTER}
    for name in floors.load("quality"):
        data, _, figure = name.rpartition(".")
        assert data
        assert figure in measured
    assert set(floors.load("reading")) == set(reading.figures({})[0])
