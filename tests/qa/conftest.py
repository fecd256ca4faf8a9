"""An encoder of the sample content's words, and an answerer over it."""

from pathlib import Path

import pytest

from qa.answer import Answerer
from tests.fakes import FakeEncoder
from tests.qa.answering import AXES, build, over


@pytest.fixture
def fake() -> FakeEncoder:
    return FakeEncoder(AXES)


@pytest.fixture
def answerer(content: Path, fake: FakeEncoder) -> Answerer:
    return over(build(content, fake), fake)
