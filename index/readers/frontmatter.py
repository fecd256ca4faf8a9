"""Front matter of articles: YAML between ``---`` lines, TOML between ``+++`` lines."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from index.errors import ReadError
from index.readers.aliases import AliasLimitLoader
from index.readers.blocks import SourceDocument

_QUESTION_KEYS = ("question", "q", "name", "title", "frage", "pregunta", "pergunta", "domanda")
_ANSWER_KEYS = (
    "answer", "a", "text", "content", "antwort", "réponse", "reponse", "respuesta", "resposta",
    "risposta", "acceptedanswer", "body",
)  # fmt: skip
_TITLES = ("title", "headline", "titel", "titre", "título")
_SHORT_TITLES = ("name", "linktitle", "sidebar_label")  # of menus
# Docusaurus heads a page with the h1 of its text, and gives ``title`` to browsers and search
# engines; these are keys that it has and other generators have not.
_HEADED_BY_TEXT = frozenset(
    {
        "sidebar_label", "sidebar_position", "sidebar_class_name", "displayed_sidebar",
        "pagination_label", "pagination_next", "pagination_prev", "hide_title",
        "hide_table_of_contents", "title_meta",
    }
)  # fmt: skip
_FAQ_KEYS = ("faq", "faqs", "questions", "qa", "faqitems", "faq_items", "faqlist", "faq_list")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file says of itself before its text, and on which line the text begins (1-based)."""

    values: Mapping[str, Any]
    text: str  # the rest of the file, front matter replaced by as many blank lines
    faq: tuple[tuple[str, str, int], ...] = ()

    def string(self, *names: str) -> str | None:
        """The first of these values that is a string with something in it."""
        lowered = {str(k).lower(): v for k, v in self.values.items()}
        for name in names:
            value = lowered.get(name)
            if isinstance(value, str) and value.strip():
                return value.strip()
        return None

    @property
    def title(self) -> str | None:
        """What it calls the article; where nothing does, what menus call it."""
        return self.string(*_TITLES) or self.string(*_SHORT_TITLES)

    @property
    def headed(self) -> bool:
        """Whether the page is headed with ``title``, whatever headings its text has."""
        known = {str(name).lower() for name in self.values}
        return self.string(*_TITLES) is not None and not known & _HEADED_BY_TEXT

    @property
    def url(self) -> str | None:
        """The article's address, as it is written."""
        return self.string("canonical", "canonical_url", "canonicalurl", "url", "permalink", "link")

    @property
    def language(self) -> str | None:
        """The language that it declares."""
        return self.string("lang", "language", "locale")

    def of(self, document: SourceDocument) -> SourceDocument:
        """The document with what is said here going before what it says of itself."""
        return replace(
            document,
            title=self.title or document.title,
            headed=self.headed,
            url=self.url or document.url,
            language=self.language or document.language,
            faq=(*self.faq, *document.faq),
        )


def split_front_matter(text: str, path: str) -> FrontMatter:
    """Raises ReadError, with the line, where YAML or TOML between the fences is broken."""
    match = re.match(r"(---|\+\+\+)[ \t]*\n(.*?)(?:^)(\1|\.\.\.)[ \t]*(?:\n|\Z)", text, re.S | re.M)
    if not match:
        return FrontMatter({}, text)
    inner = match.group(2)
    if match.group(1) == "---" and inner.strip() and not re.match(r"\s*[\w\"'#-]", inner):
        return FrontMatter({}, text)
    values: Any
    faq: tuple[tuple[str, str, int], ...] = ()
    if match.group(1) == "---":
        try:
            node = yaml.compose(inner, Loader=AliasLimitLoader)
            values = yaml.load(inner, Loader=AliasLimitLoader)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            if not re.match(r"\s*[\w\"'-]+\s*:", inner):
                return FrontMatter({}, text)  # two rules with text between: no front matter
            line = mark.line + 2 if mark is not None else None
            reason = getattr(error, "problem", None) or str(error).split("\n")[0]
            if isinstance(error, RecursionError):
                reason = "nested too deeply"
            raise ReadError(path, f"front matter is not valid YAML: {reason}", line=line) from error
        if not isinstance(values, dict):
            return FrontMatter({}, text)
        faq = tuple(_yaml_pairs(node))
    else:
        try:
            values = tomllib.loads(inner)
        except RecursionError as error:
            raise ReadError(path, "front matter is nested too deeply", line=1) from error
        except (tomllib.TOMLDecodeError, ValueError) as error:
            raise ReadError(path, f"front matter is not valid TOML: {error}", line=1) from error
        faq = tuple(_toml_pairs(values))
    blank = "\n" * match.group(0).count("\n")
    return FrontMatter(values, blank + text[match.end() :], faq)


def _yaml_pairs(node: yaml.Node | None) -> Iterator[tuple[str, str, int]]:
    """(question, answer, line) of lists named faq anywhere in the front matter."""
    if not isinstance(node, yaml.MappingNode):
        return
    for key_node, value in node.value:
        name = str(getattr(key_node, "value", "")).lower().replace("-", "_")
        if isinstance(value, yaml.MappingNode):
            if name in _FAQ_KEYS:
                for inner_key, inner in value.value:
                    del inner_key
                    if isinstance(inner, yaml.SequenceNode):
                        yield from _sequence_pairs(inner)
            else:
                yield from _yaml_pairs(value)
        elif isinstance(value, yaml.SequenceNode) and name in _FAQ_KEYS:
            yield from _sequence_pairs(value)


def _sequence_pairs(sequence: yaml.SequenceNode) -> Iterator[tuple[str, str, int]]:
    for entry in sequence.value:
        if not isinstance(entry, yaml.MappingNode):
            continue
        fields = {
            str(getattr(k, "value", "")).lower(): v.value
            for k, v in entry.value
            if isinstance(v, yaml.ScalarNode)
        }
        question = next((fields[k] for k in _QUESTION_KEYS if fields.get(k)), "")
        answer = next((fields[k] for k in _ANSWER_KEYS if fields.get(k)), "")
        if question.strip() and answer.strip():
            # the opening fence is line 1, and YAML counts from 0
            yield question.strip(), answer.strip(), entry.start_mark.line + 2


def _toml_pairs(values: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    for name, value in values.items():
        if isinstance(value, dict) and str(name).lower() not in _FAQ_KEYS:
            yield from _toml_pairs(value)
        elif isinstance(value, list) and str(name).lower().replace("-", "_") in _FAQ_KEYS:
            for entry in value:
                if not isinstance(entry, dict):
                    continue
                fields = {str(k).lower(): v for k, v in entry.items() if isinstance(v, str)}
                question = next((fields[k] for k in _QUESTION_KEYS if fields.get(k)), "")
                answer = next((fields[k] for k in _ANSWER_KEYS if fields.get(k)), "")
                if question.strip() and answer.strip():
                    yield question.strip(), answer.strip(), 1
