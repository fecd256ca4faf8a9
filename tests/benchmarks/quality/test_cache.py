"""The caching encoder: the same vectors, each text embedded once, whatever befalls its file."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.cache import PART_TEXTS, CachedEncoder, default_folder
from tests.fakes import FakeEncoder

Cached = Callable[[FakeEncoder], CachedEncoder]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.sqlite"


@pytest.fixture
def cached(path: Path) -> Iterator[Cached]:
    """Makes encoders over one file, closed afterwards."""
    made: list[CachedEncoder] = []

    def make(encoder: FakeEncoder) -> CachedEncoder:
        made.append(CachedEncoder(encoder, path))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_vectors_are_those_of_the_encoder_in_the_order_asked(cached: Cached) -> None:
    plain, encoder = FakeEncoder(("tea", "cup")), cached(FakeEncoder(("tea", "cup")))
    texts = ["tea", "a cup of tea", "", "tea", "half a surrogate \ud800"]
    assert encoder.encode_documents(texts).tolist() == plain.encode_documents(texts).tolist()
    again = encoder.encode_documents(texts[::-1])
    assert again.tolist() == plain.encode_documents(texts[::-1]).tolist()
    assert again.dtype == np.float32


def test_a_text_is_embedded_once_however_often_and_by_whom_it_is_asked_for(cached: Cached) -> None:
    first, second = FakeEncoder(), FakeEncoder()
    one = cached(first)
    one.encode_documents(["tea", "tea", "milk"])
    assert first.documents == ["milk", "tea"]  # longest first
    assert (one.embedded, one.found) == (2, 1)
    two = cached(second)
    two.encode_documents(["milk", "sugar"])
    assert second.documents == ["sugar"]
    assert (two.embedded, two.found) == (1, 1)


def test_questions_and_documents_are_kept_apart(cached: Cached) -> None:
    inner = FakeEncoder()
    encoder = cached(inner)
    encoder.encode_documents(["tea"])
    encoder.encode_queries(["tea"])
    encoder.encode_queries(["tea"])
    assert (inner.documents, inner.queries) == (["tea"], ["tea"])


@pytest.mark.parametrize("other", [{"name": "other"}, {"revision": "2"}, {"axes": ("tea",)}])
def test_another_model_shares_no_vector(cached: Cached, other: dict[str, object]) -> None:
    cached(FakeEncoder()).encode_documents(["tea"])
    inner = FakeEncoder(**other)  # type: ignore[arg-type]
    rows = cached(inner).encode_documents(["tea"])
    assert inner.documents == ["tea"]
    assert rows.shape == (1, inner.identity.dimension)
    again = FakeEncoder()
    cached(again).encode_documents(["tea"])
    assert again.documents == [], "both are kept"


def test_no_texts_give_no_rows_and_no_file(cached: Cached, path: Path) -> None:
    encoder = cached(FakeEncoder(("tea",)))
    assert encoder.encode_documents([]).shape == (0, 2)
    assert encoder.encode_queries([]).shape == (0, 2)


def test_progress_tells_of_every_text(cached: Cached) -> None:
    encoder = cached(FakeEncoder())
    told: list[int] = []
    encoder.encode_documents(["a", "b", "a"], on_batch=told.append)
    assert sum(told) == 3


def test_what_was_embedded_before_an_error_is_kept(cached: Cached) -> None:
    class Failing(FakeEncoder):
        def encode_documents(self, texts, **options):  # type: ignore[no-untyped-def]
            if self.documents:
                raise RuntimeError("killed")
            return super().encode_documents(texts, **options)

    texts = [f"text {number:05}" for number in range(PART_TEXTS + 1)]
    with pytest.raises(RuntimeError, match="killed"):
        cached(Failing()).encode_documents(texts)
    inner = FakeEncoder()
    cached(inner).encode_documents(texts)
    assert inner.documents == texts[-1:]


@pytest.mark.parametrize(
    "content",
    [b"no database at all, but long enough to be one" * 9, b"SQLite format 3\0" + b"x" * 4096],
)
def test_a_damaged_file_is_replaced(cached: Cached, path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    cached(FakeEncoder()).encode_documents(["tea"])
    inner = FakeEncoder()
    cached(inner).encode_documents(["tea"])
    assert inner.documents == []


def test_a_file_damaged_while_in_use_costs_only_time(cached: Cached, path: Path) -> None:
    texts = [f"text {number}" for number in range(200)]
    before = cached(FakeEncoder())
    expected = before.encode_documents(texts)
    before.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)  # all but the first page, which has the schema
    path.write_bytes(data)
    assert cached(FakeEncoder()).encode_documents(texts).tolist() == expected.tolist()
    cached(FakeEncoder()).encode_documents(texts)
    inner = FakeEncoder()
    cached(inner).encode_documents(texts)
    assert inner.documents == []


def test_a_table_of_another_shape_is_replaced(cached: Cached, path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE vectors (text TEXT)")
    connection.close()
    cached(FakeEncoder()).encode_documents(["tea"])
    inner = FakeEncoder()
    cached(inner).encode_documents(["tea"])
    assert inner.documents == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE vectors SET vector = zeroblob(length(vector))",
        "UPDATE vectors SET vector = substr(vector, 5)",
        "UPDATE vectors SET vector = 'text'",
    ],
)
def test_a_damaged_row_is_embedded_again(cached: Cached, path: Path, damage: str) -> None:
    before = cached(FakeEncoder(("tea",)))
    before.encode_documents(["tea"])
    before.close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(damage)
    connection.close()
    inner = FakeEncoder(("tea",))
    assert cached(inner).encode_documents(["tea"]).tolist() == [[1.0, 0.0]]
    assert inner.documents == ["tea"]


def test_a_file_out_of_reach_is_an_error(cached: Cached, path: Path) -> None:
    path.parent.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(FileExistsError):
        cached(FakeEncoder()).encode_documents(["tea"])


def test_the_default_folder_is_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "footnote" / "benchmarks"


def test_the_rest_is_the_encoders(cached: Cached) -> None:
    inner = FakeEncoder(name="fake")
    encoder = cached(inner)
    assert (encoder.identity, encoder.device) == (inner.identity, "cpu")
