"""Whether the gaps in a log of labelled questions about one real article are right, with floors.

    python -m benchmarks.desk [--article FILE] [--out FILE] [--cache FILE] [-v]
    python -m benchmarks.desk --pages [SECTIONS PAIRS] [--data DIR]
    python -m benchmarks.desk --lower-floor NAME --reason TEXT

``questions.jsonl`` holds 210 questions about an article on the departure of a manager: an FAQ pair
answers them, or only a section does, or nothing, or they are off-topic; a part has typing errors.
They are asked of the real ``Answerer``, the gap report is built from the log, and each gap is held
against the labels of its questions.  Those that are wrong are listed; ``-v`` lists all.

``--pages`` serves a large library (10,000 sections and 10,000 pairs, made of the coverage sets of
DIR), opens the desk's pages in a real browser and prints how long each takes, at most a second; run
it where nothing else runs.

Exit 1 where a figure is below its floor in ``floors.json`` (key "desk"), or above it where less is
better; 2 where the article (by default in ../shared/data/articles) or the sets are not there.
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks import floors, record
from benchmarks.coverage.sets import load_all
from benchmarks.data import ARTICLES, QUESTION_SETS
from benchmarks.desk import measure
from benchmarks.desk.large import WordEncoder
from benchmarks.desk.play import QUESTIONS, labels, play, resolved
from benchmarks.quality.cache import CachedEncoder, default_folder
from benchmarks.quality.sets import SetError
from index.encoder import load_encoder

PART = "desk"
HERE = Path(__file__).resolve().parent
ARTICLE = ARTICLES / "seed-amazon-talent" / "source.txt"
PAGES = "pages."
LESS_IS_BETTER = frozenset({"slowest_seconds"})
SCALE = (10_000, 10_000)
OUT = HERE.parent / "results" / "desk.json"
PAGES_OUT = OUT.with_name("desk_pages.json")


def main(arguments: list[str] | None = None) -> int:
    """Ask, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--article", type=Path, default=ARTICLE, metavar="FILE")
    parser.add_argument(
        "--out",
        type=Path,
        help=f"JSON record (default: {OUT.name}; with --pages, of a whole run {PAGES_OUT.name}; "
        "with another article or other sets in local)",
    )
    parser.add_argument("--cache", type=Path, default=default_folder() / "desk.sqlite")
    parser.add_argument("-v", action="store_true", help="list all gaps")
    parser.add_argument("--pages", nargs="*", type=int, metavar="N", help="time the desk's pages")
    parser.add_argument(
        "--data", type=Path, default=QUESTION_SETS, help=f"folder of sets ({QUESTION_SETS})"
    )
    options = floors.parse(parser, arguments)
    if options.pages is not None:
        if options.pages and len(options.pages) != 2:
            parser.error("--pages takes two numbers, of sections and of pairs, or none")
        return _pages(options)
    if not options.article.is_file():
        parser.error(f"{options.article}: there is no such file; name one with --article")
    encoder = CachedEncoder(load_encoder(), options.cache)
    played = play(options.article, labels(), encoder)
    asked = resolved(labels(), played.article)
    encoder.close()
    found = measure.verdicts(played, asked)
    figures = measure.figures(played, asked, found)
    wrong = [one for one in found if not one.right]
    for title, own in (("wrong", wrong), *((("all", list(found)),) if options.v else ())):
        print(f"\n{title}: {len(own)} of {len(found)} gaps")
        for one in own:
            named = f" -> {one.named}" if one.named else ""
            print(f"  {one.gap.verdict:<13} {one.gap.sure:.2f}  {one.gap.name}{named}")
            print(f"  {'':<13}       {measure.topics(one)}")
    print()
    for name, value in figures.items():
        print(f"{name:<24} {value:>8.3f}")
    run = record.stamp(encoder.identity) | {
        "sha256": {
            "article": hashlib.sha256(options.article.read_bytes()).hexdigest(),
            QUESTIONS.name: hashlib.sha256(QUESTIONS.read_bytes()).hexdigest(),
        },
        "figures": figures,
        "wrong": [
            {"verdict": str(one.gap.verdict), "gap": one.gap.name, "is": measure.topics(one)}
            for one in wrong
        ],
    }
    usual = record.usual_place(OUT, given=options.article, own=ARTICLE)
    record.write(options.out or usual, run)
    return floors.exit_status(_held(figures, options))


def _pages(options: argparse.Namespace) -> int:
    """Time the desk's pages over a large library; return the exit status."""
    from benchmarks.desk import pages

    try:
        articles = [article for one in load_all(options.data) for article in one.articles]
    except SetError as error:
        print(error, file=sys.stderr)
        return 2
    sections, pairs = options.pages or SCALE
    figures = pages.run(articles, sections=sections, pairs=pairs)
    for name, value in figures.items():
        print(f"{name:<32} {value:>8.3f}")
    usual = record.usual_place(PAGES_OUT, given=options.data, own=QUESTION_SETS)
    out = record.place(options.out, usual, whole=not options.pages)
    if out is not None:
        run = {"sections": sections, "pairs": pairs, "figures": figures}
        record.write(out, record.stamp(WordEncoder.identity) | run)
    return floors.exit_status(_held(figures, options))


def _held(figures: Mapping[str, float], options: argparse.Namespace) -> list[str]:
    def measured(name: str) -> bool:
        # A library of another size says nothing of the limits.
        return name.startswith(PAGES) is (options.pages is not None) and not options.pages

    return floors.hold(PART, figures, options, less_is_better=LESS_IS_BETTER, measured=measured)


if __name__ == "__main__":
    raise SystemExit(main())
