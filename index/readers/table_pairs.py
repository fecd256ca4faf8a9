"""Tables whose columns are named question and answer, in Markdown and reStructuredText.

HTML's tables are told by their cells (``html_tables.py``); here a row is one line of text.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.readers.assemble import cut
from index.readers.blocks import Block, BlockKind
from index.readers.list_entries import field_of

_BAR = " | "
_NUMBERED = re.compile(r"\W*|(?:no|nr|id)\W*", re.IGNORECASE)  # a column's name


def with_table_pairs(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with a question and an answer for each row of such a table, two cells wide.

    A column of numbers may stand before them, and is left out like the row of names.  A row
    without an answer leaves the whole table as it is.
    """
    kept: list[Block] = []
    index = 0
    while index < len(blocks):
        end = _end(blocks, index)
        pairs = _pairs(blocks[index], blocks[index + 1 : end]) if end > index + 1 else []
        if pairs:
            kept.extend(pairs)
            ends = {"ends": "answer"}
            kept.append(Block(BlockKind.RULE, "", blocks[end - 1].line, attributes=ends))
            index = end
        else:
            kept.append(blocks[index])
            index += 1
    return kept


def _end(blocks: Sequence[Block], start: int) -> int:
    """The index after the last row of the table that the row at ``start`` names the columns of."""
    if blocks[start].attributes.get("names") != "columns":
        return start
    end = start + 1
    while (
        end < len(blocks)
        and blocks[end].kind is BlockKind.TABLE
        and "names" not in blocks[end].attributes
    ):
        end += 1
    return end


def _pairs(head: Block, rows: Sequence[Block]) -> list[Block]:
    names = head.text.split(_BAR)
    meanings = [field_of(name) for name in names]
    numbered = meanings[-2:] == ["question", "answer"] and len(names) == 3
    if numbered and not (_NUMBERED.fullmatch(names[0]) or meanings[0] == "id"):
        return []
    if not numbered and meanings != ["question", "answer"]:
        return []
    found: list[Block] = []
    for row in rows:
        cells = row.text.split(_BAR, len(names) - 1)
        if len(cells) < len(names) or not all(cells[-2:]):
            return []
        answer = len(row.text) - len(cells[-1])
        question = answer - len(_BAR) - len(cells[-2])
        bare = replace(row, attributes={})
        asked = cut(bare, question, answer - len(_BAR))
        found.append(replace(asked, kind=BlockKind.QUESTION))
        found.append(replace(cut(bare, answer), kind=BlockKind.ANSWER))
    return found
