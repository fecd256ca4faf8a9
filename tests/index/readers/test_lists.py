"""FAQ lists: every entry is kept, with its own id, its line, and errors that say where."""

import json

import pytest

from index.errors import ReadError
from index.readers import read_bytes
from tests.index.readers.reading import article, check, pairs

LAUGHS = "a0: &a0 [lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


def test_json_lines_keep_ids_alternates_addresses_and_lines() -> None:
    rows = [
        {"id": "a1", "question": "Is it?", "answer": "Yes.", "alternates": ["Really?", "So?"]},
        {"id": "a2", "question": None, "answer": "A text\n\nof two paragraphs."},
        {"id": "a3", "question": "Is it?", "answer": "No.", "url": "https://x.example/a"},
    ]
    found = article("\n".join(json.dumps(r) for r in rows) + "\n", "bank.jsonl")
    assert [(p.id, p.question, p.answer, p.alternates, p.url, p.line) for p in found.faq] == [
        ("a1", "Is it?", "Yes.", ("Really?", "So?"), None, 1),
        ("a3", "Is it?", "No.", (), "https://x.example/a", 3),
    ]
    assert [(s.id, s.heading, s.level, s.text, s.line) for s in found.sections] == [
        ("a2", "", 0, "A text\n\nof two paragraphs.", 2)
    ]


def test_entities_say_that_an_answer_is_html() -> None:
    rows = '"A?","5&nbsp;&euro; &amp; more"\n"B?","AT&T; R&D"\n'
    found = article(f"question,answer\n{rows}", "a.csv")
    assert [pair.answer for pair in found.faq] == ["5\u00a0€ & more", "AT&T; R&D"]


def test_entries_are_grouped_by_article_or_source() -> None:
    rows = [("One", "A?"), ("Two/b", "B?"), ("One", "C?"), ("Two b", "D?")]
    for column in ("article", "source"):
        text = "\n".join(json.dumps({"question": q, "answer": "x", column: a}) for a, q in rows)
        found = read_bytes(text.encode(), "d/bank.jsonl")
        assert [(a.id, a.title, [p.question for p in a.faq]) for a in found] == [
            ("d/bank.jsonl/one", "One", ["A?", "C?"]),
            ("d/bank.jsonl/two-b", "Two/b", ["B?"]),
            ("d/bank.jsonl/two-b-2", "Two b", ["D?"]),
        ]
        assert {a.path for a in found} == {"d/bank.jsonl"}


def test_two_equal_questions_are_both_kept() -> None:
    text = '{"question": "Why?", "answer": "So."}\n{"question": "Why?", "answer": "So."}\n'
    found = article(text, "b.jsonl")
    assert [p.id for p in found.faq] == ["b.jsonl#why", "b.jsonl#why-2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_delimiter_and_quoted_line_breaks(delimiter: str) -> None:
    rows = ["Frage;ANTWORT;Kategorie", '"Wo?";"Hier, dort\nund ""da""";Orte', "Wann?;Jetzt;Zeiten"]
    text = "\ufeff" + "\r\n".join(row.replace(";", delimiter) for row in rows) + "\r\n"
    found = article(text, "b.csv")
    assert [(p.question, p.answer, p.heading, p.line) for p in found.faq] == [
        ("Wo?", 'Hier, dort\nund "da"', "Orte", 2),
        ("Wann?", "Jetzt", "Zeiten", 4),
    ]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Questions", "Answers"),
        ("Question", "Answer (HTML)"),
        ("Question [max. 80 characters]", "Answer (short)"),
        ("question_en", "answer_html"),
        ("FAQ question", "Answer EN"),
        ("Fragen", "Antworten"),
        ("Preguntas", "Respuestas (texto)"),
        ("Question title", "Réponses"),
        ("Вопросы", "Ответы"),
    ],
)
def test_names_in_the_plural_or_with_a_qualifier_are_known(question: str, answer: str) -> None:
    row = {question: "Why?", answer: "So."}
    for path, text in (
        ("a.csv", f"{question},{answer}\nWhy?,So.\n"),
        ("a.json", json.dumps([row])),
        ("a.jsonl", json.dumps(row)),
        ("a.yml", f'- "{question}": Why?\n  "{answer}": So.\n'),
    ):
        assert [(p.question, p.answer) for p in article(text, path).faq] == [("Why?", "So.")]


