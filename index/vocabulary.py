"""Which whole words a model's tokenizer knows, read from its files; no model is loaded.

A word that the tokenizer keeps in one piece was common where the tokenizer was made, and the model
has learnt what it means; the rest it has to guess from fragments.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from index.errors import ModelError
from index.words import terms

# How pieces that begin a word are marked: SentencePiece, and byte-level BPE.
_BEGINNINGS = ("▁", "Ġ")


def read_vocabulary(folder: Path) -> dict[str, int]:
    """Return the whole words of the tokenizer in ``folder``, folded as ``index.words.terms`` does.

    The values are ranks, 0 first, without gaps: in the order of a WordPiece or BPE vocabulary,
    which lists the common before the rare, or by the likelihoods of a SentencePiece (Unigram) one;
    of words that fold to the same, the first counts.  A word has at least two letters and nothing
    else.  A word's beginning that is a piece of its own counts as a word, too: the files do not
    tell them apart.

    Empty where there is neither tokenizer.json nor vocab.txt, or nothing in it says where words
    begin.  Raises ``ModelError`` for a file that cannot be read.
    """
    places = [folder, *sorted(path for path in folder.glob("0_*") if path.is_dir())]
    for place in places:
        for name, read in (("tokenizer.json", _pieces), ("vocab.txt", _lines)):
            path = place / name
            if path.is_file():
                try:
                    return _ranked(read(path.read_text(encoding="utf-8")))
                except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                    raise ModelError(f"{path} cannot be read: {error!r}") from error
    return {}


def _ranked(words: Iterable[str]) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for word in words:
        if len(word) > 1 and word.isalpha():
            folded = word.lower() if word.isascii() else terms(word)[0]
            ranks.setdefault(folded, len(ranks))
    return ranks


def _lines(text: str) -> Iterable[str]:
    """Return the whole words of a WordPiece vocabulary, a piece a line."""
    return text.splitlines()  # pieces inside a word begin with ##, special ones have brackets


def _pieces(text: str) -> Iterable[str]:
    """Return the whole words of a tokenizer in the format of the tokenizers library."""
    model: dict[str, Any] = json.loads(text)["model"]
    vocabulary = model["vocab"]
    if isinstance(vocabulary, dict):
        pieces = sorted(vocabulary, key=lambda piece: (int(vocabulary[piece]), piece))
    else:  # Unigram: pairs of piece and ln of its likelihood
        pieces = [piece for piece, _ in sorted(vocabulary, key=lambda pair: -float(pair[1]))]
    if model.get("type") == "WordPiece":
        return pieces
    # Of a model that marks no beginnings nobody can tell the words.
    return [piece[1:] for piece in pieces if piece.startswith(_BEGINNINGS)]
