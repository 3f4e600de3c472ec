"""Names of networks: each is a file's name as well, on every system."""

import re

from saed_desktop.errors import BundleError

NO_NETWORK = "none"
"""Stands for a network's name where no network is to be asked."""

LONGEST = 100
_FORBIDDEN = set('<>:"/\\|?*')
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Windows opens a device for these, whatever ending follows."""


def checked_name(name: object) -> str:
    """Return a network's name if it can name a file in one folder and nothing else.

    Raises
    ------
    BundleError
        If it is empty, too long, not printable, a device of Windows, or could leave the folder.
    """
    if not isinstance(name, str):
        raise BundleError("The network has no name.")
    # bytes count: file systems allow 255 with the ending and a temporary name's letters
    usable = (
        0 < len(name.encode("utf-8", "replace")) <= LONGEST
        and name.isprintable()
        and not _FORBIDDEN & set(name)
        and name == name.strip(" .")
        and not _DEVICES.fullmatch(name)
        and name.casefold() != NO_NETWORK
    )
    if not usable:
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name[:40])
        shown += "…" if len(name) > 40 else ""
        raise BundleError(
            f"The network calls itself '{shown}', which cannot be the name of a file; export it "
            "again with another --name."
        )
    return name