@pytest.mark.parametrize("name", ["answer id", "Answer no", "answer date", "question answer"])
def test_names_that_only_hold_the_word_are_not_known(name: str) -> None:
    with pytest.raises(ReadError, match=f"^a.csv:1: no column .* the columns are question, {name}"):
        read_bytes(f"question,{name}\nWhy?,7\n".encode(), "a.csv")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hold **Menu** for\n\n* one\n* two", "Hold Menu for\n\n• one\n• two"),
        ("With a *Saver* card.\nOr `x_y`.", "With a Saver card.\nOr x_y."),
        ("See [us](https://a.example/x).", "See us."),
        (
            "Bring:\n- a\n- b\n\nFrom:\n12. May\n15. May",
            "Bring:\n\n• a\n• b\n\nFrom:\n12. May\n15. May",
        ),
        ("**Run**<br>git clone", "Run\ngit clone"),
        ("**Run** clone <url> as {{ user }}", "Run clone <url> as {{ user }}"),
        (
            "Clone <url>.\nThen 5 * 3 * 2 is\na_b_c {{ x }}",
            "Clone <url>.\nThen 5 * 3 * 2 is\na_b_c {{ x }}",
        ),
        ("<p>One **two**</p><p>three &gt; two</p>", "One **two**\n\nthree > two"),
        ("1. May\n3. May", "1. May\n3. May"),
    ],
)
def test_answers_of_exports_are_read_by_their_own_signs(written: str, read: str) -> None:
    row = {"question": "Why?", "answer": written}
    quoted = written.replace('"', '""')
    for path, text in (
        ("a.json", json.dumps([row])),
        ("a.jsonl", json.dumps(row)),
        ("a.csv", f'question,answer\nWhy?,"{quoted}"\n'),
    ):
        assert [p.answer for p in article(text, path).faq] == [read]


def test_questions_of_exports_are_read_by_their_own_signs() -> None:
    text = 'q,a\nWhy is **x** <b> so?,So.\n"<p>What does <i>y</i> cost?</p>",5\n'
    assert [p.question for p in article(text, "a.csv").faq] == [
        "Why is x so?",
        "What does y cost?",
    ]


def test_alternates_in_one_cell_are_separated_by_bars() -> None:
    found = article("q,a,alternates\nWhy?,So.,How come?| What for?\n", "b.csv")
    assert found.faq[0].alternates == ("How come?", "What for?")


def test_the_faq_format_of_microsoft() -> None:
    text = """### YamlMime:FAQ
metadata:
  title: Long title
title: Tool questions
summary: |
  Some **words**.
sections:
  - name: General
    questions:
      - question: |
          What is `it`?
        answer: |
          A [tool](https://x.example).

          - one

          ```sh
          run  it
          ```
  - name: More
    questions:
      - question: Why?
        answer: Because.
"""
    found = article(text, "faq.yml")
    assert found.title == "Tool questions"
    assert [(p.question, p.answer, p.heading, p.line) for p in found.faq] == [
        ("What is it?", "A tool.\n\n• one\n\nrun  it", "General", 10),
        ("Why?", "Because.", "More", 22),
    ]
    assert [(s.heading, s.text) for s in found.sections] == [
        ("", "Some words."), ("General", ""), ("More", ""),
    ]  # fmt: skip


def test_a_mapping_of_questions_to_answers() -> None:
    found = article("Orders:\n  Where is it?: On its way.\n  Can I cancel?: Yes.\n", "faq.yaml")
    assert [(p.question, p.answer, p.heading) for p in found.faq] == [
        ("Where is it?", "On its way.", "Orders"),
        ("Can I cancel?", "Yes.", "Orders"),
    ]


