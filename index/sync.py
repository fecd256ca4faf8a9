"""Makes a library equal to a content folder; only what changed is read and embedded.

Files are read ahead of the model, and committed behind it, in threads of their own: the model is
what takes the time, and does not wait for the rest.

Each file is one transaction, so an interrupted sync has finished some files and not others.  The
vectors of a file still at work are kept beside them (``Library.prepare_vectors``), so the next sync
goes on within it.  A file that cannot be read keeps the version that the library has of it: a slip
in one file must not take its answers away.  It is reported each time until it is mended.

What is read is in ``index.content``, how texts get their vectors in ``index.embedding``; here is
the order in which things are done, and what is said of them.
"""

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.content import ContentFolder, Readers, ReadFile
from index.embedding import Embedder
from index.encoder import Encoder
from index.errors import ReadError, UsageError
from index.history import remember
from index.languages import base_code
from index.library import Library
from index.model_files import ModelIdentity
from index.pipeline import Behind, ahead
from index.records import Article
from index.rows import LeftOut, SourceState
from index.sync_lock import only_sync

# So many passages of changed files are held before they are embedded and committed: enough to fill
# a GPU's batches, few enough to hold in memory.
GROUP_PASSAGES = 512
# So many files are read before they are needed, and so many groups of files or vectors wait to be
# written: enough that the model need not wait, few enough to hold in memory where files are large.
FILES_AHEAD = 4
WRITTEN_BEHIND = 4
LOCK_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync is.

    ``files_done`` of ``files`` changed files are in the library, ``passages_done`` of the
    ``passages`` known so far to be new are embedded; ``path`` is the file at hand ("" in between).
    """

    files_done: int
    files: int
    passages_done: int
    passages: int
    path: str = ""


Progress = Callable[[SyncProgress], None]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did: numbers of files, but ``embedded`` counts texts given to the model.

    ``failed`` has an error for each file that could not be read, for each entry that was left out
    of a list (those are ``left_out``, too), and for each entry of a companion that leads nowhere;
    ``stale`` are the paths of those of which the library keeps an older version.  ``former_model``
    is set when another model's vectors were replaced.  ``generation`` is the library's afterwards.
    ``device`` is where the model ran, None when nothing was embedded.  ``foreign`` has the
    languages that the model does not read, with the number of articles that the library has in
    each: the most first, then by code.  It is empty where the model's languages are not known.
    ``guessed`` has path and codec of each file read whose encoding nothing declares, in the order
    of reading.
    """

    read: int
    embedded: int
    unchanged: int
    removed: int
    failed: tuple[ReadError, ...]
    stale: tuple[str, ...]
    former_model: ModelIdentity | None
    generation: int
    seconds: float
    device: str | None = None
    foreign: tuple[tuple[str, int], ...] = ()
    guessed: tuple[tuple[str, str], ...] = ()
    left_out: tuple[ReadError, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything that can be found is different now."""
        return bool(self.read or self.removed or self.former_model)

    @property
    def failures(self) -> tuple[str, ...]:
        """A line for each of ``failed``: what is wrong, and what became of the file."""
        return tuple(f"{one}{self._became(one)}" for one in self.failed)

    def _became(self, error: ReadError) -> str:
        if error in self.left_out:
            return " (left out; the file's other entries are read)"
        return " (its former version still answers)" if error.path in self.stale else ""


def sync(
    content: Path,
    library: Library,
    encoder: Encoder,
    *,
    base_url: str | None = None,
    progress: Progress | None = None,
    readers: Readers | None = None,
    wait_s: float = LOCK_WAIT_S,
) -> SyncReport:
    """Make ``library`` equal to the files under ``content``.

    A file is read again when its size or times changed and its bytes did too, or when Footnote's
    own reading of files or ``base_url`` changed; a text is embedded only where the library has no
    vector of this model for it, whichever file it stood in.  With another model, all texts are
    embedded first, beside the old vectors, which answer until then.

    ``base_url`` is the public address of the folder.  The library remembers it: None keeps the one
    that it has, so that commands need not repeat it; the empty string takes it away.

    ``progress`` is called at least after each batch of texts.  What it raises ends the sync there,
    as a kill would: the next one goes on from what is kept.

    The file's bytes are hashed and read in one go, so a file that is edited meanwhile is stored as
    it was or as it is, and read again next time.

    Raises UsageError when ``content`` is no folder, ReadError when its ``.footnoteignore`` is none
    (``index.ignored``), LibraryLocked when another sync of this library is still running after
    ``wait_s`` seconds, and the errors of ``Library`` and ``Encoder``.  Other files that cannot be
    read are in the report, not raised.
    """
    content = Path(content)
    if not content.is_dir():
        raise UsageError(f"{content} is no folder: name the folder that holds the articles")
    if readers is None:
        from index import readers as package

        readers = package
    with only_sync(library.path, wait_s):
        report = _Sync(content, library, encoder, base_url, progress, readers).run()
        remember(library, at=datetime.now(UTC))
        return report


class _Sync:
    def __init__(
        self,
        folder: Path,
        library: Library,
        encoder: Encoder,
        base_url: str | None,
        progress: Progress | None,
        readers: Readers,
    ) -> None:
        self.folder = folder
        self.library = library
        self.encoder = encoder
        self.embedder = Embedder(library, encoder, self._report)
        self.base_url = library.base_url if base_url is None else base_url or None
        self.readers = readers
        self.progress = progress
        self.read = self.unchanged = self.removed = 0
        self.files = 0  # those to be read
        self.failed: list[ReadError] = []
        self.stale: list[str] = []
        self.guessed: dict[str, str] = {}
        self.left_out: dict[str, tuple[LeftOut, ...]] = {}  # by the file's path
        # By the thread that writes, and not yet counted.
        self._written: deque[tuple[str, ReadError | None]] = deque()

    def run(self) -> SyncReport:
        started = time.perf_counter()
        former = self.embedder.take_model()
        if self.base_url != self.library.base_url:
            self.library.set_base_url(self.base_url)
        known = self.library.sources()
        content = ContentFolder(self.folder, self.readers, known, base_url=self.base_url)
        self.failed.extend(content.misnamed)
        self.left_out = {path: known[path].left_out for path in content.paths if path in known}
        self._take_changes(content)
        # After the additions: a renamed file finds its texts' vectors under its old name.
        self._remove_gone(content)
        # Of files that changed again, or went, since a sync of them was interrupted.
        self.library.drop_prepared()
        unread = {error.path for error in self.failed}  # reported already
        left_out = self._left_out(unread)
        self.failed.extend(left_out)
        self.failed.extend(content.dead_ends(self._article, unread=unread))
        self._report()
        embedded = self.embedder.embedded
        return SyncReport(
            read=self.read,
            embedded=embedded,
            unchanged=self.unchanged,
            removed=self.removed,
            failed=tuple(self.failed),
            stale=tuple(self.stale),
            former_model=former,
            generation=self.library.generation,
            seconds=time.perf_counter() - started,
            device=self.encoder.device if embedded else None,
            foreign=_foreign(self.library, self.encoder),
            guessed=tuple(self.guessed.items()),
            left_out=left_out,
        )

    def _left_out(self, unread: Container[str]) -> tuple[ReadError, ...]:
        """The entries left out of the files as they are now, read just now or before."""
        return tuple(
            ReadError(path, one.reason, line=one.line)
            for path, entries in sorted(self.left_out.items())
            for one in entries
            if path not in unread
        )

    def _take_changes(self, content: ContentFolder) -> None:
        """Read, embed and commit what changed: all three at the same time, each in order."""
        changed = [path for path in content.paths if not content.looks_unchanged(path)]
        self.unchanged = len(content.paths) - len(changed)
        self.files = len(changed)
        self._report()
        before = len(self.failed)
        reading = (_read(content, path) for path in changed)
        # The writer comes first: what is complete is written, whatever ends the rest.
        with Behind(WRITTEN_BEHIND) as behind, ahead(reading, FILES_AHEAD) as files:
            group: list[ReadFile] = []
            for one in files:
                self._report(one.path)
                if one.seen is not None:
                    behind.put(partial(self.library.touch, one.path, one.seen))
                    self.unchanged += 1
                    self.files -= 1
                elif one.error is not None:
                    self.failed.append(one.error)
                    self.files -= 1
                    if one.path in content.known:
                        self.stale.append(one.path)
                elif one.file is not None:
                    group.append(one.file)
                    self.left_out[one.path] = one.file.state.left_out
                    for article in one.file.articles:
                        if article.encoding_guessed:
                            self.guessed[one.path] = article.encoding
                if sum(len(waiting.passages) for waiting in group) >= GROUP_PASSAGES:
                    self._commit(group, behind)
                    group = []
            self._commit(group, behind)
        self._report_written()
        place = {path: number for number, path in enumerate(changed)}
        self.failed[before:] = sorted(
            self.failed[before:], key=lambda error: place.get(error.path, len(place))
        )

    def _commit(self, group: Sequence[ReadFile], behind: Behind) -> None:
        """Embed what is new in these files, all together, and have them committed one by one."""
        texts = [passage.text for file in group for passage in file.passages]
        vectors = self.embedder.vectors_of(texts, behind)
        behind.put(partial(self._write, group, vectors))
        self.embedder.written(vectors, behind)
        self._report_written()

    def _write(self, group: Sequence[ReadFile], vectors: Mapping[str, NDArray[np.float32]]) -> None:
        for file in group:
            dimension = self.encoder.identity.dimension
            rows = np.empty((len(file.passages), dimension), dtype=np.float32)
            for row, passage in enumerate(file.passages):
                rows[row] = vectors[passage.text]
            try:
                self.library.replace(file.path, file.state, file.articles, file.passages, rows)
            except UsageError as error:  # an id that another file has, for one
                self._written.append((file.path, ReadError(file.path, str(error))))
            else:
                self._written.append((file.path, None))

    def _report_written(self) -> None:
        """Count and report the files that were written since the last time."""
        while self._written:
            path, error = self._written.popleft()
            if error is not None:
                self.failed.append(error)
                self.files -= 1
                self.guessed.pop(path, None)
            else:
                self.read += 1
                self._report(path)

    def _remove_gone(self, content: ContentFolder) -> None:
        """Remove what is no source any more: gone, or in a folder that is skipped now, say."""
        for path in content.known:
            if path in content:
                continue
            if error := content.out_of_reach(path):
                self.failed.append(ReadError(path, error.strerror or str(error)))
                self.stale.append(path)
            else:
                self.library.remove(path)
                self.removed += 1

    def _article(self, id: str) -> Article | None:
        with contextlib.suppress(UsageError):
            return self.library.article(id)
        return None

    def _report(self, path: str = "") -> None:
        if self.progress is not None:
            done, wanted = self.embedder.embedded, self.embedder.wanted
            self.progress(SyncProgress(self.read, self.files, done, wanted, path))


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of reading a file: what it says, or its state where it says what is known of it
    already, or an error."""

    path: str
    file: ReadFile | None = None
    seen: SourceState | None = None
    error: ReadError | None = None


def _read(content: ContentFolder, path: str) -> _Read:
    """The file as it is now."""
    known = content.known.get(path)
    try:
        state, data = content.load(path)
        if known and (known.digest, known.recipe) == (state.digest, state.recipe):
            kept = replace(state, companion=known.companion, left_out=known.left_out)
            return _Read(path, seen=kept)
        return _Read(path, file=content.read(path, state, data))
    except ReadError as error:
        return _Read(path, error=error)


def _foreign(library: Library, encoder: Encoder) -> tuple[tuple[str, int], ...]:
    if encoder.languages is None:
        return ()
    found: Counter[str] = Counter()
    for tag, articles in library.languages().items():
        code = base_code(tag)
        if code is not None and code not in encoder.languages:
            found[code] += articles
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))
