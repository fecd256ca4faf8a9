"""Every format, of one report small enough to be known by heart."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from lxml import html as lxml_html

from index.errors import ReadError
from qa.baseline import Baseline
from qa.findings import Finding, FindingKind, Place
from qa.gaps import gaps_of
from qa.reports.build import gap_report
from qa.reports.outcome import accepted, held
from qa.reports.report import Report, ReportKind, Side, Square, Stretch, Strip, Tone, Unread
from qa.reports.writing import ReportFormat, rendered
from qa.sheets import Column
from tests.fakes import FakeEncoder
from tests.logged import asker, logged

MADE = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
EVIL = '<script>alert(1)</script> ]]> \x1b[31m &amp; @all [a](b) "\x00'
NEW = Finding(
    FindingKind.UNCOVERED, "uncovered:aa", EVIL, "No pair.", (Place("a", "s", 0, 5, 7),), demand=3
)
KNOWN = replace(NEW, key="uncovered:bb", title="Known", demand=0)
ROWS = ({"section": "=1+1", "key": "uncovered:aa"}, {"section": "b", "key": None})
REPORT = Report(
    kind=ReportKind.COVERAGE,
    title="FAQ coverage",
    content="my docs/",
    share=0.7996,
    measured="is said",
    figures=(),
    findings=(NEW, KNOWN),
    paths={"a": "tea & ü#.md"},
    columns=(Column("section"), Column("key")),
    rows=ROWS,
    opened=lambda one: (Side("Section", EVIL, "a.md", 7, (Stretch("said", Tone.MET, (1,)),)),),
    strips=(
        Strip(
            "a",
            "tea & ü#.md",
            EVIL,
            0.7996,
            (
                Square(EVIL, "uncovered", 0.0, 2, 0, 3, 7, "uncovered:aa"),
                Square("Known", "uncovered", 0.0, 1, 0, 0, 9, "uncovered:bb"),
                Square("Fine", "covered", 1.0, 1, 1, 0, 11, ""),
            ),
        ),
    ),
)
HELD = held(REPORT, baseline=Baseline({"uncovered:bb": "k", "uncovered:cc": "gone"}), name="b")


def text(report: Report, form: ReportFormat, **how: int) -> str:
    return rendered(report, form, made=MADE, version="1.0", **how).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("form", [one for one in ReportFormat if one not in ("csv", "xlsx")])
def test_no_character_that_steers_a_terminal_or_breaks_xml_comes_through(
    form: ReportFormat,
) -> None:
    assert not {"\x1b", "\x00"} & set(text(HELD, form))


def test_only_what_is_not_in_the_baseline_fails() -> None:
    assert HELD.outcome.failing == {"uncovered:aa"}
    assert HELD.outcome.why == "1 problem is not in the baseline"
    assert [one.title for one in HELD.outcome.fixed] == ["gone"]


def test_a_share_just_below_the_limit_fails_and_is_not_rounded_up() -> None:
    report = held(REPORT, limit=80)
    assert report.outcome.why == "79.9% is below the limit of 80%"
    assert held(REPORT, limit=79.96).outcome.failed is False


def test_with_limit_and_baseline_both_must_be_passed_over() -> None:
    assert not held(REPORT, limit=50, baseline=Baseline(), name="b").outcome.failed
    assert held(REPORT, limit=90, baseline=Baseline(), name="b").outcome.failed
    knows_all = accepted(REPORT, Baseline())
    assert not held(REPORT, limit=90, baseline=knows_all, name="b").outcome.failed


def test_a_limit_on_nothing_is_not_kept() -> None:
    assert held(replace(REPORT, share=None), limit=0).outcome.failed


UNREAD = replace(
    REPORT,
    unread=(Unread("x & y.md", None, "not text"), Unread("list.csv", 7, EVIL)),
    notes=(EVIL,),
)


@pytest.mark.parametrize("form", list(ReportFormat))
def test_what_could_not_be_read_is_named_in_every_format(form: ReportFormat) -> None:
    report = held(UNREAD, baseline=Baseline({"uncovered:cc": "gone"}), name="b")
    assert report.outcome.fixed == ()
    content = rendered(report, form, made=MADE, version="1.0")
    if form is ReportFormat.XLSX:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        shown = "\n".join(str(cell) for row in sheet.values for cell in row)
    else:
        shown = content.decode()
    for name in ("list.csv", "x & y.md"):
        forms = {
            name,
            name.replace("&", "&amp;"),
            name.replace("&", r"\&"),
            name.replace(".", r"\."),
        }
        forms |= {name.replace("&", r"\&").replace(".", r"\.")}
        if form in ("csv", "xlsx"):  # the table of this report has two columns of its own
            assert len(shown.splitlines()) >= 5
        else:
            assert any(one in shown for one in forms), name


def test_unread_files_fail_without_a_limit_and_keep_the_baseline() -> None:
    assert held(UNREAD).outcome.why == "2 files could not be read as a whole"
    with pytest.raises(ReadError, match=r"x & y\.md: not text\. The baseline is left as it is"):
        accepted(UNREAD, Baseline())


def test_of_what_was_not_checked_nothing_is_fixed_and_all_is_kept() -> None:
    known = Baseline({"stale:aa": "Old", "conflict:bb": "Gone"})
    kinds = frozenset({FindingKind.STALE})
    report = replace(REPORT, kind=ReportKind.CHECK, findings=(), strips=(), unchecked=kinds)
    assert [e.key for e in held(report, baseline=known, name="b").outcome.fixed] == ["conflict:bb"]
    assert accepted(report, known).titles == {"stale:aa": "Old"}


def test_junit_has_a_case_for_every_section() -> None:
    (suite,) = ET.fromstring(text(HELD, ReportFormat.JUNIT))
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped", "timestamp")} == {
        "tests": "3",
        "failures": "1",
        "skipped": "1",
        "timestamp": "2026-03-01T12:30:00",
    }
    assert [child.tag for child in suite] == [
        *("properties", "testcase", "testcase", "testcase", "system-out", "system-err")
    ]
    failure = suite[1][0]
    assert (failure.tag, failure.get("type")) == ("failure", "uncovered")
    assert "my docs/tea & ü#.md:7" in (failure.text or "")
    assert [child.tag for child in suite[2]] == ["skipped"]


def test_sarif_has_what_the_standard_requires() -> None:
    log = json.loads(text(HELD, ReportFormat.SARIF))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    first, second = run["results"]
    assert first["ruleId"] == rules[first["ruleIndex"]] == "uncovered"
    assert (first["level"], first["baselineState"]) == ("error", "new")
    assert (second["level"], second["baselineState"]) == ("warning", "unchanged")
    assert first["partialFingerprints"] == {"footnote/v1": "uncovered:aa"}
    (location,) = first["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20docs/tea%20%26%20%C3%BC%23.md"},
        "region": {"startLine": 7},
    }


def test_json_says_how_each_finding_stands() -> None:
    found = json.loads(text(HELD, ReportFormat.JSON))
    assert (found["report"], found["format"], found["failed"]) == ("coverage", 1, True)
    assert [one["standing"] for one in found["findings"]] == ["new", "known"]
    assert found["fixed"] == [{"key": "uncovered:cc", "title": "gone"}]


def test_csv_and_xlsx_hold_no_formula() -> None:
    assert '"new","\'=1+1","uncovered:aa"' in text(HELD, ReportFormat.CSV)
    book = openpyxl.load_workbook(
        io.BytesIO(rendered(HELD, ReportFormat.XLSX, made=MADE, version="1"))
    )
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert cells[:2] == [["baseline", "section", "key"], ["new", "=1+1", "uncovered:aa"]]
    assert book.worksheets[0]["B2"].data_type == "s"


def test_html_needs_nothing_else_and_every_link_lands() -> None:
    page = lxml_html.fromstring(text(HELD, ReportFormat.HTML))
    assert page.xpath("//script | //link | //img | //*[@src]") == []
    ids = set(page.xpath("//@id"))
    links = page.xpath("//a/@href")
    assert links == ["#f1", "#f2"]
    assert {link[1:] for link in links} <= ids
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]
    assert page.xpath("//mark[@class='met']/text()") == ["said", "said"]


def test_markdown_marks_what_is_new_and_calls_nobody() -> None:
    told = text(HELD, ReportFormat.MARKDOWN)
    assert told.startswith("<!-- footnote coverage -->\n### FAQ coverage: 79.9%\n")
    assert told.index("#### New") < told.index("Known before: 1 finding")
    assert "<script>" not in told
    assert "@all" not in told


@pytest.mark.parametrize("width", [30, 80, 200])
def test_a_table_fits_the_terminal_and_has_no_colour_unless_asked(width: int) -> None:
    told = text(HELD, ReportFormat.TABLE, width=width)
    assert max(len(line) for line in told.splitlines()) <= width
    assert "NEW" in told
    assert "Failed: 1 problem is not in the baseline." in " ".join(told.split())


@pytest.mark.parametrize("form", list(ReportFormat))
def test_a_follow_up_is_never_told_without_what_it_leans_on(form: ReportFormat) -> None:
    context = "How far is Mars?"
    encoder = FakeEncoder(("tea", "pizza", "mars"))
    library = asker(encoder)
    asked = [logged("and pizza?", context=context), logged("and pizza?", context=context, minute=1)]
    report = gap_report(gaps_of(library, encoder, asked), library.articles)
    made = rendered(report, form, made=MADE, version="1.0")
    if form is ReportFormat.XLSX:
        (sheet,) = openpyxl.load_workbook(io.BytesIO(made)).worksheets
        made = "\n".join(str(row) for row in sheet.iter_rows(values_only=True)).encode()
    told = made.decode().replace("\\", "")  # Markdown escapes it
    if form is ReportFormat.JSON:
        (group,) = json.loads(told)["groups"]
        assert (group["question"], group["context"]) == ("and pizza?", context)
        assert group["wordings"] == [{"text": "and pizza?", "context": context, "count": 2}]
        (finding,) = json.loads(told)["findings"]
        assert finding["title"] == f"and pizza? (after: {context})"
    else:
        assert told.count("and pizza?") > 0
        assert told.count("and pizza?") == told.count(f"and pizza? (after: {context})")
