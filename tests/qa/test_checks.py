from index.history import HistoryView, SectionChange
from index.passages import passages_of
from index.records import Article
from qa.checks import CheckReport, check
from qa.findings import Finding, FindingKind
from qa.search import Searcher
from tests.builders import article
from tests.fakes import FakeEncoder

AXES = ("tea", "keep", "cup", "ship")
LONG = "Black tea will keep for two years in a closed tin."
MADE = article(
    [("Tea", "Black tea will keep for two years in a closed tin of Philomin's.")],
    [
        ("How long does tea keep?", LONG),
        ("How long will tea keep?", LONG.replace("two", "3")),
        ("Is a cup in the tin?", "It will keep, says Jassy, as tea does."),
    ],
)
TWICE = article(
    [("Cups", "A cup is a cup.")], [("Is it a cup?", "A cup is a cup, as we said.")] * 2
)


def checked(made: Article, *, history: HistoryView | None = None, demand: int = 0) -> CheckReport:
    passages = passages_of(made)
    vectors = FakeEncoder(AXES).encode_documents([passage.text for passage in passages])
    searcher = Searcher([made], passages, vectors)
    return check(searcher, history=history, demand={("a.md", "a.md#q3"): demand})


def only(report: CheckReport, kind: FindingKind) -> Finding:
    (found,) = [finding for finding in report.findings() if finding.kind is kind]
    return found


def labelled(finding: Finding, made: Article, label: str) -> list[str]:
    return [made.text[p.start : p.end] for p in finding.places if p.label == label]


def test_a_conflict_shows_both_pairs_and_what_differs() -> None:
    found = only(checked(MADE), FindingKind.CONFLICT)
    assert labelled(found, MADE, "the question") == [pair.question for pair in MADE.faq[:2]]
    assert labelled(found, MADE, "its answer") == [pair.answer for pair in MADE.faq[:2]]
    assert labelled(found, MADE, "differs") == ["two", "3"]
    assert "numbers (“two” against “3”)" in found.reason
    assert found.severity == 0.9


def test_a_duplicate_names_all_its_pairs() -> None:
    found = only(checked(TWICE), FindingKind.DUPLICATE)
    assert found.title == "2 pairs ask and answer the same: “Is it a cup?”"
    assert {place.owner for place in found.places} == {"a.md#q1", "a.md#q2"}
    assert "the same answer to the letter" in found.reason


def test_the_deciding_difference_is_told_first_and_a_name_as_one() -> None:
    faq = [
        (
            "Is a cup tea?",
            "Yes, it is one at all times, as it is on the days around Christmas or New Year's Eve.",
        ),
        ("Is a cup tea?", "No, a cup is a cup."),
    ]
    reason = only(checked(article([("Cups", "A cup.")], faq)), FindingKind.CONFLICT).reason
    assert "the answers differ: one denies it (“Yes” against “No”); " in reason
    assert "names (“Christmas”, “New Year's Eve” against none)" in reason


def test_a_duplicate_with_another_word_is_not_called_the_same() -> None:
    faq = [("Is it a cup?", f"A {colour} cup is a cup, as we said.") for colour in ("blue", "red")]
    found = only(checked(article([("Cups", "A cup is a cup.")], faq)), FindingKind.DUPLICATE)
    assert found.title == "2 pairs ask and answer nearly the same: “Is it a cup?”"
    assert "words (“blue” against “red”)" in found.reason
    assert [place.label for place in found.places].count("differs") == 2


def test_an_unsupported_answer_shows_what_is_missing_and_the_nearest_passage() -> None:
    report = checked(MADE)
    found = [one for one in report.findings() if one.kind is FindingKind.UNSUPPORTED]
    by_pair = {finding.places[0].owner: finding for finding in found}
    assert set(by_pair) == {"a.md#q2", "a.md#q3"}
    jassy = by_pair["a.md#q3"]
    assert jassy.reason == "No section says “Jassy”."
    assert labelled(jassy, MADE, "in no section") == ["Jassy"]
    assert labelled(jassy, MADE, "the nearest passage") == [MADE.sections[0].text]


def test_what_a_section_says_otherwise_weighs_more_than_what_none_deals_with() -> None:
    faq = [
        ("Is it tea?", "Tea keeps for 9 years."),
        ("Do we ship?", "Ship parcels to harbours for 7 euros every morning."),
    ]
    report = checked(article([("Tea", "Tea keeps for two years.")], faq))
    found = [one for one in report.findings() if one.kind is FindingKind.UNSUPPORTED]
    assert [(one.places[0].owner, one.severity) for one in found] == [
        ("a.md#q1", 0.7),
        ("a.md#q2", 0.4),
    ]
    assert [one.reason for one in found] == [
        "No section says “9”.",
        "No section says “7”. No section comes near the answer.",
    ]


def test_a_stale_answer_shows_the_change() -> None:
    before = MADE.sections[0].text.replace("two", "five")
    view = HistoryView(
        changes=(SectionChange("a.md", "a.md#s1", 2, "2024-05-07T00:00:00+00:00", before),),
        touched=((("a.md", "a.md#q1"), 1), (("a.md", "a.md#q2"), 2), (("a.md", "a.md#q3"), 2)),
    )
    found = only(checked(MADE, history=view), FindingKind.STALE)
    assert found.places[0].owner == "a.md#q1"
    assert labelled(found, MADE, "changed") == ["two"]
    assert "changed (2024-05-07): “five” became “two”" in found.reason


def test_without_a_history_nothing_is_stale() -> None:
    assert checked(MADE).stale == ()


def test_what_readers_ask_about_comes_first() -> None:
    assert checked(MADE, demand=9).findings()[0].places[0].owner == "a.md#q3"
    assert checked(MADE, demand=9).findings()[0].demand == 9
    assert checked(MADE).findings()[0].kind is FindingKind.CONFLICT


def test_keys_stay_when_lines_move() -> None:
    moved = article(
        [
            ("Before", "Something else stands here now."),
            *((s.heading, s.text) for s in MADE.sections),
        ],
        [(pair.question, pair.answer) for pair in MADE.faq],
    )
    keys = {finding.key for finding in checked(MADE).findings()}
    assert len(keys) == 3
    assert {finding.key for finding in checked(moved).findings()} == keys


def test_a_library_without_pairs_has_no_findings() -> None:
    assert checked(article([("Tea", "Tea keeps.")])).findings() == ()
