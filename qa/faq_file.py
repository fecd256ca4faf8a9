"""Writes what editors accept into companion files in the content folder, and takes it back.

An article's companion (see ``index.companions``) is ``guide.faq.yaml`` for ``guide.md``.  Where
another article's file has the same stem (``guide.html``), or that file is another article's, it is
``guide.md.faq.yaml``; an article ``list.yaml/tea``, one of several in a file, has
``list.tea.faq.yaml``.  What is accepted into an article that comes from a companion goes into that
file.  No other file in the folder is ever written.

A file is replaced as a whole or not at all, and only where it still is as the caller saw it.  New
entries go to the end of the file, and no other line changes: see ``qa.faq_text``.
"""

import contextlib
import hashlib
import os
import posixpath
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from index.companions import SUFFIX, is_companion_path, named_pair, one_line
from index.errors import FileConflict, QuestionTaken, ReadError, UsageError
from index.readers import MAX_BYTES, SUFFIXES, read_bytes
from index.readers.list_companion import read_companion
from index.readers.wording import fold
from index.records import Article, FaqPair
from qa import faq_text
from qa.faq_text import NewPair

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


class ChangeKind(StrEnum):
    PAIR = "pair"
    ALTERNATE = "alternate"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing written: a pair, an alternate (``wording``) of the pair ``name``, or its answer.

    ``own``: that pair stands in the file itself.  ``former`` is the answer that was replaced.
    """

    kind: ChangeKind
    name: str
    wording: str = ""
    own: bool = True
    former: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written to one file, and what it takes to undo it.

    ``before`` is its former text, None where there was no file; ``digest`` is the file's now.
    """

    path: str
    before: str | None
    digest: str
    changes: tuple[Change, ...]


def faq_file(content: Path, article: Article) -> FaqFile:
    """Return the file that additions to ``article`` go to, as it is now.

    Raises UsageError where there is no place for it, or where what stands there cannot be read.
    """
    folder = Folder(content)
    return folder.read(folder.path_for(article))


def accept_pair(
    content: Path, article: Article, pair: NewPair, *, articles: Iterable[Article], seen: str
) -> Written:
    """Add a pair to the article's companion, which is made where there is none.

    ``articles`` are all of the library (the question must be new to them); ``seen`` is the digest
    of the file as the caller saw it (``faq_file``).

    Raises QuestionTaken where the question or one of the alternates is asked already, FileConflict
    where the file is not as it was seen, UsageError where the pair reads as nothing, or the file
    cannot be changed; then nothing is written.
    """
    draft = Draft(content, articles)
    draft.accept_pairs(article, [pair])
    (written,) = draft.write({draft.folder.path_for(article): seen})
    return written


def accept_alternate(
    content: Path,
    article: Article,
    pair_id: str,
    wording: str,
    *,
    articles: Iterable[Article],
    seen: str,
) -> Written:
    """Add another wording of a pair of ``article``, as ``accept_pair`` adds a pair."""
    draft = Draft(content, articles)
    draft.accept_alternates(article, pair_id, [wording])
    (written,) = draft.write({draft.folder.path_for(article): seen})
    return written


def undo(content: Path, written: Written) -> FaqFile:
    """Take back what was written, and return the file as it is then.

    A file that is as it was left becomes what it was, byte for byte, and goes where it was new.
    From one that was changed since, only these changes are taken out.  Raises FileConflict where
    they are not in it any more as they were written.
    """
    folder = Folder(content)
    now = folder.read(written.path)
    made: str | None = written.before
    if now.digest != written.digest:
        made = now.text
        try:
            for change in reversed(written.changes):
                made = _without(made, change, written.path)
        except UsageError as error:
            raise FileConflict(written.path, now.text, written.before or "") from error
    folder.write(now, made)
    return folder.read(written.path)


