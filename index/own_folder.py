"""The folder of Footnote's own files within a content folder."""

from pathlib import Path

FOLDER = ".footnote"


def make_folder_of(path: Path) -> None:
    """Make the folder that the file ``path`` is to lie in, where there is none.

    Others are made with all that they lie in; ``.footnote`` is made in a folder that is there.  A
    content folder may be away for a moment (moved, or not mounted): made anew with nothing in it
    but ``.footnote``, it would pass for one whose articles have all been removed.  Raises OSError,
    FileNotFoundError for that one.
    """
    path.parent.mkdir(parents=path.parent.name != FOLDER, exist_ok=True)
