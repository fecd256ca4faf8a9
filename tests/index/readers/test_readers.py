"""The way in: which files are read, by which reader, and what is said of those that cannot be."""

import json
import os
import sys
from pathlib import Path

import pytest

from index import readers
from index.errors import ReadError, UsageError
from index.readers import find_sources, read_bytes, read_file


def test_ids_are_relative_to_the_content_folder(tmp_path: Path) -> None:
    source = tmp_path / "a" / "b.md"
    source.parent.mkdir()
    source.write_text("# T\n\nx.\n", encoding="utf-8")
    (found,) = read_file(source, root=tmp_path, base_url="https://x.example/")
    assert (found.id, found.path, found.url) == ("a/b.md", "a/b.md", "https://x.example/a/b")
    assert read_file(source)[0].id == "b.md"


def test_a_file_that_is_too_large_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 10)
    source = tmp_path / "a.md"
    source.write_text("x" * 11, encoding="utf-8")
    with pytest.raises(ReadError, match=r"a\.md: too large: 11 bytes, the limit is 10"):
        read_file(source)
    with pytest.raises(ReadError, match=r"a\.md: too large: 11 bytes"):
        read_bytes(b"x" * 11, "a.md")


def test_a_missing_file_is_a_read_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"a\.md: cannot be opened: No such file"):
        read_file(tmp_path / "a.md")


def test_a_guessed_encoding_is_recorded_in_the_article() -> None:
    (found,) = read_bytes("# Größe\n\nMaße und Füße.\n".encode("cp1252"), "a.md")
    assert found.title == "Größe"
    assert (found.encoding, found.encoding_guessed) == ("cp1252", True)


def test_sources_are_found_in_sorted_order_without_junk(tmp_path: Path) -> None:
    for name in (
        "b.md", "a.TXT", "c/d.rst", "c/x.png", ".hidden.md", ".git/e.md", "node_modules/p/f.md",
        "c/_build/g.html", "README",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = [p.relative_to(tmp_path).as_posix() for p in find_sources([tmp_path])]
    assert found == ["a.TXT", "b.md", "c/d.rst"]


def test_a_named_file_is_taken_whatever_its_name_and_only_once(tmp_path: Path) -> None:
    readme, other = tmp_path / "README", tmp_path / "a.md"
    for path in (readme, other):
        path.write_text("x", encoding="utf-8")
    assert find_sources([readme, other, tmp_path, readme]) == [readme, other]


def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere: no such file or folder"):
        find_sources([tmp_path / "nowhere"])


def test_all_suffixes_have_a_reader() -> None:
    assert {
        ".txt",
        ".md",
        ".mdx",
        ".html",
        ".rst",
        ".yml",
        ".json",
        ".jsonl",
        ".csv",
    } <= readers.SUFFIXES


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    for path in (pipe, Path(os.devnull)):
        with pytest.raises(ReadError, match="not a regular file"):
            read_file(path)


GERMAN = "Unsere Bücherei verleiht Bücher, Filme und Spiele an alle, die in der Stadt wohnen."


def test_a_language_that_is_not_declared_is_detected() -> None:
    (found,) = read_bytes(f"# Verleih\n\n{GERMAN}\n".encode(), "a.md")
    assert found.language == "de"


@pytest.mark.parametrize(("declared", "language"), [("nl-BE", "nl-BE"), ("German", "de")])
def test_a_declared_language_counts_where_it_is_one(declared: str, language: str) -> None:
    (found,) = read_bytes(f"---\nlang: {declared}\n---\n\n{GERMAN}\n".encode(), "a.md")
    assert found.language == language


def test_code_does_not_tell_the_language_of_an_article() -> None:
    code = "for (const each of the_books) { lend(each, to_everyone_who_is_in_the_town); }\n" * 20
    (found,) = read_bytes(f"# Verleih\n\n{GERMAN}\n\n```\n{code}```\n".encode(), "a.md")
    assert found.language == "de"


def test_articles_of_one_list_have_each_their_language() -> None:
    entries = [
        {"page": "leihen", "question": "Wie leihe ich ein Buch aus?", "answer": GERMAN},
        {"page": "preise", "question": "Version?", "answer": "1.2.3"},
    ]
    lines = "".join(json.dumps(entry) + "\n" for entry in entries)
    found = read_bytes(lines.encode(), "faq.jsonl")
    assert [(article.id, article.language) for article in found] == [
        ("faq.jsonl/leihen", "de"),
        ("faq.jsonl/preise", None),
    ]
