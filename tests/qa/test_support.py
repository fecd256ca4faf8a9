from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index import readers
from index.encoder import Encoder
from index.passages import passages_of
from index.records import Article
from qa.facts import FactKind
from qa.search import Searcher
from qa.support import AnswerSupport, SupportReport, measure_support
from tests.builders import article
from tests.fakes import FakeEncoder

AXES = ("tea", "cup", "ship", "clean")


def measured(*articles: Article) -> SupportReport:
    passages = [passage for made in articles for passage in passages_of(made)]
    vectors = FakeEncoder(AXES).encode_documents([passage.text for passage in passages])
    return measure_support(Searcher(articles, passages, vectors))


def missing(answer: AnswerSupport) -> list[str]:
    return [fact.text for one in answer.unsupported for fact in one.missing]


TEA = "Tea keeps for two years. Vasi Philomin grew this tea in Ghent since 3 May 2024."


@pytest.mark.parametrize(
    ("answer", "lacking"),
    [
        ("Tea keeps for 2 years.", []),
        ("Tea keeps for 3 years.", ["3"]),
        ("This is tea of Philomin's, since 2024-05-03.", []),
        ("This is tea since May 2024.", []),
        ("This is tea since June 2024.", ["June 2024"]),
        ("This is tea of Jassy.", ["Jassy"]),
        ("This is tea of Andy Jassy.", ["Andy Jassy"]),
        ("Tea and another plant keep.", ["another plant"]),
        ('Tea keeps: ask "Does it keep for 9 years?" there.', []),
    ],
)
def test_numbers_dates_and_names_that_no_section_has_are_found(
    answer: str, lacking: list[str]
) -> None:
    made = article([("Tea", TEA)], [("How is the tea?", answer)])
    (support,) = measured(made).answers
    assert missing(support) == lacking
    for one in support.unsupported:
        for fact in one.missing:
            assert made.text[fact.start : fact.end] == fact.text


def test_what_the_question_says_is_not_missing_from_its_answer() -> None:
    faq = [("Is tea sold in Paris?", "Tea is sold in Paris.")]
    assert measured(article([("Tea", TEA)], faq)).unsupported == ()


def test_the_other_answers_support_nothing() -> None:
    faq = [("How long does tea keep?", "Tea keeps for 3 years."), ("And tea?", "Tea: 3 years.")]
    assert [answer.pair for answer in measured(article([("Tea", TEA)], faq)).unsupported] == [
        "a.md#q1",
        "a.md#q2",
    ]


def test_an_answer_that_no_section_comes_near_is_far() -> None:
    faq = [("Do you ship?", "Ship parcels to harbours every morning.")]
    (answer,) = measured(article([("Tea", TEA)], faq)).unsupported
    assert answer.far
    (statement,) = answer.unsupported
    assert statement.far
    assert statement.nearest is not None
    assert (statement.nearest.section, statement.nearest.similarity) == ("a.md#s1", 0.0)
    assert answer.sections == ()


def test_words_can_support_what_vectors_do_not() -> None:
    faq = [("Do you ship?", "Ship it: keeps years, grew since then.")]
    (answer,) = measured(article([("Tea", TEA)], faq)).answers
    assert not answer.statements[0].far


def test_words_scattered_over_the_article_are_a_summary() -> None:
    # Six passages of tea, so that those of the last sections are not among the five nearest.
    tea = [("Tea", "Tea. Tea now. Tea then. Tea here. Tea there. Tea again. Tea twice.")]
    words = [("", "Parcels leave."), ("", "Harbours sleep."), ("", "Every morning comes.")]
    faq = [("Do you ship?", "Ship parcels to harbours every morning.")]
    assert measured(article(tea, faq)).answers[0].statements[0].far
    assert not measured(article([*tea, *words], faq)).answers[0].statements[0].far


def test_a_short_sentence_is_never_far() -> None:
    faq = [("Do you ship?", "Ship parcels.")]
    assert not measured(article([("Tea", TEA)], faq)).answers[0].statements[0].far


def test_an_announcement_is_never_far() -> None:
    faq = [("Do you ship?", "Ship parcels to harbours every morning like this:")]
    assert not measured(article([("Tea", TEA)], faq)).answers[0].statements[0].far


def test_the_sections_that_support_an_answer_are_listed_the_closest_first() -> None:
    made = article(
        [("Tea", "Tea is a plant."), ("Cups", "A cup, a cup for tea."), ("Ships", "They ship.")],
        [("Which?", "Drink tea now, please. Wash the cup, my dear friend.")],
    )
    # The pair is (1, 1) in tea and cup: .894 to the cups' two sentences and heading (see below);
    # its first sentence is all tea (1), its second all cup.
    (answer,) = measured(made).answers
    assert answer.sections == (("a.md", "a.md#s1"), ("a.md", "a.md#s2"))


def test_a_list_of_pairs_is_compared_with_the_whole_library() -> None:
    one = article([("Tea", TEA)], id="a.md")
    faq = [("How long does tea keep?", "Tea keeps for 2 years."), ("And?", "Tea is sold by Jassy.")]
    two = article([], faq, id="b.csv")
    report = measured(one, two)
    assert [(answer.listed, missing(answer)) for answer in report.answers] == [
        (True, []),
        (True, ["Jassy"]),
    ]
    assert report.answers[0].sections == (("a.md", "a.md#s1"),)


