"""Reports of what coverage, the question log and the checks say.  Pure."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from index.records import Article, FaqPair
from qa.checks import CheckReport
from qa.coverage import MET, ArticleCoverage, CoverageReport, CoverageState, SectionCoverage
from qa.findings import Finding, FindingKind, finding_key
from qa.gaps import Gap, GapReport
from qa.reports.report import (
    HARMLESS,
    KIND_NAMES,
    KINDS,
    Figure,
    Report,
    ReportKind,
    Square,
    Strip,
    counted,
)
from qa.reports.sides import Library
from qa.sheets import Column

_STATE_KIND = {
    CoverageState.UNCOVERED: FindingKind.UNCOVERED,
    CoverageState.PARTLY: FindingKind.PARTLY_COVERED,
}


def coverage_report(
    measured: CoverageReport, articles: Iterable[Article], *, content: str = ""
) -> Report:
    """Return the report of ``footnote coverage``; ``articles`` are all of the library."""
    by_id = {article.id: article for article in articles}
    sections = [section for one in measured.articles for section in one.sections]
    findings = measured.findings()
    keys = {finding.key for finding in findings}
    counts = measured.counts
    library = Library(by_id)
    by_key = {_key(section): section for section in sections}
    strips = tuple(
        Strip(
            one.id,
            by_id[one.id].path,
            one.title or by_id[one.id].path,
            one.share,
            tuple(_square(section, keys) for section in one.sections),
        )
        for one in measured.articles
    )
    return Report(
        kind=ReportKind.COVERAGE,
        title="FAQ coverage",
        content=content,
        share=measured.share if sections else None,
        measured="of what the sections say is in an FAQ pair"
        if sections
        else "no article here has a section that an FAQ pair could be about",
        figures=(
            Figure("articles", "articles", len(measured.articles)),
            Figure("sections", "sections", len(sections)),
            *(
                Figure(name, name.replace("_", " "), counts[state])
                for name, state in (
                    ("covered", CoverageState.COVERED),
                    ("partly_covered", CoverageState.PARTLY),
                    ("uncovered", CoverageState.UNCOVERED),
                )
            ),
            Figure("pairs", "FAQ pairs", len(measured.pairs)),
            Figure("demand", "readers' questions", sum(one.demand for one in sections)),
        ),
        findings=findings,
        paths={id: article.path for id, article in by_id.items()},
        columns=_COVERAGE_COLUMNS,
        rows=tuple(_coverage_row(section, library, content) for section in measured.sections()),
        opened=lambda finding: library.coverage(by_key[finding.key], measured.partly),
        strips=strips,
        details={"articles": [_article_json(one, library) for one in measured.articles]},
    )


def gap_report(
    found: GapReport,
    articles: Iterable[Article],
    *,
    content: str = "",
    notes: tuple[str, ...] = (),
) -> Report:
    """Return the report of ``footnote gaps``; ``articles`` are all of the library."""
    by_id = {article.id: article for article in articles}
    library = Library(by_id)
    gaps = {gap.key: gap for gap in found.gaps}
    harmless = sum(gap.count for gap in found.gaps if FindingKind(gap.verdict) in HARMLESS)
    wanted = found.asked - found.vague - harmless
    missed = sum(gap.count for gap in found.gaps) - harmless
    findings = found.findings()
    return Report(
        kind=ReportKind.GAPS,
        title="Questions answered by an FAQ pair",
        content=content,
        share=1.0 - missed / wanted if wanted else None,
        measured="of the readers' questions, off-topic ones aside, are answered by an FAQ pair"
        if wanted
        else "the question log holds no question that the articles could answer",
        figures=(
            Figure("questions", "readers' questions", found.asked),
            Figure("failed", "without an answer", found.failed),
            Figure("answered_now", "of these answered by now", found.answered_now),
            *_counts(ReportKind.GAPS, findings),
        ),
        findings=findings,
        paths={id: article.path for id, article in by_id.items()},
        columns=_GAP_COLUMNS,
        rows=tuple(_gap_row(gaps[one.key], one, library, content) for one in findings),
        opened=lambda finding: library.gap(gaps[finding.key], finding),
        details={"groups": [_gap_json(gaps[one.key], one.key) for one in findings]},
        notes=notes,
    )


def check_report(found: CheckReport, articles: Iterable[Article], *, content: str = "") -> Report:
    """Return the report of ``footnote check``; ``articles`` are all of the library."""
    by_id = {article.id: article for article in articles}
    library = Library(by_id)
    findings = found.findings()
    pairs = {(article.id, pair.id) for article in by_id.values() for pair in article.faq}
    concerned = {
        (place.article, place.owner) for finding in findings for place in finding.places
    } & pairs
    stale = {(one.article, one.pair, one.section_article, one.section): one for one in found.stale}
    return Report(
        kind=ReportKind.CHECK,
        title="FAQ health",
        content=content,
        share=1.0 - len(concerned) / len(pairs) if pairs else None,
        measured="of the FAQ pairs are free of findings" if pairs else "there is no FAQ pair here",
        figures=(
            Figure("pairs", "FAQ pairs", len(pairs)),
            Figure("concerned", "with a finding", len(concerned)),
            *_counts(ReportKind.CHECK, findings),
        ),
        findings=findings,
        paths={id: article.path for id, article in by_id.items()},
        columns=_FINDING_COLUMNS,
        rows=tuple(_finding_row(finding, library, content) for finding in findings),
        opened=lambda finding: library.check(finding, stale),
        notes=tuple(_check_notes(found)),
        dismissed=frozenset(one.key for one in found.dismissed),
        unchecked=frozenset() if found.stale_checked else frozenset({FindingKind.STALE}),
    )


def _check_notes(found: CheckReport) -> Iterator[str]:
    if not found.stale_checked:
        since = found.history.since[:16].replace("T", " ")
        before = f" before {since}" if since else ""
        yield (
            "Out-of-date answers: not checked, no history of the articles: nothing is known of "
            f"what they said{before}."
        )
    if found.dismissed:
        yield f"Set aside on the desk, and not listed: {counted(len(found.dismissed), 'finding')}."


def _key(section: SectionCoverage) -> str:
    """Return the key of a section's finding, "" where it is covered."""
    kind = _STATE_KIND.get(section.state)
    return "" if kind is None else finding_key(kind, section.article, section.id)


