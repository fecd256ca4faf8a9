"""What readers of a site are told, and what is counted of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.metrics import auroc, first_right, reciprocal, within
from benchmarks.quality.ours import left_out
from benchmarks.quality.peers import DENSE, peers
from benchmarks.quality.sets import Entry, QuestionSet
from benchmarks.sites.read import Asked, Site, answering, says, synced
from index.encoder import Encoder
from index.passages import headings
from index.records import Section
from qa.answer import Answerer
from qa.records import Answer, Result, Turn
from qa.weights import Weights

MRR_DEPTH = 10
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A question, what answers it (keys of article and own id), and what its reader is told."""

    asked: Asked
    right: frozenset[Key]
    result: Result

    @property
    def rank(self) -> int:
        """The rank of the first right hit, from 1; 0 when there is none."""
        return first_right([(hit.article, hit.id) for hit in self.result.hits], self.right)

    @property
    def is_right(self) -> bool:
        """Whether the first hit answers it."""
        return self.rank == 1

    @property
    def is_marked(self) -> bool:
        """Whether the sentence that is marked in the first hit is one of those expected."""
        return bool(self.result.hits) and says(self.result.hits[0].quote, self.asked)


def play(site: Site, encoder: Encoder) -> tuple[Answerer, list[Told]]:
    """Ask every question of a site, each reader's in their order; with weights left out."""
    answerer = synced(site, encoder, Weights.load(left_out(site.name)))
    told = []
    for asked in site.asked:
        history: list[Turn] = []
        for before in asked.after:
            earlier = answerer.ask(before, tuple(history))
            history.append(Turn(before, earlier.best if isinstance(earlier, Answer) else None))
        result = answerer.ask(asked.question, tuple(history))
        told.append(Told(asked, answering(answerer.searcher.owners, asked), result))
    return answerer, told


def figures(told: Sequence[Told]) -> dict[str, float]:
    """Return the figures of a site, by name, each in [0, 1].

    ``hit1``, ``mrr`` and ``recall3`` are of the answerable questions that readers begin with,
    ``right_shown`` and ``wrong_shown`` the shares of these that get a right or a wrong answer;
    ``marked`` is the share of right first hits whose expected sentence is marked.  ``auroc`` tells
    answerable first questions from those that nothing answers.
    """
    first = [one for one in told if not one.asked.after]
    answered = [one for one in told if one.right]
    known = [one for one in first if one.right]
    ranks = np.array([one.rank for one in known])
    shown = [not one.result.abstained for one in known]
    right = np.array([one.is_right for one in known])
    answerable = np.array([bool(one.right) for one in first])
    area = auroc(answerable, np.array([one.result.answerable for one in first]))

    def found(kind: str) -> float:
        return _share([one.is_right for one in answered if one.asked.kind == kind])

    def refused(kind: str) -> float:
        return _share([one.result.abstained for one in told if one.asked.kind == kind])

    return {
        "hit1": float(right.mean()),
        "mrr": float(reciprocal(ranks, MRR_DEPTH).mean()),
        "recall3": float(within(ranks, 3).mean()),
        "marked": _share([one.is_marked for one in answered if one.is_right]),
        "follow_up_hit1": found("followup"),
        "stand_alone_hit1": found("standalone"),
        "right_shown": float((right & shown).mean()),
        "wrong_shown": float((~right & shown).mean()),
        "near_miss_no": refused("near-miss"),
        "off_topic_no": refused("off-topic"),
        "auroc": 0.0 if area is None else area,
    }


def dense_hit1(answerer: Answerer, told: Sequence[Told], encoder: Encoder) -> float:
    """Return the hit@1 of the best dense peer on the answerable first questions."""
    owners = answerer.searcher.owners
    entries = []
    for number in range(len(owners)):
        item, said = owners.item(number), owners.said(number)
        if isinstance(item, Section):
            said = "\n".join((*headings(owners.article(number), item), said))
            entries.append(Entry(str(number), None, said, ""))
        else:
            entries.append(Entry(str(number), item.question, said, ""))
    bank = QuestionSet("", "", tuple(entries), (), 0, {})
    known = [one for one in told if one.right and not one.asked.after]
    questions = [one.asked.question for one in known]
    wanted = [{str(owners.number(key)) for key in one.right} for one in known]
    found = []
    for name, ask in peers(bank, encoder).items():
        if name in DENSE:
            ranks = [
                first_right(hits, right)
                for hits, right in zip(ask(questions).hits, wanted, strict=True)
            ]
            found.append(float(np.mean([rank == 1 for rank in ranks])))
    return max(found)


def _share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else 0.0
