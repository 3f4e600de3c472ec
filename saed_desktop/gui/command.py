"""One row of the table of commands, and the conditions under which commands can be used."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from saed_desktop.gui.assembly import Desktop


def always(_desktop: "Desktop") -> bool:
    """Tell that a command can always be used."""
    return True


def has_pattern(d: "Desktop") -> bool:
    """Tell whether a pattern is shown."""
    return d.open_patterns.current is not None


def has_frames(d: "Desktop") -> bool:
    """Tell whether the file shown has several frames."""
    current = d.open_patterns.current
    return current is not None and current.n_frames > 1


def has_datasets(d: "Desktop") -> bool:
    """Tell whether the file shown has several datasets."""
    current = d.open_patterns.current
    return current is not None and current.n_datasets > 1


# eq=False: two rows are two commands, whatever they say
@dataclass(frozen=True, eq=False)
class Command:
    """One row: a command as it appears in menus, toolbar and the table of keys.

    Parameters
    ----------
    text
        As in a menu; "…" where a dialog follows.
    tip
        One sentence, for the tooltip and for screen readers.
    shortcuts
        In Qt's notation, with spaces between them; the first is shown.
    icon
        Of `resources/icons`, "" for none.
    run
        What it does when it is triggered.
    toggle
        What it does when it is switched on or off; such a command is checkable.
    group
        Name of the exclusive group, "" for none; members are checkable.
    enabled_when
        Whether it can be used now; asked again whenever the state of the program changes.
    begins
        Title of the menu that begins with this row, "" within a menu.
    line
        Whether a separator stands before it.
    is_submenu
        Whether it is no command but a submenu that a controller fills.
    """

    text: str
    tip: str
    shortcuts: str = ""
    icon: str = ""
    run: "Callable[[Desktop], object] | None" = None
    toggle: "Callable[[Desktop, bool], object] | None" = None
    group: str = ""
    enabled_when: "Callable[[Desktop], bool]" = always
    begins: str = ""
    line: bool = False
    is_submenu: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The shortcuts one by one."""
        return tuple(self.shortcuts.split())


def overlay(text: str, tip: str, shortcut: str, icon: str = "", *, line: bool = False) -> Command:
    """Return a switch of a layer over the pattern."""
    return Command(
        text, tip, shortcut, icon, toggle=lambda d, _on: d.pattern_display.choose_overlays(),
        line=line,
    )  # fmt: skip


def tool(
    text: str,
    tip: str,
    shortcuts: str,
    icon: str,
    *,
    run: "Callable[[Desktop], object] | None" = None,
    line: bool = False,
) -> Command:
    """Return a tool of the left mouse button."""
    return Command(
        text, tip, shortcuts, icon, run, toggle=lambda d, _on: d.measurement.take_tool(),
        group="tool", enabled_when=has_pattern, line=line,
    )  # fmt: skip
