"""The sites' own form, and what is counted of what their readers are told."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.sites import measure, read
from benchmarks.sites.read import Asked, Site, sites
from index import find_sources, read_file
from qa.owners import as_compared
from qa.records import Abstention, AbstentionReason
from tests.fakes import FakeEncoder

SITES = sites()
UNANSWERABLE = {"near-miss", "off-topic"}
KINDS = UNANSWERABLE | {"plain", "fragment", "typo", "story", "vague", "followup", "standalone"}


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_every_expected_sentence_is_in_the_articles(site: Site) -> None:
    articles = [one for path in find_sources([site.content]) for one in read_file(path)]
    texts = [as_compared(one.text) for one in articles]
    for asked in site.asked:
        for sentence in asked.expect:
            assert any(as_compared(sentence) in text for text in texts), (asked.id, sentence)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_questions_are_labelled_as_their_kind_says(site: Site) -> None:
    assert len({asked.id for asked in site.asked}) == len(site.asked) >= 110
    kinds = Counter(asked.kind for asked in site.asked)
    assert set(kinds) == KINDS
    for asked in site.asked:
        assert asked.kind not in UNANSWERABLE or not asked.expect
        assert asked.kind not in {"followup", "standalone"} or asked.after
        assert asked.kind not in {"plain", "typo", "story"} or asked.expect


def small_site(folder: Path, *asked: dict[str, Any]) -> Site:
    content = folder / "tea" / "content"
    content.mkdir(parents=True)
    (content / "tea.md").write_text(
        "# Tea\n\n## Storing\n\nTea keeps two\nyears.\n\n## Milk\n\nMilk goes in last.\n\n"
        "## FAQ\n\n### Is there salt in it?\n\nNo salt at all.\n",
        encoding="utf-8",
    )
    lines = [{"id": str(at), "after": [], **one} for at, one in enumerate(asked)]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "tea" / "questions.jsonl").write_text(text, encoding="utf-8")
    (site,) = sites(folder)
    return site


QUESTIONS = (
    {"question": "how long does tea keep", "expect": ["Tea keeps two years."], "kind": "plain"},
    {"question": "salt inside", "expect": ["No salt at all."], "kind": "fragment"},
    {
        "question": "and the milk",
        "after": ["how long does tea keep"],
        "expect": ["Milk goes in last."],
        "kind": "followup",
    },
    {"question": "bread recipes", "expect": [], "kind": "off-topic"},
)


def test_a_site_is_played_and_counted(tmp_path: Path) -> None:
    encoder = FakeEncoder(("tea", "milk", "salt"))
    answerer, told = measure.play(small_site(tmp_path, *QUESTIONS), encoder)
    keys = [sorted(id for _, id in one.right) for one in told]
    assert [len(own) for own in keys] == [1, 1, 1, 0]
    assert [one.rank for one in told] == [1, 1, 1, 0]
    assert all(one.is_marked for one in told[:3])
    found = measure.figures(told)
    assert found["hit1"] == found["mrr"] == found["recall3"] == found["marked"] == 1.0
    assert found["follow_up_hit1"] == 1.0
    assert found["auroc"] == 1.0
    assert measure.dense_hit1(answerer, told, encoder) == 1.0


def test_wrong_and_withheld_answers_are_told_apart(tmp_path: Path) -> None:
    encoder = FakeEncoder(("tea", "milk", "salt"))
    _, told = measure.play(small_site(tmp_path, *QUESTIONS), encoder)
    hits = told[1].result.hits
    none = Abstention("q", AbstentionReason.NOTHING_CLOSE, "No.", (), hits, 0.1)
    asked = told[0].asked
    both = [
        measure.Told(asked, told[0].right, told[1].result),  # another passage is shown
        measure.Told(asked, told[1].right, none),  # the right one, but not shown
    ]
    found = measure.figures(both)
    assert (found["hit1"], found["right_shown"], found["wrong_shown"]) == (0.5, 0.0, 0.5)


def test_a_sentence_that_no_article_says_is_named(tmp_path: Path) -> None:
    wrong = {"question": "what", "expect": ["Tea keeps for ever."], "kind": "plain"}
    site = small_site(tmp_path, wrong)
    with pytest.raises(SystemExit, match=r"0: the articles do not say 'Tea keeps for ever.'"):
        measure.play(site, FakeEncoder(("tea",)))


def test_the_digest_of_a_site_tells_of_every_change(tmp_path: Path) -> None:
    site = small_site(tmp_path, *QUESTIONS)
    before = dict(read.digests(site))
    (site.content / "more.md").write_text("# More", encoding="utf-8")
    after = dict(read.digests(site))
    assert before["questions.jsonl"] == after["questions.jsonl"]
    assert before["content"] != after["content"]
    shutil.rmtree(site.content)


def test_a_part_of_an_expected_sentence_is_marked_right() -> None:
    asked = Asked("1", "q", (), ("Tea keeps two years, and milk three days.",), "plain")
    assert read.says("Tea keeps  two years,", asked)
    assert not read.says("Salt keeps.", asked)
