"""What an edit would change, before it is saved."""

import numpy as np
import pytest

from index.companions import SUFFIX
from index.errors import ReadError
from qa.asking import Asker, Outcome
from qa.edit_effect import EffectKind, _effect, edited, effect, with_file
from qa.questions import EditorVerdict, LoggedQuestion, Review, Verdict
from qa.records import AbstentionReason
from qa.wordings import wordings
from tests.conftest import CONTENT
from tests.fakes import FakeEncoder
from tests.logged import START, asker, logged

AXES = (
    *("tea", "keep", "freez", "light", "coffee", "bean", "cup", "gram", "fridge", "food"),
    *("order", "return", "arriv", "day", "leav", "water", "postage", "pizza", "mars"),
)
PATH = f"tea{SUFFIX}"
KEEP = ("tea.md", "tea.md#how-long-does-tea-keep")
PIZZA = """article: tea.md
faq:
- question: Does pizza go with tea?
  answer: Pizza goes with everything.
"""
SHELF = """article: tea.md
faq:
- alternates_of: How long does tea keep?
  alternates:
  - mars
"""


@pytest.fixture
def fake() -> FakeEncoder:
    return FakeEncoder(AXES)


@pytest.fixture
def before(fake: FakeEncoder) -> Asker:
    return asker(fake)


def after(before: Asker, fake: FakeEncoder, text: str, path: str = PATH) -> Asker:
    return edited(before, with_file(before.articles, path, text), fake)


def effects(
    before: Asker, changed: Asker, fake: FakeEncoder, asked: list[LoggedQuestion]
) -> list[tuple[EffectKind, str, bool | None]]:
    found = wordings(asked)
    vectors = before.encode(fake, [one.text for one in found])
    report = effect(before, changed, found, vectors)
    return [(one.kind, one.wording.text, one.better) for one in report.effects]


def test_a_new_pair_answers_what_was_not_answered(before: Asker, fake: FakeEncoder) -> None:
    changed = after(before, fake, PIZZA)
    asked = [logged("Is there pizza?"), logged("How long does tea keep?")]
    assert effects(before, changed, fake, asked) == [
        (EffectKind.NEWLY_ANSWERED, "Is there pizza?", True)
    ]


def test_a_new_wording_answers_with_its_pair(before: Asker, fake: FakeEncoder) -> None:
    changed = after(before, fake, SHELF)
    found = wordings([logged("Mars?"), logged("mars"), logged("How big is a cup?")])
    vectors = before.encode(fake, [one.text for one in found])
    report = effect(before, changed, found, vectors)
    (one,) = report.effects
    assert (one.kind, one.before, one.after) == (EffectKind.NEWLY_ANSWERED, None, KEEP)
    assert one.confidence_after > one.confidence_before
    assert (report.better, report.worse, report.asked_again) == (2, 0, 1)
    assert report.of(EffectKind.ANOTHER_ANSWER) == ()


def test_only_new_texts_are_embedded(before: Asker, fake: FakeEncoder) -> None:
    known = len(fake.documents)
    after(before, fake, PIZZA)
    assert sorted(fake.documents[known:]) == [
        "Does pizza go with tea?",
        "Does pizza go with tea?\nPizza goes with everything.",
        "Pizza goes with everything.",
    ]


def test_the_edited_library_is_the_one_that_the_files_would_give(
    before: Asker, fake: FakeEncoder
) -> None:
    changed, live = after(before, fake, PIZZA), asker(fake, {**CONTENT, PATH: PIZZA})
    assert changed.articles == live.articles
    assert changed.passages == live.passages
    assert np.array_equal(changed.vectors, live.vectors)


def test_the_words_of_a_preview_go_with_it_and_it_answers_as_the_saved_file_does(
    before: Asker, fake: FakeEncoder
) -> None:
    live = asker(fake, {**CONTENT, PATH: PIZZA})
    shared = before.searcher.lexicon._vocabulary
    known, terms = len(shared), dict(before.searcher.lexicon.terms)
    changed = after(before, fake, PIZZA)
    assert (len(shared), shared.number("pizza")) == (known, -1)
    shared.add(("quince",))  # saved meanwhile
    assert before.searcher.lexicon.terms == terms
    assert changed.searcher.lexicon.terms == live.searcher.lexicon.terms
    asked = ("Does pizza go with tea?", "piza with everything", "quince", "Is there a fridge?")
    for question in asked:
        (vector,) = changed.encode(fake, [question])
        assert changed.meant(question) == live.meant(question)
        found, expected = changed.ask(question, vector), live.ask(question, vector)
        assert found.ranked == expected.ranked
        assert (found.own, found.confidences) == (expected.own, expected.confidences)


def test_an_edit_of_an_empty_library_and_one_that_empties_it(fake: FakeEncoder) -> None:
    """A library that never held anything does not know how long its vectors are."""
    live = asker(fake, {"tea.md": CONTENT["tea.md"]})
    nothing = Asker.of((), (), np.empty((0, 0), dtype=np.float32), weights=live.weights)
    filled = edited(nothing, live.articles, fake)
    (vector,) = fake.encode_queries(["How long does tea keep?"])
    found, expected = (one.ask("How long does tea keep?", vector) for one in (filled, live))
    assert expected.ranked
    assert (found.ranked, found.confidences) == (expected.ranked, expected.confidences)
    assert edited(filled, (), fake).ask("How long does tea keep?", vector).owners == ()
    same = edited(filled, filled.articles, fake)
    assert same.ask("How long does tea keep?", vector).ranked == expected.ranked
    assert edited(nothing, (), fake).passages == ()


