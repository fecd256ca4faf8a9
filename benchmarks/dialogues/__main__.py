"""How well follow-up questions are understood, gated by floors.

    python -m benchmarks.dialogues [--write FILE] [--dev] [-v] [--cache FILE]
    python -m benchmarks.dialogues --lower-floor NAME --reason TEXT

The sample articles of ``docs`` and the small ones beside this file are synced into a folder of
their own, and the dialogues of ``dialogues.jsonl`` are played through the public ``Answerer``.
Every question is asked twice: with the dialogue before it, and afresh, which shows what following
up is worth and what it costs.  Dialogues with odd numbers are ``dev``, the rules were written with
them; those with even numbers are ``test``.  Then every FAQ question of the articles, which stands
alone by nature, is asked after three others (``own``).  ``-v`` lists what went wrong in ``dev``:
the rules stay honest as long as nobody reads the same of ``test``.

Printed: each figure as a count, what it is out of, and its share.  Exit 1 where one is below its
floor in ``floors.json`` (key "dialogues"), or above it where less is better.
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

from benchmarks import floors, record
from benchmarks.dialogues import play
from benchmarks.quality.cache import CachedEncoder, default_folder
from index.encoder import load_encoder
from index.readers import find_sources
from qa.records import Result

PART = "dialogues"
LESS_IS_BETTER = frozenset({"stand_alone_harmed", "unanswerable_repeated"})
# (what is counted, in the dialogue, afresh)
_ROWS = (
    ("first questions: hit@1", "first_hit1", None),
    ("follow-ups: hit@1", "follow_up_hit1", "fresh_follow_up_hit1"),
    ("follow-ups answered, rightly", "follow_up_answered_right", "fresh_follow_up_answered_right"),
    ("unanswerable: abstained", "unanswerable_abstained", "fresh_unanswerable_abstained"),
    ("unanswerable: last answer again", "unanswerable_repeated", "fresh_unanswerable_repeated"),
    ("stand-alone: hit@1", "stand_alone_hit1", "fresh_stand_alone_hit1"),
    ("stand-alone: harmed", "stand_alone_harmed", None),
    ("stand-alone: text changed", "stand_alone_changed", None),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dialogues", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--write", type=Path, help="write the figures to this JSON file")
    parser.add_argument("--dev", action="store_true", help="only the dialogues to tune on; no gate")
    parser.add_argument("-v", action="store_true", help="list what went wrong in dev")
    parser.add_argument("--cache", type=Path, default=default_folder() / "dialogues.sqlite")
    options = floors.parse(parser, arguments)
    dialogues = play.read_dialogues()
    if options.dev:
        dialogues = tuple(one for one in dialogues if one.split == "dev")
    encoder = CachedEncoder(load_encoder(), options.cache)
    with tempfile.TemporaryDirectory() as folder:
        answerer = play.build(Path(folder), encoder)
        if unknown := play.unknown_ids(answerer, dialogues):
            parser.error(f"not in the articles: {', '.join(unknown)}")
        played = list(play.play(answerer, dialogues))
        own = [] if options.dev else list(play.play_own_questions(answerer))
    encoder.close()
    if options.v:
        _list(played)
    counted = {"dev": play.figures([one for one in played if one.split == "dev"])}
    if not options.dev:
        counted["test"] = play.figures([one for one in played if one.split == "test"])
        counted["all"] = play.figures(played)
        counted["own"] = play.figures(own)
    for split, figures in counted.items():
        _print(split, figures)
    if options.write:
        _write(options.write, encoder, counted)
    if options.dev:
        return 0
    shares = {
        f"{split}.{name}": count / out_of
        for split, figures in counted.items()
        for name, (count, out_of) in figures.items()
        if out_of
    }
    missed = floors.hold(PART, shares, options, less_is_better=LESS_IS_BETTER)
    return floors.exit_status(missed)


def _print(split: str, figures: dict[str, tuple[int, int]]) -> None:
    print(f"\n{split:<34} {'in the dialogue':>18} {'afresh':>18}")
    for title, told, fresh in _ROWS:
        if figures[told][1]:
            beside = _share(figures[fresh]) if fresh else ""
            print(f"{title:<34} {_share(figures[told]):>18} {beside:>18}".rstrip())


def _share(counted: tuple[int, int]) -> str:
    count, out_of = counted
    return f"{count:>4} of {out_of:>3}  {count / out_of:.3f}"


def _list(played: list[play.Played]) -> None:
    """Print each question of dev that went wrong or, standing alone, was changed."""
    for one in played:
        relevant = one.asked.relevant
        if one.asked.kind is play.Kind.STAND_ALONE:
            wrong = play.is_harmed(one) or one.searched != one.asked.text
        else:
            shown = not one.told.abstained
            wrong = shown != bool(relevant) or (shown and not play.is_right(one.told, relevant))
        if one.split == "dev" and wrong:
            print(f"{one.dialogue} {one.asked.kind}: {one.searched!r}")
            print(f"    got {_said(one.told)}   afresh {_said(one.fresh)}")
            print(f"    expected {', '.join(sorted(relevant)) or 'no answer'}")


def _said(result: Result) -> str:
    first = result.hits[0].id if result.hits else "nothing"
    said = f"{first} {result.confidence:.2f}"
    return f"({said})" if result.abstained else said


def _write(
    path: Path, encoder: CachedEncoder, counted: dict[str, dict[str, tuple[int, int]]]
) -> None:
    digest = hashlib.sha256(play.DIALOGUES.read_bytes())
    for folder in (play.ARTICLES, play.DOCS):
        for file in find_sources([folder]):
            digest.update(file.read_bytes())
    run = record.stamp(encoder.identity) | {"data_sha256": digest.hexdigest(), "counts": counted}
    record.write(path, run)


if __name__ == "__main__":
    raise SystemExit(main())
