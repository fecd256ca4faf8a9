"""What the tests of answers share: libraries synced from real files, and answerers over them."""

from pathlib import Path

from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.records import Answer, Result
from qa.weights import Weights
from tests.fakes import FakeEncoder
from tests.weights import weights

# Every text of the content has one of these words, and every sentence of it; a question that has
# none is like none of them.
AXES = (
    *("tea", "keep", "freez", "light", "coffee", "bean", "cup", "gram", "fridge", "food"),
    *("order", "return", "arriv", "day", "leav", "water", "postage"),
)


def build(content: Path, encoder: FakeEncoder, *, base_url: str | None = None) -> Path:
    path = library_path(content)
    with Library.open(path, create=True) as library:
        sync(content, library, encoder, base_url=base_url)
    return path


def over(library: Path | Library, encoder: FakeEncoder, **options: float | Weights) -> Answerer:
    """Return an answerer with weights of these tests' own, unless the options say otherwise."""
    return Answerer(library, encoder, **{"weights": weights(), **options})  # type: ignore[arg-type]


def answered(result: Result) -> Answer:
    assert isinstance(result, Answer)
    return result
