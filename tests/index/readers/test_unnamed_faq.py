"""FAQs that no heading, title or markup names, and question headings that are no FAQ's."""

import pytest

from tests.index.readers.reading import pairs, sections


def test_five_closing_question_headings_without_an_faq_heading_are_an_faq() -> None:
    body = "".join(f"## {name}\n\nText about it.\n\n" for name in ("One", "Two", "Three"))
    asked = "".join(f"## Is it {name}?\n\nYes.\n\n" for name in "abcde")
    assert len(pairs(f"# A\n\n{body}{asked}")) == 5
    assert pairs(f"# A\n\n{asked}{body}") == []


READERS = [
    ("Is there a laundry?", "In the basement."),
    ("Can I put my bicycle in the hall?", "No, into the shed."),
    ("What do I do with paper?", "It goes into the blue bin."),
]


def headed(asked: list[tuple[str, str]], *, level: int = 2) -> str:
    return "".join(f"{'#' * level} {question}\n\n{answer}\n\n" for question, answer in asked)


def test_headings_that_ask_as_readers_do_above_short_answers_are_an_faq() -> None:
    body = "# Hill House\n\nWelcome.\n\n## Keys\n\nYou get two.\n\n"
    assert pairs(body + headed(READERS) + "## Contact\n\nRing twice.\n") == READERS
    plain = "Hill House\n\nWelcome to the house, and read this.\n\n"
    plain += "\n\n".join(f"{question}\n\n{answer}" for question, answer in READERS)
    assert pairs(plain, "a.txt") == READERS


def test_each_category_s_run_is_read() -> None:
    german = [("Was brauche ich?", "Ein Foto."), ("Wer hilft mir?", "Wir."), ("Wann?", "Bald.")]
    text = f"# Bus\n\nx.\n\n## A\n\n{headed(READERS, level=3)}## B\n\n{headed(german, level=3)}"
    assert pairs(text) == READERS + german


@pytest.mark.parametrize(
    "asked",
    [
        READERS[:2],
        [("What is moss?", "A plant."), ("What does it need?", "Rain."), ("Is it old?", "Yes.")],
        [(question, answer + " It is as it is." * 50) for question, answer in READERS],
    ],
)
def test_fewer_ones_an_author_s_and_long_ones_stay_sections(asked: list[tuple[str, str]]) -> None:
    text = "# A\n\nx.\n\n" + headed(asked) + "## B\n\ny.\n"
    assert pairs(text) == []
    assert [heading for heading, _ in sections(text)][1:-1] == [question for question, _ in asked]


def test_a_title_that_speaks_of_questions_makes_an_faq_of_headings_that_all_ask() -> None:
    asked = [("Which cards do you take?", "All."), ("How does the trial end?", "By itself.")]
    closing = "## Still need help?\n\nWrite to us.\n"
    assert pairs("# Billing questions\n\nx.\n\n" + headed(asked) + closing) == asked
    assert pairs("# Billing questions\n\nx.\n\n" + headed([*asked, ("Taxes", "Due.")])) == []


def test_bold_lines_that_ask_are_an_faq_where_an_article_has_no_headings() -> None:
    bold = "".join(f"**{question}**\n\n{answer}\n\n" for question, answer in READERS)
    text = f"# Hill House\n\nWelcome.\n\n**Before you come**\n\n{bold}"
    assert pairs(text) == READERS
    assert sections(text) == [("", "Welcome.\n\nBefore you come")]
    assert pairs(text + "## Contact\n\nRing twice.\n") == []
