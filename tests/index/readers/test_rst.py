"""reStructuredText, Sphinx's markup included."""

from index.records import ElementKind
from tests.index.readers.reading import article, pairs, sections

PAGE = """.. _faq:

============
 Tool FAQ
============

.. contents::
    :local:

.. a comment

General
=======

.. _faq-one:

What is :mod:`tool`?
--------------------

**Answer:** A program, see :ref:`the guide <guide>` and `its page <https://x.example>`_.

.. code-block:: python

    # a comment
    run()

Parts
~~~~~

- :func:`~tool.core.run` starts
- the rest

It does not start
-----------------

.. note::

    Wait.

Who made it?
------------
**Answer**:

We did.
"""


def test_a_page_of_questions_by_category() -> None:
    found = article(PAGE, "faq.rst")
    assert found.title == "Tool FAQ"
    assert [(p.question, p.heading, p.line) for p in found.faq] == [
        ("What is tool?", "General", 17),
        ("It does not start", "General", 33),
        ("Who made it?", "General", 40),
    ]
    assert [p.answer for p in found.faq] == [
        (
            "A program, see the guide and its page.\n\n# a comment\nrun()\n\n"
            "Parts\n\n• run starts\n• the rest"
        ),
        "Wait.",
        "We did.",
    ]
    assert [(found.text[k.start : k.end], k.url) for k in found.links] == [
        ("its page", "https://x.example")
    ]


def test_nothing_of_the_markup_is_left() -> None:
    text = article(PAGE, "faq.rst").text
    for mark in ("::", "_faq", ":ref:", "contents", "a comment\n\n.."):
        assert mark not in text


def test_definition_lists_and_dropdowns_ask() -> None:
    text = (
        "Title\n=====\n\nText.\n\nFAQ\n---\n\nIs it safe?\n    Yes.\n\nIs it new?\n    No.\n\n"
        "End\n---\n\nz.\n\n.. dropdown:: Is it old?\n\n    Very.\n"
    )
    assert pairs(text, "a.rst") == [
        ("Is it safe?", "Yes."),
        ("Is it new?", "No."),
        ("Is it old?", "Very."),
    ]


def test_unknown_directives_are_read_for_their_content() -> None:
    text = (
        "Title\n=====\n\n.. tab-set::\n\n   .. tab-item:: One\n\n"
        "      Inside.\n\n.. toctree::\n\n   other\n"
    )
    assert article(text, "a.rst").text == "One\n\nInside."


def test_a_file_is_never_included() -> None:
    text = "Title\n=====\n\nText.\n\n.. include:: /etc/hostname\n\n.. raw:: html\n\n   <b>y</b>\n"
    assert sections(text, "a.rst") == [("", "Text.")]


def test_the_row_that_names_the_columns_is_told_from_the_others() -> None:
    with_head = "=== ===\na   b\n=== ===\n1   2\n3   4\n=== ===\n"
    found = article(f"Title\n=====\n\n{with_head}", "a.rst")
    rows = [e for e in found.elements if e.kind is ElementKind.TABLE]
    assert [found.text[e.start : e.end] for e in rows] == ["a | b", "1 | 2", "3 | 4"]
    assert [e.level for e in rows] == [1, 0, 0]
    without = "=== ===\n1   2\n3   4\n=== ===\n"
    found = article(f"Title\n=====\n\n{without}", "a.rst")
    assert [e.level for e in found.elements if e.kind is ElementKind.TABLE] == [0, 0]
