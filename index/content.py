"""A content folder as one sync reads it: which files there are, which changed, what they say."""

import contextlib
import hashlib
import logging
import os
import threading
import time
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from index.companions import is_companion_path, problems, with_wordings
from index.errors import ReadError
from index.passages import passages_of
from index.recipe import recipe_of, with_companions
from index.records import Article, Companion, Passage
from index.rows import LeftOut, SourceState

# A file written this shortly before it was read may be written again without a new time stamp
# (two seconds is FAT's step, the coarsest).  Its time is not kept, so the next sync reads it again.
RACY_NS = 2_000_000_000

_log = logging.getLogger(__name__)


class Readers(Protocol):
    """How files become articles: the package ``index.readers``, or what has its functions."""

    MAX_BYTES: int

    def find_sources(self, paths: Iterable[Path]) -> Sequence[Path]: ...

    def read_bytes(
        self,
        data: bytes,
        path: str,
        *,
        base_url: str | None = None,
        problems: list[ReadError] | None = None,
    ) -> Sequence[Article]: ...


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read, with the articles and passages that the library is to have of it."""

    path: str
    state: SourceState
    articles: Sequence[Article]
    passages: Sequence[Passage]


class KeptFiles:
    """Large files as they were read, for syncs that follow one another: of a server, say.

    A sync that ends before it has written a file leaves it here, and the next one need not read it
    again, which takes minutes for the largest.  For several threads: who wants a file that another
    one is reading waits for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, tuple[tuple[str, str], Future[ReadFile]]] = {}

    def read(self, path: str, state: SourceState, read: Callable[[], ReadFile]) -> ReadFile:
        """The file in that state, by ``read`` where it is not kept.  Raises what that raises."""
        key = (state.digest, state.recipe)
        with self._lock:
            known = self._files.get(path)
            if known is None or known[0] != key:
                known = self._files[path] = (key, Future())
                mine = True
            else:
                mine = False
        file = known[1]
        if mine:
            try:
                file.set_result(read())
            except BaseException as error:  # noqa: BLE001  # raised below, and where it is waited for
                file.set_exception(error)
        found = file.result()
        says = found.state
        return replace(
            found, state=replace(state, companion=says.companion, left_out=says.left_out)
        )

    def drop(self, path: str) -> None:
        """Keep that file no longer."""
        with self._lock:
            self._files.pop(path, None)

    def drop_others(self, paths: Collection[str]) -> None:
        """Keep no file but those."""
        with self._lock:
            self._files = {path: kept for path, kept in self._files.items() if path in paths}


