"""What other pipelines make of the same data: one vector a text and the cosine, and BM25.

Dense over question and answer as one text is what Haystack, LangChain, LlamaIndex and txtai do by
default with an FAQ pair as a document; dense over the question alone is what an FAQ retriever does.
For paragraphs: the whole paragraph as one text (what the model's window cuts off is not seen), and
the best of its windows of two sentences.  BM25 is bm25s with its defaults throughout: words of at
least two letters in lower case, without its English stop words, no stemming; Lucene's form, k1 1.5,
b .75.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.runs import Run, run_of
from benchmarks.quality.sets import QuestionSet
from index.encoder import Encoder
from index.passages import sentences

DENSE_BOTH = "dense question+answer"
DENSE_QUESTION = "dense question"
DENSE_WHOLE = "dense paragraph"
DENSE_WINDOWS = "dense windows of 2"
BM25_BOTH = "BM25 question+answer"
BM25_WHOLE = "BM25 paragraph"
DENSE = frozenset({DENSE_BOTH, DENSE_QUESTION, DENSE_WHOLE, DENSE_WINDOWS})

WINDOW_SENTENCES = 2

Ask = Callable[[Sequence[str]], Run]


def peers(data: QuestionSet, encoder: Encoder) -> Mapping[str, Ask]:
    """Return the peers for a set, ready to be asked, by name."""
    ids = [entry.id for entry in data.entries]
    # In a bank of pairs, an entry without a question is found by its answer.
    asked = [entry.question or entry.answer for entry in data.entries]
    both = [
        f"{entry.question}\n{entry.answer}" if entry.question else entry.answer
        for entry in data.entries
    ]
    each = [[row] for row in range(len(ids))]
    if data.of_pairs:
        return {
            DENSE_BOTH: _dense(encoder, ids, both, each),
            DENSE_QUESTION: _dense(encoder, ids, asked, each),
            BM25_BOTH: _bm25(ids, both),
        }
    texts: list[str] = []
    rows: list[list[int]] = []
    for text in both:
        own = windows(text)
        rows.append(list(range(len(texts), len(texts) + len(own))))
        texts.extend(own)
    return {
        DENSE_WHOLE: _dense(encoder, ids, both, each),
        DENSE_WINDOWS: _dense(encoder, ids, texts, rows),
        BM25_WHOLE: _bm25(ids, both),
    }


def windows(text: str, size: int = WINDOW_SENTENCES) -> list[str]:
    """Return every ``size`` neighbouring sentences of ``text``; all of it where it has fewer."""
    spans = sentences(text)
    if len(spans) <= size:
        return [text]
    return [
        text[spans[first][0] : spans[first + size - 1][1]] for first in range(len(spans) - size + 1)
    ]


def _dense(
    encoder: Encoder, ids: Sequence[str], texts: Sequence[str], rows: Sequence[Sequence[int]]
) -> Ask:
    """Cosine with each entry's best text; ``rows`` names each entry's own, never none."""
    vectors = encoder.encode_documents(texts).astype(np.float64)
    starts = np.array([own[0] for own in rows])  # an entry's texts are neighbours

    def ask(questions: Sequence[str]) -> Run:
        similarities = encoder.encode_queries(questions).astype(np.float64) @ vectors.T
        return run_of(np.maximum.reduceat(similarities, starts, axis=1), ids)

    return ask


def _bm25(ids: Sequence[str], texts: Sequence[str]) -> Ask:
    import bm25s

    tokens = bm25s.tokenize(list(texts), show_progress=False)
    scorer = bm25s.BM25() if tokens.vocab else None
    if scorer is not None:
        scorer.index(tokens, show_progress=False)

    def ask(questions: Sequence[str]) -> Run:
        asked = bm25s.tokenize(list(questions), return_ids=False, show_progress=False)
        scores: NDArray[np.float64] = np.zeros((len(questions), len(ids)))
        for row, words in enumerate(asked):
            # get_scores gives the whole row; a question of unknown words only has no score.
            if scorer is not None and any(word in tokens.vocab for word in words):
                scores[row] = scorer.get_scores(words)
        return run_of(scores, ids)

    return ask
