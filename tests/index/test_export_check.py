import numpy as np
import pytest
from numpy.typing import NDArray

from index.export_check import PASSAGES, QUESTIONS, ROUNDED, Floors, agreement, sample_vectors
from index.plain_path import Kind, Unsuited

COUNT = len(QUESTIONS) + len(PASSAGES)


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def plain() -> NDArray[np.float32]:
    """Vectors of the sample whose similarities to a question all differ by far more than a tie."""
    return unit(np.random.default_rng(3).normal(size=(COUNT, 32)))


def test_the_same_vectors_agree(plain: NDArray[np.float32]) -> None:
    found = agreement(plain, plain.copy())
    assert found.mean_cosine == pytest.approx(1.0, abs=1e-6)
    assert found.least_cosine == pytest.approx(1.0, abs=1e-6)


def test_vectors_that_differ_by_rounding_agree(plain: NDArray[np.float32]) -> None:
    noise = np.random.default_rng(4).normal(scale=1e-7, size=plain.shape).astype(np.float32)
    assert agreement(plain, plain + noise).least_cosine > 0.999999


def test_one_text_with_another_vector_is_enough_to_refuse(plain: NDArray[np.float32]) -> None:
    fast = plain.copy()
    fast[COUNT - 1] = plain[0]  # the long text's: the mean of the others' cosines is still .96
    with pytest.raises(Unsuited, match="its export gives 'Keep the leaves in a closed tin"):
        agreement(plain, fast)


def test_a_cosine_that_is_no_number_is_refused(plain: NDArray[np.float32]) -> None:
    fast = plain.copy()
    fast[2, 0] = np.nan
    with pytest.raises(Unsuited, match="none that are finite"):
        agreement(plain, fast)


def test_vectors_of_another_size_are_refused(plain: NDArray[np.float32]) -> None:
    with pytest.raises(Unsuited, match=r"vectors of shape \(\d+, 31\)"):
        agreement(plain, plain[:, :31])


def test_floors_of_rounded_numbers_let_more_pass_but_not_another_vector(
    plain: NDArray[np.float32],
) -> None:
    # Noise of .004 in 32 dimensions turns a vector by 1 - 32 * .004 ** 2 / 2 = .99974 on average.
    noise = np.random.default_rng(4).normal(scale=0.004, size=plain.shape)
    near = unit(plain + noise)
    with pytest.raises(Unsuited, match="another vector"):
        agreement(plain, near)
    assert agreement(plain, near, ROUNDED).mean_cosine == pytest.approx(0.99974, abs=5e-5)
    near[3] = plain[4]
    with pytest.raises(Unsuited, match="another vector"):
        agreement(plain, near, ROUNDED)


def test_a_mean_below_its_floor_is_refused_although_every_cosine_is_high(
    plain: NDArray[np.float32],
) -> None:
    near = unit(plain + np.random.default_rng(4).normal(scale=0.004, size=plain.shape))
    floors = Floors(mean_cosine=0.9999, least_cosine=0.99, tie=0.05)
    with pytest.raises(Unsuited, match=r"other vectors: cosine 0\.9997\d on average"):
        agreement(plain, near, floors)


def two_close(gap: float) -> NDArray[np.float32]:
    """All passages on one axis but two near the questions, whose similarities differ by ``gap``."""
    rows = np.zeros((COUNT, 3))
    rows[: len(QUESTIONS)] = (1.0, 0.0, 0.0)
    rows[len(QUESTIONS) :] = (0.0, 0.0, 1.0)
    for at, similarity in enumerate((0.5, 0.5 + gap)):
        rows[len(QUESTIONS) + at] = (similarity, np.sqrt(1 - similarity**2), 0.0)
    return rows.astype(np.float32)


def swapped(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    first = len(QUESTIONS)
    other = rows.copy()
    other[[first, first + 1]] = rows[[first + 1, first]]
    return other


def test_passages_that_change_places_are_refused_although_all_cosines_are_high() -> None:
    rows = two_close(1e-3)  # their cosine is 1 - 7e-7
    with pytest.raises(Unsuited, match="ranks the passages for 'How long does tea keep"):
        agreement(rows, swapped(rows))


def test_passages_that_tie_may_change_places() -> None:
    rows = two_close(5e-6)
    assert agreement(rows, swapped(rows)).least_cosine == pytest.approx(1.0, abs=1e-6)


def test_the_sample_is_encoded_text_by_text_questions_first() -> None:
    seen: list[tuple[str, Kind]] = []

    def encode(texts: object, kind: Kind) -> NDArray[np.float32]:
        assert isinstance(texts, list)
        (text,) = texts
        seen.append((text, kind))
        return np.full((1, 2), len(seen), dtype=np.float32)

    rows = sample_vectors(encode)
    assert rows[:, 0].tolist() == list(range(1, COUNT + 1))
    assert seen == [(q, Kind.QUERY) for q in QUESTIONS] + [(p, Kind.DOCUMENT) for p in PASSAGES]
