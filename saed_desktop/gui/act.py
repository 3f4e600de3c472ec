"""The names of all actions, and what there is to say of one."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Act(StrEnum):
    """The names of all actions."""

    OPEN = auto()
    OPEN_PROJECT = auto()
    SAVE_PROJECT = auto()
    SAVE_PROJECT_AS = auto()
    EXPORT_PICTURE = auto()
    COPY_PICTURE = auto()
    REPORT = auto()
    STOP_READING = auto()
    CLOSE_PATTERN = auto()
    CLOSE_ALL = auto()
    QUIT = auto()
    UNDO = auto()
    REDO = auto()
    FIND_AGAIN = auto()
    SETTINGS = auto()
    PAGE_PATTERN = auto()
    PAGE_FOLDER = auto()
    FIT = auto()
    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    ACTUAL_SIZE = auto()
    TURN_RIGHT = auto()
    TURN_LEFT = auto()
    TURN_BACK = auto()
    TURN_QUARTER = auto()
    FLIP = auto()
    FULL_SCREEN = auto()
    CONTRAST = auto()
    AUTO_CONTRAST = auto()
    INVERT_COLORS = auto()
    SWITCH_UNIT = auto()
    SHOW_SPOTS = auto()
    SHOW_REFLECTIONS = auto()
    SHOW_LABELS = auto()
    SHOW_RESIDUALS = auto()
    SHOW_CENTER = auto()
    SHOW_MASK = auto()
    SHOW_RINGS = auto()
    SHOW_SCALE_BAR = auto()
    SHOW_PROFILE = auto()
    SHOW_FILM = auto()
    NEXT_FILE = auto()
    PREVIOUS_FILE = auto()
    NEXT_OPEN = auto()
    PREVIOUS_OPEN = auto()
    NEXT_FRAME = auto()
    PREVIOUS_FRAME = auto()
    NEXT_DATASET = auto()
    TOOL_MOVE = auto()
    TOOL_DISTANCE = auto()
    TOOL_PAIR = auto()
    TOOL_CENTER = auto()
    TOOL_SPOTS = auto()
    TOOL_INDEX = auto()
    RESTORE_SPOTS = auto()
    TOOL_BRUSH = auto()
    TOOL_ERASE = auto()
    TOOL_POLYGON = auto()
    SIMULATE = auto()
    CALIBRATE = auto()
    SCALE_BAR_LENGTH = auto()
    ACCEPT = auto()
    CORRECT = auto()
    REMOVE_LABEL = auto()
    EXPLAIN = auto()
    NEXT_CANDIDATE = auto()
    PREVIOUS_CANDIDATE = auto()
    ADD_PHASES = auto()
    ADD_NETWORK = auto()
    INDEX_FOLDER = auto()
    WATCH_FOLDER = auto()
    STOP_RUN = auto()
    NEXT_REVIEW = auto()
    EXPORT_RESULTS = auto()
    EXPORT_SET = auto()
    VALIDATE = auto()
    HELP = auto()
    CHEAT_SHEET = auto()
    SHOW_EXAMPLES = auto()
    COPY_DIAGNOSTICS = auto()
    SHOW_LOG = auto()
    ABOUT = auto()


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
    needs_pattern
        Whether it means nothing while no pattern is open.
    """

    act: Act
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    is_checkable: bool = False
    needs_pattern: bool = False
