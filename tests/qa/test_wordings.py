"""The question log by wording."""

from datetime import timedelta

import pytest

from qa.conversation import Question
from qa.questions import EditorVerdict, LoggedQuestion, Review, Verdict
from qa.records import AbstentionReason
from qa.wordings import SHOWN_CONTEXT_CHARS, after, is_failed, key_of, shown, wordings
from tests.logged import START, logged

TEA = ("tea.md", "keep")


def review(verdict: EditorVerdict, minute: int = 0) -> Review:
    return Review(verdict, "ed", START + timedelta(minutes=minute))


def test_case_and_punctuation_make_no_other_wording() -> None:
    asked = [
        logged("do you ship to Mars", minute=3),
        logged("Do you ship to Mars?", minute=1),
        logged("Do you ship to Mars?", minute=2),
        logged("Do you ship to Venus?", minute=0),
    ]
    mars, venus = wordings(asked)
    assert (mars.text, mars.count, venus.count) == ("Do you ship to Mars?", 3, 1)
    assert (mars.first, mars.last) == (START + timedelta(minutes=1), START + timedelta(minutes=3))
    assert wordings(reversed(asked)) == (mars, venus)


def test_of_spellings_as_common_the_first_by_the_alphabet_is_the_wordings_text() -> None:
    (wording,) = wordings([logged("mars?"), logged("Mars")])
    assert wording.text == "Mars"


def test_a_question_without_a_word_is_its_own_key() -> None:
    assert (key_of(" ??? "), key_of("!")) == ("???", "!")


@pytest.mark.parametrize(
    ("question", "failed"),
    [
        (logged("x"), True),
        (logged("x", AbstentionReason.TOO_VAGUE), False),
        (logged("x", AbstentionReason.SMALL_TALK), False),
        (logged("x", None, hits=(TEA,)), False),
        (logged("x", None, hits=(TEA,), verdict=Verdict.HELPFUL), False),
        (logged("x", None, hits=(TEA,), verdict=Verdict.OUTDATED), False),
        (logged("x", None, hits=(TEA,), verdict=Verdict.WRONG), True),
        (logged("x", None, hits=(TEA,), verdict=Verdict.NOT_MY_QUESTION), True),
        (logged("x", None, hits=(TEA,), review=review(EditorVerdict.WRONG)), True),
        # The editor's word stands against the reader's.
        (
            logged(
                "x", None, hits=(TEA,), verdict=Verdict.WRONG, review=review(EditorVerdict.RIGHT)
            ),
            False,
        ),
    ],
)
def test_a_question_fails_without_an_answer_or_with_one_that_was_called_wrong(
    question: LoggedQuestion, failed: bool
) -> None:
    assert is_failed(question) is failed


def test_an_answer_is_rejected_where_more_say_so_than_found_it_helpful() -> None:
    wrong = logged("x", None, hits=(TEA,), verdict=Verdict.WRONG)
    helped = logged("x", None, hits=(TEA,), verdict=Verdict.HELPFUL)
    (one,) = wordings([wrong])
    (even,) = wordings([wrong, helped])
    (most,) = wordings([wrong, helped, helped])
    assert (one.rejected, one.helpful) == ({TEA}, set())
    assert (even.rejected, even.helpful) == (set(), set())
    assert (most.rejected, most.helpful) == (set(), {TEA})


def test_a_helpful_answer_is_not_in_doubt_however_unsure_it_was() -> None:
    unsure = logged("x", None, hits=(TEA,), confidence=0.3)
    helped = logged("y", None, hits=(TEA,), confidence=0.3, verdict=Verdict.HELPFUL)
    x, y = wordings([unsure, helped])
    assert (x.doubt, y.doubt) == (0.7, 0.0)


def test_the_last_editor_decides_whether_a_wording_is_dismissed() -> None:
    dismissed = logged("x", review=review(EditorVerdict.DISMISSED, 1))
    taken_up = logged("x", review=review(EditorVerdict.NOT_ANSWERED_HERE, 2))
    assert wordings([dismissed])[0].dismissed
    assert not wordings([dismissed, taken_up])[0].dismissed


def test_follow_ups_of_the_same_words_after_something_else_are_other_wordings() -> None:
    asked = [
        logged("and rabbits?", minute=1, context="How much is a vaccination?"),
        logged("And rabbits", minute=2, context="how much is a vaccination"),
        logged("and rabbits?", minute=3, context="Do you keep dogs overnight?"),
        logged("and rabbits?", minute=4),
    ]
    alone, overnight, vaccination = sorted(wordings(asked), key=lambda one: one.context)
    assert [one.count for one in (alone, overnight, vaccination)] == [1, 1, 2]
    assert alone.key == "and rabbits"  # as it was before there were contexts
    # Of spellings as common the first by the alphabet, with its own context.
    assert (vaccination.text, vaccination.context) == ("And rabbits", "how much is a vaccination")
    assert wordings(reversed(asked)) == wordings(asked)


def test_a_wording_is_asked_again_as_it_was_asked_last() -> None:
    context = "How long does tea keep?"
    early = logged("and mars?", minute=1, context=context, spent=("a", "1"))
    late = logged("and mars?", minute=2, context=context, spent=TEA)
    (one,) = wordings([late, early])
    assert one.asked == Question("and mars?", context, TEA)
    assert one.asked.resolved == "How long does tea keep? and mars?"


def test_a_follow_up_is_shown_with_the_end_of_what_it_leans_on() -> None:
    assert shown("Tea?", "") == "Tea?"
    assert shown("and rabbits?", "Any dogs?") == "and rabbits? (after: Any dogs?)"
    long = "much tea " * 40 + "of dogs?"
    end = after(long).removeprefix("after: … ")
    assert long.endswith(f" {end}")
    # Whole words, nearly as many as there is room for.
    assert SHOWN_CONTEXT_CHARS - len("much ") < len(end) <= SHOWN_CONTEXT_CHARS
