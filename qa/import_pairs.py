"""FAQ pairs out as a table, and in again: first what would change, then the companion files.

A row is a pair by its ``id``, else by its ``question``; ``article`` (an id, a path or a title) says
whose it is.  ``answer`` is plain text; ``alternates`` are lines, or parts between bars.  A heading
may be any of the names that FAQ lists have for these fields, in any of their languages.

What stands in the articles' own files is never changed: another answer for such a pair is a
problem to be solved there, a further alternate goes to the companion.  No row takes anything away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from index.companions import one_line, own_article
from index.errors import ReadError, UsageError
from index.readers.list_entries import field_of
from index.readers.wording import fold
from index.records import Article, FaqPair
from qa.faq_file import Draft, Written, as_asked
from qa.faq_text import NewPair, markdown_of
from qa.sheets import Column, separated
from qa.sheets_in import Table, TableRow, read_table

_FIELDS = ("question", "answer", "alternates", "article", "id")


@dataclass(frozen=True, slots=True)
class PairRow:
    """An FAQ pair as a row.

    ``article`` is the one whose own it is, ``path`` and ``line`` are where it stands.
    """

    article: str
    id: str
    question: str
    answer: str
    alternates: tuple[str, ...]
    path: str
    line: int


PAIR_COLUMNS = tuple(
    Column(name) for name in ("article", "id", "question", "answer", "alternates", "path", "line")
)


class ImportKind(StrEnum):
    NEW = "new"  # a pair that there is not yet
    ANSWER = "answer"  # another answer for a pair
    ALTERNATES = "alternates"  # further wordings of a pair
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What a row would do.

    ``row`` is its number in the file; ``article`` and ``pair`` are the ids of what it is about
    (``pair`` is empty for a new one).  ``former`` is the answer that ``answer`` would replace;
    ``alternates`` are the new ones only.
    """

    row: int
    kind: ImportKind
    article: str
    pair: str
    question: str
    answer: str = ""
    former: str = ""
    alternates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A row that cannot be imported as it is, and why.  The other rows can."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing a table would change, in the order of its rows.

    ``seen`` has the digests of the files that it would write, as they are now.
    """

    rows: tuple[ImportedRow, ...]
    problems: tuple[ImportProblem, ...]
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[ImportedRow, ...]:
        """The rows that change something."""
        return tuple(row for row in self.rows if row.kind is not ImportKind.UNCHANGED)


def pair_rows(articles: Iterable[Article]) -> list[PairRow]:
    """Return every pair as a row, by article, path and place: what ``preview`` takes back."""
    found = [
        PairRow(
            own_article(article), pair.id, pair.question, pair.answer, pair.alternates,
            article.path, pair.line,
        )
        for article in articles
        for pair in article.faq
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row.article, row.path, row.line, row.id))


def preview(
    content: Path, data: bytes, name: str, articles: Iterable[Article], *, article: str = ""
) -> ImportPreview:
    """Return what importing the file ``data`` would change; nothing is written.

    ``articles`` are all of the library; ``article`` is whose the pairs of rows are that name none.
    Raises ReadError where the file is no table, or has no column that says which pairs, or none
    that says anything of them; UsageError where ``article`` is none.
    """
    table = read_table(data, name)
    columns = _columns(table, name)
    known = list(articles)
    plan = _Plan(content, known, article)
    for row in table.rows:
        cells = {meaning: row.cells[at].strip() for meaning, at in columns.items()}
        plan.add(row, cells)
    plan.try_new()
    return plan.preview()


def apply(
    content: Path, planned: ImportPreview, articles: Iterable[Article]
) -> tuple[Written, ...]:
    """Write the companion files of a preview: all of them, or none.

    Raises FileConflict where a file is not as it was for the preview, and the errors of
    ``qa.faq_file.accept_pair``.
    """
    known = {article.id: article for article in articles}
    draft = Draft(content, known.values())
    new: dict[str, list[NewPair]] = {}
    for row in planned.changes:
        if row.article not in known:
            raise UsageError(f"there is no article {row.article!r} any more: import again")
        if row.kind is ImportKind.NEW:
            new.setdefault(row.article, []).append(_new_pair(row))
        else:
            _change(draft, known[row.article], row)
    for article, pairs in new.items():
        draft.accept_pairs(known[article], pairs)
    return draft.write(planned.seen)


class _Plan:
    """A preview in the making: every row is tried on a draft that is never written."""

    def __init__(self, content: Path, articles: Sequence[Article], default: str) -> None:
        self.draft = Draft(content, articles)
        self.articles = articles
        self.rows: list[ImportedRow] = []
        self.problems: list[ImportProblem] = []
        self.new: dict[str, list[ImportedRow]] = {}
        bases = [article for article in articles if article.companion_of is None]
        self.names: dict[str, list[Article]] = {}
        for base in bases:
            for name in dict.fromkeys((base.id, base.path, fold(base.title))):
                self.names.setdefault(name, []).append(base)
        # By (id of the article whose own it is, or "" where a row does not say; id or question).
        self.pairs: dict[tuple[str, str], list[tuple[Article, FaqPair]]] = {}
        for article in articles:
            for pair in article.faq:
                for name in dict.fromkeys((f"id {pair.id}", as_asked(pair.question))):
                    for owner in (own_article(article), ""):
                        self.pairs.setdefault((owner, name), []).append((article, pair))
        only = bases[0] if len(bases) == 1 else None
        self.default = self._article(default) if default else only

    def add(self, row: TableRow, cells: Mapping[str, str]) -> None:
        try:
            article = self._article(cells["article"]) if cells.get("article") else None
            found = self._pair(article, cells)
            if found is None:
                self._add_new(row.number, article or self.default, cells)
            else:
                self._add_known(row.number, *found, cells)
        except UsageError as error:
            self.problems.append(ImportProblem(row.number, str(error)))

    def _article(self, name: str) -> Article:
        found = self.names.get(name) or self.names.get(fold(name)) or []
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{len(found)} articles are called {name!r:.200}: write an id")
        raise UsageError(f"there is no article {name!r:.200}")

    def _pair(
        self, article: Article | None, cells: Mapping[str, str]
    ) -> tuple[Article, FaqPair] | None:
        owner = article.id if article else ""
        question = as_asked(cells.get("question", ""))
        for name in (f"id {cells.get('id', '')}", question):
            found = self.pairs.get((owner, name), [])
            if len(found) > 1:  # an id is unique within its article only
                same = [each for each in found if as_asked(each[1].question) == question]
                found = same or found
            if len(found) == 1:
                return found[0]
            if found:
                places = ", ".join(f"{each.path}:{pair.line}" for each, pair in found[:3])
                raise UsageError(f"{len(found)} pairs may be meant ({places}): name its article")
        return None

    def _add_new(self, number: int, article: Article | None, cells: Mapping[str, str]) -> None:
        question, answer = one_line(cells.get("question", "")), cells.get("answer", "")
        if not question:
            raise UsageError("there is no such pair, and the row has no question")
        if not answer:
            raise UsageError("there is no such pair, and the row has no answer")
        if article is None:
            raise UsageError("it does not say whose the new pair is: give it an article")
        alternates = separated(cells.get("alternates", ""))
        for wording in (question, *alternates):
            self.draft.refuse_taken(wording)
        # An id as Footnote makes it says where the pair stood, not what it is called.
        id = "" if "#" in cells.get("id", "") else cells.get("id", "")
        row = ImportedRow(
            number, ImportKind.NEW, article.id, id, question, answer, alternates=alternates
        )
        self.new.setdefault(article.id, []).append(row)

    def _add_known(
        self, number: int, article: Article, pair: FaqPair, cells: Mapping[str, str]
    ) -> None:
        question = one_line(pair.question)
        said = cells.get("question", "")
        if said and as_asked(said) != as_asked(question) and said not in pair.alternates:
            raise UsageError(f"its id is that of {question!r:.200}: questions are not changed here")
        wordings = self._new_wordings(pair, cells)
        answer = cells.get("answer", "")
        same = ImportedRow(number, ImportKind.UNCHANGED, article.id, pair.id, question)
        changes: list[ImportedRow] = []
        if answer and one_line(answer) != one_line(pair.answer):
            changes.append(replace(same, kind=ImportKind.ANSWER, answer=answer, former=pair.answer))
        if wordings:
            changes.append(replace(same, kind=ImportKind.ALTERNATES, alternates=wordings))
        for row in changes:
            _change(self.draft, article, row)
            self.rows.append(row)
        if not changes:
            self.rows.append(same)

    def _new_wordings(self, pair: FaqPair, cells: Mapping[str, str]) -> tuple[str, ...]:
        """The alternates of a row that its pair does not have; QuestionTaken where another has."""
        have = {as_asked(each) for each in (pair.question, *pair.alternates)}
        found = {as_asked(each): each for each in separated(cells.get("alternates", ""))}
        new = tuple(wording for key, wording in found.items() if key not in have)
        for wording in new:
            self.draft.refuse_taken(wording)
        return new

    def try_new(self) -> None:
        by_id = {article.id: article for article in self.articles}
        for article, rows in self.new.items():
            self._try(by_id[article], rows)

    def _try(self, article: Article, rows: Sequence[ImportedRow]) -> None:
        """Add the rows together, which is fast; by halves where one of them cannot be added."""
        try:
            self.draft.accept_pairs(article, [_new_pair(row) for row in rows])
            self.rows.extend(rows)
        except UsageError as error:
            if len(rows) == 1:
                self.problems.append(ImportProblem(rows[0].row, str(error)))
                return
            half = len(rows) // 2
            self._try(article, rows[:half])
            self._try(article, rows[half:])

    def preview(self) -> ImportPreview:
        return ImportPreview(
            tuple(sorted(self.rows, key=lambda row: (row.row, row.kind))),
            tuple(sorted(self.problems, key=lambda problem: problem.row)),
            self.draft.seen,
        )


def _columns(table: Table, name: str) -> dict[str, int]:
    """Where the column of each field is; our own name for it goes before others."""
    columns: dict[str, int] = {}
    for at, heading in enumerate(table.headings):
        meaning = field_of(heading) or ""
        if meaning in _FIELDS and (meaning not in columns or fold(heading) == meaning):
            columns[meaning] = at
    names = ", ".join(f"{heading:.40}" for heading in table.headings[:8])
    if not columns.keys() & {"question", "id"}:
        raise ReadError(name, f"no column is called question or id; the columns are {names}")
    if not columns.keys() & {"answer", "alternates"}:
        raise ReadError(name, f"no column is called answer or alternates; the columns are {names}")
    return columns


def _new_pair(row: ImportedRow) -> NewPair:
    return NewPair(row.question, markdown_of(row.answer), row.alternates, id=row.pair)


def _change(draft: Draft, article: Article, row: ImportedRow) -> None:
    if row.kind is ImportKind.ANSWER:
        draft.change_answer(article, row.pair, markdown_of(row.answer))
    else:
        draft.accept_alternates(article, row.pair, row.alternates)
