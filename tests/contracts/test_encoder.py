"""What every Encoder keeps.  A new one joins ``ENCODERS`` and passes all of this."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.encoder import Encoder, load_encoder
from index.words import terms
from tests.fakes import FakeEncoder

TEXTS = [
    "How long does tea keep?",
    "tea",
    "",
    "The leaves are dried, rolled and packed into tins, where they keep their taste for years.",
    "今日は晴れ。",
    "tea",
    "half a pair \ud800",
    "word " * 2000,
]


@pytest.fixture(
    scope="module", params=["fake", pytest.param("default model", marks=pytest.mark.model)]
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return FakeEncoder() if request.param == "fake" else load_encoder()


def test_rows_are_unit_vectors_of_the_dimension_that_the_identity_tells(encoder: Encoder) -> None:
    for rows in (encoder.encode_documents(TEXTS), encoder.encode_queries(TEXTS)):
        assert rows.dtype == np.float32
        assert rows.shape == (len(TEXTS), encoder.identity.dimension)
        assert np.linalg.norm(rows.astype(float), axis=1) == pytest.approx(
            np.ones(len(TEXTS)), abs=1e-6
        )


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_documents([]).shape == (0, encoder.identity.dimension)
    assert encoder.encode_queries([]).shape == (0, encoder.identity.dimension)


def test_rows_come_in_the_order_of_the_texts(encoder: Encoder) -> None:
    forwards, backwards = encoder.encode_documents(TEXTS), encoder.encode_documents(TEXTS[::-1])
    assert np.abs(forwards - backwards[::-1]).max() < 1e-6
    assert len({row.tobytes() for row in forwards[[0, 1, 3]]}) == 3


def test_a_text_has_the_same_vector_whatever_it_is_encoded_with(encoder: Encoder) -> None:
    together = encoder.encode_documents(TEXTS)
    assert (together[1] == together[5]).all()
    for row, text in zip(together, TEXTS, strict=True):
        alone = encoder.encode_documents([text])[0]
        if encoder.device == "cpu":
            assert (alone == row).all()
        else:
            assert float(alone @ row) == pytest.approx(1.0, abs=1e-5)


def test_progress_adds_up_to_the_number_of_texts(encoder: Encoder) -> None:
    done: list[int] = []
    encoder.encode_documents(TEXTS, on_batch=done.append)
    assert sum(done) == len(TEXTS)
    assert min(done) >= 1


def test_threads_get_the_vectors_of_their_own_texts(encoder: Encoder) -> None:
    texts = TEXTS[:5]
    expected = encoder.encode_queries(texts)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: encoder.encode_queries([text])[0], texts * 4))
    assert np.abs(np.array(found) - np.tile(expected, (4, 1))).max() < 1e-6


def test_languages_are_codes_or_unknown(encoder: Encoder) -> None:
    assert encoder.languages is None or all(len(code) == 2 for code in encoder.languages)


def test_the_vocabulary_is_of_folded_words_with_a_rank_each(encoder: Encoder) -> None:
    vocabulary = encoder.vocabulary()
    assert sorted(vocabulary.values()) == list(range(len(vocabulary)))
    assert all(terms(word) == [word] and word.isalpha() for word in vocabulary)


def test_what_hears_of_the_progress_may_end_it(encoder: Encoder) -> None:
    heard: list[int] = []

    def end(count: int) -> None:
        heard.append(count)
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        encoder.encode_documents(TEXTS, on_batch=end)
    assert len(heard) == 1
    assert encoder.encode_documents(TEXTS[:1]).shape == (1, encoder.identity.dimension)
