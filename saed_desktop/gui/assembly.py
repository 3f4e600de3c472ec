"""Puts the window, the workers and the controllers together."""

import gc
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.answer import AnswerController
from saed_desktop.gui.controllers.calibration import CalibrationController
from saed_desktop.gui.controllers.calibration_wizard import CalibrationWizardController
from saed_desktop.gui.controllers.comparison import ComparisonController
from saed_desktop.gui.controllers.figures import FigureController
from saed_desktop.gui.controllers.files import FilesController
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.controllers.frames import FramesController
from saed_desktop.gui.controllers.help_menu import HelpMenuController, example_files
from saed_desktop.gui.controllers.indexing_setup import IndexingSetupController
from saed_desktop.gui.controllers.labelling import LabellingController
from saed_desktop.gui.controllers.library import LibraryController
from saed_desktop.gui.controllers.library_shelf import LibraryShelfController
from saed_desktop.gui.controllers.look_alikes import LookAlikesController
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.controllers.preparation import PreparationController
from saed_desktop.gui.controllers.project import ProjectController
from saed_desktop.gui.controllers.reasons import ReasonsController
from saed_desktop.gui.controllers.scan import ScanController
from saed_desktop.gui.controllers.simulation import SimulationController
from saed_desktop.gui.controllers.spot_editing import SpotEditingController
from saed_desktop.gui.controllers.tilt_map import TiltMapController
from saed_desktop.gui.controllers.two_spots import TwoSpotsController
from saed_desktop.gui.controllers.validation import ValidationController
from saed_desktop.gui.controllers.view_controls import ViewController
from saed_desktop.gui.main_window import FOLDER_PAGE, MainWindow
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.service import LazyAnalysisService
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.single_instance import InstanceServer
from saed_desktop.gui.theme import apply_colors, apply_theme, current_application
from saed_desktop.gui.undo import Undo
from saed_desktop.gui.worker import Workers
from saed_desktop.translation import recognised, tr
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.open_pattern import OpenPattern