def test_saved_again_the_file_takes_the_place_of_the_former(
    before: Asker, fake: FakeEncoder
) -> None:
    pizza = after(before, fake, PIZZA)
    changed = after(pizza, fake, PIZZA.replace("everything", "nothing"))
    asked = [logged("Is there pizza?"), logged("How long does tea keep?")]
    assert effects(pizza, changed, fake, asked) == [
        (EffectKind.CHANGED_ANSWER, "Is there pizza?", None)
    ]
    assert effects(pizza, before, fake, asked) == [
        (EffectKind.NO_LONGER_ANSWERED, "Is there pizza?", False)
    ]
    # No answer is better than a wrong one.
    pair = (PATH, f"{PATH}#does-pizza-go-with-tea")
    wrong = [logged("Is there pizza?", None, hits=(pair,), verdict=Verdict.WRONG)]
    assert effects(pizza, before, fake, wrong) == [
        (EffectKind.NO_LONGER_ANSWERED, "Is there pizza?", True)
    ]


@pytest.mark.parametrize(
    ("verdict", "better"), [(Verdict.WRONG, True), (Verdict.HELPFUL, False), (None, True)]
)
def test_another_answer_is_better_or_worse_by_what_readers_said_of_the_first(
    before: Asker, fake: FakeEncoder, verdict: Verdict | None, better: bool
) -> None:
    # Before, tea and keep: the pair's own question.  After, the very words, another answer.
    changed = after(before, fake, PIZZA.replace("Does pizza go with tea?", "tea keep mars"))
    asked = [logged("tea keep mars", None, confidence=0.6, hits=(KEEP,), verdict=verdict)]
    assert effects(before, changed, fake, asked) == [
        (EffectKind.ANOTHER_ANSWER, "tea keep mars", better)
    ]


def test_a_file_that_cannot_be_read_is_named(before: Asker) -> None:
    with pytest.raises(ReadError, match=PATH):
        with_file(before.articles, PATH, "article: [")


@pytest.mark.parametrize(
    ("before_sure", "after_sure", "edits", "better"),
    [
        (0.1, 0.5, True, True),  # the chat says that it probably answers
        (0.1, 0.49, True, None),  # shown with doubt: read it
        (0.1, 0.9, False, None),  # something else comes first now, by chance
        (0.6, 0.6, True, None),
    ],
)
def test_without_verdicts_better_is_what_was_edited_and_probably_right(
    before: Asker, before_sure: float, after_sure: float, edits: bool, better: bool | None
) -> None:
    owner = before.searcher.owner(*KEEP)

    def outcome(sure: float, *, answered: bool) -> Outcome:
        reason = None if answered else AbstentionReason.NOTHING_CLOSE
        return Outcome(reason, (), (owner,), (sure,), (sure,))

    (asked,) = wordings([logged("Mars?")])
    found = _effect(
        asked,
        outcome(before_sure, answered=False),
        outcome(after_sure, answered=True),
        {KEEP} if edits else set(),
    )
    assert found is not None
    assert (found.kind, found.better) == (EffectKind.NEWLY_ANSWERED, better)


@pytest.mark.parametrize(("sure", "better"), [(0.5, False), (0.49, None)])
def test_a_lost_answer_is_worse_where_it_probably_was_right(
    before: Asker, sure: float, better: bool | None
) -> None:
    owner = before.searcher.owner(*KEEP)
    (asked,) = wordings([logged("Mars?")])
    found = _effect(
        asked,
        Outcome(None, (), (owner,), (sure,), (sure,)),
        Outcome(AbstentionReason.NOTHING_CLOSE, (), (owner,), (0.1,), (0.1,)),
        set(),
    )
    assert found is not None
    assert (found.kind, found.better) == (EffectKind.NO_LONGER_ANSWERED, better)


@pytest.mark.parametrize(
    ("verdict", "better"),
    [(EditorVerdict.RIGHT, True), (EditorVerdict.OFF_TOPIC, False), (None, None)],
)
def test_an_editors_verdict_on_an_unsure_answer_says_what_it_is_worth(
    before: Asker, verdict: EditorVerdict | None, better: bool | None
) -> None:
    owner = before.searcher.owner(*KEEP)
    review = Review(verdict, "anna", START) if verdict else None
    (asked,) = wordings([logged("Mars?", hits=(KEEP,), review=review)])
    found = _effect(
        asked,
        Outcome(AbstentionReason.NOTHING_CLOSE, (), (owner,), (0.1,), (0.1,)),
        Outcome(None, (), (owner,), (0.25,), (0.25,)),
        {KEEP},
    )
    assert found is not None
    assert found.better is better


def test_the_report_says_which_wordings_get_what_was_edited(
    before: Asker, fake: FakeEncoder
) -> None:
    changed = after(before, fake, SHELF)
    found = wordings([logged("Mars?"), logged("How long does tea keep?"), logged("How big is it?")])
    vectors = before.encode(fake, [one.text for one in found])
    report = effect(before, changed, found, vectors, also={"how long does tea keep"})
    assert report.answered == {"mars", "how long does tea keep"}  # the second had it already
    assert report.unsaid == 0


def test_a_follow_up_that_a_new_pair_answers_is_told_by_what_it_leaned_on(
    before: Asker, fake: FakeEncoder
) -> None:
    changed = after(before, fake, PIZZA)
    asked = wordings(
        [
            logged("and pizza?", context="What goes with tea?"),
            logged("and pizza?", context="How far is mars?"),
        ]
    )
    vectors = before.encode(fake, [one.asked for one in asked])
    report = effect(before, changed, asked, vectors)
    gets = {one.wording.context for one in report.effects if one.after is not None}
    assert "What goes with tea?" in gets
    sure = {one.wording.context: one.confidence_after for one in report.effects}
    assert sure["What goes with tea?"] > sure.get("How far is mars?", 0.0)
