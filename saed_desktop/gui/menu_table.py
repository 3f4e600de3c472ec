"""The menus and the toolbar as tables of actions."""

from saed_desktop.gui.act import Act

RECENT_FILES = "Open &recent"
COLOR_MAPS = "C&olours"

MenuEntry = Act | str | None

MENUS: dict[str, tuple[MenuEntry, ...]] = {
    "&File": (
        Act.OPEN, RECENT_FILES, None,
        Act.OPEN_PROJECT, Act.SAVE_PROJECT, Act.SAVE_PROJECT_AS, None,
        Act.EXPORT_PICTURE, Act.COPY_PICTURE, Act.REPORT, None,
        Act.STOP_READING, Act.CLOSE_PATTERN, Act.CLOSE_ALL, Act.QUIT,
    ),
    "&Edit": (Act.UNDO, Act.REDO, None, Act.FIND_AGAIN, None, Act.SETTINGS),
    "&View": (
        Act.PAGE_PATTERN, Act.PAGE_FOLDER, None,
        Act.FIT, Act.ZOOM_IN, Act.ZOOM_OUT, Act.ACTUAL_SIZE, None,
        Act.TURN_RIGHT, Act.TURN_LEFT, Act.TURN_QUARTER, Act.FLIP, Act.TURN_BACK, None,
        Act.FULL_SCREEN, None,
        Act.CONTRAST, Act.AUTO_CONTRAST, Act.INVERT_COLORS, COLOR_MAPS, Act.SWITCH_UNIT, None,
        Act.SHOW_SPOTS, Act.SHOW_REFLECTIONS, Act.SHOW_LABELS, Act.SHOW_RESIDUALS,
        Act.SHOW_CENTER, Act.SHOW_MASK, Act.SHOW_RINGS, Act.SHOW_SCALE_BAR, None,
        Act.SHOW_PROFILE, Act.SHOW_FILM,
    ),
    "&Pattern": (
        Act.PREVIOUS_FILE, Act.NEXT_FILE, Act.PREVIOUS_OPEN, Act.NEXT_OPEN,
        Act.PREVIOUS_FRAME, Act.NEXT_FRAME, Act.NEXT_DATASET, None,
        Act.TOOL_MOVE, Act.TOOL_DISTANCE, Act.TOOL_PAIR, Act.TOOL_INDEX,
        Act.TOOL_CENTER, Act.TOOL_SPOTS, Act.TOOL_BRUSH, Act.TOOL_ERASE, Act.TOOL_POLYGON, None,
        Act.RESTORE_SPOTS, None, Act.SIMULATE, Act.CALIBRATE, Act.SCALE_BAR_LENGTH,
    ),
    "&Answer": (
        Act.ACCEPT, Act.CORRECT, Act.REMOVE_LABEL, None,
        Act.PREVIOUS_CANDIDATE, Act.NEXT_CANDIDATE, Act.EXPLAIN, None,
        Act.ADD_PHASES, Act.ADD_NETWORK,
    ),
    "F&older": (
        Act.INDEX_FOLDER, Act.WATCH_FOLDER, Act.STOP_RUN, None, Act.NEXT_REVIEW, None,
        Act.EXPORT_RESULTS, Act.EXPORT_SET, Act.VALIDATE,
    ),
    "&Help": (
        Act.HELP, Act.CHEAT_SHEET, Act.SHOW_EXAMPLES, None, Act.COPY_DIAGNOSTICS, Act.SHOW_LOG,
        None, Act.ABOUT,
    ),
}  # fmt: skip

TOOLBAR: tuple[Act | None, ...] = (
    Act.PAGE_PATTERN, Act.PAGE_FOLDER, None,
    Act.OPEN, Act.INDEX_FOLDER, None, Act.PREVIOUS_FILE, Act.NEXT_FILE, None,
    Act.UNDO, Act.REDO, None, Act.FIT, Act.CONTRAST, None,
    Act.TOOL_MOVE, Act.TOOL_DISTANCE, Act.TOOL_PAIR, Act.TOOL_INDEX,
    Act.TOOL_CENTER, Act.TOOL_SPOTS, Act.TOOL_BRUSH, Act.TOOL_ERASE, Act.TOOL_POLYGON, None,
    Act.SHOW_SPOTS, Act.SHOW_REFLECTIONS, Act.SHOW_LABELS, Act.SHOW_MASK, Act.SHOW_RINGS,
    Act.SHOW_PROFILE, None, Act.CALIBRATE,
)  # fmt: skip
