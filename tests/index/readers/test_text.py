"""Plain text: headings by their shape, and a copied page without its furniture."""

import pytest

from tests.index.readers.reading import article, pairs, sections

PROSE = (
    "The mill stands at the river and has ground the valley's corn for three hundred years. "
    "Its wheel was renewed twice, and the last miller still shows visitors how the stones are cut."
)

COPIED = f"""The Old Mill

The Old Mill

Table of Contents

  1. History
  2. The Wheel
  3. FAQ

History

{PROSE}

The Wheel

  • made of oak
  • seven metres high

FAQ

Q: Is the mill open in winter?
A: No, it closes in November.

Q: Who runs it?
A: A club of volunteers.

Get our weekly insights and updates!

E-Mail-Adresse

You might also like

Ten Castles on the Rhine

26 June 2025 / Travel

Read more
"""


def test_a_copied_page_exactly() -> None:
    found = article(COPIED, "mill.txt")
    assert found.title == "The Old Mill"
    assert [(s.heading, s.text, s.line) for s in found.sections] == [
        ("History", PROSE, 11),
        ("The Wheel", "• made of oak\n• seven metres high", 15),
        ("FAQ", "", 20),
    ]
    assert [(p.question, p.answer, p.line) for p in found.faq] == [
        ("Is the mill open in winter?", "No, it closes in November.", 22),
        ("Who runs it?", "A club of volunteers.", 25),
    ]
    for gone in ("Table of Contents", "1. History", "weekly", "E-Mail", "Castles", "Read more"):
        assert gone not in found.text


def test_carriage_returns_do_not_move_lines() -> None:
    crlf = article(COPIED.replace("\n", "\r\n"), "mill.txt")
    assert [p.line for p in crlf.faq] == [22, 25]


@pytest.mark.parametrize(
    "heading",
    [
        "{0}\n{1}",  # underlined
        "{2}\n{0}\n",  # below a ruler
        "{0}\n",  # standing alone
        "■{0}\n",  # with a sign
    ],
)
def test_headings_are_told_by_their_shape(heading: str) -> None:
    parts = [
        heading.format(name, "=" * len(name), "#" * 70) + f"\n{PROSE}\n"
        for name in ("First part", "Second part", "Third part")
    ]
    assert sections("A title\n\n" + "\n".join(parts), "a.txt") == [
        ("First part", PROSE), ("Second part", PROSE), ("Third part", PROSE),
    ]  # fmt: skip


def test_numbered_questions_with_indented_answers_of_a_wrapped_file() -> None:
    text = """
              Frequently Asked Questions about glue

 1. Is it strong?

    Yes.  It holds a chair together for many years if the wood was dry when
    it was glued.

 2. My joint broke.

    Then use more:

        glue --more

10 drops are too many.

 3. Can I paint over it?

    No.
"""
    found = pairs(text, "glue.txt")
    assert [q for q, _ in found] == ["Is it strong?", "My joint broke.", "Can I paint over it?"]
    assert found[0][1] == (
        "Yes.  It holds a chair together for many years if the wood was dry when it was glued."
    )


def test_a_line_of_a_listing_is_no_heading() -> None:
    text = f"A title\n\n{PROSE}\n\nmake install\n\n{PROSE}\n\n# a comment\n\n{PROSE}\n"
    assert [h for h, _ in sections(text, "a.txt")] == [""]


def test_headings_that_a_contents_list_names_may_end_in_a_full_stop() -> None:
    text = (
        "Builders' notes\n\n 1. The roof\n 2. It fails with an error.\n 3. Doors\n"
        f"-------------------------\n1.The roof\n{PROSE}\n\n-------------------------\n"
        f"2.It fails with an error.\n{PROSE}\n\n-------------------------\n3.Doors\n{PROSE}\n"
    )
    assert [h for h, _ in sections(text, "a.txt")] == [
        "1.The roof", "2.It fails with an error.", "3.Doors",
    ]  # fmt: skip


