"""A site: its articles, synced as a publisher would, and what its readers ask."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answering import answerer_of
from index.encoder import Encoder
from qa.answer import Answerer
from qa.owners import Owners, as_compared
from qa.weights import Weights

DATA = Path(__file__).resolve().parent / "data"
# Those in languages that the default model does not read: words carry the ranking there.
UNREAD_SITES = {"mutuelle", "stadtwerke", "theatre"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; ``expect`` are sentences that answer it, none where nothing does.

    ``after`` are the questions that the same reader asked before, in that order.
    """

    id: str
    question: str
    after: tuple[str, ...]
    expect: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site: ``content`` is its folder of articles, ``asked`` are its questions."""

    name: str
    content: Path
    questions: Path
    asked: tuple[Asked, ...]


def sites(data: Path = DATA) -> tuple[Site, ...]:
    """Return the sites of a folder, by name."""
    found = []
    for questions in sorted(data.glob("*/questions.jsonl")):
        lines = questions.read_text(encoding="utf-8").splitlines()
        asked = tuple(map(_asked, lines))
        found.append(Site(questions.parent.name, questions.parent / "content", questions, asked))
    return tuple(found)


def _asked(line: str) -> Asked:
    raw = json.loads(line)
    return Asked(raw["id"], raw["question"], tuple(raw["after"]), tuple(raw["expect"]), raw["kind"])


def synced(site: Site, encoder: Encoder, weights: Weights | None = None) -> Answerer:
    """Return what answers from a site; its library is gone, what is asked stays in memory."""
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        shutil.copytree(site.content, content)
        return answerer_of(content, encoder, weights=weights)


def answering(owners: Owners, asked: Asked) -> frozenset[tuple[str, str]]:
    """Return the keys (article id, own id) of the pairs and sections that answer a question.

    Those that say one of the expected sentences; white space and case do not count.  Exits with a
    message where no one says any of them: then the question's label is wrong.
    """
    wanted = [as_compared(sentence) for sentence in asked.expect]
    found = frozenset(
        owners.key(number)
        for number, said in enumerate(map(as_compared, owners.says()))
        if any(sentence in said for sentence in wanted)
    )
    if wanted and not found:
        raise SystemExit(f"{asked.id}: the articles do not say {asked.expect[0]!r}")
    return found


def says(text: str, asked: Asked) -> bool:
    """Tell whether a text holds, or is a part of, one of the expected sentences."""
    own = as_compared(text)
    return any(own in sentence or sentence in own for sentence in map(as_compared, asked.expect))


def digests(site: Site) -> tuple[tuple[str, str], ...]:
    """Return the SHA-256 of a site's questions and that of its content, each with its name."""
    content = hashlib.sha256()
    for path in sorted(site.content.rglob("*")):
        if path.is_file():
            content.update(path.relative_to(site.content).as_posix().encode() + b"\0")
            content.update(path.read_bytes())
    questions = hashlib.sha256(site.questions.read_bytes())
    return ("questions.jsonl", questions.hexdigest()), ("content", content.hexdigest())
