import re
from datetime import UTC, datetime
from pathlib import Path

from qa.web.desk_health import health_message
from qa.web.desk_syncing import syncing
from qa.web.desk_today import today_message
from qa.web.watch import SyncUnderWay
from tests.web.desks import desk_of

SINCE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def words(message: str) -> str:
    return re.sub(r"<[^>]*>", "", message)


def test_files_that_are_read_in_are_counted_with_what_is_known_of_their_passages() -> None:
    assert syncing(None) == ""
    assert words(syncing(SyncUnderWay(SINCE, 0, 1))) == (
        "One file of the folder is being read in, since 03:04 UTC. "
        "Readers are answered from all the others meanwhile."
    )
    assert words(syncing(SyncUnderWay(SINCE, 3, 1005, 2_372, 62_994))) == (
        "1,002 files of the folder are being read in, since 03:04 UTC. "
        "2,372 of the 62,994 passages found to be new so far are done. "
        "Readers are answered from all the others meanwhile."
    )


def test_the_desk_tells_of_a_sync_under_way_where_an_editor_begins_and_with_the_health(
    tmp_path: Path,
) -> None:
    desk = desk_of(tmp_path)
    said = "1 of the 3 passages found to be new so far are done."
    for message in (today_message, health_message):
        assert said not in message(desk)
        desk.under_way = lambda: SyncUnderWay(SINCE, 0, 1, 1, 3)
        assert said in message(desk)
        desk.under_way = lambda: None
