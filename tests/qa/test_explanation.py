"""What a result rests on adds up, and says what it means."""

import json
import math

import pytest

from index.passages import passages_of
from qa import explanation
from qa.calibration import Correction
from qa.confidence import Evidence, confidence
from qa.explanation import ExplainedHit, Explanation, explained
from qa.rank import Candidate, Candidates, Fields, Words, rank
from qa.records import HitKind
from qa.search import Searcher
from qa.spelling import Change
from qa.weights import LogisticWeights, RankingWeights
from tests.builders import article
from tests.fakes import FakeEncoder
from tests.weights import weights

MADE = article([("Cups", "A cup of tea.")], [("Is tea ice?", "Tea is no ice.")])
WEIGHTS = weights(
    ranking=RankingWeights(
        faq={"question": 0.5, "pair": 0.3, "overlap": 0.2, "bias": -0.05},
        section={"section": 0.5, "window": 0.5},
        temperature=0.1,
        near=0.06,
    ),
    confidence=LogisticWeights(
        faq={"similarity": 4.0, "agreement": 0.5, "missing_names": -1.0, "bias": -2.0},
        section={"similarity": 1.0},
    ),
)
PAIR = Candidate(
    HitKind.FAQ,
    "a.md",
    "a.md#q1",
    Fields(question=0.9, pair=0.60006, answer=0.3, support=0.8),
    Words(overlap=0.5, exact=0.123456),
)
JUDGED = Evidence(HitKind.FAQ, 0.9, whole=0.60006, agreement=0.75, shared=1, missing_names=1)


def explain(
    candidate: Candidate = PAIR,
    judged: Evidence = JUDGED,
    question: str = "is moon tea ice",
    near: str = "",
) -> ExplainedHit:
    passages = passages_of(MADE)
    vectors = FakeEncoder().encode_documents([one.text for one in passages])
    searcher = Searcher([MADE], passages, vectors)
    (ranked,) = rank(Candidates.of([candidate]), WEIGHTS.ranking, near=near)
    owner = searcher.owner(candidate.article, candidate.id)
    return explained(searcher, question, ranked, owner, judged, WEIGHTS, near=near)


def test_the_parts_add_up_to_the_score() -> None:
    hit = explain()
    # .45, .180018, .1, and the bias; to 4 decimals, the largest first.
    assert list(hit.parts.items()) == [
        ("question", 0.45),
        ("pair", 0.18),
        ("overlap", 0.1),
        ("bias", -0.05),
    ]
    assert sum(hit.parts.values()) == pytest.approx(hit.score, abs=len(hit.parts) * 0.5e-4)
    assert hit.score == 0.680018


def test_the_article_of_the_last_answer_is_a_part_of_the_score() -> None:
    hit = explain(near="a.md")
    assert hit.parts["near"] == 0.06
    assert sum(hit.parts.values()) == pytest.approx(hit.score, abs=len(hit.parts) * 0.5e-4)
    assert explain(near="b.md") == explain()


def test_what_speaks_for_and_against_adds_up_to_the_confidence() -> None:
    hit = explain()
    assert list(hit.speaks.items()) == [
        ("similarity", 3.6),
        ("bias", -2.0),
        ("missing_names", -1.0),
        ("agreement", round(0.5 * math.log(3), 4)),
    ]
    logit = sum(hit.speaks.values())
    sure = confidence(JUDGED, WEIGHTS.confidence)
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(sure, abs=1e-4)


def test_a_section_is_explained_by_the_weights_of_sections() -> None:
    candidate = Candidate(HitKind.SECTION, "a.md", "a.md#s1", Fields(section=0.4, window=0.8))
    hit = explain(candidate, Evidence(HitKind.SECTION, 0.8))
    assert list(hit.parts.items()) == [("window", 0.4), ("section", 0.2)]
    assert dict(hit.speaks) == {"similarity": 0.8}
    assert hit.score == 0.6


def test_parts_of_one_size_are_ordered_by_name() -> None:
    candidate = Candidate(HitKind.SECTION, "a.md", "a.md#s1", Fields(section=0.4))
    assert list(explain(candidate, Evidence(HitKind.SECTION, 0.4)).parts) == ["section", "window"]


def test_only_the_similarities_that_there_are_are_told() -> None:
    hit = explain()
    assert hit.similarities == {"question": 0.9, "pair": 0.6001, "answer": 0.3, "support": 0.8}
    assert (hit.words["overlap"], hit.words["exact"], hit.words["stems"]) == (0.5, 0.1235, 0.0)
    assert set(hit.words) == set(Words._fields)


def test_the_words_that_counted_and_those_that_are_missing_are_told() -> None:
    hit = explain()
    # Of two owners both have "tea", one "ice", none "moon"; "is" tells nothing.
    assert hit.shared == (("tea", round(math.log(1.2), 6)), ("ice", round(math.log(2), 6)))
    assert hit.missing == ("moon",)
    twice = explain(question="is dry moon tea frozen or does the moon freeze")
    assert [word for word, _ in twice.shared] == ["tea"]
    assert twice.missing == ("dry", "moon", "frozen", "freeze")


def test_the_evidence_is_told_without_the_intercept() -> None:
    features = JUDGED.features()
    assert dict(explain().evidence) == {
        name: round(value, 4) for name, value in features.items() if name != "bias"
    }


def test_the_json_has_the_fields_of_the_interface() -> None:
    found = explanation.to_json(
        Explanation("is moon tea ice", (Change(3, 7, "mooon", "moon"),), 0.2, (explain(),))
    )
    assert json.loads(json.dumps(found)) == found
    assert found["searched"] == "is moon tea ice"
    assert found["corrections"] == [{"start": 3, "end": 7, "typed": "mooon", "meant": "moon"}]
    assert found["threshold"] == 0.2
    (hit,) = found["hits"]
    assert list(hit) == [
        "article",
        "id",
        "score",
        "similarities",
        "word_scores",
        "score_parts",
        "shared_words",
        "missing_words",
        "evidence",
        "confidence_parts",
    ]
    assert (hit["article"], hit["id"], hit["score"]) == ("a.md", "a.md#q1", 0.680018)
    assert hit["shared_words"][0] == {"word": "tea", "rarity": round(math.log(1.2), 6)}
    assert hit["missing_words"] == ["moon"]


def test_the_json_of_nothing_found_has_no_hits() -> None:
    assert explanation.to_json(Explanation("tea", (), 0.5, ())) == {
        "searched": "tea",
        "corrections": [],
        "threshold": 0.5,
        "confidence_correction": None,
        "hits": [],
    }


def test_the_correction_of_the_confidences_is_told() -> None:
    found = explanation.to_json(Explanation("tea", (), 0.5, (), Correction(0.9, -0.25)))
    assert found["confidence_correction"] == {"slope": 0.9, "intercept": -0.25}
