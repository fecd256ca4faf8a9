"""Why a question got what it got: for editors, and for whoever doubts a figure.  Plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qa.calibration import Correction
from qa.confidence import Evidence
from qa.rank import Ranked
from qa.records import Hit, HitKind
from qa.search import Owner, Searcher
from qa.spelling import Change
from qa.term_sets import telling_terms
from qa.weights import Weights

DECIMALS = 4


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """What one hit's place and confidence rest on.

    ``similarities`` are the cosines of the fields that it has, ``words`` the word scores in [0, 1];
    ``score`` orders, and ``parts`` are what each weighed feature adds to it, the largest first.
    ``shared`` are the question's telling words that it has, with how rare each is in the library;
    ``missing`` those that it has not.  ``evidence`` are the features of the confidence and
    ``speaks`` what each adds to its logit, the largest first.
    """

    article: str
    id: str
    score: float
    similarities: Mapping[str, float]
    words: Mapping[str, float]
    parts: Mapping[str, float]
    shared: tuple[tuple[str, float], ...]
    missing: tuple[str, ...]
    evidence: Mapping[str, float]
    speaks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a result rests on.

    ``searched`` is the text that was searched for: the question with its typing errors mended
    (``changes``) and with what it leans on in the conversation.  An answer's confidence is at least
    ``threshold``.  ``hits`` are in the ranking's order.  ``nearest`` are the FAQ hits that are, or
    would be, offered where there is no answer.  ``parts`` are those of the result's parts.
    """

    searched: str
    changes: tuple[Change, ...]
    threshold: float
    hits: tuple[ExplainedHit, ...]
    correction: Correction | None = None
    nearest: tuple[Hit, ...] = ()
    parts: "tuple[Explanation, ...]" = ()


def explained(
    searcher: Searcher,
    question: str,
    ranked: Ranked,
    owner: Owner,
    judged: Evidence,
    weights: Weights,
    *,
    near: str = "",
) -> ExplainedHit:
    """Return what a hit rests on; ``near`` is as ``rank`` takes it."""
    candidate = ranked.candidate
    faq = candidate.kind is HitKind.FAQ
    ranking = weights.ranking.of(candidate.kind, read=candidate.read)
    features = candidate.features()
    if near == candidate.article:
        ranking, features = {**ranking, "near": weights.ranking.near}, {**features, "near": 1.0}
    confidence = weights.confidence.faq if faq else weights.confidence.section
    fields, words = candidate.fields, candidate.words
    similarities = {name: getattr(fields, name) for name in fields._fields}
    [shared] = searcher.lexicon.shared_by(question, [owner.number])
    return ExplainedHit(
        article=candidate.article,
        id=candidate.id,
        score=ranked.score,
        similarities={n: round(v, DECIMALS) for n, v in similarities.items() if v is not None},
        words={n: round(getattr(words, n), DECIMALS) for n in words._fields},
        parts=_products(ranking, features),
        shared=tuple(shared.items()),
        missing=tuple(word for word in telling_terms(question) if word not in shared),
        evidence={n: round(v, DECIMALS) for n, v in judged.features().items() if n != "bias"},
        speaks=_products(confidence, judged.features()),
    )


def _products(weights: Mapping[str, float], features: Mapping[str, float]) -> dict[str, float]:
    products = {name: round(weight * features[name], DECIMALS) for name, weight in weights.items()}
    return dict(sorted(products.items(), key=lambda item: (-abs(item[1]), item[0])))


def to_json(explanation: Explanation) -> dict[str, Any]:
    """Return the explanation as the command line and the HTTP interface print it.

    ``parts``, the same of each, is there where the result has parts.
    """
    known: dict[str, Any] = {
        "searched": explanation.searched,
        "corrections": [
            {"start": one.start, "end": one.end, "typed": one.typed, "meant": one.meant}
            for one in explanation.changes
        ],
        "threshold": explanation.threshold,
        "confidence_correction": asdict(explanation.correction) if explanation.correction else None,
        "hits": [
            {
                "article": hit.article,
                "id": hit.id,
                "score": hit.score,
                "similarities": dict(hit.similarities),
                "word_scores": dict(hit.words),
                "score_parts": dict(hit.parts),
                "shared_words": [{"word": word, "rarity": rarity} for word, rarity in hit.shared],
                "missing_words": list(hit.missing),
                "evidence": dict(hit.evidence),
                "confidence_parts": dict(hit.speaks),
            }
            for hit in explanation.hits
        ],
    }
    if explanation.parts:
        known["parts"] = [to_json(part) for part in explanation.parts]
    return known
