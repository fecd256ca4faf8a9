"""YAML whose aliases cannot make more of it than there is memory for.

Ten lines in which each is a list of nine aliases of the line before ("billion laughs") stand for
more than the world's memory holds.
"""

from typing import Any

import yaml

MAX_ADDED = 2_000_000
"""What all aliases of a file may add to it: nodes, and characters of their texts."""


class AliasLimitLoader(yaml.SafeLoader):
    """PyYAML's safe loader that counts what aliases stand for, while it composes.

    Raises ComposerError, with the alias's place, where they add up to more than MAX_ADDED, and
    where an alias stands inside what it names.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._added = 0
        # By the node's id, aliases spelt out; a node still being composed is not in it.
        self._weights: dict[int, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        alias: Any = None
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()  # type: ignore[no-untyped-call]  # untyped in PyYAML's stubs
        node = super().compose_node(parent, index)
        if node is None:
            return None
        if alias is None:
            self._weights[id(node)] = self._weight(node)
            return node
        if id(node) not in self._weights:
            reason = "an alias stands inside what it names"
            raise yaml.composer.ComposerError(None, None, reason, alias.start_mark)
        self._added += self._weights[id(node)]
        if self._added > MAX_ADDED:
            reason = f"its aliases stand for more than {MAX_ADDED} nodes and characters"
            raise yaml.composer.ComposerError(None, None, reason, alias.start_mark)
        return node

    def _weight(self, node: yaml.Node) -> int:
        if isinstance(node, yaml.MappingNode):
            pairs = node.value
            return 1 + sum(self._weights[id(part)] for pair in pairs for part in pair)
        if isinstance(node, yaml.SequenceNode):
            return 1 + sum(self._weights[id(child)] for child in node.value)
        return 1 + len(node.value)
