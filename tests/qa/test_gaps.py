"""Questions without an answer, from the log."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from qa.asking import Asker
from qa.findings import FindingKind
from qa.gap_verdicts import GapVerdict
from qa.gaps import CLOSEST_PAIR, Gap, GapReport, find_gaps, gaps_of
from qa.questions import EditorVerdict, LoggedQuestion, Review, Verdict
from qa.records import AbstentionReason
from qa.wordings import wordings
from tests.fakes import FakeEncoder
from tests.logged import START, asker, logged

# A word of the articles each, and two that they do not have.
AXES = (
    *("tea", "keep", "freez", "light", "coffee", "bean", "cup", "gram", "fridge", "food"),
    *("order", "return", "arriv", "day", "leav", "water", "postage", "pizza", "mars"),
)
KEEP = ("tea.md", "tea.md#how-long-does-tea-keep")
STORING = ("tea.md", "tea.md#storing-tea")


@pytest.fixture
def fake() -> FakeEncoder:
    return FakeEncoder(AXES)


@pytest.fixture
def library(fake: FakeEncoder) -> Asker:
    return asker(fake)


def only(report: GapReport) -> Gap:
    (gap,) = report.gaps
    return gap


def test_the_closest_pair_is_named_where_it_may_answer_after_all(
    library: Asker, fake: FakeEncoder
) -> None:
    gap = only(gaps_of(library, fake, [logged("Where do I store tea?", hits=[STORING])]))
    assert gap.verdict is GapVerdict.NO_PAIR
    pair = gap.evidence.pair
    assert pair is not None

    def reason(confidence: float) -> str:
        evidence = replace(gap.evidence, pair=replace(pair, confidence=confidence))
        report = GapReport((replace(gap, evidence=evidence),), 1, 0, 0, 0)
        return report.findings()[0].reason

    assert reason(CLOSEST_PAIR - 0.01) == (
        "A section answers this, and no FAQ pair surely does: write the pair."
    )
    assert reason(CLOSEST_PAIR) == (
        "A section answers this, and no FAQ pair surely does. The closest one asks “Can I freeze"
        " tea?”: if it answers this, add the wording to it; if not, write the pair."
    )


def test_questions_that_are_like_nothing_are_off_topic_and_grouped(
    library: Asker, fake: FakeEncoder
) -> None:
    asked = [
        logged("Pizza?", minute=5),
        logged("pizza", minute=1),
        logged("Any good pizza near here?", minute=9),
        logged("How far is Mars?", minute=7),
    ]
    pizza, mars = gaps_of(library, fake, asked).gaps
    assert (pizza.verdict, mars.verdict) == (GapVerdict.OFF_TOPIC, GapVerdict.OFF_TOPIC)
    assert (pizza.count, pizza.failed, len(pizza.wordings)) == (3, 3, 2)
    assert (pizza.first, pizza.last) == (START + timedelta(minutes=1), START + timedelta(minutes=9))
    assert (mars.name, mars.count) == ("How far is Mars?", 1)
    assert pizza.answer is None
    assert pizza.place is None


def test_a_group_is_not_named_by_a_wording_with_a_typing_error(
    library: Asker, fake: FakeEncoder
) -> None:
    mistyped = "coffe pizza"
    assert library.meant(mistyped) == "coffee pizza"
    asked = [logged(mistyped, minute=1), logged(mistyped, minute=2), logged("pizza coffee")]
    gap = only(gaps_of(library, fake, asked))
    assert gap.wordings[0].text == mistyped
    assert gap.name == "pizza coffee"


def test_a_wording_that_does_not_find_its_pair_names_the_pair(
    library: Asker, fake: FakeEncoder
) -> None:
    # Two of four words are the pair's: a cosine of .71, .89 sure, which is not enough here.
    asked = [logged("tea keep mars pizza"), logged("mars tea pizza keep")]
    gap = only(gaps_of(replace(library, threshold=0.95), fake, asked))
    pair = library.searcher.owner(*KEEP)
    assert (gap.verdict, gap.answer) == (GapVerdict.NOT_FOUND, KEEP)
    assert gap.place is not None
    assert gap.passage == pair.says == pair.article.text[gap.place.start : gap.place.end]


def test_a_question_that_only_a_section_answers_wants_a_pair_and_shows_the_passage(
    library: Asker, fake: FakeEncoder
) -> None:
    asked = [logged("Does light keep tea?", None, confidence=0.9, hits=(STORING, KEEP))]
    gap = only(gaps_of(library, fake, asked))
    section = library.searcher.owner(*STORING)
    assert (gap.verdict, gap.answer, gap.failed) == (GapVerdict.NO_PAIR, STORING, 0)
    assert gap.place is not None
    assert gap.passage == section.article.text[gap.place.start : gap.place.end]
    assert "Light and air take its taste away." in gap.passage
    assert gap.place.line == 7


def test_what_a_pair_answers_by_now_is_no_gap(library: Asker, fake: FakeEncoder) -> None:
    report = gaps_of(library, fake, [logged("How long does tea keep?")])
    assert (report.gaps, report.failed, report.answered_now) == ((), 1, 1)


def test_an_answer_that_readers_called_wrong_does_not_answer(
    library: Asker, fake: FakeEncoder
) -> None:
    wrong = logged(
        "How long does tea keep?", None, confidence=0.9, hits=(KEEP,), verdict=Verdict.WRONG
    )
    gap = only(gaps_of(library, fake, [wrong]))
    assert gap.failed == 1
    assert gap.answer != KEEP


def test_a_pair_that_says_the_same_as_a_wrong_answer_does_not_answer_either(
    fake: FakeEncoder,
) -> None:
    files = {
        "list.jsonl": """
{"id": "keep", "question": "tea and food", "answer": "Two years."}
{"id": "last", "question": "tea and water", "answer": "Two  YEARS."}
"""
    }
    twice = asker(fake, files)
    hit = ("list.jsonl", "keep")
    wrong = logged("tea and food?", None, confidence=0.9, hits=(hit,), verdict=Verdict.WRONG)
    report = gaps_of(twice, fake, [wrong])
    assert only(report).answer is None


def test_what_was_doubtful_and_is_answered_surely_now_is_no_gap_whatever_the_verdict(
    library: Asker, fake: FakeEncoder
) -> None:
    # A section was shown, an editor said no to one, and a pair was added that answers all.
    no = Review(EditorVerdict.NOT_ANSWERED_HERE, "ed", START)
    texts = ("How long does tea keep?", "how long tea keep", "keep tea how long", "tea: keep")
    asked = [logged(text, None, confidence=0.3, hits=(STORING,)) for text in texts]
    asked.append(logged("keep tea", None, confidence=0.3, hits=(STORING,), review=no))
    report = gaps_of(library, fake, asked)
    assert (report.gaps, report.answered_now) == ((), 1)


def test_a_verdict_holds_for_the_questions_that_it_lists(library: Asker, fake: FakeEncoder) -> None:
    # Three find the pair, which is right for the group as a whole; the one that is left has as much
    # of another pair.
    texts = ("How long does tea keep?", "how long tea keep", "keep tea how long")
    asked = [logged(text, None, confidence=0.3, hits=(KEEP,)) for text in texts]
    asked.append(logged("tea keep freez"))
    gap = only(gaps_of(replace(library, threshold=0.97), fake, asked))
    assert [one.text for one in gap.wordings] == ["tea keep freez"]
    assert (gap.verdict, gap.answer) == (GapVerdict.NO_PAIR, STORING)


def test_what_is_not_answered_shows_what_comes_closest(library: Asker, fake: FakeEncoder) -> None:
    asked = [logged("tea keep mars pizza"), logged("mars tea pizza keep")]
    unsure = replace(library, threshold=0.95)
    named = only(gaps_of(unsure, fake, asked))
    assert (named.verdict, named.perhaps) == (GapVerdict.NOT_FOUND, ())
    far = [logged("keep mars pizza arriv"), logged("mars arriv keep pizza")]
    gap = only(gaps_of(unsure, fake, far))
    assert (gap.verdict, gap.answer, gap.passage) == (GapVerdict.NOT_ANSWERED, None, "")
    assert [(place.article, place.owner) for place in gap.perhaps] == [
        owner.key for owner in gap.evidence.nearest
    ]
    assert {place.label for place in gap.perhaps} <= {"perhaps the pair", "perhaps the section"}
    (finding,) = gaps_of(unsure, fake, far).findings()
    assert finding.places == gap.perhaps


def test_what_was_answered_surely_or_is_vague_or_dismissed_is_left_out(
    library: Asker, fake: FakeEncoder
) -> None:
    dismissed = Review(EditorVerdict.DISMISSED, "ed", START)
    asked = [
        logged("How long does tea keep?", None, confidence=0.9, hits=(KEEP,)),
        logged("What is it?", AbstentionReason.TOO_VAGUE),
        logged("Thanks a lot!", AbstentionReason.SMALL_TALK),
        logged("Hello"),  # by an early version, which knew no small talk
        logged("Pizza?", review=dismissed),
    ]
    report = gaps_of(library, fake, asked)
    assert (report.gaps, report.asked, report.vague) == ((), 5, 3)
    assert report.failed == 1


def test_doubtful_answers_alone_are_suspected_from_three_wordings_on(
    library: Asker, fake: FakeEncoder
) -> None:
    pair = ("orders/questions.csv", "return")
    asked = [
        logged(f"pizza {place}", None, confidence=0.3, hits=(pair,))
        for place in ("here", "there", "everywhere")
    ]
    assert gaps_of(library, fake, asked[:2]).gaps == ()
    gap = only(gaps_of(library, fake, asked))
    assert (gap.count, gap.failed, gap.verdict) == (3, 0, GapVerdict.OFF_TOPIC)


def test_the_order_of_the_log_changes_nothing(library: Asker, fake: FakeEncoder) -> None:
    texts = ("Pizza?", "pizza pizza", "How far is Mars?", "mars and pizza", "food tea keep return")
    asked = [logged(text, minute=minute) for minute, text in enumerate(texts)]
    one = gaps_of(library, fake, asked)
    assert gaps_of(library, fake, reversed(asked)) == one
    found = wordings(asked)[::-1]
    vectors = library.encode(fake, [wording.text for wording in found])
    assert find_gaps(library, found, vectors) == one


def test_gaps_come_by_demand_times_how_sure(library: Asker, fake: FakeEncoder) -> None:
    asked = [logged("Mars?", minute=minute) for minute in range(3)] + [logged("Pizza?")]
    report = gaps_of(library, fake, asked)
    assert [gap.name for gap in report.gaps] == ["Mars?", "Pizza?"]
    assert report.gaps[0].weight == pytest.approx(3 * report.gaps[0].sure)
    assert report.of(GapVerdict.OFF_TOPIC) == report.gaps
    assert report.of(GapVerdict.NO_PAIR) == ()


def test_each_gap_is_a_finding_whose_key_outlives_new_wordings(
    library: Asker, fake: FakeEncoder
) -> None:
    first: list[LoggedQuestion] = [logged("Pizza?", minute=1)]
    more = [*first, logged("The best pizza?", minute=2), logged("the best pizza", minute=3)]
    (one,) = gaps_of(library, fake, first).findings()
    (other,) = gaps_of(library, fake, more).findings()
    assert one.key == other.key
    assert (one.kind, other.demand) == (FindingKind.OFF_TOPIC, 3)
    assert other.severity < 0.2


def test_an_empty_log_has_no_gaps(library: Asker, fake: FakeEncoder) -> None:
    assert gaps_of(library, fake, []) == GapReport((), 0, 0, 0, 0)


def test_an_empty_library_answers_nothing(fake: FakeEncoder) -> None:
    empty = Asker.of((), (), np.zeros((0, len(AXES) + 1), dtype=np.float32))
    gap = only(gaps_of(empty, fake, [logged("Pizza?", AbstentionReason.EMPTY_LIBRARY)]))
    assert (gap.name, gap.answer) == ("Pizza?", None)


def test_wordings_beyond_the_most_that_are_grouped_join_a_group_or_stand_alone(
    library: Asker, fake: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.gaps.MOST_GROUPED", 1)
    asked = [logged("Pizza?"), logged("Pizza?"), logged("my pizza"), logged("Mars?")]
    report = gaps_of(library, fake, asked)
    assert [(gap.count, len(gap.wordings)) for gap in report.gaps] == [(3, 2), (1, 1)]


def test_a_group_is_named_by_a_question_that_its_answer_answers(
    library: Asker, fake: FakeEncoder
) -> None:
    # Asked twice and so the most central: closest to the section on leaves.  What both together
    # get as their answer is the section on storing.
    asked = [
        logged("tea leav light", minute=1),
        logged("tea light keep", minute=2),
        logged("water water keep leav leav", minute=3),
        logged("tea leav mars keep", minute=4),
        logged("tea leav light", minute=9),
    ]
    first = gaps_of(library, fake, asked).of(GapVerdict.NO_PAIR)[0]
    assert [one.text for one in first.wordings] == ["tea leav light", "tea light keep"]
    assert (first.answer, first.name) == (STORING, "tea light keep")


def test_a_follow_up_that_failed_is_grouped_with_what_asks_the_same_by_itself() -> None:
    # Two subjects of fifteen words each that neither has in common with the other.
    one, other = (" ".join(f"{name}{n:02}" for n in range(15)) for name in ("alfa", "beta"))
    fake = FakeEncoder((*AXES, "zebra", *one.split(), *other.split()))
    library = asker(fake)
    asked = [
        logged(f"{one} zebra?", minute=1),
        logged("and zebra?", minute=2, context=f"{one}?"),
        logged("and zebra?", minute=3, context=f"{other}?"),
    ]
    # As they are searched for, w = 1/2, the follow-ups are alike: (1 + w/4)² / (1 + 2w/4 + w²) is
    # .84.  As they are compared, w = 3, it is .27, and the first has .96 in common with the first
    # question.
    groups = [
        {(wording.text, wording.context) for wording in gap.wordings}
        for gap in gaps_of(library, fake, asked).gaps
    ]
    assert {(f"{one} zebra?", ""), ("and zebra?", f"{one}?")} in groups
    assert {("and zebra?", f"{other}?")} in groups


def test_a_group_of_follow_ups_is_named_with_what_they_lean_on(
    library: Asker, fake: FakeEncoder
) -> None:
    context = "How far is Mars?"
    report = gaps_of(library, fake, [logged("and pizza?", context=context)])
    gap = only(report)
    assert (gap.name, gap.context) == ("and pizza?", context)
    assert gap.title == "and pizza? (after: How far is Mars?)"
    assert [one.title for one in report.findings()] == [gap.title]


def test_a_group_is_named_by_a_question_that_stands_alone_where_it_has_one(
    library: Asker, fake: FakeEncoder
) -> None:
    asked = [
        *(logged("and mars?", minute=minute, context="pizza?") for minute in range(5)),
        logged("pizza and mars?", minute=9),
    ]
    gap = only(gaps_of(library, fake, asked))
    assert [(one.count, one.context) for one in gap.wordings] == [(5, "pizza?"), (1, "")]
    assert (gap.name, gap.context) == ("pizza and mars?", "")


def test_a_group_of_failed_follow_ups_is_not_named_by_a_question_that_was_answered(
    library: Asker, fake: FakeEncoder
) -> None:
    asked = [
        *(logged("and mars?", minute=minute, context="pizza?") for minute in range(5)),
        logged("pizza and mars?", None, confidence=0.3, hits=(STORING,), minute=9),
    ]
    gap = only(gaps_of(library, fake, asked))
    assert len(gap.wordings) == 2
    assert gap.title == "and mars? (after: pizza?)"


def test_a_follow_up_that_is_answered_now_is_no_gap(library: Asker, fake: FakeEncoder) -> None:
    context = "How long does tea keep?"
    report = gaps_of(library, fake, [logged("and why is that?", context=context)])
    assert (report.gaps, report.answered_now, report.vague) == ((), 1, 0)
    # By itself it says nothing.
    assert gaps_of(library, fake, [logged("and why is that?")]).vague == 1


def test_what_its_reader_had_just_had_does_not_answer_a_follow_up(
    library: Asker, fake: FakeEncoder
) -> None:
    context = "How long does tea keep?"
    follow_up = logged("and mate?", context=context, spent=KEEP)
    gap = only(gaps_of(library, fake, [follow_up]))
    assert (gap.verdict, gap.failed, gap.answer) == (GapVerdict.NOT_ANSWERED, 1, None)
    # Without that it would be taken for answered.
    assert gaps_of(library, fake, [replace(follow_up, spent=None)]).answered_now == 1
