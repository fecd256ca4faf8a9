"""The page of one section beside the FAQ pairs that meet it, the evidence marked."""

from collections.abc import Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from index.records import FaqPair
from qa.coverage import MET, CoverageState, PairEvidence, SectionCoverage
from qa.links import page_url
from qa.search import Searcher
from qa.web.desk_html import waits_page
from qa.web.desk_state import Desk
from qa.web.markup import Renderer
from qa.web.pages import TEMPLATES

SHOWN_PAIRS = 8
STATE_WORDS = {"covered": "covered", "partly": "partly covered", "uncovered": "uncovered"}


def section_path(article: str, section: str) -> str:
    """Return the address of a section's page."""
    return "/desk/section?" + urlencode({"article": article, "section": section})


def section_page(desk: Desk, article_id: str, section_id: str, *, token: str) -> str | None:
    """Return the page; ``None`` where the library has no such section to cover."""
    now = desk.coverage_now()
    if now is None:
        words = "How well the FAQ covers the sections is being worked out."
        return waits_page(words, site=desk.site)
    try:
        covered = now.value.article(article_id)
    except KeyError:
        return None
    section = next((one for one in covered.sections if one.id == section_id), None)
    if section is None:
        return None
    article = now.asker.searcher.owner(article_id, section_id).article
    met = met_by(section, section.evidence[:SHOWN_PAIRS])
    return TEMPLATES.get_template("desk_section.html").render(
        site=desk.site,
        newest=now.newest,
        language=None,
        token=token,
        section=section,
        heading=section.heading or f"The beginning of {article.title}",
        article=article,
        url=page_url(article.id, section.start, section.end),
        state=section.state.value,
        state_words=STATE_WORDS[section.state.value],
        marked=bool(met),
        about=section.state is not CoverageState.UNCOVERED,
        body=Renderer(article, marks=met).render(section.start, section.end),
        pairs=[_pair(now.asker.searcher, one, section) for one in section.evidence[:SHOWN_PAIRS]],
    )


def met_by(section: SectionCoverage, evidence: Sequence[PairEvidence]) -> list[tuple[int, int]]:
    """Return the sentences of a section that pairs say, in order.

    A pair that says none has the sentence nearest to it as evidence, and that is not one of these.
    """
    said = {(one.start, one.end) for one in section.sentences if one.share >= MET}
    return sorted(said & {span for one in evidence for span in one.spans})


def _pair(
    searcher: Searcher, evidence: PairEvidence, section: SectionCoverage
) -> dict[str, object]:
    owner = searcher.owner(evidence.article, evidence.id)
    article = searcher.owner(section.article, section.id).article
    pair = owner.item
    assert isinstance(pair, FaqPair)  # evidence is pairs'
    quoted = [Markup("<q>{}</q>").format(article.text[a:b]) for a, b in evidence.spans]
    return {
        "question": pair.question,
        "answer": Renderer(owner.article).render(pair.start, pair.end),
        "sure": round(100 * evidence.score),
        "share": round(100 * evidence.share),
        "url": page_url(evidence.article, pair.start, pair.end),
        "title": owner.article.title or owner.article.path,
        "quoted": quoted,
    }
