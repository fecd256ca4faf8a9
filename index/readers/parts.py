"""A block on its way to a role, and what can be said of one by itself."""

from dataclasses import dataclass

from index.readers.assemble import Role
from index.readers.blocks import Block, BlockKind
from index.readers.labels import Label
from index.readers.wording import QuestionShape, question_shape

PLAIN = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE)
MAX_QUESTION_CHARS = 400


@dataclass
class Part:
    """A block and what is known of it so far."""

    block: Block
    label: Label | None = None
    role: Role = Role.BODY
    heading: str = ""  # of a question: the FAQ heading or category it stands under
    joined: bool = False
    wording: bool = False  # asks what the question before it asks
    settled: bool = False  # its role is certain
    ends: bool = False  # a rule that ends an answer


def asks(part: Part) -> bool:
    return part.role is Role.QUESTION or question_shape(part.block.text) is QuestionShape.MARKED


def is_weak(block: Block) -> bool:
    """Whether only its shape says that a block is a heading."""
    return block.attributes.get("shape") == "line"


def in_panel(block: Block) -> bool:
    """Whether a block stands inside what an accordion opens: part of an answer, whatever it is."""
    return block.attributes.get("inside") == "panel"