def test_a_list_about_other_matters_is_left_alone() -> None:
    one = article([("Tea", TEA)], id="a.md")
    two = article([], [("Do you ship?", "Ship parcels to Paris every single morning.")], id="b.csv")
    assert measured(one, two).unsupported == ()


def test_a_list_alone_has_nothing_to_be_compared_with() -> None:
    assert measured(article([], [("Tea?", "Tea keeps for 2 years.")])).answers == ()


def test_a_report_can_be_asked_for_one_pair() -> None:
    report = measured(article([("Tea", TEA)], [("Tea?", "Tea keeps.")]))
    assert report.of("a.md", "a.md#q1") == report.answers[0]
    assert report.of("a.md", "nobody") is None


@pytest.mark.model
@pytest.mark.shared
def test_the_prototypes_first_answer_says_what_its_article_does_not(
    shared_data: Path, encoder: Encoder
) -> None:
    path = shared_data / "articles" / "seed-amazon-talent" / "source.txt"
    (made,) = readers.read_bytes(path.read_bytes(), "amazon.txt")
    passages: Sequence = passages_of(made)
    vectors = encoder.encode_documents([passage.text for passage in passages])
    (answer,) = measure_support(Searcher([made], passages, vectors)).unsupported
    assert answer.pair == made.faq[0].id
    (statement,) = answer.unsupported
    (fact,) = statement.missing
    assert (fact.kind, made.text[fact.start : fact.end]) == (FactKind.OTHER, "another company")
    assert statement.nearest is not None
    near = made.text[statement.nearest.start : statement.nearest.end]
    assert "Philomin" in near


def test_an_answer_of_a_companion_is_compared_with_its_articles_sections() -> None:
    said = article([("Tea", TEA)], id="a.md")
    # The other article says what the answer says; it is not the companion's.
    other = article([("Tea", "Tea keeps for 9 years.")], id="b.md")
    faq = [("How long does tea keep?", "Tea keeps for 9 years.")]
    companion = replace(article([], faq, id="a.faq.yaml"), companion_of="a.md")
    (support,) = measured(said, other, companion).answers
    assert (support.key, support.listed) == (("a.faq.yaml", "a.faq.yaml#q1"), False)
    assert support.sections == (("a.md", "a.md#s1"),)
    assert missing(support) == ["9"]


def test_an_answer_of_a_list_rests_on_the_article_that_it_is_about() -> None:
    one = article([("Tea", TEA)], id="a.md")
    # Its last sentence is all cup, as this section is; the pair is not about cups.
    two = article([("Cups", "A cup breaks.")], id="b.md")
    faq = [("How long does tea keep?", "Tea keeps for 2 years. Take tea now. Take a cup.")]
    (support,) = measured(one, two, article([], faq, id="c.csv")).answers
    assert support.sections == (("a.md", "a.md#s1"),)


def test_an_answer_of_a_list_rests_on_two_articles_that_say_the_same() -> None:
    one = article([("Tea", TEA)], id="a.md")
    two = article([("Tea", "Tea keeps for 2 years.")], id="b.md")
    faq = [("How long does tea keep?", "Tea keeps for 2 years. Tea of Philomin's.")]
    (support,) = measured(one, two, article([], faq, id="c.csv")).answers
    # All of them are nothing but tea: the first in the order of the files is taken.
    assert support.sections == (("a.md", "a.md#s1"),)
    # The pair is (3, 2): .83 to the tea, .98 to the tea cups, which the question is about.
    faq = [("Tea in a tea cup?", "Tea keeps for 2 years. A cup of tea keeps warm.")]
    two = article([("Cups", "A cup of tea keeps warm.")], id="b.md")
    (support,) = measured(one, two, article([], faq, id="c.csv")).answers
    assert set(support.sections) == {("a.md", "a.md#s1"), ("b.md", "b.md#s1")}


def test_what_only_a_list_speaks_of_is_nothing_that_lacks_in_the_articles() -> None:
    one = article([("Tea", TEA)], id="a.md")
    faq = [
        ("How long does tea keep?", "Tea keeps for 2 years."),
        # The sentence is one part tea of four: .5 to what is said of tea, and has one of its words.
        ("Do you ship?", "We ship, clean, cup and tea, for 25 euros in Jassy."),
    ]
    report = measured(one, article([], faq, id="b.csv"))
    assert [answer.sections for answer in report.answers] == [(("a.md", "a.md#s1"),), ()]
    assert report.unsupported == ()
    # A sentence that is surely about tea is compared with what is said of it.
    faq[1] = ("Do you ship, clean and ship?", "We ship and clean. Tea keeps for 25 years.")
    report = measured(one, article([], faq, id="b.csv"))
    assert report.answers[1].sections == ()
    assert missing(report.answers[1]) == ["25"]


def test_what_another_article_surely_says_supports_an_answer_that_rests_on_it_then() -> None:
    one = article([("Tea", TEA)], [("What is it to ship?", "Ship parcels for 9 euros.")], id="a.md")
    (alone,) = measured(one).unsupported
    assert missing(alone) == ["9"]
    ships = article([("Prices", "Ship parcels for 9 euros.")], id="b.md")
    (support,) = measured(one, ships).answers
    assert not support.far
    assert support.unsupported == ()
    assert support.sections == (("b.md", "b.md#s1"),)
    other = article([("Prices", "Ship parcels for 8 euros.")], id="b.md")
    assert missing(measured(one, other).answers[0]) == ["9"]
