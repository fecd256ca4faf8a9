from pathlib import Path

import pytest

from index.errors import FileConflict, ReadError, UsageError
from index.records import Article
from qa import import_pairs
from qa.import_pairs import (
    PAIR_COLUMNS,
    ImportedRow,
    ImportKind,
    ImportPreview,
    ImportProblem,
    pair_rows,
    preview,
)
from qa.sheets import SheetFormat, export
from tests.qa.test_faq_file import accept, add, read, snapshot


def planned(content: Path, text: str, *, article: str = "") -> ImportPreview:
    return preview(content, text.encode(), "a.csv", read(content).values(), article=article)


def applied(content: Path, plan: ImportPreview) -> None:
    import_pairs.apply(content, plan, read(content).values())


def reasons(plan: ImportPreview) -> dict[int, str]:
    return {problem.row: problem.reason for problem in plan.problems}


@pytest.mark.parametrize("form", SheetFormat)
def test_an_export_comes_back_as_no_change_at_all(content: Path, form: SheetFormat) -> None:
    first = accept(content)
    add(content, "shelf life | of tea", seen=first.digest)
    articles = list(read(content).values())
    data = export(pair_rows(articles), PAIR_COLUMNS, form)
    plan = preview(content, data, f"a.{form}", articles)
    assert [row.kind for row in plan.rows] == [ImportKind.UNCHANGED] * 7
    assert (plan.problems, plan.changes, plan.seen) == ((), (), {})


def test_rows_are_sorted_by_article_and_a_companions_pairs_are_its_articles(content: Path) -> None:
    accept(content)
    rows = pair_rows(read(content).values())
    assert [(row.article, row.path, row.line) for row in rows] == [
        ("coffee.txt", "coffee.txt", 7),
        ("coffee.txt", "coffee.txt", 10),
        ("orders/questions.csv", "orders/questions.csv", 2),
        ("orders/questions.csv", "orders/questions.csv", 3),
        ("tea.md", "tea.faq.yaml", 6),
        ("tea.md", "tea.md", 11),
        ("tea.md", "tea.md", 15),
    ]


def test_what_would_change_is_shown_and_then_written(content: Path) -> None:
    accept(content)
    before = snapshot(content)
    plan = planned(
        content,
        "Frage;Antwort;Varianten;Artikel\n"
        "May I boil tea?;Never.;cooking tea;tea.md\n"
        'Is coffee hot?;"It is:\n* hot\n* <wet>";hot coffee|warm coffee;Coffee at home\n'
        "how long does tea keep;;shelf life|How long does tea keep?;All about tea\n"
        "Can I freeze tea?;No.  Freezing breaks the leaves.;;\n",
    )
    assert snapshot(content) == before
    boil, keep, freeze = "tea.faq.yaml#may-i-boil-tea", "tea.md#how-long-does-tea-keep", ""
    freeze = "tea.md#can-i-freeze-tea"
    assert plan.problems == ()
    assert plan.rows == (
        ImportedRow(
            2, ImportKind.ALTERNATES, "tea.faq.yaml", boil, "May I boil tea?",
            alternates=("cooking tea",),
        ),
        ImportedRow(
            2, ImportKind.ANSWER, "tea.faq.yaml", boil, "May I boil tea?", "Never.",
            "No. It turns bitter.",
        ),
        ImportedRow(
            3, ImportKind.NEW, "coffee.txt", "", "Is coffee hot?", "It is:\n* hot\n* <wet>",
            alternates=("hot coffee", "warm coffee"),
        ),
        ImportedRow(
            6, ImportKind.ALTERNATES, "tea.md", keep, "How long does tea keep?",
            alternates=("shelf life",),
        ),
        ImportedRow(7, ImportKind.UNCHANGED, "tea.md", freeze, "Can I freeze tea?"),
    )  # fmt: skip
    applied(content, plan)
    after = snapshot(content)
    assert set(after) - set(before) == {"coffee.faq.yaml"}
    assert [name for name in before if after[name] != before[name]] == ["tea.faq.yaml"]
    found = read(content)
    assert found["tea.faq.yaml"].faq[0].answer == "Never."
    assert found["tea.faq.yaml"].faq[0].alternates == ("boiling tea", "cooking tea")
    (coffee,) = found["coffee.faq.yaml"].faq
    assert (coffee.answer, coffee.alternates) == (
        "It is:\n* hot\n* <wet>",
        ("hot coffee", "warm coffee"),
    )
    again = planned(content, "question,answer\nIs coffee hot?,It is: * hot * <wet>\n")
    assert [row.kind for row in again.rows] == [ImportKind.UNCHANGED]


