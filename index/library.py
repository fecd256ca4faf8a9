"""The library: one SQLite file with the articles, their passages, and the passages' vectors.

It is derived from the content folder and may be deleted at any time; ``index.sync`` makes it again.
Damage of the file is found when it is read (see ``index.rows``) and never becomes a wrong answer.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.changes import LibraryChange, WhenRead, change_since, when_read
from index.errors import UsageError
from index.model_files import ModelIdentity
from index.own_folder import FOLDER, make_folder_of
from index.records import Article, Passage
from index.rows import (
    SourceState,
    State,
    Tally,
    article_from,
    article_values,
    passage_from,
    passage_values,
    source_from,
    source_values,
    text_digest,
)
from index.schema import damaged, system_errors
from index.tables import Tables
from index.vector_rows import FLOAT

_VECTOR = "model = ? AND text_digest = ?"
_AT_ONCE = 500  # SQLite takes at least 999 values in one statement


class Library:
    """An open library.  Safe to use from several threads, one call at a time.

    Every method reads one state of the file; for several reads of the same state use ``snapshot``.
    Methods raise LibraryDamaged, LibraryLocked (after 30 s) or LibraryError when the file cannot be
    used.  A context manager: leaving it closes the file.

    >>> import tempfile
    >>> with Library.open(Path(tempfile.mkdtemp()) / "library.sqlite", create=True) as library:
    ...     library.generation, library.model, library.article_ids()
    (0, None, ())
    """

    def __init__(self, tables: Tables) -> None:
        """Use ``Library.open``."""
        self._tables = tables
        self.path = tables.path
        self.read_only = tables.read_only
        # The digests of the passages' texts, in the order of ``passages``, at some generation.
        self._digests: tuple[int, list[bytes]] = (-1, [])
        # The sources as they were read last, and what their rows' checksums summed up to.
        self._sources: tuple[Tally | None, dict[str, SourceState]] = (None, {})

    @classmethod
    def open(cls, path: Path, *, create: bool = False, read_only: bool = False) -> Self:
        """The library at ``path``; with ``create``, an empty one where there is none.

        Raises LibraryMissing (no library and not ``create``), LibraryDamaged, LibraryLocked, and
        LibraryError for a file of another program or of a newer Footnote.
        """
        path = Path(path)
        if create and not read_only and path.parent.name == FOLDER:
            # The folder stands among the user's articles: keep it out of their version control.
            with system_errors(path.parent):
                make_folder_of(path)
                ignore = path.parent / ".gitignore"
                if not ignore.exists():
                    ignore.write_text("*\n", encoding="utf-8")
        library = cls(Tables(path, create=create, read_only=read_only))
        try:
            with library._tables.reading():
                return library
        except BaseException:
            library.close()
            raise

    def close(self) -> None:
        """Close the file.  Closing twice is no error."""
        self._tables.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator["Library"]:
        """A read-only library that stays at one generation, whatever is written meanwhile.

        It has a connection of its own, so it neither waits for this one nor holds it up.
        """
        with Library.open(self.path, read_only=True) as view, view._tables.reading():
            yield view

    # Reading

    @property
    def generation(self) -> int:
        """Counts the committed changes to what can be found; read from the file each time."""
        with self._tables.reading() as state:
            return state.generation

    @property
    def model(self) -> ModelIdentity | None:
        """The model that made the vectors; None before the first sync."""
        with self._tables.reading() as state:
            return state.model

    @property
    def base_url(self) -> str | None:
        """The public address of the content folder, as the last sync that named one was told."""
        with self._tables.reading() as state:
            return state.base_url

    def sources(self) -> dict[str, SourceState]:
        """The source files by path, in ascending order of their paths."""
        with self._tables.reading() as state:
            # A sync asks twice, and of ten thousand files each time takes half a second.
            tally, sources = self._sources
            if tally != state.tallies["sources"]:
                sources = self._read_sources(state)
                self._sources = (state.tallies["sources"], sources)
            return dict(sources)

    def _read_sources(self, state: State) -> dict[str, SourceState]:
        return dict(source_from(row) for row in self._tables.all_rows("sources", state))

    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles, ascending."""
        return tuple(sorted(id for state in self.sources().values() for id in state.articles))

    def article(self, article_id: str) -> Article:
        """The article of that id.  Raises UsageError when there is none."""
        with self._tables.reading():
            for row in self._tables.rows("articles", "id = ?", (article_id,)):
                return article_from(row)
            if article_id in self.article_ids():
                raise damaged(self.path, f"article {article_id} cannot be found in it")
        raise UsageError(f"there is no article {article_id!r} in the library")

    def articles(self) -> Iterator[Article]:
        """All articles in ascending order of their ids, one in memory at a time.

        An article that is removed while they are listed is left out; ``snapshot`` avoids the
        question.
        """
        for article_id in self.article_ids():
            with contextlib.suppress(UsageError):
                yield self.article(article_id)

    def languages(self) -> dict[str, int]:
        """How many articles have which language (as they have it), ascending; None is left out.

        Fast, and so not verified: the number of articles in a damaged library may be wrong.
        """
        query = """
            SELECT json_extract(outline, '$.language') AS language, count(*) FROM articles
            WHERE language IS NOT NULL GROUP BY language ORDER BY language
        """
        with self._tables.reading():
            return dict(self._tables.connection.execute(query).fetchall())

    def passages(self) -> tuple[Passage, ...]:
        """All passages in ascending order of their ids."""
        with self._tables.reading() as state:
            rows = self._passage_rows(state)
            self._digests = (state.generation, [row[-1] for row in rows])
        return tuple(map(passage_from, rows))

    def vectors(self) -> NDArray[np.float32]:
        """(n, dim) float32, unit rows; row i belongs to ``passages()[i]``.

        (0, 0) before the library has a model.
        """
        with self._tables.reading() as state:
            if state.model is None:
                return np.empty((0, 0), dtype=np.float32)
            # ``passages`` is mostly called just before: then its rows need not be read again.
            generation, digests = self._digests
            if generation != state.generation:
                digests = [values[-1] for values in self._passage_rows(state)]
            wanted: dict[bytes, list[int]] = {}
            for row, digest in enumerate(digests):
                wanted.setdefault(digest, []).append(row)
            vectors = np.empty((len(digests), state.model.dimension), dtype=np.float32)
            for key, digest, blob in self._tables.all_rows("vectors", state):
                if key == state.model_key:
                    if digest not in wanted:
                        raise damaged(self.path, "it holds a vector that belongs to no passage")
                    vectors[wanted.pop(digest)] = np.frombuffer(blob, dtype=FLOAT)
            if wanted:
                raise damaged(self.path, f"{len(wanted)} texts have no vector")
            return vectors

    def holds_what(self, mark: WhenRead) -> bool:
        """Whether what can be found is what there was at ``mark``; read from the file each time.

        Another library in its place is told too, even where it has come to the same generation.
        """
        with self._tables.reading() as state:
            return state.generation == mark.generation and all(
                state.tallies[table] == mark.tallies[table] for table in ("articles", "passages")
            )

    def mark(self) -> WhenRead:
        """What the library is now, to be told later what has changed since."""
        with self._tables.reading() as state:
            return when_read(self._tables, state)

    def change_since(
        self,
        mark: WhenRead,
        articles: Mapping[str, Article],
        passages: Callable[[Collection[str]], Sequence[Passage]],
        *,
        now: WhenRead | None = None,
    ) -> LibraryChange | None:
        """What has changed since ``mark``; ``articles``, by id, are what the library held then.

        ``passages`` finds the passages that it held of some of them.  ``now`` is this state's own
        ``mark``, where it was made already.  None where all is to be read again: see
        ``index.changes``.
        """
        with self._tables.reading() as state:
            if now is None:
                now = when_read(self._tables, state)
            return change_since(
                self._tables, state, mark, now, articles, passages, self.kept_vectors
            )

    def text_digests(self) -> list[bytes]:
        """The digests of the passages' texts, 16 bytes each, in the order of ``passages``."""
        with self._tables.reading() as state:
            generation, digests = self._digests
            if generation != state.generation:
                digests = [row[-1] for row in self._passage_rows(state)]
            return list(digests)

    def kept_vectors(
        self, digests: Iterable[bytes]
    ) -> Iterator[tuple[bytes, bytes, NDArray[np.float32]]]:
        """The vectors of the texts of those digests: digest, checksum of the row, vector (dim,).

        In the order of ``digests``.  LibraryDamaged where one has none.
        """
        with self._tables.reading() as state:
            for digest in digests:
                rows = self._tables.marked_rows("vectors", _VECTOR, (state.model_key, digest))
                row = next(rows, None)
                if row is None:
                    raise damaged(self.path, "a text has no vector")
                yield digest, row[3], np.frombuffer(row[2], dtype=FLOAT)

    def vectors_tally(self) -> Tally:
        """How many vectors ``kept_vectors`` has in all, and the sum of their checksums."""
        with self._tables.reading() as state:
            tally = replace(state.tallies["vectors"])
            prepared = (state.model_key + 1,)  # not `<>`, which would read every vector
            for row in self._tables.marked_rows("vectors", "model = ?", prepared):
                tally.subtract(row[3])
            return tally

    def known_vectors(
        self, texts: Sequence[str], *, model: ModelIdentity
    ) -> dict[str, NDArray[np.float32]]:
        """Those of ``texts`` that ``model`` has embedded already, with their vectors (dim,).

        Prepared ones too (``prepare_vectors``).
        """
        known: dict[str, NDArray[np.float32]] = {}
        # Many at once, in the order in which they lie there: one by one, those of a large file
        # (60,000 texts) take six seconds.
        wanted = sorted({text_digest(text): text for text in texts}.items())
        with self._tables.reading() as state:
            key = _key_of(model, state)
            kept = state.model_key + 1 if model == state.next_model else key
            for some in (wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)):
                texts_of = dict(some)
                where = f"model IN (?, ?) AND text_digest IN ({', '.join('?' * len(texts_of))})"
                for row in self._tables.rows("vectors", where, (key, kept, *texts_of)):
                    known[texts_of[row[1]]] = np.frombuffer(row[2], dtype=FLOAT)
        return known

    def missing_texts(self, model: ModelIdentity) -> list[str]:
        """The passages' texts that have no vector of ``model`` yet, each once, in passage order."""
        with self._tables.reading() as state:
            key = _key_of(model, state)
            have = {row[1] for row in self._tables.rows("vectors", "model = ?", (key,))}
            texts = {row[-1]: row[4] for row in self._passage_rows(state) if row[-1] not in have}
        return list(texts.values())

    def verify(self) -> None:
        """Read everything.  Raises LibraryDamaged, naming the first thing found to be wrong."""
        tables = self._tables
        with tables.reading() as state:
            for (finding,) in tables.connection.execute("PRAGMA integrity_check(1)"):
                if finding != "ok":
                    raise damaged(self.path, str(finding))
            if tables.connection.execute("PRAGMA foreign_key_check").fetchone():
                raise damaged(self.path, "a row refers to one that is not there")
            self._sources = (state.tallies["sources"], self._read_sources(state))
            lengths = {row[0]: len(row[3]) for row in tables.all_rows("articles", state)}
            if sorted(lengths) != list(self.article_ids()):
                raise damaged(self.path, "its articles are not the ones that its sources list")
            for passage in self.passages():
                if not 0 <= passage.start <= passage.end <= lengths.get(passage.article, -1):
                    raise damaged(self.path, f"passage {passage.id} lies outside its article")
            self.vectors()

    def _passage_rows(self, state: State) -> list[Any]:
        # Sorted here: the table's own order is by article first, which is another order where one
        # article's id is the beginning of another's.
        return sorted(self._tables.all_rows("passages", state), key=lambda row: row[1])

    # Writing: each method is one transaction

    def replace(
        self,
        path: str,
        state: SourceState,
        articles: Sequence[Article],
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
    ) -> None:
        """Put a source file's articles in the place of what the library had of that file.

        ``vectors`` (n, dim), unit rows: row i belongs to ``passages[i]``.  A text that has a vector
        already keeps that one.  ``state.articles`` is set here.

        Raises UsageError when these do not fit together, or when an id is taken by another file;
        then nothing is changed.
        """
        with self._tables.changing() as current:
            if current.model is None:
                raise UsageError("the library has no model yet: call set_model first")
            expected = (len(passages), current.model.dimension)
            if vectors.shape != expected:
                raise UsageError(f"vectors have shape {vectors.shape}, expected {expected}")
            ids = tuple(article.id for article in articles)
            if strangers := {passage.article for passage in passages}.difference(ids):
                raise UsageError(f"passages of {sorted(strangers)[0]!r} came without that article")
            dropped = self._remove(path, current)
            self._tables.insert(
                "sources", source_values(path, replace(state, articles=ids)), current
            )
            try:
                for article in articles:
                    self._tables.insert("articles", article_values(article, path), current)
                for passage, vector in zip(passages, vectors, strict=True):
                    self._tables.insert("passages", passage_values(passage), current)
                    self._insert_vector(current.model_key, passage.text, vector, current)
                    if current.next_model == current.model:  # no need to keep it twice
                        prepared = (current.model_key + 1, text_digest(passage.text))
                        self._tables.delete("vectors", _VECTOR, prepared, current)
            except UnicodeEncodeError as error:
                raise UsageError(f"{path} holds half a surrogate pair, no character") from error
            self._drop_unused(dropped, current)

    def remove(self, path: str, *, keep_vectors: bool = False) -> None:
        """Take a source file and all that came from it out.  UsageError when it is not there.

        ``keep_vectors``: those of its texts stay, as ``prepare_vectors`` keeps them, for a file
        that will have the same ones: a renamed one, say.
        """
        with self._tables.changing() as current:
            if not list(self._tables.rows("sources", "path = ?", (path,))):
                raise UsageError(f"there is no source {path!r} in the library")
            dropped = self._remove(path, current)
            # Where another model is prepared, the vectors kept for it are the other model's.
            keep = keep_vectors and current.next_model in (None, current.model)
            if keep:
                current.next_model = current.model
                self._prepare_unused(dropped, current)
            self._drop_unused(dropped, current, but_prepared=keep)

    def touch(self, path: str, state: SourceState) -> None:
        """Note that a source file was seen in this state, its articles unchanged.

        The generation stays: nothing that can be found has changed.  UsageError when it is not
        there.
        """
        with self._tables.changing(counts=False) as current:
            for row in list(self._tables.rows("sources", "path = ?", (path,))):
                _, old = source_from(row)
                values = source_values(path, replace(state, articles=old.articles))
                self._tables.update_source(values, current)
                return
            raise UsageError(f"there is no source {path!r} in the library")

    def set_base_url(self, base_url: str | None) -> None:
        """Note the content folder's public address; articles have it once they are read again."""
        with self._tables.changing(counts=False) as current:
            current.base_url = base_url

    def set_model(self, model: ModelIdentity) -> None:
        """Make ``model`` the one whose vectors are searched; all others' are removed.

        Nothing changes, the generation neither, when it is already; what was prepared for it stays.
        Raises UsageError when a passage has no vector of it yet: see ``prepare_vectors``.
        """
        with self._tables.reading() as state:
            if state.model == model and state.next_model in (None, model):
                return
            same = state.model == model  # only what was prepared for another one goes
        with self._tables.changing(counts=not same) as current:
            if missing := self.missing_texts(model):
                raise UsageError(f"{len(missing)} passages have no vector of {model.name} yet")
            key = _key_of(model, current)
            self._tables.delete("vectors", "model IS NOT ?", (key,), current)
            current.model_key = current.model_key + 1 if key is None else key
            current.model, current.next_model = model, None

    def prepare_vectors(
        self, model: ModelIdentity, texts: Sequence[str], vectors: NDArray[np.float32]
    ) -> None:
        """Keep vectors of texts that no file in the library has yet, or of a model to take over.

        Nothing finds them but ``known_vectors`` and ``missing_texts``: the present files and model
        answer until ``replace`` and ``set_model``.  They survive an interruption.
        """
        with self._tables.changing(counts=False) as current:
            key = current.model_key + 1
            if current.next_model != model:
                self._tables.delete("vectors", "model = ?", (key,), current)
                current.next_model = model
            for text, vector in zip(texts, vectors, strict=True):
                self._insert_vector(key, text, vector, current)

    def drop_prepared(self) -> None:
        """Remove what ``prepare_vectors`` kept.  The generation stays."""
        with self._tables.reading() as state:
            if state.next_model is None:
                return
        with self._tables.changing(counts=False) as current:
            self._tables.delete("vectors", "model = ?", (current.model_key + 1,), current)
            current.next_model = None

    def _insert_vector(
        self, key: int, text: str, vector: NDArray[np.float32], current: State
    ) -> None:
        digest = text_digest(text)
        if not list(self._tables.rows("vectors", _VECTOR, (key, digest))):
            blob = np.ascontiguousarray(vector, dtype=FLOAT).tobytes()
            self._tables.insert("vectors", (key, digest, blob), current)

    def _remove(self, path: str, current: State) -> set[bytes]:
        """Delete a source with its articles and passages; the digests of the passages' texts."""
        dropped: set[bytes] = set()
        for row in list(self._tables.rows("sources", "path = ?", (path,))):
            for article in source_from(row)[1].articles:
                gone = self._tables.rows("passages", "article = ?", (article,))
                dropped.update(values[-1] for values in gone)
                self._tables.delete("passages", "article = ?", (article,), current)
                self._tables.delete("articles", "id = ?", (article,), current)
            self._tables.delete("sources", "path = ?", (path,), current)
        return dropped

    def _drop_unused(
        self, digests: set[bytes], current: State, *, but_prepared: bool = False
    ) -> None:
        """Delete the vectors of those texts that no passage has any more."""
        keys = [current.model_key] if but_prepared else [current.model_key, current.model_key + 1]
        for digest in self._unused(digests):
            for key in keys:
                self._tables.delete("vectors", _VECTOR, (key, digest), current)

    def _prepare_unused(self, digests: set[bytes], current: State) -> None:
        """Keep the vectors of those texts that no passage has any more, as prepared ones."""
        for digest in self._unused(digests):
            prepared = (current.model_key + 1, digest)
            for row in list(self._tables.rows("vectors", _VECTOR, (current.model_key, digest))):
                if not list(self._tables.rows("vectors", _VECTOR, prepared)):
                    self._tables.insert("vectors", (*prepared, row[2]), current)

    def _unused(self, digests: set[bytes]) -> list[bytes]:
        return [
            digest
            for digest in digests
            if not list(self._tables.rows("passages", "text_digest = ?", (digest,)))
        ]


def _key_of(model: ModelIdentity, state: State) -> int | None:
    """The number under which the library keeps that model's vectors; None where it has none."""
    if model == state.model:
        return state.model_key
    return state.model_key + 1 if model == state.next_model else None
