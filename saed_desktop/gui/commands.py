"""The one table of commands: words, keys, place in the menus, what they do, when they can be used.

The order of the rows is that of the menus. A row's callbacks get the running program; what they
call is the business of its controllers.
"""

from collections.abc import Iterator
from enum import Enum

from saed_desktop.gui.command import Command, has_datasets, has_frames, has_pattern, overlay, tool

TURN_STEP_DEG = 5.0


# fmt: off
class Act(Enum):
    """The commands by name."""

    # ---- File ----
    OPEN = Command(
        "&Open patterns…", "Open diffraction patterns", "Ctrl+O", "open",
        run=lambda d: d.files.ask_for_files(), begins="&File")
    RECENT_FILES = Command("Open &recent", "", is_submenu=True)
    OPEN_PROJECT = Command(
        "Open p&roject…", "Open patterns with all that was done to them",
        run=lambda d: d.project.ask_what_to_open(), line=True)
    SAVE_PROJECT = Command(
        "&Save project", "Save patterns with all that was done", "Ctrl+S", "save",
        enabled_when=has_pattern, run=lambda d: d.project.save())
    SAVE_PROJECT_AS = Command(
        "Save project &as…", "Save under another name", "Ctrl+Shift+S",
        enabled_when=has_pattern, run=lambda d: d.project.ask_where_to_save())
    EXPORT_PICTURE = Command(
        "Save f&igure…",
        "Save the pattern for a paper: width in mm, PNG, TIFF, SVG or PDF",
        "Ctrl+Shift+E", "export",
        enabled_when=has_pattern, run=lambda d: d.figures.ask(), line=True)
    COPY_PICTURE = Command(
        "&Copy figure", "Copy the pattern as the last figure was drawn", "Ctrl+Shift+C",
        enabled_when=has_pattern, run=lambda d: d.figures.copy())
    REPORT = Command(
        "Save repo&rt…", "Save picture, answer, candidates, calibration and spots as one page",
        enabled_when=has_pattern, run=lambda d: d.figures.ask_where_to_report())
    STOP_READING = Command(
        "Stop readin&g", "Give up reading a file that does not answer", "Ctrl+Shift+.",
        run=lambda d: d.analysis.stop_reading(), line=True)
    CLOSE_PATTERN = Command(
        "&Close pattern", "Close the pattern shown", "Ctrl+W",
        enabled_when=has_pattern, run=lambda d: d.files.close_current())
    CLOSE_ALL = Command(
        "Close a&ll", "Close all patterns", "Ctrl+Shift+W",
        enabled_when=has_pattern, run=lambda d: d.open_patterns.close_all())
    QUIT = Command("&Quit", "Close the program", "Ctrl+Q", run=lambda d: d.window.close())

    # ---- Edit ----
    UNDO = Command(
        "&Undo", "Take the last change back", "Ctrl+Z", "undo",
        enabled_when=lambda d: d.undo.can_undo, run=lambda d: d.undo.undo(), begins="&Edit")
    REDO = Command(
        "&Redo", "Do it again", "Ctrl+Shift+Z Ctrl+Y", "redo",
        enabled_when=lambda d: d.undo.can_redo, run=lambda d: d.undo.redo())
    FIND_AGAIN = Command(
        "&Find everything again",
        "Drop your corrections of direct beam, mask and contrast inversion",
        "Ctrl+R",
        enabled_when=has_pattern, run=lambda d: d.preparation.find_again(), line=True)
    SETTINGS = Command(
        "&Settings…", "Change how the program works", "Ctrl+,", "settings",
        run=lambda d: d.help_menu.show_settings(), line=True)

    # ---- View ----
    PAGE_PATTERN = Command(
        "&Pattern", "Show the pattern", "Ctrl+1", "image",
        group="page", run=lambda d: d.window.show_pattern_page(), begins="&View")
    PAGE_FOLDER = Command(
        "Fol&der", "Show the folder's answers", "Ctrl+2", "table",
        group="page", run=lambda d: d.window.show_folder_page())
    FIT = Command(
        "&Fit to window", "Show the whole pattern", "F Home", "fit",
        enabled_when=has_pattern, run=lambda d: d.window.pattern_view.fit(), line=True)
    ZOOM_IN = Command(
        "Zoom &in", "Look closer", "+ = Ctrl++ Ctrl+=",
        enabled_when=has_pattern, run=lambda d: d.view_controls.zoom_in())
    ZOOM_OUT = Command(
        "Zoom &out", "Step back", "- Ctrl+-",
        enabled_when=has_pattern, run=lambda d: d.view_controls.zoom_out())
    ACTUAL_SIZE = Command(
        "&Actual size", "One pixel on one pixel", "1",
        enabled_when=has_pattern, run=lambda d: d.window.pattern_view.show_actual_size())
    TURN_RIGHT = Command(
        "Turn &right", "Turn the view clockwise", "]", "rotate",
        enabled_when=has_pattern, run=lambda d: d.view_controls.turn_by(TURN_STEP_DEG), line=True)
    TURN_LEFT = Command(
        "Turn &left", "Turn the view back", "[",
        enabled_when=has_pattern, run=lambda d: d.view_controls.turn_by(-TURN_STEP_DEG))
    TURN_QUARTER = Command(
        "Turn by &90°", "Turn the view a quarter clockwise", "} Shift+]",
        enabled_when=has_pattern, run=lambda d: d.view_controls.turn_by(90))
    FLIP = Command(
        "Mirrore&d", "Exchange left and right on the screen; indices go along", "|",
        toggle=lambda d, on: d.window.pattern_view.flip(is_flipped=on))
    TURN_BACK = Command(
        "&Upright", "Show the pattern as it was taken", "\\",
        enabled_when=has_pattern, run=lambda d: d.view_controls.set_upright())
    FULL_SCREEN = Command(
        "F&ull screen", "Use the whole screen", "F11", "fullscreen",
        toggle=lambda d, on: d.window.set_full_screen(is_full=on), line=True)
    CONTRAST = Command(
        "&Contrast…", "Choose contrast and colours", "X", "contrast",
        enabled_when=has_pattern, run=lambda d: d.pattern_display.show_contrast(), line=True)
    AUTO_CONTRAST = Command(
        "Aut&o contrast", "Choose the contrast by itself", "A",
        enabled_when=has_pattern, run=lambda d: d.pattern_display.set_contrast(None))
    INVERT_COLORS = Command(
        "I&nverted", "Dark spots on a bright ground", "I", "invert",
        toggle=lambda d, on: d.pattern_display.invert_colors(is_inverted=on))
    COLOR_MAPS = Command("C&olours", "", is_submenu=True)
    SWITCH_UNIT = Command(
        "Unit 1/nm or 1/&Å", "Switch the unit of readouts", "U",
        run=lambda d: d.view_controls.switch_unit())
    SHOW_SPOTS = overlay("&Spots", "Mark the spots found", "S", "spots", line=True)
    SHOW_REFLECTIONS = overlay(
        "Re&flections", "Mark the candidate's reflections", "R", "reflections")
    SHOW_LABELS = overlay("Indices &hkl", "Write the indices beside them", "L", "labels")
    SHOW_RESIDUALS = overlay(
        "R&esiduals", "Draw how far spots are off, enlarged twenty times", "O")
    SHOW_CENTER = overlay("Direct &beam", "Mark where the direct beam is", "B", "target")
    SHOW_MASK = overlay("&Mask", "Tint what is left out of the analysis", "M", "mask")
    SHOW_RINGS = overlay("Resolution rin&gs", "Draw rings of round spacings", "G", "rings")
    SHOW_SCALE_BAR = overlay("Scale bar", "Draw a scale bar", "K")
    SHOW_PROFILE = Command(
        "Radial &profile", "Show the radial profile", "P", "profile",
        toggle=lambda d, on: d.view_controls.show_profile(is_shown=on), line=True)
    SHOW_FILM = Command(
        "Film s&trip", "Show the open patterns", "T",
        toggle=lambda d, on: d.view_controls.show_film(is_shown=on))

    # ---- Pattern ----
    PREVIOUS_FILE = Command(
        "&Previous in folder", "Open the file before", "Ctrl+Left", "previous",
        enabled_when=has_pattern, run=lambda d: d.files.step(-1), begins="&Pattern")
    NEXT_FILE = Command(
        "&Next in folder", "Open the folder's next file", "Ctrl+Right", "next",
        enabled_when=has_pattern, run=lambda d: d.files.step(1))
    PREVIOUS_OPEN = Command(
        "Previous open pattern", "Show the one before", "Ctrl+Shift+Tab",
        enabled_when=has_pattern, run=lambda d: d.view_controls.step_open(-1))
    NEXT_OPEN = Command(
        "Next open pattern", "Show the next open pattern", "Ctrl+Tab",
        enabled_when=has_pattern, run=lambda d: d.view_controls.step_open(1))
    PREVIOUS_FRAME = Command(
        "Previous frame", "Show the frame before", ",",
        enabled_when=has_frames, run=lambda d: d.files.step_frame(-1))
    NEXT_FRAME = Command(
        "Next &frame", "Show the file's next frame", ".",
        enabled_when=has_frames, run=lambda d: d.files.step_frame(1))
    NEXT_DATASET = Command(
        "Next data&set", "Show the next dataset of a file of several", ";",
        enabled_when=has_datasets, run=lambda d: d.files.step_dataset())
    TOOL_MOVE = tool(
        "&Move", "Drag to move, wheel to zoom", "V Esc", "hand",
        run=lambda d: d.window.pattern_view.measure.set_measure(None), line=True)
    TOOL_DISTANCE = tool("&Distance", "Drag between two spots: distance and d", "D", "ruler")
    TOOL_PAIR = tool("Spot p&air", "Click two spots: ratio and angle about the beam", "W", "angle")
    TOOL_INDEX = tool(
        "&Index by two spots",
        "Click two spots: the pairs of reflections that fit are listed",
        "2", "two-spots")
    TOOL_CENTER = tool("&Set direct beam", "Click or drag the direct beam", "C", "target")
    TOOL_SPOTS = tool(
        "Edit &spots",
        "Click adds a spot, drag moves it or draws a box, Delete removes, arrows nudge",
        "Shift+S", "spot-edit")
    TOOL_BRUSH = tool("&Brush mask", "Paint what is to be left out", "N", "brush")
    TOOL_ERASE = tool("&Erase mask", "Paint what is to be used after all", "E", "eraser")
    TOOL_POLYGON = tool(
        "P&olygon mask", "Click corners, double click to leave it out", "Q", "polygon")
    RESTORE_SPOTS = Command(
        "&Restore all spots", "Take back what was changed about the spots by hand",
        enabled_when=has_pattern, run=lambda d: d.spot_editing.restore(), line=True)
    SIMULATE = Command(
        "Si&mulate…",
        "Compute a pattern of any phase and direction, beside this one and over it",
        "Ctrl+M",
        enabled_when=has_pattern, run=lambda d: d.simulation.open(), line=True)
    COMPARE = Command(
        "Co&mpare two patterns…",
        "Show two open patterns side by side or blinking, zoomed alike", "Ctrl+D", "compare",
        enabled_when=has_pattern, run=lambda d: d.comparison.open())
    TILT_MAP = Command(
        "&Tilt map…",
        "Show where other zone axes are in the goniometer's tilts, with Kikuchi bands",
        "Ctrl+T", "tilt-map",
        enabled_when=has_pattern, run=lambda d: d.tilt_map.open())
    SCAN_MAP = Command(
        "Sca&n and map…",
        "Map a scan or a series: virtual image, all frames indexed, phases in colours",
        "Ctrl+G", "scan-map",
        enabled_when=has_frames, run=lambda d: d.scan.open())
    CALIBRATE = Command(
        "Calibrate with a &standard…",
        "Find scale and ellipse from rings or a known crystal",
        "Ctrl+K", "calibrate",
        enabled_when=has_pattern, run=lambda d: d.calibration_wizard.open())
    SCALE_BAR_LENGTH = Command(
        "Use the scale &bar…", "Take the scale from the bar in the image",
        enabled_when=has_pattern, run=lambda d: d.calibration.ask_for_bar_length())

    # ---- Answer ----
    ACCEPT = Command(
        "&Accept the answer", "Label the pattern as answered", "Y", "accept",
        run=lambda d: d.labelling.accept(), begins="&Answer")
    CORRECT = Command(
        "&Correct the answer…", "Say what it is", "Z", "correct",
        run=lambda d: d.labelling.ask())
    REMOVE_LABEL = Command(
        "&Remove the label", "Take what you said back out of the training data", "Shift+Z",
        run=lambda d: d.labelling.remove_label())
    PREVIOUS_CANDIDATE = Command(
        "&Previous candidate", "Draw the one before", "Alt+Up",
        enabled_when=has_pattern, run=lambda d: d.window.answer_panel.step(-1), line=True)
    NEXT_CANDIDATE = Command(
        "&Next candidate", "Draw the next candidate", "Alt+Down",
        enabled_when=has_pattern, run=lambda d: d.window.answer_panel.step(1))
    EXPLAIN = Command(
        "&What decided?", "Show what the answer leans on, and on which spots", "H", "why",
        enabled_when=has_pattern, run=lambda d: d.reasons.explain())
    TELL_LATTICE = Command(
        "What the &lattice says", "Crystal system and space group, by the spot lattice alone",
        enabled_when=has_pattern, run=lambda d: d.answer.tell_lattice())
    SEARCH_LIBRARY = Command(
        "&Search the library", "Find structures that explain the spots, whatever they are",
        "Ctrl+L", "search",
        enabled_when=has_pattern, run=lambda d: d.library.search(), line=True)
    LIBRARY = Command(
        "&Elements and libraries…", "Which elements may be in it, which libraries are searched",
        "Ctrl+Shift+L",
        run=lambda d: d.library_shelf.show_dialog())
    ADD_PHASES = Command(
        "Add p&hases…", "Add crystal structures from CIF files", "", "phase",
        run=lambda d: d.indexing_setup.ask_for_phases(), line=True)
    ADD_NETWORK = Command(
        "Add a net&work…", "Install a .saednet file", "", "network",
        run=lambda d: d.indexing_setup.ask_for_network())

    # ---- Folder ----
    INDEX_FOLDER = Command(
        "&Index folder…",
        "Answer every pattern of a folder, in the background",
        "Ctrl+Shift+O", "folder-run",
        run=lambda d: d.folder.ask_for_folder(), begins="F&older")
    WATCH_FOLDER = Command(
        "&Watch folder…",
        "Answer every new file while the microscope writes it",
        "", "folder-watch",
        run=lambda d: d.folder.ask_what_to_watch())
    STOP_RUN = Command(
        "&Stop", "Stop the run or the watch", "Ctrl+.", "stop",
        enabled_when=lambda d: d.folder.is_running, run=lambda d: d.folder.stop())
    NEXT_REVIEW = Command(
        "&Next to review", "Open the next answer that needs a look", "J",
        run=lambda d: d.labelling.next_review(), line=True)
    EXPORT_RESULTS = Command(
        "Export &results…", "Save the answers as a table", "Ctrl+E", "export",
        run=lambda d: d.folder.ask_where_to_export(), line=True)
    EXPORT_SET = Command(
        "Export &labelled set…",
        "Save your labels as training data for a network of your own",
        "", "learn",
        run=lambda d: d.validation.ask_where_to_export())
    VALIDATE = Command(
        "&Validate on my folder…",
        "Count how often the answers are right on patterns that you labelled",
        run=lambda d: d.validation.ask_what_to_validate())

    # ---- Help ----
    HELP = Command(
        "&Help", "Read how it works", "F1", "help",
        run=lambda d: d.help_menu.show_help(), begins="&Help")
    CHEAT_SHEET = Command(
        "&Keys", "Show all keys", "?", "keyboard",
        run=lambda d: d.help_menu.show_keys())
    SHOW_EXAMPLES = Command(
        "Show an &example", "Open the bundled example patterns",
        run=lambda d: d.help_menu.show_examples())
    COPY_DIAGNOSTICS = Command(
        "Copy &diagnostics", "Copy versions, settings and the log's end",
        run=lambda d: d.help_menu.copy_diagnostics(), line=True)
    SHOW_LOG = Command(
        "Open &log folder", "Show where the log files are",
        run=lambda d: d.help_menu.show_log())
    ABOUT = Command(
        "&About", "Version and licences",
        run=lambda d: d.help_menu.show_about(), line=True)
