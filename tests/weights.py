"""Weights of ranking and confidence that are easy to compute with: never the shipped ones."""

from qa.weights import CurvePoint, LogisticWeights, RankingWeights, Weights

# The score is the mean of the similarities and a fifth of the overlap.
RANKING = RankingWeights(
    faq={"question": 0.5, "pair": 0.25, "answer": 0.25, "overlap": 0.2},
    section={"section": 0.5, "window": 0.5, "overlap": 0.2},
    temperature=0.1,
)
# Similar by .5: a confidence of .5; by 1: of 1 / (1 + exp(-5)) = .993; by 0: of .007.
_CERTAINTY = {"similarity": 10.0, "bias": -5.0}
CONFIDENCE = LogisticWeights(faq=_CERTAINTY, section=_CERTAINTY)


def weights(
    *,
    model: str = "fake",
    revision: str = "1",
    ranking: RankingWeights = RANKING,
    confidence: LogisticWeights = CONFIDENCE,
    answerable: LogisticWeights = CONFIDENCE,
    curve: tuple[CurvePoint, ...] = (CurvePoint(0.3, 0.8, 0.7), CurvePoint(0.6, 0.5, 0.9)),
) -> Weights:
    """Return weights that belong to the ``FakeEncoder``, or as the arguments say."""
    return Weights(model, revision, ranking, confidence, answerable, curve, provenance={})