def test_comments_of_readers_are_not_read() -> None:
    text = (
        f"Pears\n\n{PROSE}\n\nPlanting\n\n{PROSE}\n\nCare\n\n{PROSE}\n\n2 thoughts on “Pears”\n\n"
        "Ann says:\n\nMay 1, 2020 at 1:31 pm\n\nCan I plant them in a pot?\n\n"
        "Reply\n\nLeave a Reply\n"
    )
    found = article(text, "a.txt")
    assert [s.heading for s in found.sections] == ["", "Planting", "Care"]
    assert found.faq == ()
    assert "Ann says" not in found.text
    assert found.text.endswith(PROSE)


def test_a_section_called_contact_with_a_sentence_stays() -> None:
    text = f"Boats\n\n{PROSE}\n\nRepairs\n\n{PROSE}\n\nContact\n\nCall the club in the evening.\n"
    assert sections(text, "a.txt")[-1] == ("Contact", "Call the club in the evening.")


def test_captions_that_do_not_count_are_text() -> None:
    text = (
        f"Seeds\n\n{PROSE}\n\nSowing\n\n{PROSE}\n\nDay 7\n\n"
        f"Watering\n\n{PROSE}\n\nDay 14\n\n{PROSE}\n"
    )
    assert [h for h, _ in sections(text, "a.txt")] == ["", "Sowing", "Watering"]


def test_steps_that_count_are_headings() -> None:
    text = f"Seeds\n\n{PROSE}\n\nDay 1\n\n{PROSE}\n\nDay 2\n\n{PROSE}\n"
    assert [h for h, _ in sections(text, "a.txt")] == ["", "Day 1", "Day 2"]


def test_a_cookie_notice_and_a_share_bar_are_dropped() -> None:
    text = (
        f"Bikes\n\n{PROSE}\n\nPrices\n\n{PROSE}\n\nShare: Facebook | X | WhatsApp\n\n"
        "We use cookies to make this site better and to measure how often it is read.\n\n"
        "Accept all\n"
    )
    assert sections(text, "a.txt") == [("", PROSE), ("Prices", PROSE)]


def test_markdown_and_html_under_the_name_of_text_are_read_as_such() -> None:
    assert pairs("# A\n\nx\n\n## FAQ\n\n### Is it?\n\nYes.\n", "a.txt") == [("Is it?", "Yes.")]
    page = (
        "<!DOCTYPE "
        "html><html><head><title>T</title></head><body><h1>T</h1><p>Hello.</p></body></html>"
    )
    assert article(page, "a.txt").text == "Hello."


def test_the_head_of_a_posting_gives_the_title_only() -> None:
    text = (
        f"Newsgroups: rec.tea\nSubject: Tea FAQ\nVersion: 2\n\n{PROSE}\n\n"
        "Q: Hot?\nA: Yes.\n\n-- \nEnd of FAQ\n"
    )
    found = article(text, "a.txt")
    assert found.title == "Tea FAQ"
    assert found.text == f"{PROSE}\n\nHot?\n\nYes."


def test_wrapped_lines_are_joined_and_short_lines_kept() -> None:
    text = (
        "A title\n\nThis is a paragraph whose lines were wrapped by an editor at some width, so\n"
        "that they have to be joined again before anybody reads them as a sentence once\nmore.\n\n"
        "name   value\nsize   12\n"
    )
    assert article(text, "a.txt").text == (
        "This is a paragraph whose lines were wrapped by an editor at some width, so that they "
        "have to be joined again before anybody reads them as a sentence once more.\n\n"
        "name   value\nsize   12"
    )


def test_questions_numbered_by_chapter_with_text_right_below() -> None:
    rule = "-" * 60
    text = (
        f"Glue FAQ\n\n{rule}\n1. Basics\n{rule}\n\n1.1. What is glue?\nIt sticks. It always did."
        f"\n\nNearly always.\n{rule}\n\n1.2. Who made it, and when?\nThe Egyptians.\n\n"
        f"{rule}\n2. Trouble\n"
        f"{rule}\n\n2.1. It does not stick to the table, even\nafter an hour.\n\nWait.\n\n"
        "2.2. How do I remove it?\nWith heat.\n\n2.3. It smells\n\nOpen a window.\n"
    )
    found = article(text, "glue.txt")
    assert [(p.question, p.answer, p.heading, p.line) for p in found.faq] == [
        ("What is glue?", "It sticks. It always did.\n\nNearly always.", "1. Basics", 7),
        ("Who made it, and when?", "The Egyptians.", "1. Basics", 13),
        ("It does not stick to the table, even after an hour.", "Wait.", "2. Trouble", 20),
        ("How do I remove it?", "With heat.", "2. Trouble", 25),
        ("It smells", "Open a window.", "2. Trouble", 28),
    ]


