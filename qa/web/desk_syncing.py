"""What the desk says of a sync that is under way."""

from markupsafe import Markup

from qa.web.watch import SyncUnderWay


def syncing(under_way: SyncUnderWay | None) -> Markup:
    """Return what is said of files that are being read in; nothing where none is."""
    if under_way is None:
        return Markup("")
    left = under_way.files - under_way.files_done
    files = "One file of the folder is" if left == 1 else f"{left:,} files of the folder are"
    far = ""
    if under_way.passages:
        far = (
            f" {under_way.passages_done:,} of the {under_way.passages:,} passages found to be new "
            "so far are done."
        )
    return Markup('<p class="desk-lead" role="status">{} {} {}.{} {}</p>').format(
        files,
        "being read in, since",
        Markup('<time datetime="{}">{}</time>').format(
            under_way.since.isoformat(timespec="seconds"), f"{under_way.since:%H:%M} UTC"
        ),
        far,
        "Readers are answered from all the others meanwhile.",
    )