class Draft:
    """Changes to companion files that are written together, or not at all.

    ``articles`` are all of the library.  Each method raises as ``accept_pair`` does, and writes
    nothing before ``write``.
    """

    def __init__(self, content: Path, articles: Iterable[Article]) -> None:
        self.folder = Folder(content)
        self.articles = {article.id: article for article in articles}
        self._files: dict[str, FaqFile] = {}
        self._texts: dict[str, str] = {}
        self._changes: dict[str, list[Change]] = {}
        self._asked: dict[str, tuple[str, FaqPair]] = {}  # wording: path, pair
        for article in self.articles.values():
            for pair in article.faq:
                for wording in (pair.question, *pair.alternates):
                    self._asked.setdefault(_key(wording), (article.path, pair))

    def accept_pairs(self, article: Article, pairs: Sequence[NewPair]) -> None:
        """Add pairs to an article's companion, in their order; all of them, or none."""
        questions = [_wanted(pair.question, "question") for pair in pairs]
        asked: dict[str, str] = {}
        for question, pair in zip(questions, pairs, strict=True):
            _wanted(pair.answer, "answer")
            for text in (pair.answer, *pair.alternates, pair.id, pair.passage, pair.passage_of):
                _encodable(text)
            for wording in (question, *pair.alternates):
                self.refuse_taken(wording)
                if asked.setdefault(_key(wording), question) != question:
                    raise UsageError(f"{wording!r:.200} is asked twice in what is to be added")
        path = self.folder.path_for(article)
        text = faq_text.with_pairs(self._text(path, article), pairs, path)
        found: dict[str, list[FaqPair]] = {}
        for each in _pairs(text, path):
            found.setdefault(_key(each.question), []).append(each)
        for question in questions:
            same = found.get(_key(question), [])
            if len(same) > 1:  # in the file, and not yet in the library
                raise QuestionTaken(question, path, same[0].id, f"{path}:{same[0].line}")
            if not same or one_line(same[0].question) != question:
                raise UsageError(
                    f"the pair {question!r:.200} cannot be read from a file: reword it"
                )
        self._texts[path] = text
        made = self._changes.setdefault(path, [])
        made.extend(Change(ChangeKind.PAIR, question) for question in questions)
        for wording, question in asked.items():
            self._asked[wording] = (path, found[_key(question)][0])

    def accept_alternates(self, article: Article, pair_id: str, wordings: Sequence[str]) -> None:
        """Add further wordings of one pair of ``article``, in their order; all of them, or none."""
        pair = _pair(article, pair_id)
        lines = list(dict.fromkeys(_wanted(wording, "wording") for wording in wordings))
        for line in lines:
            self.refuse_taken(line)
        own = article.companion_of is not None
        question = one_line(pair.question)
        name = question if named_pair(article, question) == pair else pair.id
        if not own and not pair.id.startswith(f"{article.id}#"):
            name = pair.id  # the source's own id outlives a change of the question
        path = self.folder.path_for(article)
        text = faq_text.with_alternates(self._text(path, article), name, lines, path, own=own)
        self._texts[path] = text
        made = self._changes.setdefault(path, [])
        made.extend(Change(ChangeKind.ALTERNATE, name, line, own) for line in lines)
        for line in lines:
            self._asked[_key(line)] = (article.path, pair)

    def change_answer(self, article: Article, pair_id: str, answer: str) -> None:
        """Replace the answer of a pair that stands in a companion."""
        pair = _pair(article, pair_id)
        _wanted(answer, "answer")
        if article.companion_of is None:
            raise UsageError(
                f"the pair stands in {article.path}:{pair.line}, which Footnote never changes: "
                "change it there"
            )
        question = one_line(pair.question)
        name = question if named_pair(article, question) == pair else pair.id
        path = article.path
        former = self._text(path, article)
        text = faq_text.with_answer(former, name, answer, path)
        if not [each for each in _pairs(text, path) if one_line(each.question) == question]:
            raise UsageError(f"the answer to {question!r:.200} reads as nothing")
        self._texts[path] = text
        written = faq_text.answer_of(former, name, path)
        change = Change(ChangeKind.ANSWER, name, answer.strip(), former=written)
        self._changes.setdefault(path, []).append(change)

    def write(self, seen: Mapping[str, str]) -> tuple[Written, ...]:
        """Write every file that changes, in the order of their paths.

        ``seen`` has the digest of each as the caller saw it.  All are checked before the first is
        written; where writing one fails, those before it become what they were.
        """
        for path in sorted(self._changes):
            if self._files[path].digest != seen.get(path, ABSENT):
                raise FileConflict(path, self._files[path].text, self._texts[path])
        done: list[Written] = []
        try:
            for path in sorted(self._changes):
                file = self._files[path]
                digest = self.folder.write(file, self._texts[path])
                before = None if file.digest == ABSENT else file.text
                done.append(Written(path, before, digest, tuple(self._changes[path])))
        except BaseException:
            for written in reversed(done):
                with contextlib.suppress(FileConflict):
                    self.folder.write(self.folder.read(written.path), written.before)
            raise
        return tuple(done)

    def _text(self, path: str, article: Article) -> str:
        if path in self._texts:
            return self._texts[path]
        file = self._files[path] = self.folder.read(path)
        if file.text.strip():
            return file.text
        base = self.articles.get(article.companion_of or article.id, article)
        return faq_text.new_file(
            posixpath.relpath(article.companion_of or article.id, posixpath.dirname(path) or "."),
            title=f"{base.title} – FAQ" if base.companion_of is None else base.title,
            language=base.language or "",
        )

    @property
    def texts(self) -> dict[str, str]:
        """The files that would change, by path, as they would be."""
        return {path: self._texts[path] for path in sorted(self._changes)}

    @property
    def seen(self) -> dict[str, str]:
        """The digests of the files that would change, as this draft saw them."""
        return {path: self._files[path].digest for path in sorted(self._changes)}

    def refuse_taken(self, wording: str) -> None:
        """Raise QuestionTaken where a pair of the library or of this draft has that wording."""
        if taken := self._asked.get(_key(wording)):
            path, pair = taken
            place = f"{path}:{pair.line}: {one_line(pair.question)!r:.200}"
            raise QuestionTaken(one_line(wording), path, pair.id, place)


