from pathlib import Path

import pytest

from index import recipe
from index.records import Companion, Wordings


def test_how_languages_are_detected_is_part_of_how_files_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or read_bytes(path))
    recipe._code_digest.__wrapped__()
    assert {"languages.py", "records.py", "passages.py"} <= set(read)
    assert "py3langid" in recipe.READING_PACKAGES


def test_the_recipe_changes_with_the_base_url() -> None:
    named = [recipe.recipe_of(url) for url in (None, None, "https://tea.example")]
    assert named[0] == named[1] != named[2]


def test_the_recipe_of_a_file_changes_with_what_companions_add_and_not_with_where_it_stands() -> (
    None
):
    def added(line: int, *alternates: str) -> str:
        wordings = Wordings("a.md#q1", alternates, line)
        return recipe.with_companions("plain", [Companion("a.md", 1, (wordings,))])

    assert added(3, "how long") == added(9, "how long") != added(3, "how long", "how much")
