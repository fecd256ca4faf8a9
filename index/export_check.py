"""Whether an exported model does what the model does: the sample, and what is compared.  Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.plain_path import Kind, Unsuited


@dataclass(frozen=True, slots=True)
class Floors:
    """What two ways to run a model must agree in: the mean and the least cosine of a text's two
    vectors, over the sample; and how close the similarities to a question of two passages lie that
    may change places."""

    mean_cosine: float
    least_cosine: float
    tie: float


# The least cosine that a text's two vectors may have, of every text and not only on average.
# Right exports differ by rounding: 1 - 1e-6 and closer.
LEAST_COSINE = 0.9999
# Passages whose similarities to a question lie as close as this may change places: that much is
# rounding.
TIE = 1e-5
SAME = Floors(mean_cosine=LEAST_COSINE, least_cosine=LEAST_COSINE, tie=TIE)
# In 8-bit integers rounding is a hundredfold.  The default model's cosines are .9970 on average
# and .9914 at least; on 150 passages that are not in the sample .9970 and .9935.
ROUNDED = Floors(mean_cosine=0.99, least_cosine=0.97, tie=0.05)

QUESTIONS = (
    "How long does tea keep?",
    "Can I send an order back, and who pays the postage?",
    "I forgot my password and the e-mail to reset it never comes. What now?",
    "opening hours",
    "Wie lange ist die Rückgabefrist?",
    "¿Cuánto tarda el envío?",
    "返品はできますか。",
    "Does error 0x80070057 at C:\\Users\\me mean the disk is full?!",
)
PASSAGES = (
    "Black tea keeps for two years. Green tea keeps for one year.",
    "Send it back within thirty days. We pay the postage, and the refund takes a week.",
    "Choose “Forgot password?” on the sign-in page. If no message arrives within ten minutes, look "
    "in the folder for spam, then ask us to confirm the address that you signed up with.",
    "We are open from Monday to Friday, 9 a.m. to 5:30 p.m.",
    "Die Rückgabefrist beträgt 30 Tage; für Geschenke verlängert sie sich bis Ende Januar.",
    "El envío tarda tres días laborables. Los pedidos urgentes llegan al día siguiente.",
    "お届けから三十日以内であれば返品できます。",
    "Error 0x80070057 (E_INVALIDARG): a parameter is not valid. It has nothing to do with space.",
    "tea",
    "",
    " \t\n",
    "?",
    "TEA LEAVES, Tea Leaves, tea leaves",
    "naïve café – façade",
    "🍵 ☕",
    "How many minutes leaves should steep depends on the water, the leaves, and on taste. " * 3,
    # Longer than most models read: what is cut off, and where, is part of what is compared.
    "Keep the leaves in a closed tin, away from light, air and everything that smells. " * 60,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two ways to run a model agree: cosines of the sample's vectors, text by text."""

    mean_cosine: float
    least_cosine: float


def sample_vectors(
    encode: Callable[[Sequence[str], Kind], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Return the vectors of the sample, (n, dim): the questions', then the passages'.

    Each text is encoded alone.
    """
    rows = [encode([text], Kind.QUERY) for text in QUESTIONS]
    rows += [encode([text], Kind.DOCUMENT) for text in PASSAGES]
    return np.concatenate(rows)


def agreement(
    plain: NDArray[np.float32], fast: NDArray[np.float32], floors: Floors = SAME
) -> Agreement:
    """Return how the vectors of a sample (see ``sample_vectors``) agree with the model's own.

    Raises Unsuited where they do not reach the floors: by their cosines, or where a passage stands
    elsewhere in a question's ranking.
    """
    if plain.shape != fast.shape or not np.isfinite(fast).all():
        raise Unsuited(f"its export makes vectors of shape {fast.shape}, or none that are finite")
    one, other = plain.astype(np.float64), fast.astype(np.float64)
    cosines = np.einsum("ij,ij->i", one, other)
    found = Agreement(float(cosines.mean()), float(cosines.min()))
    # Written so that a cosine that is no number does not pass.
    if not found.least_cosine >= floors.least_cosine:
        text = (*QUESTIONS, *PASSAGES)[int(cosines.argmin())]
        raise Unsuited(f"its export gives {text[:40]!r} another vector: cosine {cosines.min():.5f}")
    if not found.mean_cosine >= floors.mean_cosine:
        raise Unsuited(
            f"its export gives texts other vectors: cosine {cosines.mean():.5f} on average"
        )
    count = len(QUESTIONS)
    similar, fast_similar = one[:count] @ one[count:].T, other[:count] @ other[count:].T
    for question, own, its in zip(QUESTIONS, similar, fast_similar, strict=True):
        # By the export's order, the model's similarities must never rise.
        ordered = own[np.argsort(-its, kind="stable")]
        if (ordered[1:] > np.minimum.accumulate(ordered)[:-1] + floors.tie).any():
            raise Unsuited(f"its export ranks the passages for {question!r} in another order")
    return found
