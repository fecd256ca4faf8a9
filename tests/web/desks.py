"""A desk over a small folder, with what readers have asked in its log."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from starlette.datastructures import FormData

from index.history import history_path
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.gaps import Gap
from qa.questions import QuestionLog
from qa.records import Turn
from qa.snapshots import Snapshots, snapshots_path
from qa.web.desk_journal import Journal, journal_path
from qa.web.desk_state import Desk
from qa.web.service import Service
from tests.fakes import FakeEncoder
from tests.web.serving import in_a_loop
from tests.weights import weights

AXES = (
    *("tea", "keep", "freez", "light", "coffee", "bean", "cup", "gram", "fridge", "food", "steep"),
    *("pizza", "mars", "water"),
)
TEA = """# All about tea

Tea is made from leaves.

## Storing tea

Keep tea in a closed tin. Light takes its taste away.

## FAQ

### How long does tea keep?

Black tea keeps for two years.
"""
ASKED = (
    *("Does light harm tea?", "Does light harm tea?", "tea in the light?", "light and tea: a tin?"),
    *("Any good pizza near here?", "pizza", "Pizza?"),
)
LIGHT = "Does light harm tea?"


def desk_of(
    folder: Path,
    asked: Iterable[str | tuple[str, ...]] = ASKED,
    *,
    files: dict[str, str] | None = None,
    threshold: float = 0.9,
    now: Callable[[], datetime] = lambda: datetime(2026, 5, 4, 12, tzinfo=UTC),
) -> Desk:
    """Return a desk over ``files`` in a new folder ``content``, each question asked once.

    Several questions in a tuple are asked in one conversation.
    """
    content = folder / "content"
    content.mkdir()
    for name, text in (files or {"tea.md": TEA}).items():
        (content / name).write_text(text)
    path = library_path(content, write=True)
    encoder = FakeEncoder(AXES)

    def synced() -> None:
        with Library.open(path, create=True) as library:
            sync(content, library, encoder)
        if service is not None:
            service.answerer.refresh()

    service: Service | None = None
    synced()
    log = QuestionLog(path.with_name("questions.sqlite"), now=now)
    service = Service(Answerer(path, encoder, threshold=threshold, weights=weights()), log)
    for one in asked:
        history: list[Turn] = []
        for question in (one,) if isinstance(one, str) else one:
            result = in_a_loop(service.ask(question, history)).result
            history.append(Turn(question, None if result.abstained else result.hits[0]))
    return Desk(
        service,
        content=content,
        log=log,
        history=history_path(path),
        snapshots=Snapshots(snapshots_path(path)),
        journal=Journal(journal_path(path)),
        sync=synced,
    )


def gap_of(desk: Desk, question: str) -> Gap:
    """Return the group that a question is in."""
    found = desk.gaps.newest()
    (gap,) = [g for g in desk.gaps.shown(found) if question in {w.text for w in g.wordings}]
    return gap


def form(*fields: tuple[str, str]) -> FormData:
    """Return what a form sends."""
    return FormData(list(fields))
