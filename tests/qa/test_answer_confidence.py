"""How sure an answer is: weights, thresholds and precisions."""

import math
from itertools import accumulate
from pathlib import Path

import pytest

from index.errors import UsageError
from qa.answer import Answerer
from qa.records import AbstentionReason, HitKind
from qa.weights import LogisticWeights, RankingWeights
from tests.fakes import FakeEncoder
from tests.qa.answering import answered, build, over
from tests.weights import weights


def test_confidence_never_rises_down_the_ranking(answerer: Answerer) -> None:
    confidences = [hit.confidence for hit in answerer.ask("can I keep coffee", top=100).hits]
    assert confidences == sorted(confidences, reverse=True)


def test_an_answers_confidence_is_its_best_hits(answerer: Answerer) -> None:
    answer = answered(answerer.ask("How long does tea keep?"))
    assert answer.confidence == answer.best.confidence


def test_a_threshold_of_one_answers_nothing_and_of_zero_everything(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    assert over(path, fake, threshold=1.0).ask("Can I freeze tea?").abstained
    assert not over(path, fake, threshold=0.0).ask("best pizza in Rome").abstained


def test_confidence_is_that_of_the_evidence_and_never_rises(
    content: Path, fake: FakeEncoder
) -> None:
    # Ranked by words, and sure by meaning: 10 of the similarity, less 5.
    words = RankingWeights(faq={"overlap": 1.0}, section={"overlap": 1.0}, temperature=0.1)
    answerer = over(build(content, fake), fake, weights=weights(ranking=words))
    hits = answerer.ask("How do leaves keep their taste, as tea does?", top=10).hits
    own = [round(1 / (1 + math.exp(5 - 10 * hit.similarity)), 6) for hit in hits]
    assert own != sorted(own, reverse=True)
    assert [hit.confidence for hit in hits] == list(accumulate(own, min))


def test_other_weights_give_another_ranking_and_another_confidence(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    sections = RankingWeights(faq={}, section={"section": 1.0, "bias": 1.0}, temperature=0.1)
    never = LogisticWeights(faq={"bias": -9.0}, section={"bias": -9.0})
    question = "How long does tea keep?"
    best = answered(over(path, fake, weights=weights(ranking=sections)).ask(question)).best
    assert best.kind is HitKind.SECTION
    unsure = over(path, fake, weights=weights(confidence=never)).ask(question)
    assert unsure.reason is AbstentionReason.NOTHING_CLOSE
    assert unsure.confidence == round(1 / (1 + math.exp(9)), 6)


def test_a_precision_takes_its_threshold_from_the_curve(content: Path, fake: FakeEncoder) -> None:
    path = build(content, fake)
    for precision, threshold in [(0.7, 0.3), (0.8, 0.6)]:
        _, why = over(path, fake, precision=precision).explain("How long does tea keep?")
        assert why.threshold == threshold
    with pytest.raises(UsageError, match=r"0\.95 is never kept; the most is 0\.90"):
        over(path, fake, precision=0.95)


def test_a_precision_is_promised_with_the_model_it_was_learned_with_only(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    learned = weights(model="mini", revision="7")
    with pytest.raises(UsageError, match=r"no precision can be promised with fake: .* with mini"):
        over(path, fake, weights=learned, precision=0.7)
    assert over(path, fake, weights=learned, threshold=0.0).ask("Can I freeze tea?").hits


def test_a_threshold_and_a_precision_together_are_an_error(
    content: Path, fake: FakeEncoder
) -> None:
    with pytest.raises(UsageError, match="give one of them"):
        over(build(content, fake), fake, threshold=0.2, precision=0.7)


def test_the_explained_score_is_that_of_the_features(answerer: Answerer) -> None:
    _, why = answerer.explain("How long does tea keep?")
    best = why.hits[0]
    # The pair's own question: all words, the mean of 1 and what is like question and answer.
    assert best.parts["question"] == 0.5
    assert best.parts["overlap"] == 0.2
    assert sum(best.parts.values()) == pytest.approx(best.score, abs=2e-4)
    assert dict(best.speaks) == {"similarity": 10.0, "bias": -5.0}


def test_the_number_of_hits_asked_for_changes_no_confidence(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    # Seventy copies far behind: the best's share of the ranking is with all of them or without.
    pairs = "".join(f"### What of tea {number}?\n\nTea it is.\n\n" for number in range(70))
    (tmp_path / "tea.md").write_text(
        f"# Tea\n\n## FAQ\n\n### Can I freeze tea?\n\nTea it is.\n\n{pairs}"
    )
    agreeing = {"agreement": 1.0}
    own = weights(confidence=LogisticWeights(faq=agreeing, section=agreeing))
    answerer = over(build(tmp_path, fake), fake, weights=own, threshold=0.0)
    confidences = {answerer.ask("freeze", top=top).confidence for top in (1, 10, 30, 60, 100)}
    assert len(confidences) == 1
