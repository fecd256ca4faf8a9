"""Coverage of small articles, with vectors that can be worked out in one's head."""

from dataclasses import replace

import pytest

from index.errors import UsageError
from index.passages import passages_of
from index.records import Article
from qa.coverage import CoverageReport, CoverageState, measure
from qa.findings import FindingKind
from qa.search import Searcher
from tests.builders import article
from tests.fakes import FakeEncoder

TEA = "Tea keeps for two years in a tin."
CUPS = "Cups of thin china break when boiling water is poured."
PAIR = ("How long does tea keep?", TEA)


def tea(**changes: str) -> Article:
    return article([("Storing", TEA), ("Breaking", CUPS)], [PAIR], **changes)


def report(*articles: Article, **options: object) -> CoverageReport:
    passages = [one for each in articles for one in passages_of(each)]
    vectors = FakeEncoder(("tea", "cup")).encode_documents([one.text for one in passages])
    return measure(articles, passages, vectors, **options)  # type: ignore[arg-type]


def test_a_section_that_an_answer_repeats_is_covered_and_another_is_not() -> None:
    storing, breaking = report(tea()).article("a.md").sections
    assert (storing.state, storing.share) == (CoverageState.COVERED, 1.0)
    assert (breaking.state, breaking.share) == (CoverageState.UNCOVERED, 0.0)


def test_one_covered_sentence_does_not_cover_a_long_section() -> None:
    long = (
        f"{TEA} Gulls cry over harbours. Snow falls on distant hills. Trains run late on Sundays."
    )
    (section,) = report(article([("Storing", long)], [PAIR])).article("a.md").sections
    assert [one.share for one in section.sentences] == [1.0, 0.0, 0.0, 0.0]
    assert (section.share, section.state) == (0.25, CoverageState.PARTLY)


def test_evidence_is_the_sentence_that_is_met_by_offsets() -> None:
    one = tea()
    (evidence,) = report(one).article("a.md").sections[0].evidence
    assert [one.text[start:end] for start, end in evidence.spans] == [TEA]
    assert (evidence.article, evidence.id, evidence.share) == ("a.md", "a.md#q1", 1.0)


def test_a_pair_of_another_article_covers_a_section_too() -> None:
    other = article([], [PAIR], id="b.md")
    found = report(article([("Storing", TEA)], id="a.md"), other)
    assert found.article("a.md").sections[0].state is CoverageState.COVERED
    assert found.article("a.md").pairs == (("b.md", "b.md#q1"),)


def test_sections_readers_ask_about_come_first_and_ties_stand_by_place() -> None:
    found = report(article([("One", TEA), ("Two", CUPS)]), demand={("a.md", "a.md#s2"): 3})
    assert [one.id for one in found.uncovered()] == ["a.md#s2", "a.md#s1"]
    assert [one.id for one in report(article([("One", TEA), ("Two", CUPS)])).uncovered()] == [
        "a.md#s1",
        "a.md#s2",
    ]


def test_an_empty_section_and_a_table_of_contents_are_not_uncovered() -> None:
    listed = "1. Storing your tea well\n2. Breaking many thin cups"
    made = article(
        [
            ("Contents", listed),
            ("Empty", ""),
            ("Storing your tea well", TEA),
            ("Breaking many thin cups", CUPS),
        ]
    )
    assert [one.id for one in report(made).sections()] == ["a.md#s3", "a.md#s4"]


def test_other_thresholds_change_states_and_nothing_else() -> None:
    long = (
        f"{TEA} Gulls cry over harbours. Snow falls on distant hills. Trains run late on Sundays."
    )
    before = report(article([("Storing", long)], [PAIR]))
    after = before.rethreshold(covered=0.25)
    assert after.sections()[0].state is CoverageState.COVERED
    assert after.sections()[0].share == before.sections()[0].share
    with pytest.raises(UsageError, match="covered is 2, expected a share between 0 and 1"):
        before.rethreshold(covered=2)


def test_a_finding_shows_the_section_beside_its_nearest_pair() -> None:
    (finding,) = report(tea(), demand={("a.md", "a.md#s2"): 4}).findings()
    assert (finding.kind, finding.title, finding.demand) == (FindingKind.UNCOVERED, "Breaking", 4)
    assert [place.owner for place in finding.places] == ["a.md#s2", "a.md#q1"]
    assert finding.severity == round(1 / 3, 6)  # one sentence, and two are half as bad as many


def test_without_pairs_everything_is_uncovered_and_without_sections_nothing_is() -> None:
    assert report(article([("One", TEA)])).share == 0.0
    assert report(article([], [PAIR])).articles == ()
    assert report(article([], [PAIR])).share == 1.0


def test_a_searcher_and_its_parts_in_any_order_give_the_same_report() -> None:
    articles = [tea(), article([("Storing", TEA)], [PAIR], id="b.md")]
    passages = [one for each in articles for one in passages_of(each)]
    vectors = FakeEncoder(("tea", "cup")).encode_documents([one.text for one in passages])
    expected = measure(articles, passages, vectors)
    assert measure(Searcher(articles, passages, vectors)) == expected
    assert measure(articles[::-1], passages[::-1], vectors[::-1]) == expected


def test_the_pairs_of_an_articles_companion_are_its_own() -> None:
    # By their ids alone the other article's pair would come first.
    companion = replace(article([], [PAIR], id="z.faq.yaml"), companion_of="a.md")
    other = article([], [PAIR], id="b.md")
    found = report(article([("Storing", TEA)], id="a.md"), companion, other).article("a.md")
    assert found.companions == {"z.faq.yaml"}
    assert found.pairs == (("z.faq.yaml", "z.faq.yaml#q1"), ("b.md", "b.md#q1"))


def test_where_no_sentence_is_said_as_a_whole_the_reason_says_so() -> None:
    found = report(article([("Storing", f"{TEA} {CUPS} Tea is good.")], [PAIR]))
    (one,) = found.articles
    (section,) = one.sections
    sentences = tuple(replace(sentence, share=0.1) for sentence in section.sentences)
    partly = replace(section, sentences=sentences, state=CoverageState.PARTLY, share=0.3)
    changed = replace(found, articles=(replace(one, sections=(partly,)),))
    (finding,) = changed.findings()
    assert finding.reason.startswith(
        "FAQ pairs are about it, and none says one of its 3 sentences as a whole."
    )
    met = replace(partly, sentences=tuple(replace(one, share=0.4) for one in sentences))
    (finding,) = replace(found, articles=(replace(one, sections=(met,)),)).findings()
    assert finding.reason.startswith("FAQ pairs say only a part of each of its 3 sentences.")
