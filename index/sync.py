"""Makes a library equal to a content folder; only what changed is read and embedded.

Files are read ahead of the model, and committed behind it, in threads of their own: the model is
what takes the time, and does not wait for the rest.

What is quick comes first: small files, in ascending order of their sizes, then those that were only
moved, then what is gone is removed.  Large files follow one by one.  So an edit of a line is in the
library within seconds, whatever else there is to do; the library is the same in the end.

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
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.content import ContentFolder, KeptFiles, Readers, ReadFile
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
# A larger file is read and embedded by itself, when all that is quick is in the library.  Up to
# this size a file is read in a fraction of a second.
LARGE_BYTES = 64 * 1024
LOCK_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync is.

    ``files_done`` of ``files`` changed files are in the library, ``passages_done`` of the
    ``passages`` known so far to be new are embedded; ``path`` is the file at hand ("" in between).
    Of the passages done, ``passages_kept`` are kept for the next sync, were this one to end now.
    ``quick_done``: only large files are left, and all else is in the library.
    """

    files_done: int
    files: int
    passages_done: int
    passages: int
    path: str = ""
    passages_kept: int = 0
    quick_done: bool = False


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
    ``guessed`` has path and codec of each file read whose encoding nothing declares, by path.
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
    kept: KeptFiles | None = None,
    wait_s: float = LOCK_WAIT_S,
) -> SyncReport:
    """Make ``library`` equal to the files under ``content``.

    A file is read again when its size or times changed and its bytes did too, or when Footnote's
    own reading of files or ``base_url`` changed; a text is embedded only where the library has no
    vector of this model for it, whichever file it stood in.  With another model, all texts are
    embedded first, beside the old vectors, which answer until then.

    ``base_url`` is the public address of the folder.  The library remembers it: None keeps the one
    that it has, so that commands need not repeat it; the empty string takes it away.

    ``progress`` is called at least after each batch of texts, and again and again while another
    sync or the reading of a file is waited for.  What it raises ends the sync there, as a kill
    would: the next one goes on from what is kept.  Large files that are read already it need not
    read again if both are given the same ``kept``.

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

    def waiting() -> None:
        if progress is not None:
            progress(SyncProgress(0, 0, 0, 0))

    with only_sync(library.path, wait_s, waiting=waiting):
        report = _Sync(content, library, encoder, base_url, progress, readers, kept).run()
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
        kept: KeptFiles | None,
    ) -> None:
        self.folder = folder
        self.library = library
        self.encoder = encoder
        self.embedder = Embedder(library, encoder, self._report)
        self.base_url = library.base_url if base_url is None else base_url or None
        self.readers = readers
        self.progress = progress
        self.kept = kept or KeptFiles()
        self.quick_done = False
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
            guessed=tuple(sorted(self.guessed.items())),
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
        """Read, embed and commit what changed: all three at the same time, each in order.

        What is gone is removed in between.
        """
        changed = [path for path in content.paths if not content.looks_unchanged(path)]
        quick, moved, large = _in_order(content, changed)
        self.kept.drop_others(frozenset((*moved, *large)))
        self.unchanged = len(content.paths) - len(changed)
        self.files = len(changed)
        self._report()
        before = len(self.failed)
        reading = (_read(content, path, self.kept) for path in (*quick, *moved, *large))
        # The writer comes first: what is complete is written, whatever ends the rest.
        with (
            Behind(WRITTEN_BEHIND) as behind,
            ahead(reading, FILES_AHEAD, waiting=self._report) as files,
        ):
            for some in (quick, *([path] for path in moved)):
                self._take(islice(files, len(some)), content, behind)
            behind.finish(waiting=self._report)
            # After the additions: a renamed file finds its texts' vectors under its old name.
            out_of_reach = self._remove_gone(content, keep_vectors=bool(large))
            self.quick_done = bool(large)
            self._report()
            for _ in large:
                self._take(islice(files, 1), content, behind)
        self._report()
        place = {path: number for number, path in enumerate(changed)}
        self.failed[before:] = sorted(
            self.failed[before:], key=lambda error: place.get(error.path, len(place))
        )
        self.stale.sort()
        self.failed.extend(out_of_reach)
        self.stale.extend(error.path for error in out_of_reach)

    def _take(self, files: Iterable["_Read"], content: ContentFolder, behind: Behind) -> None:
        """Embed files as they are read, those of a group together, and have them committed."""
        group: list[ReadFile] = []
        size = 0
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
                # What is there already does not wait for a file that overfills the group.
                if group and size + len(one.file.passages) > GROUP_PASSAGES:
                    self._commit(group, behind)
                    group, size = [], 0
                group.append(one.file)
                self.left_out[one.path] = one.file.state.left_out
                size += len(one.file.passages)
                for article in one.file.articles:
                    if article.encoding_guessed:
                        self.guessed[one.path] = article.encoding
            if size >= GROUP_PASSAGES:
                self._commit(group, behind)
                group, size = [], 0
        self._commit(group, behind)

    def _commit(self, group: Sequence[ReadFile], behind: Behind) -> None:
        """Embed what is new in these files, all together, and have them committed one by one."""
        texts = [passage.text for file in group for passage in file.passages]
        vectors = self.embedder.vectors_of(texts, behind)
        behind.put(partial(self._write, group, vectors))
        self.embedder.written(vectors, behind)
        self._report()

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

    def _report(self, path: str = "") -> None:
        """Report how far this is, and each file that was written since the last time."""
        while self._written:
            written, error = self._written.popleft()
            self.kept.drop(written)
            if error is not None:
                self.failed.append(error)
                self.files -= 1
                self.guessed.pop(written, None)
            else:
                self.read += 1
                self._tell(written)
        self._tell(path)

    def _remove_gone(self, content: ContentFolder, *, keep_vectors: bool) -> list[ReadError]:
        """Remove what is no source any more: gone, or in a folder that is skipped now, say.

        What is only out of reach stays; the errors that say so.
        """
        out_of_reach = []
        for path in content.known:
            if path in content:
                continue
            if error := content.out_of_reach(path):
                out_of_reach.append(ReadError(path, error.strerror or str(error)))
            else:
                self.library.remove(path, keep_vectors=keep_vectors)
                self.removed += 1
        return out_of_reach

    def _article(self, id: str) -> Article | None:
        with contextlib.suppress(UsageError):
            return self.library.article(id)
        return None

    def _tell(self, path: str) -> None:
        if self.progress is not None:
            done = self.embedder
            self.progress(
                SyncProgress(
                    files_done=self.read,
                    files=self.files,
                    passages_done=done.embedded,
                    passages=done.wanted,
                    path=path,
                    passages_kept=done.kept,
                    quick_done=self.quick_done,
                )
            )


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of reading a file: what it says, or its state where it says what is known of it
    already, or an error."""

    path: str
    file: ReadFile | None = None
    seen: SourceState | None = None
    error: ReadError | None = None