def _square(section: SectionCoverage, keys: Collection[str]) -> Square:
    key = _key(section)
    return Square(
        section.heading or "the beginning",
        str(section.state),
        section.share,
        len(section.sentences),
        sum(one.share >= MET for one in section.sentences),
        section.demand,
        section.line,
        key if key in keys else "",
    )


def _counts(kind: ReportKind, findings: Iterable[Finding]) -> Iterator[Figure]:
    found = [finding.kind for finding in findings]
    for one in KINDS[kind]:
        yield Figure(str(one), KIND_NAMES[one], found.count(one))


def _columns(*headings: str) -> tuple[Column, ...]:
    return tuple(Column(heading) for heading in headings)


_COVERAGE_COLUMNS = _columns(
    *("file", "line", "article", "section", "state", "share", "sentences", "sentences said"),
    *("readers' questions", "nearest pair", "its file", "sure of it", "key"),
)
_FINDING_COLUMNS = _columns(
    *("kind", "title", "reason", "file", "line", "further places", "severity", "sure"),
    *("readers' questions", "weight", "key"),
)
_GAP_COLUMNS = _columns(
    *("kind", "question", "reason", "readers' questions", "failed", "wordings", "first", "last"),
    *("sure", "file", "line", "passage", "key"),
)


def _coverage_row(section: SectionCoverage, library: Library, content: str) -> dict[str, Any]:
    article = library.articles[section.article]
    nearest = section.evidence[0] if section.evidence else None
    pair = library.item(nearest.article, nearest.id) if nearest else None
    return {
        "file": content + article.path,
        "line": section.line,
        "article": article.title,
        "section": section.heading,
        "state": str(section.state),
        "share": section.share,
        "sentences": len(section.sentences),
        "sentences said": sum(one.share >= MET for one in section.sentences),
        "readers' questions": section.demand,
        "nearest pair": pair.question if isinstance(pair, FaqPair) else None,
        "its file": content + library.articles[nearest.article].path if nearest else None,
        "sure of it": nearest.score if nearest else None,
        "key": _key(section) or None,
    }


def _finding_row(finding: Finding, library: Library, content: str) -> dict[str, Any]:
    first = finding.places[0] if finding.places else None
    further = dict.fromkeys(library.where(place, content) for place in finding.places[1:])
    return {
        "kind": str(finding.kind),
        "title": finding.title,
        "reason": finding.reason,
        "file": content + library.articles[first.article].path if first else None,
        "line": first.line if first else None,
        "further places": list(further),
        "severity": finding.severity,
        "sure": finding.sure,
        "readers' questions": finding.demand,
        "weight": round(finding.weight, 6),
        "key": finding.key,
    }


def _gap_row(gap: Gap, finding: Finding, library: Library, content: str) -> dict[str, Any]:
    place = gap.place
    return {
        "kind": str(finding.kind),
        "question": gap.title,
        "reason": finding.reason,
        "readers' questions": gap.count,
        "failed": gap.failed,
        "wordings": [wording.shown for wording in gap.wordings],
        "first": gap.first.isoformat(),
        "last": gap.last.isoformat(),
        "sure": gap.sure,
        "file": content + library.articles[place.article].path if place else None,
        "line": place.line if place else None,
        "passage": gap.passage or None,
        "key": finding.key,
    }


def _gap_json(gap: Gap, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "verdict": str(gap.verdict),
        "question": gap.name,
        "context": gap.context or None,
        "count": gap.count,
        "failed": gap.failed,
        "first": gap.first.isoformat(),
        "last": gap.last.isoformat(),
        "sure": gap.sure,
        "wordings": [
            {"text": one.text, "context": one.context or None, "count": one.count}
            for one in gap.wordings
        ],
        "answer": None if gap.answer is None else {"article": gap.answer[0], "id": gap.answer[1]},
        "passage": gap.passage or None,
    }


def _article_json(one: ArticleCoverage, library: Library) -> dict[str, Any]:
    return {
        "id": one.id,
        "path": library.articles[one.id].path,
        "title": one.title,
        "share": one.share,
        "sections": [_section_json(section) for section in one.sections],
    }


def _section_json(section: SectionCoverage) -> dict[str, Any]:
    return {
        "id": section.id,
        "heading": section.heading,
        "line": section.line,
        "start": section.start,
        "end": section.end,
        "state": str(section.state),
        "share": section.share,
        "score": section.score,
        "demand": section.demand,
        "key": _key(section) or None,
        "sentences": [
            {"start": one.start, "end": one.end, "share": one.share} for one in section.sentences
        ],
        "evidence": [
            {
                "article": one.article,
                "id": one.id,
                "score": one.score,
                "share": one.share,
                "spans": [list(span) for span in one.spans],
            }
            for one in section.evidence
        ],
    }
