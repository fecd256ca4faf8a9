"""Is this a question, a label, an FAQ heading?"""

import pytest

from index.readers.labels import Label, find_labels
from index.readers.wording import QuestionShape, fold, leading_number, question_shape, strip_number


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Is it so?", QuestionShape.MARKED),
        ("“Is it so?”", QuestionShape.MARKED),
        ("Is it so? (Windows only)", QuestionShape.MARKED),
        ("それは何ですか？", QuestionShape.MARKED),
        ("Τι είναι αυτό;", QuestionShape.MARKED),
        ("ما هذا؟", QuestionShape.MARKED),
        ("How to repot a cactus", QuestionShape.WORDED),
        ("如何退货", QuestionShape.WORDED),
        ("返品はできますか", QuestionShape.WORDED),
        ("It fails", QuestionShape.NONE),
        ("Isolation", QuestionShape.NONE),
        ("Is it so? Yes, it certainly is, as everybody knows by now.", QuestionShape.WORDED),
    ],
)
def test_the_shape_of_a_question(text: str, shape: QuestionShape) -> None:
    assert question_shape(text) is shape


def test_folding_keeps_letters_of_all_scripts() -> None:
    assert fold("  What’s  the “FAQ”—now? ") == "whats the faq now"
    assert fold("よくある質問！") == "よくある質問"
    assert fold("हिन्दी") == "हिन्दी"


@pytest.mark.parametrize(
    ("text", "bare", "number"),
    [
        ("3. Why?", "Why?", 3),
        ("12) x", "x", 12),
        ("1.2 Deep", "Deep", None),
        ("2020 was", "2020 was", None),
    ],
)
def test_numbers_before_headings(text: str, bare: str, number: int | None) -> None:
    assert (strip_number(text), leading_number(text)) == (bare, number)


def test_labels_cut_a_text_at_line_starts() -> None:
    text = "Q: One?\nA: Yes.\nMore.\nQ2: Two?\nA2: No."
    labels = find_labels([text])
    assert labels is not None
    assert [(p.label, text[p.start : p.end], p.line) for p in labels.parts(text)] == [
        (Label.QUESTION, "One?", 0),
        (Label.ANSWER, "Yes.\nMore.", 1),
        (Label.QUESTION, "Two?", 3),
        (Label.ANSWER, "No.", 4),
    ]


def test_a_single_letter_is_no_label_without_its_counterpart() -> None:
    assert find_labels(["P: parking", "P: more parking"]) is None
    assert find_labels(["A: first option", "B: second option"]) is None
    assert find_labels(["P: ¿Qué?", "R: Esto.", "P: ¿Quién?", "R: Yo."]) is not None