class Folder:
    """The content folder, of which only companion files are ever written."""

    def __init__(self, content: Path) -> None:
        if not Path(content).is_dir():
            raise UsageError(f"{content} is no folder: name the folder that holds the articles")
        self.root = Path(content).resolve()

    def path_for(self, article: Article) -> str:
        """The path of the companion that additions to ``article`` go to, whether it is there yet.

        See the module's docstring for the names.
        """
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
    handle, name = tempfile.mkstemp(prefix=f".{place.name[:40]}.", suffix=".tmp", dir=place.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_usual_mode() if new else place.stat().st_mode & 0o7777)
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


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


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


def _without(text: str, change: Change, path: str) -> str:
    undoing: dict[ChangeKind, Callable[[], str]] = {
        ChangeKind.PAIR: lambda: faq_text.without_pair(text, change.name, path),
        ChangeKind.ALTERNATE: lambda: faq_text.without_alternate(
            text, change.name, change.wording, path, own=change.own
        ),
        ChangeKind.ANSWER: lambda: _former_answer(text, change, path),
    }
    return undoing[change.kind]()


def _former_answer(text: str, change: Change, path: str) -> str:
    if faq_text.answer_of(text, change.name, path) != change.wording:
        raise UsageError(f"{path}: the answer was changed since")
    return faq_text.with_answer(text, change.name, change.former, path)


def _pairs(text: str, path: str) -> tuple[FaqPair, ...]:
    try:
        return tuple(pair for article in read_bytes(text.encode(), path) for pair in article.faq)
    except (ReadError, UnicodeEncodeError) as error:
        raise UsageError(f"what was entered cannot be kept in {path}: {error}") from error


def _pair(article: Article, pair_id: str) -> FaqPair:
    for pair in article.faq:
        if pair.id == pair_id:
            return pair
    raise UsageError(f"there is no FAQ pair {pair_id!r} in {article.id}")


def _wanted(text: str, what: str) -> str:
    if not (line := one_line(text)):
        raise UsageError(f"the {what} is empty")
    _encodable(line)
    return line


def _encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("half a surrogate pair, no character, in what was entered") from error
    if "\0" in text:  # Markdown would make another character of it
        raise UsageError("a NUL, no character of a text, in what was entered: it cannot be kept")


def _key(question: str) -> str:
    return fold(question) or one_line(question)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