def _in_order(
    content: ContentFolder, changed: Sequence[str]
) -> tuple[list[str], list[str], list[str]]:
    """The changed files that are quick, the large ones that were only moved, the other large ones:
    each in ascending order of size, then of path."""
    sizes = {path: content.size(path) for path in changed}
    ordered = sorted(changed, key=lambda path: (sizes[path], path))
    gone = {
        (state.size, state.digest) for path, state in content.known.items() if path not in content
    }
    gone_sizes = {size for size, _ in gone}

    def was_moved(path: str) -> bool:
        if path in content.known or sizes[path] not in gone_sizes:
            return False
        with contextlib.suppress(ReadError):  # reported when its turn comes
            state, _ = content.load(path)
            return (state.size, state.digest) in gone
        return False

    large = [path for path in ordered if sizes[path] > LARGE_BYTES]
    moved = [path for path in large if was_moved(path)]
    return (
        [path for path in ordered if sizes[path] <= LARGE_BYTES],
        moved,
        [path for path in large if path not in moved],
    )


def _read(content: ContentFolder, path: str, kept: KeptFiles) -> _Read:
    """The file as it is now."""
    known = content.known.get(path)
    try:
        state, data = content.load(path)
        if known and (known.digest, known.recipe) == (state.digest, state.recipe):
            seen = replace(state, companion=known.companion, left_out=known.left_out)
            return _Read(path, seen=seen)
        if len(data) <= LARGE_BYTES:
            return _Read(path, file=content.read(path, state, data))
        read = partial(content.read, path, state, data)
        return _Read(path, file=kept.read(path, state, read))
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
