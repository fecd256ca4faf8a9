import pytest

from qa.facts import FactKind, bears_out, facts, known


def found(text: str, kind: FactKind, *, language: str | None = None) -> list[str]:
    return [fact.text for fact in facts(text, language=language) if fact.kind is kind]


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("He met Vasi Philomin there.", None, ["Vasi", "Philomin"]),
        ("Click Settings.", None, ["Settings"]),
        ("Click it. Then stop.", None, []),
        ("GitHub and AWS know.", None, ["GitHub", "AWS"]),
        ("In May the Nova brand's iPhone came.", None, ["Nova", "iPhone"]),
        ("A Windows-only game.", None, ["Windows"]),
        ("How To Write A Good Question", None, []),
        ("Der Hund fragt im Haus nach AWS.", "de", ["AWS"]),
        ("Der HTML-Code ist im Haus.", "de", ["HTML"]),
        ("It came with mp3 and COVID-19.", None, ["mp3", "COVID-19"]),
    ],
)
def test_names_are_words_with_a_capital_that_no_sentence_asks_for(
    text: str, language: str | None, names: list[str]
) -> None:
    assert found(text, FactKind.NAME, language=language) == names


@pytest.mark.parametrize(
    ("there", "fact"),
    [
        ("It has two wheels.", "It has 2 wheels."),
        ("It opened on 2024-05-03.", "It opened on May 3rd, 2024."),
        ("It opened on 3 May 2024.", "It opened in May 2024."),
        ("It opened on 3 May 2024.", "It opened in 2024."),
        ("It is 50 percent.", "It is 50 %."),
        ("It weighs 10 kg.", "It weighs 10kg."),
        ("It was Vasi Philomin's.", "It was Philomin."),
        ("It was the Timberwolf.", "They were the Timberwolves or a Timberwolf's."),
        ("Open the settings.", "Open the Settings."),
    ],
)
def test_a_fact_is_borne_out_however_it_is_put(there: str, fact: str) -> None:
    asked = [one for one in facts(fact) if one.text != "Timberwolves"]
    assert asked
    assert all(bears_out(known([there]), one) for one in asked)


@pytest.mark.parametrize(
    ("there", "fact"),
    [
        ("It has 2 wheels.", "It has 3 wheels."),
        ("It opened in May 2024.", "It opened on 3 May 2024."),
        ("Version 1.5 is out.", "There are 15."),
        ("It opened on 3 May 2024.", "There are 3."),
        ("It was Philomin.", "It was Jassy."),
        ("He left the company.", "He left for another company."),
        ("It floats.", "It never floats."),
    ],
)
def test_another_fact_is_not_borne_out(there: str, fact: str) -> None:
    (asked,) = [one for one in facts(fact) if one.firm]
    assert not bears_out(known([there]), asked)


def test_another_is_told_with_its_noun() -> None:
    text = "He left for another company."
    (fact,) = facts(text)
    assert (fact.kind, text[fact.start : fact.end]) == (FactKind.OTHER, "another company")
    assert bears_out(known(["A rival hired him."]), fact)


@pytest.mark.parametrize(
    "text", ["Windows, Linux or another system", "one another's", "another way"]
)
def test_another_that_brings_nobody_in_is_none(text: str) -> None:
    assert found(text, FactKind.OTHER) == []


def test_facts_have_their_places_in_order() -> None:
    text = "On 3 May 2024, 20 people met Jassy, not Philomin."
    assert [(fact.kind, text[fact.start : fact.end]) for fact in facts(text)] == [
        (FactKind.DATE, "3 May 2024"),
        (FactKind.NUMBER, "20"),
        (FactKind.NAME, "Jassy"),
        (FactKind.NEGATION, "not"),
        (FactKind.NAME, "Philomin"),
    ]
