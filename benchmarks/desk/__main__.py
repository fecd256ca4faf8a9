"""Whether the gaps in a log of labelled questions about one real article are right, with floors.

    python -m benchmarks.desk [--article FILE] [--out FILE] [--cache FILE] [-v]
    python -m benchmarks.desk --lower-floor NAME --reason TEXT

``questions.jsonl`` holds 210 questions about an article on the departure of a manager: an FAQ pair
answers them, or only a section does, or nothing, or they are off-topic; a part has typing errors.
They are asked of the real ``Answerer``, the gap report is built from the log, and each gap is held
against the labels of its questions.  Those that are wrong are listed; ``-v`` lists all.

Exit 1 where a figure is below its floor in ``floors.json`` (key "desk"), 2 where the article (by
default in ../shared/data/articles) is not there.
"""

import argparse
import hashlib
from pathlib import Path

from benchmarks import floors, record
from benchmarks.desk import measure
from benchmarks.desk.play import QUESTIONS, labels, play, resolved
from benchmarks.quality.cache import CachedEncoder, default_folder
from index.encoder import load_encoder

PART = "desk"
HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent.parent / "shared"
ARTICLE = SHARED / "data" / "articles" / "seed-amazon-talent" / "source.txt"
OUT = HERE.parent / "results" / "desk.json"


def main(arguments: list[str] | None = None) -> int:
    """Ask, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--article", type=Path, default=ARTICLE, metavar="FILE")
    parser.add_argument("--out", type=Path, default=OUT, help="JSON record")
    parser.add_argument("--cache", type=Path, default=default_folder() / "desk.sqlite")
    parser.add_argument("-v", action="store_true", help="list all gaps")
    options = floors.parse(parser, arguments)
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
    record.write(options.out, run)
    return floors.exit_status(floors.hold(PART, figures, options))


if __name__ == "__main__":
    raise SystemExit(main())
