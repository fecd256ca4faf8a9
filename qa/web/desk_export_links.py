"""Links to the lists of the desk as files, and as pages to be sorted."""

from markupsafe import Markup

from qa.sheets import SheetFormat


def sorted_path(name: str) -> str:
    """Return the address of the page of a list."""
    return f"/desk/list/{name}"


def export_links(name: str, what: str = "This list as", *, sortable: bool = True) -> Markup:
    """Return links to a list in each format, and where it is ``sortable`` to its page."""
    links = Markup(", ").join(
        Markup('<a href="/desk/export/{}.{}" download>{}</a>').format(name, form, form.upper())
        for form in SheetFormat
    )
    page = Markup("")
    if sortable:
        page = Markup(' or <a href="{}">to sort and search</a>').format(sorted_path(name))
    return Markup('<span class="desk-export">{} {}{}</span>').format(what, links, page)
