"""Markdown as MkDocs and Material for MkDocs have it: boxes, tabs, attributes, snippets."""

import pytest

from index.records import ElementKind
from tests.index.readers.reading import article, pairs, sections

TWO = [("Is it safe?", "Yes.\n\nQuite."), ("What of `x`?", "It:\n\n• runs,\n• ends.")]
BOXES = (
    '{sign} question "Is it safe?"\n    Yes.\n\n    Quite.{between}'
    '{sign} question "What of `x`?"\n\n    It:\n\n    - runs,\n    - ends.\n'
)


@pytest.mark.parametrize("sign", ["???", "???+", "!!!"])
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_boxes_of_questions_are_pairs(sign: str, between: str) -> None:
    boxes = BOXES.format(sign=sign, between=between)
    text = f"# A\n\nx.\n\n## FAQ\n\n{boxes}\n## Limits\n\nNone.\n"
    expected = [(question.replace("`", ""), answer) for question, answer in TWO]
    assert pairs(text) == expected
    assert sections(text) == [("", "x."), ("FAQ", ""), ("Limits", "None.")]
    assert pairs(text.removesuffix("\n## Limits\n\nNone.\n")) == expected


def test_boxes_and_tabs_keep_their_titles_code_and_lines() -> None:
    text = (
        '# A\n\n!!! warning "Read *this*"\n    Try it.\n\n    ```sh\n    !!! note\n        run\n'
        '    ```\n\n=== "Linux"\n\n    Type it.\n\n    ??? note "More"\n        Far more.\n\n'
        '=== "Mac"\n\n    Click.\n\nDone.\n\n## B\n\ny.\n'
    )
    found = article(text)
    assert [(s.heading, s.text, s.line) for s in found.sections] == [
        (
            "",
            "Read this\nTry it.\n\n!!! note\n    run\n\nLinux\n\nType it.\n\nMore\n\nFar more.\n\n"
            "Mac\n\nClick.\n\nDone.",
            3,
        ),
        ("B", "y.", 24),
    ]
    assert found.elements[1].kind is ElementKind.CODE


@pytest.mark.parametrize(
    "text",
    [
        "!!! Read this first",
        "??? nobody knows",
        "The sum $\\\\sum_{n=1}^{N}$ grows.",
        "`![](a.png){ width=3 }` sets a width.",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    said = text.replace("`", "").replace("\\\\", "\\")
    assert sections(f"# A\n\n{text}\n\nx.\n") == [("", f"{said}\n\nx.")]


def test_attributes_snippets_abbreviations_and_icons_are_gone() -> None:
    text = (
        "# A\n\n## FAQ { #faq .no-toc }\n\n### Is it? {.x}\n\n"
        ":material-check: [Yes](/y){ .md-button }, `so`{.py}.\n\n"
        '--8<-- "more.md"\n\n*[NTFS]: New Technology File System\n'
    )
    assert pairs(text) == [("Is it?", "Yes, so.")]
