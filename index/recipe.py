"""Names what turns a file's bytes into passages: our code for it, and the libraries that it uses.

A file that another recipe read is read again, so that a library that was synced step by step equals
one made afresh.
"""

import functools
import hashlib
import importlib.metadata
from collections.abc import Iterable
from pathlib import Path

from index.records import Companion

# The libraries that have a part in what a file is read as.
READING_PACKAGES = (
    "PyYAML",
    "charset-normalizer",
    "docutils",
    "lxml",
    "markdown-it-py",
    "mdit-py-plugins",
    "py3langid",
    "sentencex",
)


def recipe_of(base_url: str | None) -> str:
    """Return the recipe of a file that no companion adds to."""
    return _name(f"{_code_digest()} {base_url!r}")


def with_companions(recipe: str, companions: Iterable[Companion]) -> str:
    """Return the recipe of a file with what its companions add to its articles."""
    added = [
        (companion.article, wordings.pair, wordings.alternates)
        for companion in companions
        for wordings in companion.wordings
    ]
    return _name(f"{recipe} {added!r}")


def _name(ingredients: str) -> str:
    return hashlib.sha256(ingredients.encode()).hexdigest()[:32]


@functools.cache  # the code that runs is the code that was imported, whatever is on the disk now
def _code_digest() -> str:
    whole = hashlib.sha256()
    here = Path(__file__).parent
    own = ("companions.py", "languages.py", "passages.py", "records.py")
    files = [*(here / name for name in own), *here.glob("readers/**/*")]
    for path in sorted(file for file in files if file.suffix != ".pyc" and file.is_file()):
        whole.update(f"{path.relative_to(here).as_posix()}\0".encode() + path.read_bytes())
    for package in READING_PACKAGES:
        whole.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    return whole.hexdigest()
