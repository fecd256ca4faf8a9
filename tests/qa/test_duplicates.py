from collections.abc import Sequence

import pytest

from index.passages import passages_of
from index.records import Article
from qa.duplicates import compare_pairs, same_question
from qa.readings import Reading
from qa.search import Searcher
from tests.builders import article
from tests.fakes import FakeEncoder

AXES = ("tea", "keep", "cup", "wash", "ship", "pay")


def searcher(*articles: Article, axes: Sequence[str] = AXES) -> Searcher:
    passages = [passage for made in articles for passage in passages_of(made)]
    vectors = FakeEncoder(axes).encode_documents([passage.text for passage in passages])
    return Searcher(articles, passages, vectors)


LONG = "Black tea keeps for two years in a closed tin."


def test_the_same_question_with_the_same_answer_is_a_duplicate() -> None:
    one = article([], [("How long does tea keep?", LONG)], id="a.md")
    two = article([], [("How long does tea keep?", LONG)], id="b.md")
    report = compare_pairs(searcher(one, two))
    (group,) = report.duplicates
    assert group.pairs == (("a.md", "a.md#q1"), ("b.md", "b.md#q1"))
    assert (group.similarity, group.identical) == (1.0, True)
    assert report.conflicts == ()


def test_an_answer_with_small_changes_is_the_same() -> None:
    faq = [("How long does tea keep?", LONG), ("How long does tea keep?", LONG + " Truly.")]
    (group,) = compare_pairs(searcher(article([], faq))).duplicates
    assert not group.identical


def test_another_number_in_the_answer_is_a_conflict() -> None:
    faq = [
        ("How long does tea keep?", LONG),
        ("How long does tea keep?", LONG.replace("two", "3")),
    ]
    report = compare_pairs(searcher(article([], faq)))
    assert report.duplicates == ()
    (conflict,) = report.conflicts
    assert (conflict.one[1], conflict.other[1]) == ("a.md#q1", "a.md#q2")
    (difference,) = conflict.differences
    assert [fact.text for fact in difference.one] == ["two"]
    assert [fact.text for fact in difference.other] == ["3"]
    assert conflict.contradicts


def test_answers_that_exclude_one_another_are_no_duplicates() -> None:
    # Their vectors are the same: a weekday, a unit and a "must" are no axes.
    faq = [("When is the cup washed?", "The cup is washed on Friday.")]
    faq.append((faq[0][0], "The cup is washed on Saturday."))
    report = compare_pairs(searcher(article([], faq)))
    assert report.duplicates == ()
    (conflict,) = report.conflicts
    assert conflict.contradicts
    assert [fact.text for d in conflict.differences for fact in d.one + d.other] == [
        "Friday",
        "Saturday",
    ]


def test_what_only_one_of_two_like_answers_says_is_told() -> None:
    faq = [("How long does tea keep?", LONG)]
    faq.append(("How long does tea keep?", LONG + " So says Philomin."))
    (group,) = compare_pairs(searcher(article([], faq))).duplicates
    assert group.apart == (("a.md", "a.md#q1"), ("a.md", "a.md#q2"))
    (difference,) = group.differences
    assert (difference.one, [fact.text for fact in difference.other]) == ((), ["Philomin"])


def test_a_third_answer_that_is_like_both_hides_no_conflict() -> None:
    # The third says what both say, by its vector, and has no number.
    faq = [
        ("How long does tea keep?", LONG),
        ("How long does tea keep?", LONG.replace("two", "3")),
        ("How long does tea keep?", "Black tea keeps in a closed tin."),
    ]
    report = compare_pairs(searcher(article([], faq)))
    assert [len(group.pairs) for group in report.duplicates] == [3]
    (conflict,) = report.conflicts
    assert (conflict.one[1], conflict.other[1]) == ("a.md#q1", "a.md#q2")


def test_different_questions_with_different_answers_are_nothing() -> None:
    faq = [("How long does tea keep?", LONG), ("Do you ship cups?", "Cups go by tram to Ghent.")]
    report = compare_pairs(searcher(article([], faq)))
    assert (report.duplicates, report.conflicts) == ((), ())


def test_a_telling_difference_makes_another_question_of_the_closest_one() -> None:
    # The vectors are the same: only "tea" and "keep" are axes.
    faq = [("Does tea keep in Ghent?", LONG), ("Does tea keep in Paris?", "Not at all there.")]
    assert compare_pairs(searcher(article([], faq))).conflicts == ()


def test_many_wordings_of_one_answer_are_one_finding() -> None:
    faq = [(f"How long does tea keep{'.' * n}?", LONG) for n in range(40)]
    (group,) = compare_pairs(searcher(article([], faq))).duplicates
    assert len(group.pairs) == 40


def test_two_groups_that_disagree_are_one_conflict() -> None:
    other = "Cups break."
    faq = [("How long does tea keep?", LONG)] * 3 + [("How long does tea keep?", other)] * 3
    report = compare_pairs(searcher(article([], faq)))
    assert [len(group.pairs) for group in report.duplicates] == [3, 3]
    (conflict,) = report.conflicts
    assert len(conflict.pairs) == 6
    assert not conflict.contradicts


def test_a_short_answer_fits_many_questions() -> None:
    # Cosine of (1, 1) and (1, 0): .707, enough for a long answer and not for "Yes."
    faq = [("Does the tea keep?", "Yes."), ("Is this tea?", "Yes.")]
    assert compare_pairs(searcher(article([], faq))).duplicates == ()
    faq = [(question, LONG) for question, _ in faq]
    (group,) = compare_pairs(searcher(article([], faq))).duplicates
    assert group.similarity == pytest.approx(0.707107)


def test_an_alternate_is_a_question_too() -> None:
    one = article([], [("Is it washed?", LONG)], id="a.md", alternates=["Does tea keep?"])
    two = article([], [("Does tea keep?", LONG)], id="b.md")
    assert len(compare_pairs(searcher(one, two)).duplicates) == 1


def test_the_order_of_the_files_changes_nothing() -> None:
    made = [
        article([], [("How long does tea keep?", LONG), ("Do cups wash?", "No.")], id="a.md"),
        article([], [("How long does tea keep?", LONG), ("Do cups wash?", "Yes.")], id="b.md"),
    ]
    report = compare_pairs(searcher(*made))
    assert (len(report.duplicates), len(report.conflicts)) == (1, 1)
    assert compare_pairs(searcher(*reversed(made))) == report


def test_a_library_without_pairs_has_none() -> None:
    report = compare_pairs(searcher(article([("Tea", "Tea keeps.")])))
    assert (report.duplicates, report.conflicts) == ((), ())


@pytest.mark.parametrize(
    ("one", "other", "similarity", "same"),
    [
        ("How long does tea keep?", "How long will tea keep?", 0.80, True),
        ("How long does tea keep?", "How long will tea keep?", 0.79, False),
        ("How long does tea keep?", "How long does green tea keep?", 0.89, False),
        ("How long does tea keep?", "How long does green tea keep?", 0.90, True),
        ("How long does tea keep?", "How long is tea stored?", 0.92, False),
        ("How long does tea keep?", "How long is tea stored?", 0.93, True),
        ("Can C code call Rust code?", "Can Rust code call C code?", 0.99, False),
        ("Who is tea for?", "What is tea for?", 0.99, False),
    ],
)
def test_how_close_is_enough_depends_on_the_words_that_are_not_shared(
    one: str, other: str, similarity: float, same: bool
) -> None:
    assert same_question(Reading(one), Reading(other), similarity) is same
