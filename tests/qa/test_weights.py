"""Reading the learned weights, and what the shipped ones have to be."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from index.encoder import Encoder
from index.errors import UsageError
from qa.confidence import DEFAULT_PRECISION, DEFAULT_THRESHOLD, Evidence, threshold_for
from qa.rank import Candidate, Fields
from qa.records import HitKind
from qa.weights import CurvePoint, LogisticWeights, RankingWeights, Weights

GOOD: dict[str, Any] = {
    "model": {"name": "mini", "revision": "abc"},
    "ranking": {"faq": {"question": 1}, "section": {"section": 0.5}, "temperature": 0.05},
    "confidence": {"faq": {"bias": -1.5}, "section": {"similarity": 7}},
    "answerable": {"faq": {"bias": -1}, "section": {"similarity": 5}},
    "curve": [[0, 1, 0.6], [0.4, 0.5, 0.9]],
    "provenance": {"sets": {"one": "sha256"}},
}


def written(folder: Path, data: object) -> Path:
    path = folder / "weights.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def changed(place: str, value: object) -> dict[str, Any]:
    """Return the good weights with another value at a place ("ranking.faq")."""
    data: dict[str, Any] = json.loads(json.dumps(GOOD))
    *above, last = place.split(".")
    inside = data
    for key in above:
        inside = inside[key]
    inside[last] = value
    return data


def test_a_file_has_all_weights_with_where_they_come_from(tmp_path: Path) -> None:
    assert Weights.load(written(tmp_path, GOOD)) == Weights(
        model="mini",
        revision="abc",
        ranking=RankingWeights({"question": 1.0}, {"section": 0.5}, temperature=0.05),
        confidence=LogisticWeights({"bias": -1.5}, {"similarity": 7.0}),
        answerable=LogisticWeights({"bias": -1.0}, {"similarity": 5.0}),
        curve=(CurvePoint(0.0, 1.0, 0.6), CurvePoint(0.4, 0.5, 0.9)),
        provenance={"sets": {"one": "sha256"}},
    )


def test_there_may_be_weights_for_languages_that_the_model_does_not_read(tmp_path: Path) -> None:
    unread = {"faq": {"pieces": 1}, "section": {"pieces": 0.5}}
    ranking = Weights.load(written(tmp_path, changed("ranking.unread", unread))).ranking
    assert ranking.of(HitKind.FAQ) == {"question": 1.0}
    assert ranking.of(HitKind.SECTION) == {"section": 0.5}
    assert ranking.of(HitKind.FAQ, read=False) == {"pieces": 1.0}
    assert ranking.of(HitKind.SECTION, read=False) == {"pieces": 0.5}


def test_without_them_every_language_has_the_same_weights(tmp_path: Path) -> None:
    ranking = Weights.load(written(tmp_path, GOOD)).ranking
    assert ranking.unread is None
    assert ranking.of(HitKind.FAQ, read=False) == {"question": 1.0}


@pytest.mark.parametrize(
    "key", ["model", "ranking", "confidence", "curve", "provenance", "model.name", "model.revision",
            "ranking.faq", "ranking.section", "ranking.temperature", "confidence.faq",
            "confidence.section", "answerable", "answerable.faq", "answerable.section"]
)  # fmt: skip
def test_every_part_of_the_file_is_needed(tmp_path: Path, key: str) -> None:
    data = changed(key, None)
    *above, last = key.split(".")
    del (data[above[0]] if above else data)[last]
    path = written(tmp_path, data)
    with pytest.raises(
        UsageError, match=rf"{re.escape(str(path))}: not a file of weights .KeyError: '{last}'"
    ):
        Weights.load(path)


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        ("ranking", [1], "TypeError"),
        ("ranking.faq", [1], "AttributeError"),
        ("ranking.section", "much", "AttributeError"),
        ("ranking.faq", {"question": "much"}, "could not convert string to float: 'much'"),
        ("confidence.faq", {"bias": None}, "TypeError"),
        ("confidence.section", {"bias": float("nan")}, "nan is no number to compute with"),
        ("ranking.faq", {"pair": float("inf")}, "inf is no number to compute with"),
        ("ranking.unread", {"faq": {"pieces": 1}}, "KeyError"),
        ("ranking.unread", None, "TypeError"),
        ("ranking.temperature", 0, "a temperature of 0 is not above 0"),
        ("ranking.temperature", -0.1, "a temperature of -0.1 is not above 0"),
        ("ranking.temperature", float("nan"), "nan is no number to compute with"),
        ("curve", 1, "TypeError"),
        ("curve", [[0, 1]], "TypeError"),
        ("curve", [[0, 1, 0.6, 7]], "TypeError"),
        ("curve", [[0, "all", 0.6]], "could not convert string to float: 'all'"),
        ("curve", [[0.4, 0.5, 0.9], [0, 1, 0.6]], "the curve's thresholds do not ascend"),
        ("curve", [[0.4, 0.5, 0.9], [0.4, 1, 0.6]], "the curve's thresholds do not ascend"),
    ],
)
def test_what_is_no_weight_is_an_error_that_says_where_and_why(
    tmp_path: Path, place: str, value: object, why: str
) -> None:
    path = written(tmp_path, changed(place, value))
    with pytest.raises(UsageError, match=re.escape(why)) as caught:
        Weights.load(path)
    assert str(caught.value).startswith(f"{path}: not a file of weights (")
    assert str(caught.value).endswith("python -m benchmarks.quality.fit writes one")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"tea"])
def test_what_is_no_json_object_is_no_file_of_weights(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "weights.json"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=rf"^{re.escape(str(path))}: not a file of weights"):
        Weights.load(path)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    with pytest.raises(UsageError, match=rf"{re.escape(str(path))}: cannot be read: No such file"):
        Weights.load(path)
    with pytest.raises(UsageError, match=rf"^{re.escape(str(tmp_path))}: cannot be read: "):
        Weights.load(tmp_path)


def test_a_file_that_was_mended_is_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    with pytest.raises(UsageError, match="No such file"):
        Weights.load(path)
    assert Weights.load(written(tmp_path, GOOD)).model == "mini"


# The shipped ones: their figures are learned, and belong to no test.


def names(kind: HitKind) -> set[str]:
    return set(Candidate(kind, "a", "s", Fields()).features())


def test_the_shipped_ranking_weighs_what_candidates_have() -> None:
    ranking = Weights.load().ranking
    assert ranking.faq
    assert set(ranking.faq) <= names(HitKind.FAQ)
    assert ranking.section
    assert set(ranking.section) <= names(HitKind.SECTION)
    for kind, weighed in (ranking.unread or {}).items():
        assert set(weighed) <= names(kind)
    assert ranking.temperature > 0


def test_the_shipped_confidence_weighs_what_evidence_has() -> None:
    confidence = Weights.load().confidence
    known = set(Evidence(HitKind.FAQ, 0.5).features())
    assert confidence.faq
    assert set(confidence.faq) <= known
    assert confidence.section
    assert set(confidence.section) <= known


def test_the_shipped_curve_ascends_and_has_shares() -> None:
    curve = Weights.load().curve
    assert curve
    assert all(one.threshold < other.threshold for one, other in pairwise(curve))
    assert all(one.share >= other.share for one, other in pairwise(curve))
    for point in curve:
        assert 0.0 <= point.threshold <= 1.0
        assert 0.0 <= point.share <= 1.0
        assert 0.0 <= point.precision <= 1.0


@pytest.mark.model
def test_the_shipped_weights_were_learned_with_the_shipped_model(encoder: Encoder) -> None:
    weights = Weights.load()
    assert (weights.model, weights.revision) == (encoder.identity.name, encoder.identity.revision)
    assert weights.provenance


def test_the_default_threshold_keeps_the_default_precision() -> None:
    assert threshold_for(DEFAULT_PRECISION, Weights.load().curve) == DEFAULT_THRESHOLD
