"""The passages of a finding, side by side, with what proves it marked.  Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.records import Article, FaqPair, Section
from qa.coverage import MET, PairEvidence, SectionCoverage
from qa.findings import Finding, FindingKind, Place
from qa.gaps import Gap
from qa.reports.report import Side, Stretch, Tone, counted
from qa.staleness import StaleAnswer

# So many pairs are shown beside a section, so many of readers' wordings beside a gap.
PAIRS_SHOWN = 3
WORDINGS_SHOWN = 10
# A sentence of which a pair says so much is shown as said.
SAID = 0.7


@dataclass(frozen=True)
class Library:
    """Articles by their ids, and passages of theirs as sides."""

    articles: Mapping[str, Article]

    def item(self, article: str, id: str) -> FaqPair | Section | None:
        """Return a pair or section; ``None`` where the article has none of that id."""
        return self._items.get((article, id))

    @cached_property
    def _items(self) -> dict[tuple[str, str], FaqPair | Section]:
        items: dict[tuple[str, str], FaqPair | Section] = {}
        for article in self.articles.values():
            items |= {(article.id, section.id): section for section in article.sections}
            items |= {(article.id, pair.id): pair for pair in article.faq}
        return items

    def where(self, place: Place, content: str) -> str:
        """Return file and line of a place."""
        return f"{content}{self.articles[place.article].path}:{place.line}"

    def coverage(self, section: SectionCoverage, partly: float) -> tuple[Side, ...]:
        """Return a section, its sentences marked by what is said of them, and its nearest pairs."""
        article = self.articles[section.article]
        shown = section.evidence[:PAIRS_SHOWN]
        stretches: list[Stretch] = []
        at = section.start
        for one in section.sentences:
            if at < one.start:
                stretches.append(Stretch(article.text[at : one.start]))
            meets = tuple(
                number
                for number, evidence in enumerate(shown, start=1)
                if (one.start, one.end) in evidence.spans
            )
            start = max(at, one.start)
            stretches.append(Stretch(article.text[start : one.end], _tone(one.share), meets))
            at = max(at, one.end)
        if at < section.end:
            stretches.append(Stretch(article.text[at : section.end]))
        met = sum(one.share >= MET for one in section.sentences)
        return (
            Side(
                "Section",
                section.heading,
                article.path,
                section.line,
                tuple(stretches),
                f"{met} of {counted(len(section.sentences), 'sentence')} said by an FAQ pair",
            ),
            *(
                side
                for number, evidence in enumerate(shown, start=1)
                for side in self._beside(evidence, number, partly)
            ),
        )

    def gap(self, gap: Gap, finding: Finding) -> tuple[Side, ...]:
        """Return what readers asked, and the passage that answers it."""
        said = [
            f"{wording.shown} ({wording.count}×)" if wording.count > 1 else wording.shown
            for wording in gap.wordings[:WORDINGS_SHOWN]
        ]
        more = len(gap.wordings) - len(said)
        asked = Side(
            "Readers asked",
            "",
            "",
            0,
            (Stretch("\n".join(said)),),
            f"{counted(gap.count, 'question')}, first on {gap.first:%Y-%m-%d}, "
            f"last on {gap.last:%Y-%m-%d}"
            + (f"; {counted(more, 'further wording')} not shown" if more else ""),
        )
        return (asked, *self.places(finding.places))

    def check(
        self, finding: Finding, stale: Mapping[tuple[str, str, str, str], StaleAnswer]
    ) -> tuple[Side, ...]:
        """Return the pairs and passages; of a stale answer also what the section said before."""
        sides = self.places(finding.places)
        if finding.kind is not FindingKind.STALE:
            return sides
        owners = list(dict.fromkeys((one.article, one.owner) for one in finding.places))
        former = stale.get((*owners[0], *owners[-1]))
        if former is None:
            return sides
        section = self.item(former.section_article, former.section)
        removed = [(one.before_start, one.before_end) for one in former.changes]
        return (
            *sides,
            Side(
                "The section before",
                section.heading if isinstance(section, Section) else "",
                self.articles[former.section_article].path,
                0,
                _marked(former.before, 0, removed),
                "marked: what gave way",
            ),
        )

    def places(self, places: Sequence[Place]) -> tuple[Side, ...]:
        """Return a side for each pair and section of the places, with these marked in it."""
        grouped: dict[tuple[str, str], list[Place]] = {}
        for place in places:
            grouped.setdefault((place.article, place.owner), []).append(place)
        return tuple(self._side(own) for own in grouped.values())

    def _side(self, places: Sequence[Place]) -> Side:
        first = places[0]
        article, item = self.articles[first.article], self.item(first.article, first.owner)
        if item is None:  # no section nor pair: the bare passage
            whole = article.text[first.start : first.end]
            return Side(first.label, "", article.path, first.line, (Stretch(whole),))
        bounds = {(item.start, item.end)}
        if isinstance(item, FaqPair):
            bounds.add((item.question_start, item.question_end))
        inside = [one for one in places if (one.start, one.end) not in bounds]
        stretches = _marked(
            article.text[item.start : item.end], item.start, [(p.start, p.end) for p in inside]
        )
        labels = list(dict.fromkeys(place.label for place in inside if place.label))
        note = f"marked: {', '.join(labels)}" if labels else ""
        if isinstance(item, FaqPair):
            return Side("FAQ pair", item.question, article.path, item.line, stretches, note)
        return Side("Section", item.heading, article.path, item.line, stretches, note)

    def _beside(self, evidence: PairEvidence, number: int, partly: float) -> Iterator[Side]:
        pair = self.item(evidence.article, evidence.id)
        if not isinstance(pair, FaqPair):
            return
        about = evidence.score >= partly
        yield Side(
            f"FAQ pair {number}",
            pair.question,
            self.articles[evidence.article].path,
            pair.line,
            (Stretch(pair.answer),),
            "about this section" if about else "near, but more likely about something else",
            number,
        )


def _marked(text: str, start: int, spans: Iterable[tuple[int, int]]) -> tuple[Stretch, ...]:
    """Return ``text``, which begins at ``start``, with the spans marked; they may overlap."""
    stretches: list[Stretch] = []
    at = 0
    for begin, end in sorted((max(0, b - start), min(len(text), e - start)) for b, e in spans):
        begin = max(at, begin)
        if begin >= end:
            continue
        if at < begin:
            stretches.append(Stretch(text[at:begin]))
        stretches.append(Stretch(text[begin:end], Tone.MARKED))
        at = end
    if at < len(text):
        stretches.append(Stretch(text[at:]))
    return tuple(stretches)


def _tone(share: float) -> Tone:
    if share >= SAID:
        return Tone.MET
    return Tone.PARTLY if share >= MET else Tone.MISSED
