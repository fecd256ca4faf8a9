"""What a companion file says of its article (see ``index.companions``), read from its YAML."""

import posixpath
from collections.abc import Iterator

import yaml

from index.companions import one_line
from index.errors import ReadError
from index.readers.aliases import AliasLimitLoader
from index.readers.list_yaml import DEEPEST
from index.readers.yaml_nodes import is_null, yaml_errors
from index.records import Companion, Wordings


def read_companion(text: str, path: str) -> Companion | None:
    """Return what a companion says of its article; None for an FAQ list that names no article.

    Further wordings come in the order of the file, without white space at their ends.  Raises
    ReadError with the line where the YAML is broken, the article is not one of the same folder, an
    entry's further wordings are missing or stand beside an answer, or there are some and no
    article.
    """
    with yaml_errors(path):
        root = yaml.compose(text, Loader=AliasLimitLoader)
    wordings = tuple(_wordings(root, path, 0))
    named = _value(root, "article")
    if named is None:
        if wordings:
            raise ReadError(
                path,
                "alternates_of stands in a file that does not say whose companion it is: begin it "
                "with a line such as article: guide.md",
                line=wordings[0].line,
            )
        return None
    line = named.start_mark.line + 1
    return Companion(_article_id(named, path, line), line, wordings)


def _wordings(node: yaml.Node | None, path: str, depth: int) -> Iterator[Wordings]:
    if depth > DEEPEST:
        return
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _wordings(child, path, depth + 1)
    if not isinstance(node, yaml.MappingNode):
        return
    pair = _value(node, "alternates_of")
    if pair is not None:
        yield _entry(node, pair, path)
        return
    for _, child in node.value:
        yield from _wordings(child, path, depth + 1)


def _entry(node: yaml.MappingNode, pair: yaml.Node, path: str) -> Wordings:
    """What the entry ``node`` has for the pair that its ``alternates_of`` names."""
    line = pair.start_mark.line + 1
    if not isinstance(pair, yaml.ScalarNode) or not one_line(pair.value):
        raise ReadError(path, "alternates_of is the id of a pair, or its question", line=line)
    for other in ("question", "answer"):
        if _value(node, other) is not None:
            raise ReadError(
                path,
                f"an entry has alternates_of and {other}: a pair of its own takes its alternates "
                "without alternates_of",
                line=line,
            )
    listed = _value(node, "alternates")
    children = listed.value if isinstance(listed, yaml.SequenceNode) else [listed]
    found = []
    for child in children:
        if not isinstance(child, yaml.ScalarNode) or not one_line(child.value):
            at = (child or pair).start_mark.line + 1
            reason = "alternates_of goes with alternates: a list of wordings, one text each"
            raise ReadError(path, reason, line=at)
        found.append(_checked(one_line(child.value), path, child.start_mark.line + 1))
    name = _checked(one_line(pair.value), path, line)
    return Wordings(name, tuple(dict.fromkeys(found)), line)


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """The value of a mapping's key; None where it has none, or nothing as its value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == name:
                return None if is_null(value) else value
    return None


def _article_id(named: yaml.Node, path: str, line: int) -> str:
    wanted = named.value.strip() if isinstance(named, yaml.ScalarNode) else ""
    if not wanted:
        raise ReadError(path, "article is the name of one file, such as guide.md", line=line)
    if wanted.startswith("/") or posixpath.normpath(wanted) != wanted or wanted.startswith(".."):
        reason = f"article {wanted!r} is not in this folder: a companion stands beside its article"
        raise ReadError(path, reason, line=line)
    return _checked(posixpath.join(posixpath.dirname(path), wanted), path, line)


def _checked(text: str, path: str, line: int) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ReadError(path, "half a surrogate pair, no character", line=line) from error
    return text
