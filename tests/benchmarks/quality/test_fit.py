"""Weights learned from sets so small that what they must say is plain."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmarks.quality import fit_confidence, fit_ranking
from benchmarks.quality.tasks import OWN, tasks
from qa.confidence import confidence
from qa.weights import LogisticWeights
from tests.benchmarks.quality.folders import entry, query, write_set
from tests.fakes import FakeEncoder

AXES = ("tea", "milk", "bread", "salt")


def judged_sets(folder: Path) -> list[fit_confidence.Judged]:
    asked = [query(axis, f"Tell me of {axis}, please.", axis) for axis in AXES]
    asked += [query(f"no {word}", f"Tell me of {word}, please.") for word in ("iron", "zinc")]
    pairs = [entry(axis, f"What is {axis}?", f"Of {axis} we know this.") for axis in AXES]
    sections = [entry(axis, None, f"Of {axis} we know this.") for axis in AXES]
    write_set(folder / "pairs", pairs, asked)
    write_set(folder / "sections", sections, asked)
    own = [task for task in tasks({folder: 1.0}, FakeEncoder(AXES)) if task.kind == OWN]
    samples = [fit_ranking.sample(task, fit_ranking.START) for task in own]
    ranking = fit_ranking.learn_ranking(samples)
    return [fit_confidence.judge(one, ranking) for one in samples]


def test_the_first_hits_are_judged_by_the_learned_ranking(tmp_path: Path) -> None:
    found = judged_sets(tmp_path)
    assert [one.task.origin for one in found] == ["pairs", "sections"]
    for one in found:
        assert one.right.tolist() == one.answered.tolist() == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    "learn", [fit_confidence.learn_confidence, fit_confidence.learn_answerable]
)
def test_what_is_answered_is_surer_than_what_is_not(
    tmp_path: Path, learn: Callable[[Sequence[fit_confidence.Judged]], LogisticWeights]
) -> None:
    found = judged_sets(tmp_path)
    weights = learn(found)
    for one in found:
        sure = [confidence(evidence, weights) for evidence in one.evidence]
        assert min(sure[:4]) > max(sure[4:])
