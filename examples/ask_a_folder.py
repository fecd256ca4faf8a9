"""Ask a folder one question:  python examples/ask_a_folder.py docs "Does it work offline?"."""

import sys
from pathlib import Path

from index import Library, library_path, load_encoder
from index.sync import sync
from qa import Answerer


def main(content: Path, question: str) -> None:
    encoder = load_encoder()
    with Library.open(library_path(content), create=True) as library:
        sync(content, library, encoder)
    answerer = Answerer(library_path(content), encoder)
    result = answerer.ask(question)
    if result.abstained:
        print(result.message)
        for hit in result.nearest:
            print(f"  perhaps: {hit.question}")
    else:
        best = result.best
        print(best.text)
        print(f"  {best.article_title} › {best.section}  ({best.article}:{best.line})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