class Desktop(QObject):
    """The running program: a window with what stands behind it."""

    settings: SettingsStore
    actions: ActionSet
    window: MainWindow
    workers: Workers
    undo: Undo
    open_patterns: OpenPatterns
    analysis: AnalysisController
    pattern_display: PatternDisplayController
    view_controls: ViewController
    measurement: MeasurementController
    preparation: PreparationController
    spot_editing: SpotEditingController
    answer: AnswerController
    two_spots: TwoSpotsController
    simulation: SimulationController
    comparison: ComparisonController
    tilt_map: TiltMapController
    frames: FramesController
    calibration: CalibrationController
    calibration_wizard: CalibrationWizardController
    indexing_setup: IndexingSetupController
    library: LibraryController
    library_shelf: LibraryShelfController
    reasons: ReasonsController
    look_alikes: LookAlikesController
    folder: FolderController
    scan: ScanController
    labelling: LabellingController
    validation: ValidationController
    files: FilesController
    figures: FigureController
    project: ProjectController
    help_menu: HelpMenuController

    def __init__(self, settings: SettingsStore) -> None:
        super().__init__()
        app = current_application()
        if app is not None:
            app.setStyleSheet("")
            apply_colors(app, settings.value.theme)
        self.settings, self.actions = settings, ActionSet(self)
        self.window, self.workers = MainWindow(self.actions), Workers(self)
        self.undo = Undo(self)
        self.open_patterns = OpenPatterns(self.undo.patterns, self)
        self.server = InstanceServer(self)
        self._is_closed = False
        self._has_loaded = False
        self._create_controllers()
        self._connect_window()
        self._connect_controllers()
        self._connect_actions()
        self.window.restore_layout(settings.value.window)
        self.window.show_pattern_page()
        self._show_current(None)
        if app is not None:
            apply_theme(app, settings.value.theme)

    def _create_controllers(self) -> None:
        context = Context(
            self.window, self.actions, self.settings, self.open_patterns, self.undo, self.workers,
            LazyAnalysisService(),
        )  # fmt: skip
        self.analysis = AnalysisController(context)
        self.pattern_display = PatternDisplayController(context)
        self.view_controls = ViewController(context)
        self.measurement = MeasurementController(context)
        self.preparation = PreparationController(context, self.measurement)
        self.spot_editing = SpotEditingController(context, self.measurement)
        self.answer = AnswerController(context)
        self.two_spots = TwoSpotsController(context, self.measurement)
        self.simulation = SimulationController(context)
        self.comparison = ComparisonController(context)
        self.tilt_map = TiltMapController(context)
        self.frames = FramesController(context)
        self.calibration = CalibrationController(context)
        self.calibration_wizard = CalibrationWizardController(
            context, self.pattern_display, self.calibration
        )
        self.indexing_setup = IndexingSetupController(context, self.analysis)
        self.library = LibraryController(context, self.indexing_setup)
        self.library_shelf = LibraryShelfController(context, self.library)
        self.reasons = ReasonsController(context, self.library)
        self.look_alikes = LookAlikesController(context)
        self.folder = FolderController(context, self.calibration.profiles)
        self.scan = ScanController(context, self.folder)
        self.labelling = LabellingController(context, self.folder, self.indexing_setup)
        self.validation = ValidationController(context, self.folder, self.indexing_setup)
        self.files = FilesController(context)
        self.figures = FigureController(context)
        self.project = ProjectController(context)
        self.help_menu = HelpMenuController(context)

    # ---- who listens to whom ----------------------------------------------------------------

    def _connect_window(self) -> None:
        window = self.window
        window.before_close = self._may_close
        window.files_dropped.connect(self.files.open_paths)
        window.pages.currentChanged.connect(
            lambda at: self.undo.show_page(is_folder=at == FOLDER_PAGE)
        )
        window.start_page.open_button.clicked.connect(self.files.ask_for_files)
        window.start_page.folder_button.clicked.connect(self.folder.ask_for_folder)
        window.start_page.example_button.clicked.connect(self.help_menu.show_examples)
        window.start_page.example_button.setVisible(bool(example_files()))

    def _connect_controllers(self) -> None:
        self.files.folder_wanted.connect(self.library_shelf.take_folder)
        self.library_shelf.pattern_folder_wanted.connect(self.folder.start)
        self.files.library_wanted.connect(self.library_shelf.use)
        self.files.project_wanted.connect(self.project.open)
        self.files.phases_wanted.connect(self.indexing_setup.add_phases)
        self.files.network_wanted.connect(self.indexing_setup.add_network)
        self.folder.run_started.connect(self._show_run)
        self.frames.frame_chosen.connect(self.files.show_frame)
        self.window.frame_strip.map_wanted.connect(self.scan.open)
        self.scan.frame_chosen.connect(self.files.show_frame)
        self.window.folder_page.row_opened.connect(self._open_row)
        self.validation.row_opened.connect(self._open_row)
        self.server.files_received.connect(self._take_over)
        self.open_patterns.current_changed.connect(self._show_current)
        self.open_patterns.pattern_updated.connect(self._show_title)
        self.undo.said.connect(self.window.say)

    def _connect_actions(self) -> None:
        """Let the commands do what their rows say, and ask again when they can be used."""
        self.actions.bind(self)
        self.undo.changed.connect(self._show_undo)
        for signal in (
            self.open_patterns.current_changed,
            self.open_patterns.image_ready,
            self.folder.run_started,
            self.folder.run_ended,
        ):
            signal.connect(lambda *_: self.actions.refresh(self))

    def _show_undo(self) -> None:
        for act, words in ((Act.UNDO, self.undo.undo_text), (Act.REDO, self.undo.redo_text)):
            text = tr(act.value.text)
            self.actions[act].setText(tr("{undo} {step}", undo=text, step=words) if words else text)
        self.actions.refresh(self)

    # ---- life -------------------------------------------------------------------------------

    def start(self, paths: list[Path]) -> None:
        """Open what the program was called with; the window is on the screen already."""
        self.server.listen()
        is_first = not self.settings.value.has_started_before
        if paths:
            self.files.open_paths(paths)
        elif is_first and example_files():
            self.help_menu.show_examples()
            self.window.banner.show_notice(
                tr(
                    "Welcome. These are example patterns: look at the answer on the "
                    "right, then drop "
                    "a pattern of your own on the window."
                ),
                (tr("How it works"), self.help_menu.show_help),
            )
        self.project.start()
        if self.open_patterns.current is None:
            self._load_indexing_setup()
        else:
            # loading holds the interpreter now and then: not before the image is on the screen,
            # or can never be
            self.window.pattern_view.image_painted.connect(self._load_indexing_setup)
            self.open_patterns.failed.connect(self._load_indexing_setup)
        if self.settings.remark:
            self.window.banner.show_notice(recognised(self.settings.remark), kind="warning")

    def _load_indexing_setup(self) -> None:
        """Load what answers need and lists show, once."""
        if self._has_loaded:
            return
        self._has_loaded = True
        # off since the start (`__main__`); what stands now stays, and is not looked through again:
        # a full collection stops the window for 30 ms
        gc.freeze()
        gc.enable()
        self.analysis.warm_up()
        self.indexing_setup.refresh()

    def _may_close(self) -> bool:
        """Ask where work in a project would be lost; finish where it may close."""
        if self.project.has_unsaved_changes and not self._is_closed:
            box = QMessageBox(self.window)
            box.setIcon(QMessageBox.Icon.Question)
            box.setText(
                tr(
                    "Save the changes to {value}?",
                    value=self.project.path.name if self.project.path else "",
                )
            )
            save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
            box.addButton(tr("Do not save"), QMessageBox.ButtonRole.DestructiveRole)
            cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
            box.exec()
            if box.clickedButton() is cancel:
                return False
            if box.clickedButton() is save and not self.project.save_now():
                return False  # it is not lost: the window stays and says why
        self.close()
        return True

    def close(self) -> None:
        """Finish: remember the layout, stop the workers and wait for them."""
        if self._is_closed:
            return
        self._is_closed = True
        self.settings.change(window=self.window.layout_state(), has_started_before=True)
        self.server.close()
        self.folder.close()
        self.window.hide()
        self.workers.stop()
        self.project.stop()
        self.undo.stop()

    # ---- small reactions --------------------------------------------------------------------

    def _show_current(self, pattern: OpenPattern | None) -> None:
        window = self.window
        window.view_stack.setCurrentWidget(
            window.start_page if pattern is None else window.pattern_view
        )
        window.side_panel.setVisible(pattern is not None)
        window.banner.leave_pattern()
        self._show_title(pattern)
        if pattern is not None:
            window.show_pattern_page()

    def _show_title(self, pattern: OpenPattern | None) -> None:
        """Write the name of what is shown; how many frames a file has is known once it is read."""
        if pattern is self.open_patterns.current:
            name = pattern.name if pattern is not None else ""
            if pattern is not None and pattern.loaded is None and not pattern.message:
                name = tr(
                    "Reading {name}…", name=name
                )  # the image on the screen is still another one
            self.window.setWindowTitle(f"{name} – SAED Desktop" if name else "SAED Desktop")

    def _show_run(self) -> None:
        """Show the answers as they come; those of frames are seen in their map."""
        if not self.folder.is_of_frames:
            self.window.show_folder_page()

    def _open_row(self, row: FolderRow) -> None:
        self.files.open_frame(row.path, row.frame)
        self.window.show_pattern_page()

    def _take_over(self, names: list[str]) -> None:
        """Take what a second start handed over and come to the front."""
        window = self.window
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if names:
            self.files.open_paths([Path(name) for name in names])