def test_json_in_categories_with_html_answers() -> None:
    text = """{"title": "Help",
 "categories": [
  {"name": "Cards", "items": [
   {
     "id": "lost",
     "question": "It is lost",
     "answer": "<p>Block it.</p><ul><li>Open <b>Cards</b></li></ul>"
   }]}]}
"""
    found = article(text, "h.json")
    assert found.title == "Help"
    assert [(p.id, p.question, p.answer, p.heading, p.line) for p in found.faq] == [
        ("lost", "It is lost", "Block it.\n\n• Open Cards", "Cards", 6)
    ]


def test_schema_org_json() -> None:
    text = json.dumps(
        {
            "@type": "FAQPage",
            "mainEntity": [{"name": "Why?", "acceptedAnswer": {"@type": "Answer", "text": "So."}}],
        }
    )
    assert [(p.question, p.answer) for p in article(text, "a.json").faq] == [("Why?", "So.")]


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("a.json", '{"a":\n [1,}', r"a\.json:2: not valid JSON"),
        ("a.jsonl", '{"q": "x", "a": "y"}\n{"q": \n', r"a\.jsonl:2: not valid JSON"),
        ("a.jsonl", "[1]\n", r"a\.jsonl:1: expected a JSON object on each line, found list"),
        ("a.jsonl", '{"x": 1}\n', r"a\.jsonl:1: neither question nor answer in the fields x"),
        ("a.yml", "a: b\nc: [1\nd: e\n", r"a\.yml:3: not valid YAML"),
        ("a.yml", "site_name: x\nnav: []\n", r"a\.yml: holds no questions and answers"),
        ("a.csv", "x,y,z\n1,2,3\n", r"a\.csv:1: no column is called question or answer"),
        ("a.csv", "foo,bar\n1,2\nWhy?,So\n", r"a\.csv:1: no column .*; the columns are foo, bar"),
        ("a.csv", "q,reply\nWhy?,So\n", r"a\.csv:1: no column is called answer; .* are q, reply$"),
        ("a.csv", "q,a\nWhy?,So.\nHow?, \n", r'a\.csv:3: question "How\?" has no answer'),
        ("a.jsonl", '{"q": "Why?", "a": "So."}\n{"q": "How?"}\n', r'a\.jsonl:2: .*"How\?" has no'),
        ("a.json", '[{"q": "Why?",\n "a": ""}]', r'a\.json:1: question "Why\?" has no answer'),
        (
            "a.json",
            '{"x": "y", "z": [\n{"q": "Why?", "reply": "So."},\n{"q": "How?", "reply": "So."}]}',
            r"a\.json:2: no field is called answer; fields with names .* not known: reply$",
        ),
        ("a.yml", "- q: Why?\n  reply: So.\n", r"a\.yml:1: no field is called answer; .*: reply$"),
        ("a.json", '{"Why?": "So.", "How?": null}', r'a\.json:1: question "How\?" has no answer'),
        ("a.yml", "Why?: So.\nHow?:\n", r'a\.yml:2: question "How\?" has no answer'),
        ("a.yml", "- q: Why?\n  a: So.\n- q: How?\n", r'a\.yml:3: question "How\?" has no'),
        ("a.json", "[" * 100_000, r"a\.json: nested too deeply$"),
        ("a.jsonl", "\n" + "[" * 100_000, r"a\.jsonl:2: nested too deeply$"),
        ("a.json", "[" * 900 + "]" * 900, r"a\.json: (nested too deeply|holds no questions)"),
        ("a.yml", "[" * 5_000, r"a\.yml: nested too deeply$"),
        ("a.yml", LAUGHS, r"a\.yml:7: not valid YAML: its aliases stand for more than 2000000"),
        ("a.md", f"---\n{LAUGHS}---\n", r"a\.md:8: front matter .*: its aliases stand for more"),
        ("a.yml", "faq: &a\n  - *a\n", r"a\.yml:2: .*an alias stands inside what it names"),
        ("a.csv", "question,answer\nWhy?,So,then\n", r"a\.csv:2: 3 cells where the header has 2"),
        ("a.csv", 'question,answer\n"Why?,So\n', r"a\.csv:2: not valid CSV"),
    ],
)
def test_a_broken_list_is_an_error_with_file_and_line(path: str, text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_bytes(text.encode(), path)


@pytest.mark.parametrize(
    ("path", "text", "named"),
    [
        ("a.csv", "q,a\nWhy?,So.\nHow?,\nWho?,Me.\n", ['3: question "How?" has no answer']),
        ("a.csv", "id,q,a\n1,Why?,So.\n2\n3,Who?,Me.\n", ["3: a row without question and"]),
        ("a.csv", "q,a\nWhy?,So.\nHow?,Yes,no\nWho?,Me.\n", ["3: 3 cells where the header has 2"]),
        ("a.tsv", "q\ta\nWhy?\tSo.\nHow?\nWho?\tMe.\n", ['3: question "How?" has no answer']),
        (
            "a.jsonl",
            '{"q": "Why?", "a": "So."}\n{"q": \n[1]\n{"q": "How?"}\n{"q": "Who?", "a": "Me."}\n',
            ["2: not valid JSON", "3: expected a JSON object", '4: question "How?" has no answer'],
        ),
        (
            "a.json",
            '[{"q": "Why?", "a": "So."},\n{"q": "How?"},\n{"q": "Who?", "a": "Me."}]',
            ['2: question "How?" has no answer'],
        ),
        (
            "a.yml",
            "- q: Why?\n  a: So.\n- q: How?\n- q: Who?\n  a: Me.\n",
            ['3: question "How?" has no answer'],
        ),
    ],
)
def test_entries_that_cannot_be_read_are_named_and_the_others_read(
    path: str, text: str, named: list[str]
) -> None:
    problems: list[ReadError] = []
    (found,) = read_bytes(text.encode(), path, problems=problems)
    assert [(p.question, p.answer) for p in found.faq] == [("Why?", "So."), ("Who?", "Me.")]
    assert len(problems) == len(named)
    for problem, begins in zip(problems, named, strict=True):
        assert str(problem).startswith(f"{path}:{begins}")


@pytest.mark.parametrize("entries", [21, 22])
def test_of_very_many_entries_that_cannot_be_read_the_first_twenty_are_named(entries: int) -> None:
    text = "q,a\nWhy?,So.\n" + "How?,\n" * entries
    problems: list[ReadError] = []
    read_bytes(text.encode(), "a.csv", problems=problems)
    assert [problem.line for problem in problems[:20]] == list(range(3, 23))
    more = {21: "1 more entry is", 22: "2 more entries are"}[entries]
    assert [str(problem) for problem in problems[20:]] == [
        f"a.csv: {more} left out: mend those first"
    ]


def test_a_list_of_which_no_entry_can_be_read_is_an_error_all_the_same() -> None:
    problems: list[ReadError] = []
    with pytest.raises(ReadError, match=r'^a\.csv:2: question "Why\?" has no answer'):
        read_bytes(b"q,a\nWhy?,\nHow?,\n", "a.csv", problems=problems)
    assert problems == []


def test_a_label_inside_an_answer_of_a_list_is_left_alone() -> None:
    text = json.dumps({"question": "How?", "answer": "Write\n\nQ: x?\n\nA: y."})
    found = article(text, "a.jsonl")
    check(found)
    assert [p.answer for p in found.faq] == ["Write\n\nQ: x?\n\nA: y."]


def test_an_answer_that_several_questions_share_by_an_alias_is_read() -> None:
    text = "- q: Why?\n  a: &same So.\n- q: How?\n  a: *same\n"
    assert [(p.question, p.answer) for p in article(text, "a.yml").faq] == [
        ("Why?", "So."),
        ("How?", "So."),
    ]


@pytest.mark.parametrize("mark", ["?", "？", "؟", "\u037e", "՞", "?”"])
def test_a_csv_without_a_header_is_read_where_its_first_cells_ask(mark: str) -> None:
    found = article(f"Abc{mark},One.\nDef{mark},Two.\nGhi,Three.\n", "a.csv")
    assert [pair.answer for pair in found.faq] == ["One.", "Two.", "Three."]


def test_the_line_in_which_excel_names_the_delimiter_is_no_row() -> None:
    found = article("sep=;\r\nq;a\r\nWhy, and how?;So.\r\n", "b.csv")
    assert [(pair.question, pair.answer, pair.line) for pair in found.faq] == [
        ("Why, and how?", "So.", 3)
    ]


@pytest.mark.parametrize(
    "status",
    [
        {"draft": True},
        {"published": False},
        {"isPublished": "no"},
        {"Status": "Draft"},
        {"status": "archived"},
        {"Entwurf": "ja"},
        {"Publish status": "In review"},
    ],
)
def test_an_entry_that_its_publisher_withholds_is_not_read(status: dict[str, object]) -> None:
    (name, value), kept = next(iter(status.items())), "So."
    rows = [
        {"question": "Why?", "answer": kept},
        {"question": "When?", "answer": "Soon.", **status},
    ]
    written = str(value).lower()
    for path, text in (
        ("a.json", json.dumps({"faq": rows})),
        ("a.jsonl", "\n".join(map(json.dumps, rows))),
        ("a.csv", f"question,answer,{name}\nWhy?,So.,\nWhen?,Soon.,{written}\n"),
        (
            "a.yml",
            f"- question: Why?\n  answer: So.\n- question: When?\n  answer: Soon.\n"
            f"  {name}: {written}\n",
        ),
    ):
        assert [p.question for p in article(text, path).faq] == ["Why?"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("published", "2024-05-01"), ("status", "published"), ("state", "Nevada"), ("draft", "no")],
)
def test_an_entry_that_says_nothing_of_being_withheld_is_read(name: str, value: str) -> None:
    text = f"question,answer,{name}\nWhy?,So.,{value}\n"
    assert [p.question for p in article(text, "a.csv").faq] == ["Why?"]


