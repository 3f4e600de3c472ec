"""Everything a user can do, as tables: actions, menus and toolbars. Nothing here does anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from saed_desktop.gui.theme import icon


class Act(StrEnum):
    """The names of all actions."""

    OPEN = auto()
    INDEX_FOLDER = auto()
    CLOSE_PATTERN = auto()
    EXPORT_RESULTS = auto()
    QUIT = auto()
    FIT = auto()
    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    FULL_SCREEN = auto()
    AUTO_CONTRAST = auto()
    NEXT_FILE = auto()
    PREVIOUS_FILE = auto()
    SHOW_SPOTS = auto()
    SHOW_REFLECTIONS = auto()
    SHOW_LABELS = auto()
    SHOW_CENTER = auto()
    SHOW_MASK = auto()
    SHOW_SCALE_BAR = auto()
    PAGE_PATTERN = auto()
    PAGE_FOLDER = auto()
    STOP_RUN = auto()


@dataclass(frozen=True)
class ActionSpec:
    """One action as it appears in menus, toolbars and the cheat sheet.

    Parameters
    ----------
    act
        Its name.
    text
        As in a menu; "…" where a dialog follows.
    tip
        One sentence, for the tooltip and for screen readers.
    keys
        Shortcuts, in Qt's notation; the first is shown.
    icon
        Of `resources/icons`, "" for none.
    group
        Name of the exclusive group, "" for none; members are checkable.
    is_checkable
        Whether it is switched on and off.
    """

    act: Act
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    is_checkable: bool = False


ACTIONS = (
    ActionSpec(
        Act.OPEN, "&Open patterns…", "Open diffraction patterns from files", ("Ctrl+O",), "open"
    ),
    ActionSpec(
        Act.INDEX_FOLDER,
        "&Index folder…",
        "Answer every pattern of a folder, in the background",
        ("Ctrl+Shift+O",),
        "folder-run",
    ),
    ActionSpec(Act.CLOSE_PATTERN, "&Close pattern", "Close the pattern shown", ("Ctrl+W",)),
    ActionSpec(
        Act.EXPORT_RESULTS,
        "Export folder &results…",
        "Save the folder's answers as a table",
        ("Ctrl+E",),
        "export",
    ),
    ActionSpec(Act.QUIT, "&Quit", "Close the program", ("Ctrl+Q",)),
    ActionSpec(Act.FIT, "&Fit to window", "Show the whole pattern", ("F", "Home"), "fit"),
    ActionSpec(Act.ZOOM_IN, "Zoom &in", "Look closer", ("+", "Ctrl+=")),
    ActionSpec(Act.ZOOM_OUT, "Zoom &out", "Step back", ("-", "Ctrl+-")),
    ActionSpec(
        Act.FULL_SCREEN,
        "F&ull screen",
        "Use the whole screen",
        ("F11",),
        "fullscreen",
        is_checkable=True,
    ),
    ActionSpec(Act.AUTO_CONTRAST, "&Auto contrast", "Choose the contrast for this pattern", ("A",)),
    ActionSpec(
        Act.NEXT_FILE, "&Next in folder", "Open the next file of the folder", ("PgDown",), "next"
    ),
    ActionSpec(
        Act.PREVIOUS_FILE,
        "&Previous in folder",
        "Open the file before in the folder",
        ("PgUp",),
        "previous",
    ),
    ActionSpec(
        Act.SHOW_SPOTS, "&Spots", "Mark the spots found", ("S",), "spots", is_checkable=True
    ),
    ActionSpec(
        Act.SHOW_REFLECTIONS,
        "&Reflections",
        "Mark the reflections of the candidate chosen",
        ("R",),
        "reflections",
        is_checkable=True,
    ),
    ActionSpec(
        Act.SHOW_LABELS,
        "&Indices",
        "Write the indices beside the reflections",
        ("L",),
        "labels",
        is_checkable=True,
    ),
    ActionSpec(
        Act.SHOW_CENTER,
        "&Direct beam",
        "Mark where the direct beam is",
        ("B",),
        "target",
        is_checkable=True,
    ),
    ActionSpec(
        Act.SHOW_MASK,
        "&Mask",
        "Show what is left out: beam stop, text, bad pixels",
        ("M",),
        "mask",
        is_checkable=True,
    ),
    ActionSpec(Act.SHOW_SCALE_BAR, "S&cale bar", "Draw a scale bar", ("K",), "", is_checkable=True),
    ActionSpec(
        Act.PAGE_PATTERN, "&Pattern", "Show the pattern", ("Ctrl+1",), "image", group="page"
    ),
    ActionSpec(
        Act.PAGE_FOLDER, "Fol&der", "Show the folder's answers", ("Ctrl+2",), "table", group="page"
    ),
    ActionSpec(Act.STOP_RUN, "S&top the run", "Stop answering the folder", ("Ctrl+.",), "stop"),
)

SEPARATOR = None
RECENT_FILES = "Open &recent"
COLOR_MAPS = "&Colours"

MenuEntry = Act | str | None

MENUS: dict[str, tuple[MenuEntry, ...]] = {
    "&File": (
        Act.OPEN,
        RECENT_FILES,
        SEPARATOR,
        Act.INDEX_FOLDER,
        Act.STOP_RUN,
        Act.EXPORT_RESULTS,
        SEPARATOR,
        Act.CLOSE_PATTERN,
        Act.QUIT,
    ),
    "&View": (
        Act.PAGE_PATTERN,
        Act.PAGE_FOLDER,
        SEPARATOR,
        Act.FIT,
        Act.ZOOM_IN,
        Act.ZOOM_OUT,
        Act.FULL_SCREEN,
        SEPARATOR,
        Act.AUTO_CONTRAST,
        COLOR_MAPS,
        SEPARATOR,
        Act.SHOW_SPOTS,
        Act.SHOW_REFLECTIONS,
        Act.SHOW_LABELS,
        Act.SHOW_CENTER,
        Act.SHOW_MASK,
        Act.SHOW_SCALE_BAR,
        SEPARATOR,
        Act.PREVIOUS_FILE,
        Act.NEXT_FILE,
    ),
}

TOOLBAR: tuple[Act | None, ...] = (
    Act.PAGE_PATTERN,
    Act.PAGE_FOLDER,
    SEPARATOR,
    Act.OPEN,
    Act.INDEX_FOLDER,
    Act.PREVIOUS_FILE,
    Act.NEXT_FILE,
    SEPARATOR,
    Act.FIT,
    SEPARATOR,
    Act.SHOW_SPOTS,
    Act.SHOW_REFLECTIONS,
    Act.SHOW_LABELS,
    Act.SHOW_CENTER,
    Act.SHOW_MASK,
)


class ActionSet(QObject):
    """The actions of a window, made from the table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[Act, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for spec in ACTIONS:
            self._actions[spec.act] = self._make(spec)

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.act.value)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        keys = f" ({QKeySequence(spec.keys[0]).toString()})" if spec.keys else ""
        action.setToolTip(spec.tip + keys)
        action.setStatusTip(spec.tip)
        action.setCheckable(spec.is_checkable or bool(spec.group))
        if spec.icon:
            action.setIcon(icon(spec.icon))
        if spec.group:
            if spec.group not in self._groups:
                self._groups[spec.group] = QActionGroup(self)
            self._groups[spec.group].addAction(action)
        return action

    def __getitem__(self, act: Act) -> QAction:
        return self._actions[act]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())
