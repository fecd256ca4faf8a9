"""Where the data lies that is not part of this repository: in a folder beside it."""

from pathlib import Path

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
ARTICLES = _SHARED / "articles"
QUESTION_SETS = _SHARED / "retrieval"
