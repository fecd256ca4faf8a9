"""Write the FAQ pairs of articles as a table:  python examples/faq_to_csv.py docs > pairs.csv."""

import csv
import sys
from pathlib import Path

from index import ReadError, find_sources, read_file


def main(content: Path) -> None:
    table = csv.writer(sys.stdout)
    table.writerow(["article", "line", "question", "answer"])
    for path in find_sources([content]):
        try:
            articles = read_file(path, root=content)
        except ReadError as error:
            print(error, file=sys.stderr)
            continue
        for article in articles:
            for pair in article.faq:
                table.writerow([article.path, pair.line, pair.question, pair.answer])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
