"""How readers fare on whole sites, beside the peers' way with the same model, gated by floors.

    python -m benchmarks.sites [--only SITE,…] [--out FILE] [-v] [--cache FILE]
    python -m benchmarks.sites --lower-floor NAME --reason TEXT

Each site of ``data`` (see ``README.md``) is synced as its publisher would, and every question asked
through the public ``Answerer``, follow-ups after the questions before them, with weights that were
learned without the site.  The peers are those of ``benchmarks.quality``, over the same pairs and
sections, these with their headings; they are asked what readers begin with.

Printed: a row a site, and the means over the sites whose language the default model reads.  ``-v``
lists what went wrong.  Exit 1 where a mean is below its floor in ``floors.json`` (key "sites").  A
run of all sites leaves the record ``results/sites.json``.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks import floors, record
from benchmarks.quality.cache import CachedEncoder, default_folder
from benchmarks.sites.measure import Told, dense_hit1, figures, play
from benchmarks.sites.read import UNREAD_SITES, Site, digests, sites
from index.encoder import load_encoder

PART = "sites"
LESS_IS_BETTER = {"wrong_shown", "errors_to_dense"}
OUT = Path(__file__).resolve().parents[1] / "results" / "sites.json"
# (heading, figure)
_COLUMNS = (
    ("hit@1", "hit1"),
    ("dense", "dense_hit1"),
    ("MRR", "mrr"),
    ("first 3", "recall3"),
    ("marked", "marked"),
    ("follow-ups", "follow_up_hit1"),
    ("stand-alone", "stand_alone_hit1"),
    ("right shown", "right_shown"),
    ("wrong shown", "wrong_shown"),
    ("no: near", "near_miss_no"),
    ("no: off", "off_topic_no"),
    ("AUROC", "auroc"),
)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sites", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", metavar="SITE,…", help="some of the sites; no gate")
    parser.add_argument("--out", type=Path, help=f"JSON record (of a whole run: {OUT.name})")
    parser.add_argument("-v", action="store_true", help="list what went wrong")
    parser.add_argument("--cache", type=Path, default=default_folder() / "sites.sqlite")
    options = floors.parse(parser, arguments)
    known = {site.name: site for site in sites()}
    chosen = options.only.split(",") if options.only else list(known)
    if unknown := [name for name in chosen if name not in known]:
        parser.error(f"there is no site {unknown[0]!r}; there are {', '.join(known)}")
    encoder = CachedEncoder(load_encoder(), options.cache)
    measured: dict[str, dict[str, float]] = {}
    _print("site", {name: heading for heading, name in _COLUMNS})
    for name in chosen:
        answerer, told = play(known[name], encoder)
        measured[name] = figures(told) | {"dense_hit1": dense_hit1(answerer, told, encoder)}
        _print(name, {own: f"{value:.3f}" for own, value in measured[name].items()})
        if options.v:
            _list(told)
    encoder.close()
    read = [own for name, own in measured.items() if name not in UNREAD_SITES]
    means = {name: float(np.mean([own[name] for own in read])) for name in read[0]} if read else {}
    if means:
        means["errors_to_dense"] = (1.0 - means["hit1"]) / (1.0 - means["dense_hit1"])
    _print("mean", {own: f"{value:.3f}" for own, value in means.items()})
    if (out := record.place(options.out, OUT, whole=not options.only)) is not None:
        made = record.stamp(encoder.identity) | {"sha256": _checksums(known.values())}
        record.write(out, made | {"sites": measured, "means": means})
    if options.only:
        return 0
    return floors.exit_status(floors.hold(PART, means, options, less_is_better=LESS_IS_BETTER))


def _print(name: str, values: Mapping[str, str]) -> None:
    cells = (f"{values.get(own, ''):>{max(len(heading), 5)}}" for heading, own in _COLUMNS)
    print(f"{name:<9}", *cells, sep="  ", flush=True)


def _checksums(own: Iterable[Site]) -> dict[str, str]:
    return {f"{site.name}/{name}": digest for site in own for name, digest in digests(site)}


def _list(told: Sequence[Told]) -> None:
    """Print each question that went wrong, with what it got and what it wants."""
    for one in told:
        asked, result = one.asked, one.result
        if one.is_right and not one.is_marked:
            said = "another sentence marked"
        elif one.is_right == bool(one.right) and result.abstained != bool(one.right):
            continue
        else:
            said = "no answer" if result.abstained else "answered"
        print(f"  {asked.id} {asked.kind}: {' / '.join((*asked.after, asked.question))}")
        if result.hits:
            first = result.hits[0]
            print(f"      {said}, {first.confidence:.2f}: {first.article}: {first.quote}")
        print(f"      wanted: {asked.expect[0] if asked.expect else 'no answer'}")


if __name__ == "__main__":
    raise SystemExit(main())
