"""YAML as nodes, which know the lines that they stand in, and what they say as plain values."""

import contextlib
from collections.abc import Iterator
from typing import Any

import yaml

from index.errors import ReadError


@contextlib.contextmanager
def yaml_errors(path: str) -> Iterator[None]:
    """Turn what composing YAML, or walking through its nodes, raises into ReadError with its line.

    Walking may nest deeper than composing did: an alias stands for all that it names.
    """
    try:
        yield
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or str(error).split("\n")[0]
        line = mark.line + 1 if mark is not None else None
        raise ReadError(path, f"not valid YAML: {reason}", line=line) from error
    except RecursionError as error:
        raise ReadError(path, "nested too deeply") from error
    except ValueError as error:
        raise ReadError(path, f"not valid YAML: {error}") from error


def is_null(node: yaml.Node) -> bool:
    """Return whether a node says nothing, or ``null``."""
    return str(node.tag).endswith(":null")


def plain(node: yaml.Node) -> Any:
    """Return what a node says: None, texts as they are written, lists and mappings of them.

    Numbers, dates and truth values stay the texts that their author wrote.
    """
    if isinstance(node, yaml.ScalarNode):
        return None if is_null(node) else node.value
    if isinstance(node, yaml.SequenceNode):
        return [plain(child) for child in node.value]
    return {str(key.value): plain(value) for key, value in node.value}