def test_a_list_of_drafts_says_so() -> None:
    with pytest.raises(ReadError, match=r"a\.csv: holds no entry that readers may see"):
        read_bytes(b"question,answer,status\nWhy?,So.,draft\n", "a.csv")


def test_a_title_that_asks_is_the_question_of_its_text() -> None:
    rows = [
        {"category": "Care", "title": "Can it be washed?", "body": "By hand."},
        {"category": "Care", "title": "Washing wool", "body": "Cold water."},
    ]
    found = article(json.dumps({"articles": rows}), "a.json")
    assert [(p.question, p.answer, p.heading) for p in found.faq] == [
        ("Can it be washed?", "By hand.", "Care")
    ]
    assert [(s.heading, s.level, s.text) for s in found.sections] == [
        ("Care", 2, ""),
        ("Washing wool", 3, "Cold water."),
    ]


def test_an_entry_in_several_languages_is_a_pair_in_each() -> None:
    expected = [("Why?", "So."), ("Warum?", "Darum."), ("When?", "Now.")]
    text = "Id,Question (EN),Answer (EN),Frage (DE),Antwort (DE)\n1,Why?,So.,Warum?,Darum.\n"
    assert pairs(text + "2,When?,Now.,,\n", "a.csv") == expected
    rows = [
        {"question_en": "Why?", "answer_en": "So.", "question_de": "Warum?", "answer_de": "Darum."}
    ]
    assert pairs(json.dumps(rows), "a.json") == expected[:2]
    text = "- question: {en: 'Why?', de: 'Warum?'}\n  answer: {en: So., de: Darum.}\n"
    assert pairs(text, "a.yml") == expected[:2]
    text = "- question: {en: 'Why?'}\n  answer: {en: So.}\n"
    assert pairs(text, "a.yml") == expected[:1]


def test_line_breaks_that_a_tab_separated_list_spells_out_are_breaks() -> None:
    text = "Question\tAnswer\nWhen?\tNine to five.\\n\\nNot on Sundays.\n"
    text += "Where?\tIn C:\\new, or D:\\Notes\\n2.\n"
    assert pairs(text, "a.tsv") == [
        ("When?", "Nine to five.\n\nNot on Sundays."),
        ("Where?", "In C:\\new, or D:\\Notes\\n2."),
    ]