def test_a_file_whose_first_line_is_its_first_question_has_its_name_as_title() -> None:
    asked = "".join(f"Why {what}?\n\n{PROSE}\n\n" for what in ("tea", "milk", "sugar", "cups"))
    found = article(asked, "tea-faq.txt")
    assert found.title == "tea faq"
    assert [p.question for p in found.faq] == ["Why tea?", "Why milk?", "Why sugar?", "Why cups?"]


@pytest.mark.parametrize(
    "sentence",
    [
        "It arrives by email.",
        "If you cannot find the message in your inbox, look into the spam folder.",
        "Make sure that the latest Windows updates are installed.",
        "Share the link with your guests.",
        "Print this page and sign it.",
        "Use the back entrance for now.",
        "Register for the course at the front desk.",
        "Download the app from the store.",
        "Powered by two AA batteries.",
        "Photo by appointment only.",
        "We use cookies to bake.",
        "Sie bekommen die Rechnung per E-Mail.",
        "Recibe el dinero en cinco días.",
        "You can reach our support team by email, WhatsApp or Telegram every day.",
        "Deadline: 5 May 2024",
    ],
)
def test_a_sentence_with_the_words_of_a_box_stays_wherever_it_stands(sentence: str) -> None:
    text = (
        f"Mills\n=====\n\n{sentence}\n\n{PROSE}\n\nVisits\n------\n\nThe mill is open.\n\n"
        f"{sentence}\n\nBring a coat.\n\nTickets\n-------\n\n{sentence}\n"
    )
    assert sections(text, "a.txt") == [
        ("", f"{sentence}\n\n{PROSE}"),
        ("Visits", f"The mill is open.\n\n{sentence}\n\nBring a coat."),
        ("Tickets", sentence),
    ]


def test_lines_between_two_such_sentences_stay() -> None:
    lines = (
        "We send the boarding pass by email.\n\nDrop your bags at desk four.\n\n"
        "Be at the gate at ten.\n\nShare the pass with your travel companions."
    )
    assert sections(f"Help\n\n{PROSE}\n\n{lines}\n", "a.txt") == [("", f"{PROSE}\n\n{lines}")]


def test_an_answer_of_such_words_leaves_the_faq_whole() -> None:
    text = (
        "Festival FAQ\n\nQ: How do I get my ticket?\nA: It arrives by email.\n\n"
        "Q: Is it free?\nA: Yes.\n\nQ: Who tells me the news?\nA: Our newsletter\n\n"
        "Q: Is there food?\nA: Yes.\n"
    )
    assert pairs(text, "a.txt") == [
        ("How do I get my ticket?", "It arrives by email."),
        ("Is it free?", "Yes."),
        ("Who tells me the news?", "Our newsletter"),
        ("Is there food?", "Yes."),
    ]


def test_numbered_questions_with_one_short_answer_thrice_are_pairs() -> None:
    asked = ("Do I get a ticket?", "Is it free?", "May I bring a dog?")
    text = "Festival FAQ\n\n" + "".join(f"{i}. {q}\n\nYes.\n\n" for i, q in enumerate(asked, 1))
    assert pairs(text, "a.txt") == [(q, "Yes.") for q in asked]


@pytest.mark.parametrize(
    "heading",
    [
        "Comments", "Reviews 2", "About the author", "Related topics", "Related questions",
        "Other resources", "More in the archive", "Search", "Print", "Newsletter", "Contact",
    ],
)  # fmt: skip
@pytest.mark.parametrize("drawn", [True, False])
def test_a_section_called_like_a_part_of_a_page_stays_with_all_after_it(
    heading: str, drawn: bool
) -> None:
    told = "Lines that begin with two dashes are left out, and so are empty ones."
    headings = ("Syntax", "Numbers", heading, "Scope")
    text = "Script guide\n============\n\n" + "".join(
        f"{name}\n{'-' * len(name) if drawn else ''}\n{'' if not drawn else chr(10)}"
        f"{told if name == heading else PROSE}\n\n"
        for name in headings
    )
    assert sections(text, "a.txt") == [(h, told if h == heading else PROSE) for h in headings]


