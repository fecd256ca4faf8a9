"""Which classes a page's own style sheet sets in bold: word processors write headings so."""

import re

from index.readers.html_tree import Page, Text

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS = re.compile(r"(?:p|span|div|td|li)?\.([\w-]+)")
_WEIGHT = re.compile(r"font-weight\s*:\s*([a-z]+|\d+)", re.IGNORECASE)
_BOLD = frozenset(("bold", "bolder", "600", "700", "800", "900"))


def bold_classes(page: Page) -> frozenset[str]:
    """The classes whose rule, of the class alone, says bold, as in Google Docs.

    Rules within ``@media`` count like others; of two rules for a class the last one does.
    """
    bold: dict[str, bool] = {}
    for node in page.nodes:
        if node.tag != "style":
            continue
        sheet = "".join(child.value for child in node.children if isinstance(child, Text))
        if "font-weight" not in sheet:
            continue
        for selectors, body in _RULE.findall(_COMMENT.sub("", sheet)):
            weight = _WEIGHT.search(body)
            if weight is None:
                continue
            for selector in selectors.split(","):
                name = _CLASS.fullmatch(selector.strip())
                if name is not None:
                    bold[name[1]] = weight[1].lower() in _BOLD
    return frozenset(name for name, is_bold in bold.items() if is_bold)
