"""A folder of content, synced and ready to be asked."""

from pathlib import Path

from index.encoder import Encoder
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.weights import Weights


def answerer_of(content: Path, encoder: Encoder, *, weights: Weights | None = None) -> Answerer:
    """Sync ``content``, a folder of the benchmark's own, and return what answers from it.

    What is asked stays in memory: the folder may go.  Raises ReadError for a file that cannot be
    read: a benchmark's content can.
    """
    path = library_path(content, write=True)
    with Library.open(path, create=True) as library:
        for error in sync(content, library, encoder).failed:
            raise error
    return Answerer(path, encoder, weights=weights)
