"""The content folder as the editors' side sees it: of its files only companions are ever written.

A file is replaced as a whole or not at all, and only where it still is as the caller saw it.
"""

import contextlib
import hashlib
import os
import posixpath
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index.companions import SUFFIX, is_companion_path
from index.errors import FileConflict, ReadError, UsageError
from index.ignored import NAME, ignored
from index.readers import MAX_BYTES, SUFFIXES
from index.readers.list_companion import read_companion
from index.records import Article
from qa.new_files import written_beside

ABSENT = ""
"""The digest of a file that is not there."""

_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class FaqFile:
    """A companion file as it is now.

    ``path`` is relative to the content folder, with forward slashes; ``digest`` is the SHA-256 of
    its bytes in hex, ABSENT where there is no such file yet (then ``text`` is empty).
    """

    path: str
    digest: str
    text: str


class Folder:
    """The content folder, of which only companion files are ever written."""

    def __init__(self, content: Path) -> None:
        if not Path(content).is_dir():
            raise UsageError(f"{content} is no folder: name the folder that holds the articles")
        self.root = Path(content).resolve()

    def path_for(self, article: Article) -> str:
        """The path of the companion that additions to ``article`` go to, whether it is there yet.

        See ``qa.faq_file`` for the names.  Raises UsageError where it would never be read.
        """
        path = self._path_for(article)
        if ignored(self.root)(path):
            raise UsageError(f"{path} is left out of the folder by {NAME}: change that first")
        return path

    def _path_for(self, article: Article) -> str:
        if article.companion_of is not None:
            return article.path
        folder, file = posixpath.split(article.path)
        part = article.id[len(article.path) :].replace("/", ".")  # of several articles in a file
        stem = PurePosixPath(file).stem
        short, long = f"{stem}{part}{SUFFIX}", f"{file}{part}{SUFFIX}"
        names = (long, short) if self._shares_stem(article.path) else (short, long)
        free = ""
        for name in names:
            path = posixpath.join(folder, name)
            text = self.read(path).text
            if not text:
                free = free or path
                continue
            try:
                companion = read_companion(text, path)
            except ReadError as error:
                raise UsageError(f"{error}; mend it first") from error
            if companion is not None and companion.article == article.id:
                return path
        if not free:
            raise UsageError(f"{short} and {long} are not companions of {article.id}: rename one")
        return free

    def _shares_stem(self, path: str) -> bool:
        place = self._place(path)
        return any(
            each.stem == place.stem and each.suffix.lower() in SUFFIXES and each.name != place.name
            for each in place.parent.iterdir()
        )

    def read(self, path: str) -> FaqFile:
        """The file at ``path``, as it is now."""
        try:
            place = self._place(path)
            if place.is_symlink() or (place.exists() and not place.is_file()):
                raise UsageError(f"{path} is no regular file: move it away")
            if not place.exists():
                return FaqFile(path, ABSENT, "")
            if place.stat().st_size > MAX_BYTES:
                raise UsageError(f"{path} is larger than {MAX_BYTES} bytes: split it")
            data = place.read_bytes()
            return FaqFile(path, _digest(data), data.decode())
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} is not UTF-8: save it so") from error
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error

    def write(self, seen: FaqFile, text: str | None) -> str:
        """Put ``text`` in the place of what ``seen`` was, None removing it; the digest then."""
        if not is_companion_path(seen.path):
            raise UsageError(f"{seen.path} is no companion: Footnote never changes it")
        data = None if text is None else text.encode()
        place = self._place(seen.path)
        try:
            with _writing, _only_writer(place.parent):
                now = self.read(seen.path)
                if now.digest != seen.digest:
                    raise FileConflict(seen.path, now.text, text or "")
                if data is None:
                    place.unlink(missing_ok=True)
                else:
                    _replace(place, data, new=seen.digest == ABSENT)
                _keep(place.parent)
        except FileExistsError as error:
            raise FileConflict(seen.path, self.read(seen.path).text, text or "") from error
        except OSError as error:
            raise UsageError(f"{seen.path} cannot be written: {error.strerror or error}") from error
        return ABSENT if data is None else _digest(data)

    def _place(self, path: str) -> Path:
        """Where a path of the library is; UsageError where that is not inside the folder."""
        pure = PurePosixPath(path)
        outside = pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path
        if outside or not pure.name:
            raise UsageError(f"{path!r} is no path inside the content folder")
        # A link to a folder elsewhere would lead out of it, though no ".." is in the path.
        parent = (self.root / pure.parent).resolve()
        if not parent.is_relative_to(self.root):
            raise UsageError(f"{path} leads out of the content folder")
        if not parent.is_dir():
            raise UsageError(f"{pure.parent} is no folder any more: sync again")
        return parent / pure.name


def _replace(place: Path, data: bytes, *, new: bool) -> None:
    """Write beside it, then put it in its place: at any instant the file is the old or the new."""
    mode = None if new else place.stat().st_mode & 0o7777
    beside = written_beside(place, data, mode=mode)
    try:
        if new:
            # A link is refused where there is a file meanwhile; a renaming would replace it.
            try:
                os.link(beside, place)
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                beside.rename(place)
        else:
            beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _keep(folder: Path) -> None:
    """Make the folder's own entry outlive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Keep other instances of Footnote from writing here meanwhile, where the system can."""
    try:
        import fcntl
    except ImportError:  # Windows: the digest is compared all the same
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a network folder may have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
