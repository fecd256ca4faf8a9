"""The real server over a content folder, with hashed words in the model's place.

python -m benchmarks.desk.server CONTENT
"""

import sys
from pathlib import Path

from benchmarks.desk.large import WordEncoder
from qa.web.app import serve


def main() -> None:
    """Serve; prints the address when questions are answered there."""
    serve(
        Path(sys.argv[1]),
        port=0,
        encoder=WordEncoder(),
        on_ready=lambda address: print(address, flush=True),
    )


if __name__ == "__main__":
    main()
