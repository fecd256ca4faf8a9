from pathlib import Path

import app

DOCS = str(Path(app.__file__).parent / "docs")


def test_the_sample_content_is_served_to_this_machine_alone() -> None:
    assert app.command({}) == ["serve", DOCS, "--host", "127.0.0.1", "--port", "7860"]


def test_on_spaces_everybody_is_served() -> None:
    assert app.command({"SPACE_ID": "a/b"})[2:] == ["--host", "0.0.0.0", "--port", "7860"]


def test_content_address_and_port_can_be_named() -> None:
    named = {
        "SPACE_ID": "a/b",
        "FOOTNOTE_CONTENT": "my articles",
        "GRADIO_SERVER_NAME": "127.0.0.2",
        "GRADIO_SERVER_PORT": "7000",
    }
    expected = ["serve", "my articles", "--host", "127.0.0.2", "--port", "7000"]
    assert app.command(named) == expected