def test_the_authors_box_is_dropped_where_the_page_ends() -> None:
    text = (
        f"Pears\n\n{PROSE}\n\nPlanting\n\n{PROSE}\n\nCare\n\n{PROSE}\n\nAbout the author\n\n"
        "Ann has grown pears for thirty years, and writes about them every week from her garden.\n"
        "\nSubscribe to our newsletter\n\nYour email\n\n© 2024 Pears\n"
    )
    assert [h for h, _ in sections(text, "a.txt")] == ["", "Planting", "Care"]
    assert article(text, "a.txt").text.endswith(PROSE)


def test_calls_beside_a_button_are_dropped() -> None:
    text = (
        f"Bikes\n\n{PROSE}\n\nPrices\n\n{PROSE}\n\nGet the app today\n\nSubscribe to our newsletter"
        "\n\nTips for every season\n\nYour email\n\nSubscribe\n\n© 2024 Bikes Ltd. All rights "
        "reserved.\n"
    )
    assert sections(text, "a.txt") == [("", PROSE), ("Prices", PROSE)]


def test_a_line_above_the_text_that_says_who_wrote_it_when_is_dropped() -> None:
    text = f"Bikes\n\nBy Ann Marsh | Updated 4 May 2024 | 5 min read\n\n{PROSE}\n"
    assert sections(text, "a.txt") == [("", PROSE)]
    text = f"Bikes\n\nFrom 4 May 2024 on Sundays\n\n{PROSE}\n"
    assert sections(text, "a.txt") == [("From 4 May 2024 on Sundays", PROSE)]


def test_a_call_that_answers_the_last_question_is_its_answer() -> None:
    asked = (("Is it free?", "Yes, it is."), ("Is it old?", "It is."), ("Where?", "Register now"))
    text = "Club FAQ\n\n" + "".join(f"{i}. {q}\n\n{a}\n\n" for i, (q, a) in enumerate(asked, 1))
    assert pairs(text, "a.txt") == list(asked)


def test_other_resources_above_all_sections_are_one() -> None:
    names = "The city archive\n\nThe county library"
    text = f"Maps\n\nOther resources\n\n{names}\n\nHistory\n\n{PROSE}\n\nCopies\n\n{PROSE}\n"
    found = article(text, "a.txt").text
    assert "The city archive" in found
    assert found.count(PROSE) == 2


def test_a_contents_list_with_dots_up_to_its_pages_is_left_out() -> None:
    text = (
        "HARBOUR SOCIETY\n\nCONTENTS\n\n  Welcome ........ 1\n  Your plot ...... 2\n"
        "    Sheds and\n      trees . . . . 3\n  Water __________ 14\n\n\nWELCOME\n\nThank you.\n\n"
        "YOUR PLOT\n\nTen rods.\n\nSheds and trees\n\nAre small.\n\nFences\n\nAre not.\n\n"
        "WATER\n\nIs cold.\n\nCONTACTS\n\nRing us.\n"
    )
    found = article(text, "a.txt")
    assert [(s.heading, s.level, s.text) for s in found.sections] == [
        ("WELCOME", 2, "Thank you."),
        ("YOUR PLOT", 2, "Ten rods."),
        ("Sheds and trees", 2, "Are small."),
        ("Fences", 3, "Are not."),
        ("WATER", 2, "Is cold."),
        ("CONTACTS", 3, "Ring us."),
    ]


