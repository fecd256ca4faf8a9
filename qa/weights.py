"""The learned weights of the ranking and of the confidence: data, with where they come from.

``weights.json`` is written by ``python -m benchmarks.quality.fit`` and never by hand.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from index.errors import UsageError
from qa.records import HitKind

SHIPPED = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """What each feature of a candidate counts, by its name, for pairs and for sections.

    A feature without a weight counts nothing; "bias" is added to every candidate of the kind.
    ``unread`` are those of pairs and sections in a language that the embedding model does not read
    (None: as in any other).  ``temperature`` turns scores into shares: a softmax of score /
    temperature.  ``near`` is added to what stands in the article of the reader's last answer.
    """

    faq: Mapping[str, float]
    section: Mapping[str, float]
    temperature: float
    unread: Mapping[HitKind, Mapping[str, float]] | None = None
    near: float = 0.0

    def of(self, kind: HitKind, *, read: bool = True) -> Mapping[str, float]:
        """Return the weights of a kind, in a language that the model reads or one it does not."""
        if not read and self.unread is not None:
            return self.unread[kind]
        return self.faq if kind is HitKind.FAQ else self.section


@dataclass(frozen=True, slots=True)
class LogisticWeights:
    """A logistic regression on what speaks for a hit, by its kind; "bias" is the intercept."""

    faq: Mapping[str, float]
    section: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """At ``threshold``, this ``share`` of the questions is answered, with this ``precision``."""

    threshold: float
    share: float
    precision: float


@dataclass(frozen=True, slots=True)
class Weights:
    """All of them, with the embedding model that they were learned with.

    ``confidence`` is the regression of "this hit is right", ``answerable`` that of "the library
    answers this question", of a first hit.  ``curve`` is measured on questions that the weights
    have not seen, thresholds ascending.  ``provenance`` says from which data, when and how, in
    words and checksums.
    """

    model: str
    revision: str
    ranking: RankingWeights
    confidence: LogisticWeights
    answerable: LogisticWeights
    curve: tuple[CurvePoint, ...]
    provenance: Mapping[str, Any]

    @staticmethod
    def load(path: Path | None = None) -> "Weights":
        """Read the weights from a file; ``None``: the shipped ones.

        Raises UsageError for a file that cannot be read or is no file of weights.
        """
        return _load(SHIPPED if path is None else path)


@cache
def _load(path: Path) -> Weights:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        ranking = data["ranking"]
        return Weights(
            model=str(data["model"]["name"]),
            revision=str(data["model"]["revision"]),
            ranking=RankingWeights(
                faq=_numbers(ranking["faq"]),
                section=_numbers(ranking["section"]),
                temperature=_positive(ranking["temperature"]),
                unread={kind: _numbers(ranking["unread"][kind]) for kind in HitKind}
                if "unread" in ranking
                else None,
                near=_finite(ranking.get("near", 0.0)),
            ),
            confidence=_logistic(data["confidence"]),
            answerable=_logistic(data["answerable"]),
            curve=_curve(data["curve"]),
            provenance=data["provenance"],
        )
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path}: not a file of weights ({type(error).__name__}: {error}); "
            "python -m benchmarks.quality.fit writes one"
        ) from error


def _logistic(data: Mapping[str, Any]) -> LogisticWeights:
    return LogisticWeights(faq=_numbers(data["faq"]), section=_numbers(data["section"]))


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): _finite(value) for name, value in values.items()}


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no number to compute with")
    return number


def _positive(value: Any) -> float:
    number = _finite(value)
    if number <= 0.0:
        raise ValueError(f"a temperature of {value} is not above 0")
    return number


def _curve(points: Iterable[Iterable[Any]]) -> tuple[CurvePoint, ...]:
    curve = tuple(CurvePoint(*map(_finite, point)) for point in points)
    if any(one.threshold >= other.threshold for one, other in pairwise(curve)):
        raise ValueError("the curve's thresholds do not ascend")
    return curve
