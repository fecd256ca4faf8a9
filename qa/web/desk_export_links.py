"""Links to the lists of the desk as files."""

from markupsafe import Markup

from qa.sheets import SheetFormat


def export_links(name: str, what: str = "This list as") -> Markup:
    """Return links to a list in each format."""
    links = Markup(", ").join(
        Markup('<a href="/desk/export/{}.{}" download>{}</a>').format(name, form, form.upper())
        for form in SheetFormat
    )
    return Markup('<span class="desk-export">{} {}</span>').format(what, links)
