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
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.companions import named_pair, one_line, own_article
from index.errors import FileConflict, QuestionTaken, ReadError, UsageError
from index.readers import read_bytes
from index.readers.wording import fold
from index.records import Article, FaqPair
from qa import faq_text
from qa.content_folder import ABSENT, FaqFile, Folder
from qa.faq_text import NewPair


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
                    self._asked.setdefault(as_asked(wording), (article.path, pair))

    def accept_pairs(self, article: Article, pairs: Sequence[NewPair]) -> None:
        """Add pairs to an article's companion, in their order; all of them, or none."""
        asked = self._new_wordings(pairs)
        path = self.folder.path_for(article)
        text = faq_text.with_pairs(self._text(path, article), pairs, path)
        made = _read_back([one_line(pair.question) for pair in pairs], text, path)
        self._put(path, text, [Change(ChangeKind.PAIR, question) for question in made])
        for wording, question in asked.items():
            self._asked[wording] = (path, made[question])

    def accept_alternates(self, article: Article, pair_id: str, wordings: Sequence[str]) -> None:
        """Add further wordings of one pair of ``article``, in their order; all of them, or none."""
        pair = _pair(article, pair_id)
        lines = list(dict.fromkeys(_wanted(wording, "wording") for wording in wordings))
        for line in lines:
            self.refuse_taken(line)
        own = article.companion_of is not None
        name = _name(article, pair)
        if not own and not pair.id.startswith(f"{article.id}#"):
            name = pair.id  # the source's own id outlives a change of the question
        path = self.folder.path_for(article)
        text = faq_text.with_alternates(self._text(path, article), name, lines, path, own=own)
        self._put(path, text, [Change(ChangeKind.ALTERNATE, name, line, own) for line in lines])
        for line in lines:
            self._asked[as_asked(line)] = (article.path, pair)

    def change_answer(self, article: Article, pair_id: str, answer: str) -> None:
        """Replace the answer of a pair that stands in a companion."""
        pair = _pair(article, pair_id)
        _wanted(answer, "answer")
        if article.companion_of is None:
            raise UsageError(
                f"the pair stands in {article.path}:{pair.line}, which Footnote never changes: "
                "change it there"
            )
        name, path = _name(article, pair), article.path
        before = self._text(path, article)
        text = faq_text.with_answer(before, name, answer, path)
        question = one_line(pair.question)
        if question not in {one_line(each.question) for each in _pairs(text, path)}:
            raise UsageError(f"the answer to {question!r:.200} reads as nothing")
        former = faq_text.answer_of(before, name, path)
        self._put(path, text, [Change(ChangeKind.ANSWER, name, answer.strip(), former=former)])

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
        if taken := self._asked.get(as_asked(wording)):
            path, pair = taken
            place = f"{path}:{pair.line}: {one_line(pair.question)!r:.200}"
            raise QuestionTaken(one_line(wording), path, pair.id, place)

    def _new_wordings(self, pairs: Sequence[NewPair]) -> dict[str, str]:
        """What the pairs are asked by (see ``as_asked``), each with its pair's question."""
        questions = [_wanted(pair.question, "question") for pair in pairs]
        asked: dict[str, str] = {}
        for question, pair in zip(questions, pairs, strict=True):
            _wanted(pair.answer, "answer")
            for text in (pair.answer, *pair.alternates, pair.id, pair.passage, pair.passage_of):
                _check_characters(text)
            for wording in (question, *pair.alternates):
                self.refuse_taken(wording)
                if asked.setdefault(as_asked(wording), question) != question:
                    raise UsageError(f"{wording!r:.200} is asked twice in what is to be added")
        return asked

    def _put(self, path: str, text: str, changes: Iterable[Change]) -> None:
        self._texts[path] = text
        self._changes.setdefault(path, []).extend(changes)

    def _text(self, path: str, article: Article) -> str:
        """The file at ``path`` as this draft has it until now, begun where there is none."""
        if path in self._texts:
            return self._texts[path]
        file = self._files[path] = self.folder.read(path)
        if file.text.strip():
            return file.text
        owner = own_article(article)
        base = self.articles.get(owner, article)
        return faq_text.new_file(
            posixpath.relpath(owner, posixpath.dirname(path) or "."),
            title=f"{base.title} – FAQ" if base.companion_of is None else base.title,
            language=base.language or "",
        )


def _without(text: str, change: Change, path: str) -> str:
    match change.kind:
        case ChangeKind.PAIR:
            return faq_text.without_pair(text, change.name, path)
        case ChangeKind.ALTERNATE:
            return faq_text.without_alternate(
                text, change.name, change.wording, path, own=change.own
            )
        case ChangeKind.ANSWER:
            return _former_answer(text, change, path)


def _former_answer(text: str, change: Change, path: str) -> str:
    if faq_text.answer_of(text, change.name, path) != change.wording:
        raise UsageError(f"{path}: the answer was changed since")
    return faq_text.with_answer(text, change.name, change.former, path)


def _pairs(text: str, path: str) -> tuple[FaqPair, ...]:
    try:
        return tuple(pair for article in read_bytes(text.encode(), path) for pair in article.faq)
    except (ReadError, UnicodeEncodeError) as error:
        raise UsageError(f"what was entered cannot be kept in {path}: {error}") from error


def _read_back(questions: Sequence[str], text: str, path: str) -> dict[str, FaqPair]:
    """The pairs of these questions as they are read from a file's new text, in their order."""
    asking: dict[str, list[FaqPair]] = {}
    for pair in _pairs(text, path):
        asking.setdefault(as_asked(pair.question), []).append(pair)
    found: dict[str, FaqPair] = {}
    for question in questions:
        same = asking.get(as_asked(question), [])
        if len(same) > 1:  # in the file, and not yet in the library
            raise QuestionTaken(question, path, same[0].id, f"{path}:{same[0].line}")
        if not same or one_line(same[0].question) != question:
            raise UsageError(f"the pair {question!r:.200} cannot be read from a file: reword it")
        found[question] = same[0]
    return found


def _pair(article: Article, pair_id: str) -> FaqPair:
    for pair in article.faq:
        if pair.id == pair_id:
            return pair
    raise UsageError(f"there is no FAQ pair {pair_id!r} in {article.id}")


def _name(article: Article, pair: FaqPair) -> str:
    """What a companion calls a pair: by its question, where no other pair has the same."""
    question = one_line(pair.question)
    return question if named_pair(article, question) == pair else pair.id


def _wanted(text: str, what: str) -> str:
    if not (line := one_line(text)):
        raise UsageError(f"the {what} is empty")
    _check_characters(line)
    return line


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("half a surrogate pair, no character, in what was entered") from error
    if "\0" in text:  # Markdown would make another character of it
        raise UsageError("a NUL, no character of a text, in what was entered: it cannot be kept")


def as_asked(question: str) -> str:
    """Return what two wordings have in common where they ask the same word for word."""
    return fold(question) or one_line(question)
