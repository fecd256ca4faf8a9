"""Two readers' questions in one message: how many of them get the right answer.

    python -m benchmarks.sites.together [--cache FILE]

Of each English site, questions that readers begin with and that something answers are drawn in
pairs (by a seed), and put together: "…? …?", "…? And …?", and "… and …".  Only what
``qa.message_parts`` cuts counts from there on.  Beside what the parts get stands what the message
gets as a whole, and what each question gets by itself.  Weights are those learned without the site.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.quality.cache import CachedEncoder, default_folder
from benchmarks.quality.ours import left_out
from benchmarks.sites.read import UNREAD_SITES, Asked, Site, answering, sites, synced
from index.encoder import Encoder, load_encoder
from qa.message_parts import parts_of
from qa.records import Result
from qa.weights import Weights

SEED = 5
PAIRS = 40  # of a site
FORMS = ("{}? {}?", "{} and {}", "{}? And {}?")
KINDS = {"plain", "fragment", "typo"}
MOST_WORDS = 16
Key = tuple[str, str]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sites.together",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cache", type=Path, default=default_folder() / "sites.sqlite")
    options = parser.parse_args(arguments)
    encoder = CachedEncoder(load_encoder(), options.cache)
    counted: Counter[str] = Counter()
    for site in sites():
        counted["questions"] += len(site.asked)
        counted["of them cut"] += sum(bool(parts_of(one.question)) for one in site.asked)
        if site.name not in UNREAD_SITES:
            counted.update(_count(site, encoder))
    encoder.close()
    for name, count in counted.items():
        print(f"{name:<36} {count:>6}")
    return 0


def _count(site: Site, encoder: Encoder) -> Iterator[str]:
    answerer = synced(site, encoder, Weights.load(left_out(site.name)))
    owners = answerer.searcher.owners
    known = [
        (asked, right)
        for asked in site.asked
        if _is_short_first(asked) and (right := answering(owners, asked))
    ]
    draw = random.Random(f"{SEED} {site.name}")
    for number in range(PAIRS):
        pair = draw.sample(known, 2)
        if pair[0][1] & pair[1][1]:
            continue
        texts = [asked.question.rstrip("?. ") for asked, _ in pair]
        message = FORMS[number % len(FORMS)].format(*texts)
        yield "messages of two questions"
        if not parts_of(message):
            continue
        yield "cut"
        whole = answerer.ask(message)
        if whole.parts:
            yield "shown in parts"
        for place, (_, right) in enumerate(pair):
            shown = whole.parts[-1 if place else 0] if whole.parts else whole
            for name, result in (
                ("right as a whole", whole),
                ("right in parts", shown),
                ("right by themselves", answerer.ask(texts[place])),
            ):
                if _is_right(result, right):
                    yield name
        yield from ["no to a part"] * sum(part.abstained for part in whole.parts)


def _is_short_first(asked: Asked) -> bool:
    short = len(asked.question.split()) <= MOST_WORDS
    return asked.kind in KINDS and not asked.after and short


def _is_right(result: Result, right: frozenset[Key]) -> bool:
    return not result.abstained and (result.hits[0].article, result.hits[0].id) in right


if __name__ == "__main__":
    raise SystemExit(main())
