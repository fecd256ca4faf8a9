"""The entry for Hugging Face Spaces and ``make run``: ``footnote serve``, told by the environment.

FOOTNOTE_CONTENT     the folder of articles; docs/ beside this file where it is not set
FOOTNOTE_LOG         the question log's database; FOOTNOTE_KEEP_DAYS how long questions are kept
FOOTNOTE_NO_LOG      1: no question is written down
FOOTNOTE_MAX_WAITING how many questions may wait for their turn
SPACE_ID             set by Hugging Face Spaces: listens on all addresses
GRADIO_SERVER_NAME   the address to listen on instead
GRADIO_SERVER_PORT   the port to listen on instead of 7860
"""

import os
from collections.abc import Mapping
from pathlib import Path


def command(environment: Mapping[str, str]) -> list[str]:
    """Return the arguments of ``footnote`` that ``environment`` asks for."""
    content = environment.get("FOOTNOTE_CONTENT") or str(Path(__file__).parent / "docs")
    everywhere = "0.0.0.0" if environment.get("SPACE_ID") else "127.0.0.1"
    host = environment.get("GRADIO_SERVER_NAME") or everywhere
    port = environment.get("GRADIO_SERVER_PORT") or "7860"
    return ["serve", content, "--host", host, "--port", port]


def main() -> None:
    """Serve until told to stop."""
    from qa.cli import cli

    cli(command(os.environ), prog_name="footnote")


if __name__ == "__main__":
    main()
