"""The encoder alone, a thread for each core: ``python -m benchmarks.speed.load_encoder``.

Standard input is a list of questions; printed is how many a second were encoded.  Nothing that
answers them can be faster on these cores.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from index.cores import cores
from index.encoder import load_encoder


def main() -> None:
    """Encode each question by itself, as they come from readers."""
    questions: list[str] = json.load(sys.stdin)
    encoder = load_encoder(device="cpu")
    with ThreadPoolExecutor(cores()) as threads:
        list(threads.map(lambda question: encoder.encode_queries([question]), questions[:20]))
        started = time.perf_counter()
        list(threads.map(lambda question: encoder.encode_queries([question]), questions))
        print(json.dumps(len(questions) / (time.perf_counter() - started)))


if __name__ == "__main__":
    main()
