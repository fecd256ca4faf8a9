"""Of the content folder nothing is read outside it, and nothing written but companions."""

from pathlib import Path

import pytest

from index.errors import FileConflict, UsageError
from qa.content_folder import ABSENT, FaqFile, Folder
from qa.faq_text import NewPair
from tests.qa.test_faq_file import accept, read

PATH = "tea.faq.yaml"


def test_a_file_is_made_replaced_and_removed(content: Path) -> None:
    folder = Folder(content)
    absent = folder.read(PATH)
    assert absent == FaqFile(PATH, ABSENT, "")
    digest = folder.write(absent, "article: tea.md\n")
    made = folder.read(PATH)
    assert made == FaqFile(PATH, digest, "article: tea.md\n")
    folder.write(made, "article: tea.md\ntitle: Tea\n")
    assert (content / PATH).read_bytes() == b"article: tea.md\ntitle: Tea\n"
    assert folder.write(folder.read(PATH), None) == ABSENT
    assert folder.read(PATH) == absent


def test_a_file_that_is_not_as_it_was_seen_is_a_conflict_and_stays(content: Path) -> None:
    folder = Folder(content)
    absent = folder.read(PATH)
    (content / PATH).write_text("article: tea.md\n", encoding="utf-8")
    with pytest.raises(FileConflict, match=r"tea\.faq\.yaml") as raised:
        folder.write(absent, "mine")
    assert (raised.value.present, raised.value.proposed) == ("article: tea.md\n", "mine")
    assert folder.read(PATH).text == "article: tea.md\n"


@pytest.mark.parametrize(
    "path",
    ["../x.faq.yaml", "/etc/x.faq.yaml", "a/../../x.faq.yaml", "a\\..\\x.faq.yaml", "x\0.faq.yaml",
     "", ".."],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(content: Path, path: str) -> None:
    with pytest.raises(UsageError, match="is no path inside the content folder"):
        Folder(content).read(path)


def test_no_link_leads_out_of_the_folder(content: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.md").write_text("# X\n\nText of x.\n", encoding="utf-8")
    (content / "sub").symlink_to(outside)
    with pytest.raises(UsageError, match="leads out of the content folder"):
        Folder(content).read("sub/x.faq.yaml")
    (outside / "secret").write_text("article: tea.md\n", encoding="utf-8")
    (content / "tea.faq.yaml").symlink_to(outside / "secret")
    with pytest.raises(UsageError, match=r"tea\.faq\.yaml is no regular file"):
        accept(content)
    assert (outside / "secret").read_text(encoding="utf-8") == "article: tea.md\n"


def test_only_companions_are_ever_written(content: Path) -> None:
    folder = Folder(content)
    with pytest.raises(UsageError, match=r"tea\.md is no companion: Footnote never changes it"):
        folder.write(folder.read("tea.md"), "gone")


def test_nothing_is_written_that_would_never_be_read(content: Path) -> None:
    (content / ".footnoteignore").write_text("*.yaml\n")
    with pytest.raises(UsageError, match=r"tea\.faq\.yaml is left out of the folder by \.footnote"):
        Folder(content).path_for(read(content)["tea.md"])


def test_a_broken_companion_is_to_be_mended_first(content: Path) -> None:
    tea = read(content)["tea.md"]
    (content / "tea.faq.yaml").write_text("article: tea.md\nfaq: [\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^tea\.faq\.yaml:3: not valid YAML.*; mend it first"):
        Folder(content).path_for(tea)
    (content / "tea.faq.yaml").write_bytes("article: tea.md\n# ä\n".encode("latin-1"))
    with pytest.raises(UsageError, match=r"tea\.faq\.yaml is not UTF-8"):
        Folder(content).path_for(tea)


def test_the_mode_of_a_file_is_kept(content: Path) -> None:
    first = accept(content)
    (content / "tea.faq.yaml").chmod(0o640)
    accept(content, NewPair("Is tea hot?", "Yes."), seen=first.digest)
    assert (content / "tea.faq.yaml").stat().st_mode & 0o777 == 0o640
