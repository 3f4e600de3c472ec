"""Declarative tables of actions, menus and toolbars; behaviour is bound elsewhere."""

from saed_desktop.gui.act import Act, ActionSpec


def _switch(act: Act, text: str, tip: str, key: str = "", icon: str = "") -> ActionSpec:
    return ActionSpec(act, text, tip, (key,) if key else (), icon, is_checkable=True)


def _tool(act: Act, text: str, tip: str, key: str, icon: str, *others: str) -> ActionSpec:
    keys = (key, *others)
    return ActionSpec(act, text, tip, keys, icon, group="tool", needs_pattern=True)


_FILE = (
    ActionSpec(Act.OPEN, "&Open patterns…", "Open diffraction patterns", ("Ctrl+O",), "open"),
    ActionSpec(Act.OPEN_PROJECT, "Open p&roject…", "Open patterns with all that was done to them"),
    ActionSpec(
        Act.SAVE_PROJECT,
        "&Save project",
        "Save patterns with all that was done",
        ("Ctrl+S",),
        "save",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.SAVE_PROJECT_AS,
        "Save project &as…",
        "Save under another name",
        ("Ctrl+Shift+S",),
        needs_pattern=True,
    ),
    ActionSpec(
        Act.EXPORT_PICTURE,
        "Save f&igure…",
        "Save the pattern for a paper: width in mm, PNG, TIFF, SVG or PDF",
        ("Ctrl+Shift+E",),
        "export",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.COPY_PICTURE,
        "&Copy figure",
        "Copy the pattern as the last figure was drawn",
        ("Ctrl+Shift+C",),
        needs_pattern=True,
    ),
    ActionSpec(
        Act.REPORT,
        "Save repo&rt…",
        "Save picture, answer, candidates, calibration and spots as one page",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.STOP_READING,
        "Stop readin&g",
        "Give up reading a file that does not answer",
        ("Ctrl+Shift+.",),
    ),
    ActionSpec(
        Act.CLOSE_PATTERN,
        "&Close pattern",
        "Close the pattern shown",
        ("Ctrl+W",),
        needs_pattern=True,
    ),
    ActionSpec(
        Act.CLOSE_ALL, "Close a&ll", "Close all patterns", ("Ctrl+Shift+W",), needs_pattern=True
    ),
    ActionSpec(Act.QUIT, "&Quit", "Close the program", ("Ctrl+Q",)),
)
_EDIT = (
    ActionSpec(Act.UNDO, "&Undo", "Take the last change back", ("Ctrl+Z",), "undo"),
    ActionSpec(Act.REDO, "&Redo", "Do it again", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    ActionSpec(
        Act.FIND_AGAIN,
        "&Find everything again",
        "Drop your corrections of direct beam, mask and contrast inversion",
        ("Ctrl+R",),
        needs_pattern=True,
    ),
    ActionSpec(Act.SETTINGS, "&Settings…", "Change how the program works", ("Ctrl+,",), "settings"),
)
_VIEW = (
    ActionSpec(
        Act.PAGE_PATTERN, "&Pattern", "Show the pattern", ("Ctrl+1",), "image", group="page"
    ),
    ActionSpec(
        Act.PAGE_FOLDER, "Fol&der", "Show the folder's answers", ("Ctrl+2",), "table", group="page"
    ),
    ActionSpec(
        Act.FIT,
        "&Fit to window",
        "Show the whole pattern",
        ("F", "Home"),
        "fit",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.ZOOM_IN, "Zoom &in", "Look closer", ("+", "=", "Ctrl++", "Ctrl+="), needs_pattern=True
    ),
    ActionSpec(Act.ZOOM_OUT, "Zoom &out", "Step back", ("-", "Ctrl+-"), needs_pattern=True),
    ActionSpec(
        Act.ACTUAL_SIZE, "&Actual size", "One pixel on one pixel", ("1",), needs_pattern=True
    ),
    ActionSpec(
        Act.TURN_RIGHT,
        "Turn &right",
        "Turn the view clockwise",
        ("]",),
        "rotate",
        needs_pattern=True,
    ),
    ActionSpec(Act.TURN_LEFT, "Turn &left", "Turn the view back", ("[",), needs_pattern=True),
    ActionSpec(
        Act.TURN_QUARTER,
        "Turn by &90°",
        "Turn the view a quarter clockwise",
        ("}", "Shift+]"),
        needs_pattern=True,
    ),
    _switch(Act.FLIP, "Mirrore&d", "Exchange left and right on the screen; indices go along", "|"),
    ActionSpec(
        Act.TURN_BACK, "&Upright", "Show the pattern as it was taken", ("\\",), needs_pattern=True
    ),
    _switch(Act.FULL_SCREEN, "F&ull screen", "Use the whole screen", "F11", "fullscreen"),
    ActionSpec(
        Act.CONTRAST,
        "&Contrast…",
        "Choose contrast and colours",
        ("X",),
        "contrast",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.AUTO_CONTRAST,
        "Aut&o contrast",
        "Choose the contrast by itself",
        ("A",),
        needs_pattern=True,
    ),
    _switch(Act.INVERT_COLORS, "I&nverted", "Dark spots on a bright ground", "I", "invert"),
    ActionSpec(Act.SWITCH_UNIT, "Unit 1/nm or 1/&Å", "Switch the unit of readouts", ("U",)),
    _switch(Act.SHOW_SPOTS, "&Spots", "Mark the spots found", "S", "spots"),
    _switch(
        Act.SHOW_REFLECTIONS,
        "Re&flections",
        "Mark the candidate's reflections",
        "R",
        "reflections",
    ),
    _switch(Act.SHOW_LABELS, "Indices &hkl", "Write the indices beside them", "L", "labels"),
    _switch(
        Act.SHOW_RESIDUALS, "R&esiduals", "Draw how far spots are off, enlarged twenty times", "O"
    ),
    _switch(Act.SHOW_CENTER, "Direct &beam", "Mark where the direct beam is", "B", "target"),
    _switch(Act.SHOW_MASK, "&Mask", "Tint what is left out of the analysis", "M", "mask"),
    _switch(Act.SHOW_RINGS, "Resolution rin&gs", "Draw rings of round spacings", "G", "rings"),
    _switch(Act.SHOW_SCALE_BAR, "Scale bar", "Draw a scale bar", "K"),
    _switch(Act.SHOW_PROFILE, "Radial &profile", "Show the radial profile", "P", "profile"),
    _switch(Act.SHOW_FILM, "Film s&trip", "Show the open patterns", "T"),
)
_PATTERN = (
    ActionSpec(
        Act.NEXT_FILE,
        "&Next in folder",
        "Open the folder's next file",
        ("Ctrl+Right",),
        "next",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.PREVIOUS_FILE,
        "&Previous in folder",
        "Open the file before",
        ("Ctrl+Left",),
        "previous",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.NEXT_OPEN,
        "Next open pattern",
        "Show the next open pattern",
        ("Ctrl+Tab",),
        needs_pattern=True,
    ),
    ActionSpec(
        Act.PREVIOUS_OPEN,
        "Previous open pattern",
        "Show the one before",
        ("Ctrl+Shift+Tab",),
        needs_pattern=True,
    ),
    ActionSpec(Act.NEXT_FRAME, "Next &frame", "Show the file's next frame", (".",)),
    ActionSpec(Act.PREVIOUS_FRAME, "Previous frame", "Show the frame before", (",",)),
    ActionSpec(
        Act.NEXT_DATASET, "Next data&set", "Show the next dataset of a file of several", (";",)
    ),
    _tool(Act.TOOL_MOVE, "&Move", "Drag to move, wheel to zoom", "V", "hand", "Esc"),
    _tool(Act.TOOL_DISTANCE, "&Distance", "Drag between two spots: distance and d", "D", "ruler"),
    _tool(
        Act.TOOL_PAIR, "Spot p&air", "Click two spots: ratio and angle about the beam", "W", "angle"
    ),
    _tool(Act.TOOL_CENTER, "&Set direct beam", "Click or drag the direct beam", "C", "target"),
    _tool(
        Act.TOOL_INDEX,
        "&Index by two spots",
        "Click two spots: the pairs of reflections that fit are listed",
        "2",
        "two-spots",
    ),
    _tool(
        Act.TOOL_SPOTS,
        "Edit &spots",
        "Click adds a spot, drag moves it or draws a box, Delete removes, arrows nudge",
        "Shift+S",
        "spot-edit",
    ),
    ActionSpec(
        Act.RESTORE_SPOTS,
        "&Restore all spots",
        "Take back what was changed about the spots by hand",
        needs_pattern=True,
    ),
    _tool(Act.TOOL_BRUSH, "&Brush mask", "Paint what is to be left out", "N", "brush"),
    _tool(Act.TOOL_ERASE, "&Erase mask", "Paint what is to be used after all", "E", "eraser"),
    _tool(
        Act.TOOL_POLYGON,
        "P&olygon mask",
        "Click corners, double click to leave it out",
        "Q",
        "polygon",
    ),
    ActionSpec(
        Act.SIMULATE,
        "Si&mulate…",
        "Compute a pattern of any phase and direction, beside this one and over it",
        ("Ctrl+M",),
        needs_pattern=True,
    ),
    ActionSpec(
        Act.CALIBRATE,
        "Calibrate with a &standard…",
        "Find scale and ellipse from rings or a known crystal",
        ("Ctrl+K",),
        "calibrate",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.SCALE_BAR_LENGTH,
        "Use the scale &bar…",
        "Take the scale from the bar in the image",
        needs_pattern=True,
    ),
)
_ANSWER = (
    ActionSpec(Act.ACCEPT, "&Accept the answer", "Label the pattern as answered", ("Y",), "accept"),
    ActionSpec(Act.CORRECT, "&Correct the answer…", "Say what it is", ("Z",), "correct"),
    ActionSpec(
        Act.REMOVE_LABEL,
        "&Remove the label",
        "Take what you said back out of the training data",
        ("Shift+Z",),
    ),
    ActionSpec(
        Act.EXPLAIN,
        "&What decided?",
        "Show which spots the network leaned on",
        ("H",),
        "why",
        needs_pattern=True,
    ),
    ActionSpec(
        Act.NEXT_CANDIDATE,
        "&Next candidate",
        "Draw the next candidate",
        ("Alt+Down",),
        needs_pattern=True,
    ),
    ActionSpec(
        Act.PREVIOUS_CANDIDATE,
        "&Previous candidate",
        "Draw the one before",
        ("Alt+Up",),
        needs_pattern=True,
    ),
    ActionSpec(
        Act.ADD_PHASES, "Add p&hases…", "Add crystal structures from CIF files", (), "phase"
    ),
    ActionSpec(Act.ADD_NETWORK, "Add a net&work…", "Install a .saednet file", (), "network"),
)
_FOLDER = (
    ActionSpec(
        Act.INDEX_FOLDER,
        "&Index folder…",
        "Answer every pattern of a folder, in the background",
        ("Ctrl+Shift+O",),
        "folder-run",
    ),
    ActionSpec(
        Act.WATCH_FOLDER,
        "&Watch folder…",
        "Answer every new file while the microscope writes it",
        (),
        "folder-watch",
    ),
    ActionSpec(Act.STOP_RUN, "&Stop", "Stop the run or the watch", ("Ctrl+.",), "stop"),
    ActionSpec(
        Act.NEXT_REVIEW, "&Next to review", "Open the next answer that needs a look", ("J",)
    ),
    ActionSpec(
        Act.EXPORT_RESULTS, "Export &results…", "Save the answers as a table", ("Ctrl+E",), "export"
    ),
    ActionSpec(
        Act.EXPORT_SET,
        "Export &labelled set…",
        "Save your labels as training data for a network of your own",
        (),
        "learn",
    ),
    ActionSpec(
        Act.VALIDATE,
        "&Validate on my folder…",
        "Count how often the answers are right on patterns that you labelled",
    ),
)
_HELP = (
    ActionSpec(Act.HELP, "&Help", "Read how it works", ("F1",), "help"),
    ActionSpec(Act.CHEAT_SHEET, "&Keys", "Show all keys", ("?",), "keyboard"),
    ActionSpec(Act.SHOW_EXAMPLES, "Show an &example", "Open the bundled example patterns"),
    ActionSpec(
        Act.COPY_DIAGNOSTICS, "Copy &diagnostics", "Copy versions, settings and the log's end"
    ),
    ActionSpec(Act.SHOW_LOG, "Open &log folder", "Show where the log files are"),
    ActionSpec(Act.ABOUT, "&About", "Version and licences"),
)

SECTIONS: dict[str, tuple[ActionSpec, ...]] = {
    "File": _FILE,
    "Edit": _EDIT,
    "View": _VIEW,
    "Pattern": _PATTERN,
    "Answer": _ANSWER,
    "Folder": _FOLDER,
    "Help": _HELP,
}
ACTIONS: tuple[ActionSpec, ...] = tuple(spec for part in SECTIONS.values() for spec in part)