# fmt: on


def menus() -> Iterator[tuple[str, list[Act]]]:
    """Give each menu's title with its rows, separators and submenus among them."""
    title, rows = "", list[Act]()
    for act in Act:
        if act.value.begins and rows:
            yield title, rows
            rows = []
        title = act.value.begins or title
        rows.append(act)
    yield title, rows


TOOLBAR: tuple[Act | None, ...] = (
    Act.PAGE_PATTERN, Act.PAGE_FOLDER, None,
    Act.OPEN, Act.INDEX_FOLDER, None, Act.PREVIOUS_FILE, Act.NEXT_FILE, None,
    Act.UNDO, Act.REDO, None, Act.FIT, Act.CONTRAST, None,
    Act.TOOL_MOVE, Act.TOOL_DISTANCE, Act.TOOL_PAIR, Act.TOOL_INDEX,
    Act.TOOL_CENTER, Act.TOOL_SPOTS, Act.TOOL_BRUSH, Act.TOOL_ERASE, Act.TOOL_POLYGON, None,
    Act.SHOW_SPOTS, Act.SHOW_REFLECTIONS, Act.SHOW_LABELS, Act.SHOW_MASK, Act.SHOW_RINGS,
    Act.SHOW_PROFILE, None, Act.CALIBRATE,
)  # fmt: skip
