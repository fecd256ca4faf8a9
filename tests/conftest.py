"""Fixtures that every part of the tests shares.  What only one module's tests need stays there."""

from pathlib import Path

import hypothesis
import pytest

from index.encoder import Encoder, load_encoder
from tests.fakes import FakeEncoder

# How long a case takes depends on what else runs on the machine.
hypothesis.settings.register_profile("footnote", deadline=None)
hypothesis.settings.load_profile("footnote")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

CONTENT = {
    "tea.md": """# All about tea

Tea is made from leaves. The leaves steep in hot water.

## Storing tea

Keep tea in a closed tin. Light and air take its taste away.

## FAQ

### How long does tea keep?

Black tea keeps for two years. Green tea keeps for one year.

### Can I freeze tea?

No. Freezing breaks the leaves.
""",
    "coffee.txt": """Coffee at home

Grind the beans just before brewing. Water should be just off the boil.

FAQ

Q: How much coffee do I need for a cup?
A: Ten grams for a small cup.

Q: Can I store coffee in the fridge?
A: No. It takes on the smell of other food.
""",
    "orders/questions.csv": (
        "id,question,answer\n"
        "ship,When will my order arrive?,Orders arrive within three working days.\n"
        "return,How do I return an order?,Send it back within thirty days. We pay the postage.\n"
    ),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED.is_dir():
        return
    absent = pytest.mark.skip(reason=f"the shared test data is not at {SHARED}")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(absent)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The real default model, loaded once.  Mark the tests that use it with ``model``."""
    return load_encoder()


@pytest.fixture
def fake_encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small content folder of its own: two articles with FAQs and one FAQ list."""
    folder = tmp_path / "content"
    for name, text in CONTENT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The shared test data's folder.  Mark the tests that use it with ``shared``."""
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when the browser tests did not run: green without them proves less."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum("browser" in report.keywords for report in skipped)
    if count:
        terminalreporter.section("NO BROWSER", red=True, bold=True)
        terminalreporter.line(
            f"{count} BROWSER TESTS WERE SKIPPED: INSTALL CHROMIUM, OR NAME A BROWSER IN "
            "FOOTNOTE_BROWSER, AND RUN THEM AGAIN",
            red=True,
        )
