"""The page of a section beside its pairs: marked is what pairs say, and nothing else."""

from pathlib import Path

from qa.coverage import CoverageState, PairEvidence, SectionCoverage, SentenceCoverage
from qa.web.desk_section import met_by, section_page
from tests.web.desks import desk_of


def evidence(*spans: tuple[int, int], share: float) -> PairEvidence:
    return PairEvidence("a.md", "q1", "a.md", "s1", 0.05, 0.1, share, spans)


def section(*shares: float, state: CoverageState) -> SectionCoverage:
    sentences = tuple(
        SentenceCoverage(10 * place, 10 * place + 9, share) for place, share in enumerate(shares)
    )
    mean = sum(shares) / len(shares)
    return SectionCoverage(
        "a.md", "s1", "Tea", 0, 30, 1, state, mean, mean, 0, sentences, ()
    )  # fmt: skip


def test_a_sentence_that_is_only_nearest_to_a_pair_is_not_marked() -> None:
    part = section(0.05, 0.8, 0.2, state=CoverageState.PARTLY)
    nearest, meets = evidence((0, 9), share=0.05), evidence((10, 19), share=0.3)
    assert met_by(part, [nearest, meets]) == [(10, 19)]
    assert met_by(part, [nearest, evidence((20, 29), share=0.1)]) == []


def test_a_section_that_no_pair_is_about_says_so_and_has_nothing_marked(tmp_path: Path) -> None:
    parts = ("# Cups", "A cup breaks.", "## Steeping", "Steep it long.", "## FAQ", "### Pizza?")
    text = "\n\n".join([*parts, "On Mars.\n"])
    desk = desk_of(tmp_path, [], files={"cups.md": text})
    desk.coverage()
    page = section_page(desk, "cups.md", "cups.md#steeping", token="t") or ""
    assert "FAQ pairs that come closest" in page
    assert "No pair says one of its sentences." in page
    assert "<mark" not in page
    desk.gaps.wait(10)
    desk.service.close()
