"""What waits for an editor is that editor's, and only the latest of it is kept."""

from dataclasses import dataclass

from qa.web.desk_pending import KEPT, PendingItems


@dataclass(frozen=True)
class Thing:
    editor: str
    number: int = 0


def test_what_waits_is_found_by_its_editor_only_until_it_is_done_with() -> None:
    pending: PendingItems[Thing] = PendingItems()
    id = pending.keep(Thing("anna"))
    assert pending.find(id, "anna") == Thing("anna")
    assert pending.find(id, "bert") is None
    assert pending.find("another", "anna") is None
    pending.drop(id)
    assert pending.find(id, "anna") is None
    pending.drop(id)  # gone already


def test_the_oldest_go_when_too_many_wait() -> None:
    pending: PendingItems[Thing] = PendingItems()
    ids = [pending.keep(Thing("anna", number)) for number in range(KEPT + 1)]
    assert pending.find(ids[0], "anna") is None
    assert [pending.find(id, "anna") for id in ids[1:]] == [
        Thing("anna", number) for number in range(1, KEPT + 1)
    ]
