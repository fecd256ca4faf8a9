"""The map of coverage: what is told by colour is told by a sign, too."""

from dataclasses import replace

from index.passages import passages_of
from qa.coverage import measure
from qa.web.desk_heat_map import heat_map
from tests.builders import article
from tests.fakes import FakeEncoder


def test_a_section_that_readers_ask_about_keeps_its_sign_beside_their_number() -> None:
    made = article([("Breaking", "Cups of thin china break when boiling water is poured.")], [])
    passages = passages_of(made)
    vectors = FakeEncoder(("tea", "cup")).encode_documents([one.text for one in passages])
    (one,) = measure([made], passages, vectors).articles
    asked = replace(one, sections=tuple(replace(each, demand=7) for each in one.sections))
    assert "× 7" in heat_map([asked])
    assert "× 7" not in heat_map([one])