@pytest.mark.parametrize(
    ("head", "title", "lead"),
    [
        ("Guide to the tool library\nThe Bench Club, Nantes", "Guide to the tool library",
         "The Bench Club, Nantes"),
        ("Guide\nFor members\nof the club", "Guide", "For members\nof the club"),
        ("We lend tools, and have\ndone so since 2016.", "We lend tools, and have", None),
        ("Do you lend?\nYes.", "Do you lend?", None),
    ],
)  # fmt: skip
def test_a_title_above_a_subtitle_is_not_repeated(head: str, title: str, lead: str | None) -> None:
    text = f"{head}\n\nTools\n\nWe lend tools to members since 2016, and to nobody else.\n"
    found = article(text, "a.txt")
    assert found.title == title
    assert [(s.heading, s.text) for s in found.sections if s.heading != "Tools"] == [
        ("", head if lead is None else lead)
    ]


def test_numbered_headings_stand_below_the_number_that_they_begin_with() -> None:
    text = (
        "Guide\n\n1. About\n\nWe lend.\n\n2. Borrowing\n\n2.1 Book\n\nOnline.\n\n"
        "2.2 Return\n\nHere.\n\n3. Safety\n\nWear gloves.\n"
    )
    assert [(s.heading, s.level) for s in article(text, "a.txt").sections] == [
        ("1. About", 2),
        ("2. Borrowing", 2),
        ("2.1 Book", 3),
        ("2.2 Return", 3),
        ("3. Safety", 2),
    ]


def test_headings_below_those_in_capitals_are_a_level_deeper() -> None:
    text = (
        "Handbook\n\nWELCOME\n\nCome in.\n\nYOUR PLOT\n\nTen rods.\n\nSheds\n\nAre small.\n\n"
        "WATER\n\nIs cold.\n"
    )
    levels = [(s.heading, s.level) for s in article(text, "a.txt").sections]
    assert levels == [("WELCOME", 2), ("YOUR PLOT", 2), ("Sheds", 3), ("WATER", 2)]
    # a name in capitals is no style
    text = "Handbook\n\nFAQ\n\nRead it.\n\nSheds\n\nAre small.\n\nUSA\n\nIs far.\n"
    assert {s.level for s in article(text, "a.txt").sections} == {2}


def test_counted_questions_stand_below_headings_in_capitals() -> None:
    asked = "".join(f"{n}.  Who needs a licence {n}?\n\n    Anglers do.\n\n" for n in (1, 2, 3))
    text = (
        "Fisheries\n\nThese are frequently asked questions.\n\nGENERAL\n\n"
        f"{asked}PENALTIES\n\nA warden may seize tackle.\n\nMORE HELP\n\nWrite to us.\n"
    )
    assert pairs(text, "a.txt") == [(f"Who needs a licence {n}?", "Anglers do.") for n in (1, 2, 3)]
    assert sections(text, "a.txt")[1:] == [
        ("GENERAL", ""),
        ("PENALTIES", "A warden may seize tackle."),
        ("MORE HELP", "Write to us."),
    ]


def test_feet_and_heads_of_printed_pages_are_left_out() -> None:
    def page(number: int, text: str) -> str:
        foot = f"Karlsson                     Informational                 [Page {number}]"
        return (
            f"{text}\n\n\n{foot}\n\nRFC 9999            The Lamp Protocol            March 2021\n\n"
        )

    text = "The Lamp Protocol\n\n" + page(1, "1. Lamps\n\n   A lamp shines.")
    text += page(2, "   It has an address.\n\n2. Colours\n\n   Lamps agree.") + "   They do.\n"
    assert sections(text, "a.txt") == [
        ("1. Lamps", "A lamp shines.\n\nIt has an address."),
        ("2. Colours", "Lamps agree.\n\nThey do."),
    ]
    assert "[Page 1]" in article("Lamps\n\nSee the foot:\n\n[Page 1]\n\nThere.\n", "a.txt").text


def test_an_article_whose_part_is_the_faq_is_none_as_a_whole() -> None:
    text = (
        "Lamps\n\nThese are frequently asked questions.\n\n1. Introduction\n\nLamps shine.\n\n"
        "2. Questions and Answers\n\n2.1. What is a lamp?\n\nA light.\n\n2.2. Is it hot?\n\nNo.\n\n"
        "3. Security\n\nIt is safe.\n"
    )
    assert pairs(text, "a.txt") == [("What is a lamp?", "A light."), ("Is it hot?", "No.")]
