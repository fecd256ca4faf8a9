"""Makes a library equal to a content folder; only what changed is read and embedded.

Each file is one transaction, so an interrupted sync has finished some files and not others.  The
vectors of a file still at work are kept beside them (``Library.prepare_vectors``), so the next sync
goes on within it.  A file that cannot be read keeps the version that the library has of it: a slip
in one file must not take its answers away.  It is reported each time until it is mended.

What is read is in ``index.content``, how texts get their vectors in ``index.embedding``; here is
the order in which things are done, and what is said of them.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.content import ContentFolder, Readers, ReadFile
from index.embedding import Embedder
from index.encoder import Encoder, ModelIdentity
from index.errors import ReadError, UsageError
from index.history import remember
from index.languages import base_code
from index.library import Library
from index.library_place import library_path as library_path
from index.records import Article
from index.sync_lock import only_sync

# So many passages of changed files are held before they are embedded and committed: enough to fill
# a GPU's batches, few enough to hold in memory.
GROUP_PASSAGES = 512
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

    ``failed`` has an error for each file that could not be read, and for each entry of a companion
    that leads nowhere; ``stale`` are the paths of those of which the library keeps an older
    version.  ``former_model`` is set when another model's vectors were replaced.  ``generation`` is
    the library's afterwards.  ``device`` is where the model ran, None when nothing was embedded.
    ``foreign`` has the languages that the model does not read, with the number of articles that the
    library has in each: the most first, then by code.  It is empty where the model's languages are
    not known.
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

    @property
    def changed(self) -> bool:
        """Whether anything that can be found is different now."""
        return bool(self.read or self.removed or self.former_model)


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

    The file's bytes are hashed and read in one go, so a file that is edited meanwhile is stored as
    it was or as it is, and read again next time.

    Raises UsageError when ``content`` is no folder, LibraryLocked when another sync of this library
    is still running after ``wait_s`` seconds, and the errors of ``Library`` and ``Encoder``.  Files
    that cannot be read are in the report, not raised.
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

    def run(self) -> SyncReport:
        started = time.perf_counter()
        former = self.embedder.take_model()
        if self.base_url != self.library.base_url:
            self.library.set_base_url(self.base_url)
        known = self.library.sources()
        content = ContentFolder(self.folder, self.readers, known, base_url=self.base_url)
        self.failed.extend(content.misnamed)
        self._take_changes(content)
        # After the additions: a renamed file finds its texts' vectors under its old name.
        self._remove_gone(content)
        # Of files that changed again, or went, since a sync of them was interrupted.
        self.library.drop_prepared()
        unread = {error.path for error in self.failed}  # reported already
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
        )

    def _take_changes(self, content: ContentFolder) -> None:
        changed = [path for path in content.paths if not content.looks_unchanged(path)]
        self.unchanged = len(content.paths) - len(changed)
        self.files = len(changed)
        self._report()
        group: list[ReadFile] = []
        for path in changed:
            self._report(path)
            file = self._read(content, path)
            if file is None:
                continue
            group.append(file)
            if sum(len(waiting.passages) for waiting in group) >= GROUP_PASSAGES:
                self._commit(group)
                group = []
        self._commit(group)

    def _read(self, content: ContentFolder, path: str) -> ReadFile | None:
        """The file as it is now; None where its bytes are the known ones or cannot be read."""
        known = content.known.get(path)
        try:
            state, data = content.load(path)
            if known and (known.digest, known.recipe) == (state.digest, state.recipe):
                self.library.touch(path, replace(state, companion=known.companion))
                self.unchanged += 1
                self.files -= 1
                return None
            return content.read(path, state, data)
        except ReadError as error:
            self.failed.append(error)
            self.files -= 1
            if known:
                self.stale.append(path)
            return None

    def _commit(self, group: Sequence[ReadFile]) -> None:
        """Embed what is new in these files, all together, and commit them one by one."""
        texts = [passage.text for file in group for passage in file.passages]
        vectors = self.embedder.vectors_of(texts)
        for file in group:
            rows = np.empty((len(file.passages), self.encoder.identity.dimension), dtype=np.float32)
            for row, passage in enumerate(file.passages):
                rows[row] = vectors[passage.text]
            try:
                self.library.replace(file.path, file.state, file.articles, file.passages, rows)
            except UsageError as error:  # an id that another file has, for one
                self.failed.append(ReadError(file.path, str(error)))
                self.files -= 1
                continue
            self.read += 1
            self._report(file.path)

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


def _foreign(library: Library, encoder: Encoder) -> tuple[tuple[str, int], ...]:
    if encoder.languages is None:
        return ()
    found: Counter[str] = Counter()
    for tag, articles in library.languages().items():
        code = base_code(tag)
        if code is not None and code not in encoder.languages:
            found[code] += articles
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))
