"""Makes a library equal to a content folder; only what changed is read and embedded.

Each file is one transaction, so an interrupted sync has finished some files and not others.  The
vectors of a file still at work are kept beside them (``Library.prepare_vectors``), so the next sync
goes on within it.  A file that cannot be read keeps the version that the library has
of it: a slip in one file must not take its answers away.  It is reported each time until it is
mended.

What an article gets from a companion file (``index.companions``) is part of the recipe of the file
that it stands in: that file is read again when its companions say something else.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import logging
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.companions import is_companion_path, problems, with_wordings
from index.encoder import Encoder, ModelIdentity
from index.errors import LibraryError, LibraryLocked, ReadError, UsageError
from index.history import remember
from index.languages import base_code
from index.library import FOLDER, Library
from index.passages import passages_of
from index.records import Article, Companion, Passage
from index.rows import SourceState

# So many passages of changed files are held before they are embedded and committed: enough to fill
# a GPU's batches, few enough to hold in memory.
GROUP_PASSAGES = 512
# After so many texts their vectors are kept, also in the midst of a file: what a kill can lose.  A
# GPU's batch; some 1.5 s of a processor's time, against which the transaction does not count.
KEEP_TEXTS = 64
# A file written this shortly before it was read may be written again without a new time stamp
# (two seconds is FAT's step, the coarsest).  Its time is not kept, so the next sync reads it again.
RACY_NS = 2_000_000_000
LOCK_WAIT_S = 60.0

# The libraries that have a part in what a file is read as.
_READING_PACKAGES = (
    "PyYAML",
    "charset-normalizer",
    "docutils",
    "lxml",
    "markdown-it-py",
    "mdit-py-plugins",
    "py3langid",
    "sentencex",
)

_log = logging.getLogger(__name__)


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
    that leads nowhere; ``stale`` are the paths of those
    of which the library keeps an older version.  ``former_model`` is set when another model's
    vectors were replaced.  ``generation`` is the library's afterwards.  ``device`` is where the
    model ran, None when nothing was embedded.  ``foreign`` has the languages that the model does
    not read, with the number of articles that the library has in each: the most first, then by
    code.  It is empty where the model's languages are not known.
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


class Readers(Protocol):
    """How files become articles: the package ``index.readers``, or what has its functions."""

    MAX_BYTES: int

    def find_sources(self, paths: Iterable[Path]) -> Sequence[Path]: ...

    def read_bytes(
        self, data: bytes, path: str, *, base_url: str | None = None
    ) -> Sequence[Article]: ...


def library_path(content: Path, *, write: bool = False) -> Path:
    """Where the library of a content folder is kept.

    ``CONTENT/.footnote/library.sqlite`` where that can be written; else a file in the user's cache
    folder, named by the content folder's place.  For reading alone (``write`` false), a library
    that came with an unwritable content folder is taken while the cache has none.
    """
    content = Path(content).resolve()
    inside = content / FOLDER / "library.sqlite"
    if os.access(inside.parent if inside.parent.exists() else content, os.W_OK):
        return inside
    name = f"{content.name}-{hashlib.sha256(os.fsencode(content)).hexdigest()[:16]}"
    cached = _cache_folder() / "footnote" / name / "library.sqlite"
    return inside if not write and inside.exists() and not cached.exists() else cached


def _cache_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


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
    with _only_sync(library.path, wait_s):
        report = _Sync(content, library, encoder, base_url, progress, readers).run()
        remember(library, at=datetime.now(UTC))
        return report


@dataclass(slots=True)
class _Changed:
    """A changed file, read and waiting to be committed."""

    path: str
    state: SourceState
    articles: Sequence[Article]
    passages: list[Passage]


class _Sync:
    def __init__(
        self,
        content: Path,
        library: Library,
        encoder: Encoder,
        base_url: str | None,
        progress: Progress | None,
        readers: Readers,
    ) -> None:
        self.content = content
        self.library = library
        self.encoder = encoder
        self.base_url = library.base_url if base_url is None else base_url or None
        self.readers = readers
        self.progress = progress
        self.recipe = _recipe(self.base_url)
        self.companions: dict[str, Companion] = {}  # by their paths, ascending
        self.companions_of: dict[str, list[Companion]] = {}  # by their article's path
        self.read = self.unchanged = self.removed = 0
        self.embedded = self.known = self.files = 0
        self.failed: list[ReadError] = []
        self.stale: list[str] = []

    def run(self) -> SyncReport:
        started = time.perf_counter()
        former = self._take_model()
        if self.base_url != self.library.base_url:
            self.library.set_base_url(self.base_url)
        sources = self.library.sources()
        found = self._find()
        self._find_companions(found, sources)
        changed = [path for path in found if not self._looks_unchanged(path, sources.get(path))]
        self.unchanged = len(found) - len(changed)
        self.files = len(changed)
        self._report()
        group: list[_Changed] = []
        for path in changed:
            self._report(path)
            file = self._read(path, sources.get(path))
            if file is None:
                continue
            group.append(file)
            if sum(len(waiting.passages) for waiting in group) >= GROUP_PASSAGES:
                self._commit(group)
                group = []
        self._commit(group)
        # After the additions: a renamed file finds its texts' vectors under its old name.
        for path in sources:
            if path not in found and self._is_gone(path):
                self.library.remove(path)
                self.removed += 1
        # Of files that changed again, or went, since a sync of them was interrupted.
        self.library.drop_prepared()
        self._check_companions()
        self._report()
        return SyncReport(
            read=self.read,
            embedded=self.embedded,
            unchanged=self.unchanged,
            removed=self.removed,
            failed=tuple(self.failed),
            stale=tuple(self.stale),
            former_model=former,
            generation=self.library.generation,
            seconds=time.perf_counter() - started,
            device=self.encoder.device if self.embedded else None,
            foreign=self._foreign(),
        )

    def _foreign(self) -> tuple[tuple[str, int], ...]:
        if self.encoder.languages is None:
            return ()
        found: Counter[str] = Counter()
        for tag, articles in self.library.languages().items():
            code = base_code(tag)
            if code is not None and code not in self.encoder.languages:
                found[code] += articles
        return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _take_model(self) -> ModelIdentity | None:
        """Make the encoder's model the library's; the former one, where there was another."""
        model, former = self.encoder.identity, self.library.model
        if former in (None, model):
            self.library.set_model(model)
            return None
        missing = self.library.missing_texts(model)
        self.known += len(missing)
        for at in range(0, len(missing), KEEP_TEXTS):
            texts = missing[at : at + KEEP_TEXTS]
            self.library.prepare_vectors(model, texts, self._encode(texts))
        self.library.set_model(model)
        return former

    def _find(self) -> dict[str, Path]:
        """The files to have in the library, by their path in it, in ascending order."""
        found: dict[str, Path] = {}
        for path in self.readers.find_sources([self.content]):
            name = path.relative_to(self.content).as_posix()
            try:
                name.encode()
            except UnicodeEncodeError:
                self.failed.append(ReadError(ascii(name), "its name is not valid UTF-8"))
            else:
                found[name] = path
        return dict(sorted(found.items()))

    def _find_companions(self, found: dict[str, Path], sources: dict[str, SourceState]) -> None:
        """Learn what the companions say, before any file that they say it of is looked at.

        Of one that cannot be read, its former version counts, as it does for its own pairs.
        """
        kept = {path for path in sources if path not in found and self._out_of_reach(path)}
        for path in sorted(filter(is_companion_path, {*found, *kept})):
            known = sources.get(path)
            companion = known.companion if known else None
            if path in found and (known is None or not self._looks_unchanged(path, known)):
                with contextlib.suppress(ReadError):  # reported when its turn comes
                    companion = _companion(self._bytes(path)[1], path)
            if companion is not None:
                self.companions[path] = companion
        for companion in self.companions.values():
            if companion.wordings:
                self.companions_of.setdefault(_home(companion, found), []).append(companion)

    def _check_companions(self) -> None:
        unread = {error.path for error in self.failed}  # reported already
        for path, companion in self.companions.items():
            if _home(companion, unread) in unread:
                continue
            article = None
            with contextlib.suppress(UsageError):
                article = self.library.article(companion.article)
            self.failed.extend(problems(path, companion, article))

    def _recipe_of(self, path: str) -> str:
        """The recipe of the file at ``path``: with what its companions add to it."""
        if path not in self.companions_of:
            return self.recipe
        added = [
            (companion.article, wordings.pair, wordings.alternates)
            for companion in self.companions_of[path]
            for wordings in companion.wordings
        ]
        return hashlib.sha256(f"{self.recipe} {added!r}".encode()).hexdigest()[:32]

    def _looks_unchanged(self, path: str, known: SourceState | None) -> bool:
        if known is None or known.recipe != self._recipe_of(path):
            return False
        try:
            now = (self.content / path).stat()
        except OSError:
            return False
        # The inode's change time too: mtime alone can be set back, as cp -p and unzip do.
        seen = (known.size, known.mtime_ns, known.ctime_ns)
        return seen == (now.st_size, now.st_mtime_ns, now.st_ctime_ns)

    def _read(self, path: str, known: SourceState | None) -> _Changed | None:
        """The file with its passages; None where its bytes are the known ones or cannot be read."""
        try:
            state, data = self._bytes(path)
            if known and (known.digest, known.recipe) == (state.digest, state.recipe):
                self.library.touch(path, replace(state, companion=known.companion))
                self.unchanged += 1
                self.files -= 1
                return None
            articles = self._articles(data, path)
            if path in self.companions_of:
                articles = with_wordings(articles, self.companions_of[path])
            if is_companion_path(path):
                state = replace(state, companion=_companion(data, path))
            passages = [passage for article in articles for passage in passages_of(article)]
            _check_text(articles, passages, path)
        except ReadError as error:
            self.failed.append(error)
            self.files -= 1
            if known:
                self.stale.append(path)
            return None
        return _Changed(path, state, articles, passages)

    def _articles(self, data: bytes, path: str) -> Sequence[Article]:
        try:
            return self.readers.read_bytes(data, path, base_url=self.base_url)
        except ReadError:
            raise
        except Exception as error:
            # A fault of ours: it must not keep the other files out, and must not go unseen.
            _log.exception("reading %s failed", path)
            reason = f"Footnote failed on it ({type(error).__name__}: {error}): please report it"
            raise ReadError(path, reason) from error

    def _bytes(self, path: str) -> tuple[SourceState, bytes]:
        place = self.content / path
        try:
            before, now_ns = place.stat(), time.time_ns()
            if before.st_size > self.readers.MAX_BYTES:
                limit = self.readers.MAX_BYTES
                raise ReadError(path, f"too large: {before.st_size} bytes, the limit is {limit}")
            data = place.read_bytes()
        except OSError as error:
            raise ReadError(path, error.strerror or str(error)) from error
        # Where the size differs it was written to meanwhile; the zero makes the next sync look
        # again.
        racy = now_ns - max(before.st_mtime_ns, before.st_ctime_ns) < RACY_NS
        steady = not racy and len(data) == before.st_size
        state = SourceState(
            digest=hashlib.sha256(data).hexdigest(),
            size=len(data),
            mtime_ns=before.st_mtime_ns if steady else 0,
            ctime_ns=before.st_ctime_ns if steady else 0,
            recipe=self._recipe_of(path),
        )
        return state, data

    def _commit(self, group: list[_Changed]) -> None:
        """Embed what is new in these files, all together, and commit them one by one."""
        model = self.encoder.identity
        texts = [passage.text for file in group for passage in file.passages]
        vectors = self.library.known_vectors(texts, model=model)
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        self.known += len(new)
        new.sort(key=len)  # texts of a like length share a GPU's batch
        for at in range(0, len(new), KEEP_TEXTS):
            part = new[at : at + KEEP_TEXTS]
            made = self._encode(part)
            vectors.update(zip(part, made, strict=True))
            if at + KEEP_TEXTS < len(new):  # the last part is committed with its files just below
                self.library.prepare_vectors(model, part, made)
        for file in group:
            rows = np.empty((len(file.passages), model.dimension), dtype=np.float32)
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

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        def done(count: int) -> None:
            self.embedded += count
            self._report()

        return self.encoder.encode_documents(texts, on_batch=done)

    def _is_gone(self, path: str) -> bool:
        """Whether a file that was not found is no source any more, and not merely out of reach."""
        try:
            (self.content / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError as error:
            self.failed.append(ReadError(path, error.strerror or str(error)))
            self.stale.append(path)
            return False
        return True  # it is there, but not to be read any more: in a folder that is skipped, say

    def _out_of_reach(self, path: str) -> bool:
        try:
            (self.content / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return False

    def _report(self, path: str = "") -> None:
        if self.progress is not None:
            self.progress(SyncProgress(self.read, self.files, self.embedded, self.known, path))


def _companion(data: bytes, path: str) -> Companion | None:
    from index.readers.decode import decode
    from index.readers.list_companion import read_companion

    return read_companion(decode(data, path).text, path)


def _home(companion: Companion, paths: Container[str]) -> str:
    """The path of the file that its article stands in, by itself or as one of several."""
    if companion.article in paths:
        return companion.article
    return str(PurePosixPath(companion.article).parent)


def _check_text(articles: Sequence[Article], passages: Sequence[Passage], path: str) -> None:
    ids = [article.id for article in articles] + [passage.id for passage in passages]
    if len(set(ids)) != len(ids):
        twice = next(id for at, id in enumerate(ids) if id in ids[:at])
        raise ReadError(path, f"the id {twice!r} is used twice")
    for article in articles:
        try:
            article.text.encode()
        except UnicodeEncodeError as error:
            line = article.text.count("\n", 0, error.start) + 1
            raise ReadError(path, f"half a surrogate pair in line {line} of its text") from error


def _recipe(base_url: str | None) -> str:
    """Names what turns bytes into passages: our code for it, its libraries, and the base address.

    A library that another recipe made is read again, so that it equals one made afresh.
    """
    return hashlib.sha256(f"{_code_digest()} {base_url!r}".encode()).hexdigest()[:32]


@functools.cache  # the code that runs is the code that was imported, whatever is on the disk now
def _code_digest() -> str:
    whole = hashlib.sha256()
    here = Path(__file__).parent
    own = ("companions.py", "languages.py", "passages.py", "records.py")
    files = [*(here / name for name in own), *here.glob("readers/**/*")]
    for path in sorted(file for file in files if file.suffix != ".pyc" and file.is_file()):
        whole.update(f"{path.relative_to(here).as_posix()}\0".encode() + path.read_bytes())
    for package in _READING_PACKAGES:
        whole.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    return whole.hexdigest()


@contextlib.contextmanager
def _only_sync(library: Path, wait_s: float) -> Iterator[None]:
    """Hold the library's sync lock: a second sync waits, so that no text is embedded twice.

    The lock is SQLite's own on a file beside the library: it works on every system, and the system
    lets go of it when the process ends, however it ends.
    """
    path = library.with_name(f"{library.name}.lock")
    with contextlib.ExitStack() as stack:
        try:
            lock = sqlite3.connect(path, timeout=wait_s, isolation_level=None)
            stack.enter_context(contextlib.closing(lock))
            lock.execute("PRAGMA journal_mode = MEMORY")
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise LibraryLocked(
                    f"another sync of {library} is still running after {wait_s:.0f} s: try later"
                ) from error
            raise LibraryError(f"{path} cannot be locked: {error}") from error
        yield