def test_what_cannot_be_imported_is_told_by_its_row_and_the_rest_goes_on(content: Path) -> None:
    plan = planned(
        content,
        "id,question,answer,alternates,article\n"
        ",How long does tea keep?,For ever.,,\n"  # 2
        ",New?,,,tea.md\n"
        ",New?,So.,,\n"  # 4
        ",New?,So.,,cocoa.md\n"
        ",,So.,,tea.md\n"  # 6
        "ship,Something else?,So.,,\n"
        ",Newer?,So.,Can I freeze tea?,tea.md\n"  # 8
        ",Can I freeze tea?,,When will my order arrive?,\n"
        ",Fine?,So.,,tea.md\n"  # 10
        ",fine,So.,,tea.md\n"
        ",Nothing?,\0,,tea.md\n"  # 12
        ",Good?,So.,,tea.md\n",
    )
    assert [(row.row, row.question) for row in plan.rows] == [(10, "Fine?"), (13, "Good?")]
    assert reasons(plan) == {
        2: "the pair stands in tea.md:11, which Footnote never changes: change it there",
        3: "there is no such pair, and the row has no answer",
        4: "it does not say whose the new pair is: give it an article",
        5: "there is no article 'cocoa.md'",
        6: "there is no such pair, and the row has no question",
        7: "its id is that of 'When will my order arrive?': questions are not changed here",
        8: "'Can I freeze tea?' is asked already, in tea.md:15: 'Can I freeze tea?'",
        9: "'When will my order arrive?' is asked already, in orders/questions.csv:2: "
        "'When will my order arrive?'",
        11: reasons(plan)[11],
        12: reasons(plan)[12],
    }
    assert "is asked" in reasons(plan)[11]
    assert plan.problems[0] == ImportProblem(2, reasons(plan)[2])
    applied(content, plan)
    assert [each.question for each in read(content)["tea.faq.yaml"].faq] == ["Fine?", "Good?"]


def test_rows_without_an_article_go_to_the_one_that_is_named(content: Path) -> None:
    plan = planned(content, "question,answer\nIs tea hot?,Yes.\n", article="tea.md")
    assert [row.article for row in plan.rows] == ["tea.md"]
    with pytest.raises(UsageError, match=r"there is no article 'cocoa\.md'"):
        planned(content, "question,answer\na,b\n", article="cocoa.md")


def test_the_only_article_of_a_folder_needs_no_name(content: Path) -> None:
    (content / "coffee.txt").unlink()
    (content / "orders" / "questions.csv").unlink()
    plan = planned(content, "question,answer\nIs tea hot?,Yes.\n")
    assert [row.article for row in plan.rows] == ["tea.md"]


def test_an_id_finds_its_pair_and_a_new_pair_keeps_its_own(content: Path) -> None:
    plan = planned(
        content,
        "id,question,answer,alternates,article\n"
        "ship,,,delivery,\n"
        "boil,Is tea boiled?,No.,,tea.md\n"
        "x.md#cold,Is tea cold?,No.,,tea.md\n",
    )
    assert plan.problems == ()
    applied(content, plan)
    ids = [pair.id for pair in read(content)["tea.faq.yaml"].faq]
    assert ids == ["boil", "tea.faq.yaml#is-tea-cold"]
    assert "alternates_of: ship" in (content / "orders" / "questions.faq.yaml").read_text("utf-8")


def test_one_question_of_two_articles_needs_the_article(content: Path) -> None:
    (content / "more.md").write_text(
        "# More\n\nText.\n\n## FAQ\n\n### Can I freeze tea?\n\nNo.\n", encoding="utf-8"
    )
    plan = planned(content, "question,alternates\nCan I freeze tea?,x\n")
    assert reasons(plan) == {2: "2 pairs may be meant (more.md:7, tea.md:15): name its article"}
    plan = planned(content, "question,alternates,article\nCan I freeze tea?,x,more.md\n")
    assert [row.article for row in plan.rows] == ["more.md"]


def test_a_file_changed_after_the_preview_is_a_conflict_and_nothing_is_written(
    content: Path,
) -> None:
    text = "question,answer,article\nIs tea hot?,Yes.,tea.md\nIs coffee hot?,Yes.,coffee.txt\n"
    plan = planned(content, text)
    accept(content)
    before = snapshot(content)
    with pytest.raises(FileConflict, match=r"tea\.faq\.yaml"):
        applied(content, plan)
    assert snapshot(content) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("answer\nx\n", "^a.csv: no column is called question or id; the columns are answer"),
        ("question\nx\n", "^a.csv: no column is called answer or alternates; the columns are"),
        ("question,answer\nx,y,z\n", "^a.csv:2: 3 cells where the headings are 2"),
    ],
)
def test_a_table_of_something_else_is_refused(content: Path, text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        planned(content, text)


def test_a_thousand_new_pairs_are_added_at_once(content: Path) -> None:
    lines = [f"Is this question number {n} of many?,Yes: {n}.,tea.md" for n in range(1000)]
    plan = planned(content, "\n".join(["question,answer,article", *lines]))
    assert (len(plan.changes), plan.problems) == (1000, ())
    applied(content, plan)
    made: Article = read(content)["tea.faq.yaml"]
    assert [pair.answer for pair in made.faq] == [f"Yes: {n}." for n in range(1000)]
