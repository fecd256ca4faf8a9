"""Footnote as a way of ``benchmarks.speed.frameworks``, and with 8-bit weights as another.

Its bank is a content folder: what a peer is given as a list of texts.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from benchmarks.speed.frameworks import HITS, Way

LIBRARY = "library.sqlite"


class Footnote:
    """The library and the answerer, as the README shows."""

    packages: ClassVar[tuple[str, ...]] = ("onnxruntime", "tokenizers", "faiss-cpu", "bm25s")
    mode: ClassVar[str] = "float32"

    def load(self, model: str) -> None:
        """Load the default model: ``model`` is its folder, where the peers find it, too."""
        from index.encoder import load_encoder
        from index.model_files import PrecisionMode
        from index.sync import sync
        from qa import Answerer

        self.sync, self.answerer = sync, Answerer
        self.encoder = load_encoder(device="cpu", mode=PrecisionMode(self.mode))
        self.encoder.encode_queries(["loaded at the first encoding"])

    def build(self, texts: Sequence[str], folder: Path) -> None:
        """Synchronise ``texts``, here one content folder, into a new library."""
        from index import Library

        (content,) = texts
        folder.mkdir(parents=True)
        with Library.open(folder / LIBRARY, create=True) as library:
            self.sync(Path(content), library, self.encoder)

    def open(self, folder: Path) -> None:
        self.opened = self.answerer(folder / LIBRARY, self.encoder, top=HITS)

    def ask(self, question: str) -> str:
        """Return the text of the first hit, whether or not it is sure enough to be an answer."""
        hits = self.opened.ask(question).hits
        return hits[0].text if hits else ""


class FootnoteInt8(Footnote):
    """With 8-bit weights and products: ``--precision-mode int8``."""

    mode = "int8"


KINDS: Mapping[str, type[Way]] = {"footnote": Footnote, "footnote_int8": FootnoteInt8}


def embedded_texts(folder: Path) -> list[str]:
    """Return the texts of a library's passages, each once: what has been embedded for it."""
    from index import Library

    with Library.open(folder / LIBRARY, read_only=True) as library:
        return list(dict.fromkeys(passage.text for passage in library.passages()))
