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


def test_what_a_version_changed_is_told_with_the_version() -> None:
    text = (
        "A\n=\n\nx\n\n.. versionchanged:: 2.0\n   Python 3.8 is gone.\n\n"
        ".. versionadded:: 3.1\n\n.. deprecated:: 1.4\n\n   Use :func:`run`.\n\n   Or wait.\n\n"
        ".. deprecated-removed:: 3.10 3.12\n\n   Gone.\n\n.. versionchanged:: 4\n\n   - one\n"
    )
    assert article(text, "a.rst").text == (
        "x\n\n2.0: Python 3.8 is gone.\n\n1.4: Use run.\n\nOr wait.\n\n3.10 3.12: Gone.\n\n"
        "4:\n\n• one"
    )


def test_what_to_see_also_is_read() -> None:
    text = (
        "A\n=\n\nx\n\n.. seealso::\n\n   :ref:`more`\n\n"
        ".. seealso:: `PEP 8 <https://x.example/8>`_\n\n"
        ".. seealso::\n\n   Module :mod:`zip`\n      Archives.\n"
    )
    found = article(text, "a.rst")
    assert found.text == "x\n\nmore\n\nPEP 8\n\nModule zip\n\nArchives."
    assert [link.url for link in found.links] == ["https://x.example/8"]


def test_a_note_at_the_foot_stands_with_what_calls_it() -> None:
    text = (
        "FAQ\n===\n\nMay I?\n------\n\nYes [#a]_ [#b]_, now [1]_\nand then.\n\nDo.\n\n"
        "Must I?\n-------\n\nNo.\n\n+---------+\n| x [#c]_ |\n+---------+\n\n"
        ".. rubric:: Footnotes\n\n.. [#a] Ask first.\n.. [#b] Twice.\n"
        ".. [1] Or later.\n.. [#c] Or y.\n"
    )
    assert pairs(text, "a.rst") == [
        ("May I?", "Yes, now and then.\n\nAsk first.\n\nTwice.\n\nOr later.\n\nDo."),
        ("Must I?", "No.\n\nx\n\nOr y."),
    ]
    assert sections(text, "a.rst") == []


def test_a_note_that_nothing_calls_stays_in_its_place() -> None:
    text = "A\n=\n\nx\n\nNotes\n-----\n\n.. [#a] Ask first.\n"
    assert sections(text, "a.rst") == [("", "x"), ("Notes", "Ask first.")]


def test_fields_below_the_title_say_what_the_document_is() -> None:
    text = "A\n=\n\n:Autor: Ann\n:Datum: 2024-05-01\n:Abstract: On tea.\n\nx\n\n:Date: open\n"
    assert sections(text, "a.rst") == [("", "• Abstract: On tea.\n\nx\n\n• Date: open")]
    text = "A\n=\n\n:Address: 1 Quay\n:Phone: 555\n"
    assert sections(text, "a.rst") == [("", "• Address: 1 Quay\n• Phone: 555")]


def test_the_row_that_names_the_columns_is_told_from_the_others() -> None:
    with_head = "=== ===\na   b\n=== ===\n1   2\n3   4\n=== ===\n"
    found = article(f"Title\n=====\n\n{with_head}", "a.rst")
    rows = [e for e in found.elements if e.kind is ElementKind.TABLE]
    assert [found.text[e.start : e.end] for e in rows] == ["a | b", "1 | 2", "3 | 4"]
    assert [e.level for e in rows] == [1, 0, 0]
    without = "=== ===\n1   2\n3   4\n=== ===\n"
    found = article(f"Title\n=====\n\n{without}", "a.rst")
    assert [e.level for e in found.elements if e.kind is ElementKind.TABLE] == [0, 0]


def test_what_is_escaped_beside_a_substitution_leaves_nothing_behind() -> None:
    text = "Title\n=====\n\n.. |deg| unicode:: 0xB0\n\nAt 20 |deg|\\ C or 4\\ *x*.\n"
    assert sections(text, "a.rst") == [("", "At 20 °C or 4x.")]


def test_options_of_a_box_are_no_part_of_its_title() -> None:
    text = (
        "Title\n=====\n\n.. dropdown:: Is it :code:`wet`?\n   :open:\n   :icon: rain\n\n   Yes.\n\n"
        ".. tab-item:: Wood\n   :sync: w\n\n   Screw it on.\n"
    )
    assert pairs(text, "a.rst") == [("Is it wet?", "Yes.")]
    assert sections(text, "a.rst") == [("", "Wood\n\nScrew it on.")]