class ContentFolder:
    """The files of a content folder, by their paths in it, with forward slashes.

    ``known`` is what the library has of them.  ``paths`` are those that are found now, ascending;
    ``misnamed`` has an error for each file whose name no library can hold.

    What an article gets from a companion file (``index.companions``) is part of the recipe of the
    file that it stands in: that file is read again when its companions say something else.  So
    what the companions say is learned here, before any file that they say it of is looked at.
    """

    def __init__(
        self,
        folder: Path,
        readers: Readers,
        known: Mapping[str, SourceState],
        *,
        base_url: str | None,
    ) -> None:
        self.folder = folder
        root = folder.as_posix()
        self._prefix = "" if root == "." else f"{root.rstrip('/')}/"
        self.readers = readers
        self.known = known
        self.base_url = base_url
        self.misnamed: list[ReadError] = []
        self.paths = self._find()
        self._found = frozenset(self.paths)
        self._recipe = recipe_of(base_url)
        self._companions_of: dict[str, list[Companion]] = {}  # by their article's file
        self._companions = self._read_companions()
        for companion in self._companions.values():
            if companion.wordings:
                home = _home(companion, self._found)
                self._companions_of.setdefault(home, []).append(companion)

    def __contains__(self, path: str) -> bool:
        """Whether a file of that path is found now."""
        return path in self._found

    def looks_unchanged(self, path: str) -> bool:
        """Whether the file is, by its size and times, the known one, read as it would be now."""
        known = self.known.get(path)
        if known is None or known.recipe != self._recipe_of(path):
            return False
        try:
            # Not Path.stat: to make ten thousand paths takes longer than to look at the files.
            now = os.stat(f"{self._prefix}{path}")  # noqa: PTH116
        except OSError:
            return False
        # The inode's change time too: mtime alone can be set back, as cp -p and unzip do.
        seen = (known.size, known.mtime_ns, known.ctime_ns)
        return seen == (now.st_size, now.st_mtime_ns, now.st_ctime_ns)

    def size(self, path: str) -> int:
        """The file's size in bytes; 0 where it cannot be looked at."""
        try:
            return (self.folder / path).stat().st_size
        except OSError:
            return 0

    def load(self, path: str) -> tuple[SourceState, bytes]:
        """The file's bytes and what they are known by.  Raises ReadError."""
        place = self.folder / path
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

    def read(self, path: str, state: SourceState, data: bytes) -> ReadFile:
        """What the file of these bytes says, companions included.

        The entries that could not be read are in its state.  Raises ReadError.
        """
        problems: list[ReadError] = []
        articles = self._articles(path, data, problems)
        left_out = tuple(LeftOut(problem.reason, problem.line) for problem in problems)
        state = replace(state, left_out=left_out)
        if path in self._companions_of:
            articles = with_wordings(articles, self._companions_of[path])
        if is_companion_path(path):
            state = replace(state, companion=_companion(data, path))
        passages = [passage for article in articles for passage in passages_of(article)]
        _check_ids(articles, passages, path)
        _check_characters(articles, path)
        return ReadFile(path, state, articles, passages)

    def out_of_reach(self, path: str) -> OSError | None:
        """The error that keeps a file from being looked at; None where it is there, or is gone."""
        try:
            (self.folder / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return error
        return None

    def dead_ends(
        self, article: Callable[[str], Article | None], *, unread: Container[str]
    ) -> Iterator[ReadError]:
        """What in the companions leads nowhere, by their paths; of ``unread`` files nothing.

        ``article`` finds an article by its id.
        """
        for path, companion in self._companions.items():
            if _home(companion, unread) not in unread:
                yield from problems(path, companion, article(companion.article))

    def _find(self) -> tuple[str, ...]:
        found = []
        for path in self.readers.find_sources([self.folder]):
            name = path.as_posix().removeprefix(self._prefix)
            try:
                name.encode()
            except UnicodeEncodeError:
                self.misnamed.append(ReadError(ascii(name), "its name is not valid UTF-8"))
            else:
                found.append(name)
        return tuple(sorted(found))

    def _read_companions(self) -> dict[str, Companion]:
        """What each companion says, in the order of their paths.

        Of one that cannot be read, its former version counts, as it does for its own pairs.  One
        that has changed is read here and again when its turn comes (``load``, ``read``): what it
        says decides which files are looked at before that, and all their bytes are not to be held
        in memory until then.
        """
        kept = (path for path in self.known if path not in self and self.out_of_reach(path))
        said: dict[str, Companion] = {}
        for path in sorted(filter(is_companion_path, {*self.paths, *kept})):
            known = self.known.get(path)
            companion = known.companion if known else None
            if path in self and not self.looks_unchanged(path):
                with contextlib.suppress(ReadError):  # reported when its turn comes
                    companion = _companion(self.load(path)[1], path)
            if companion is not None:
                said[path] = companion
        return said

    def _recipe_of(self, path: str) -> str:
        if path not in self._companions_of:
            return self._recipe
        return with_companions(self._recipe, self._companions_of[path])

    def _articles(self, path: str, data: bytes, problems: list[ReadError]) -> Sequence[Article]:
        try:
            return self.readers.read_bytes(data, path, base_url=self.base_url, problems=problems)
        except ReadError:
            raise
        except Exception as error:
            # A fault of ours: it must not keep the other files out, and must not go unseen.
            _log.exception("reading %s failed", path)
            reason = f"Footnote failed on it ({type(error).__name__}: {error}): please report it"
            raise ReadError(path, reason) from error


def _companion(data: bytes, path: str) -> Companion | None:
    from index.readers.decode import decode
    from index.readers.list_companion import read_companion

    return read_companion(decode(data, path).text, path)


def _home(companion: Companion, paths: Container[str]) -> str:
    """The path of the file that its article stands in, by itself or as one of several."""
    if companion.article in paths:
        return companion.article
    return str(PurePosixPath(companion.article).parent)


def _check_ids(articles: Sequence[Article], passages: Sequence[Passage], path: str) -> None:
    ids = [article.id for article in articles] + [passage.id for passage in passages]
    if len(set(ids)) != len(ids):
        twice = next(id for at, id in enumerate(ids) if id in ids[:at])
        raise ReadError(path, f"the id {twice!r} is used twice")


def _check_characters(articles: Sequence[Article], path: str) -> None:
    for article in articles:
        try:
            article.text.encode()
        except UnicodeEncodeError as error:
            line = article.text.count("\n", 0, error.start) + 1
            raise ReadError(path, f"half a surrogate pair in line {line} of its text") from error
