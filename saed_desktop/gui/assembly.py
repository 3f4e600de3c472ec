"""Puts the window, the workers and the controllers together."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from saed_desktop.gui.act import Act
from saed_desktop.gui.action_table import ACTIONS
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController, LazyAnalysisService
from saed_desktop.gui.controllers.answer_panel import AnswerPanelController
from saed_desktop.gui.controllers.calibration import CalibrationController
from saed_desktop.gui.controllers.calibration_wizard import CalibrationWizardController
from saed_desktop.gui.controllers.context_menus import ContextMenus
from saed_desktop.gui.controllers.explanation import ExplanationController
from saed_desktop.gui.controllers.export import ExportController
from saed_desktop.gui.controllers.figures import FigureController
from saed_desktop.gui.controllers.files import FilesController
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.controllers.help_menu import HelpMenuController, example_files
from saed_desktop.gui.controllers.indexing_setup import IndexingSetupController
from saed_desktop.gui.controllers.labelling import LabellingController
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.controllers.measurement_list import MeasurementListController
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.controllers.preparation import PreparationController
from saed_desktop.gui.controllers.project import ProjectController
from saed_desktop.gui.controllers.report import ReportController
from saed_desktop.gui.controllers.simulation import SimulationController
from saed_desktop.gui.controllers.specimens import SpecimensController
from saed_desktop.gui.controllers.spot_editing import SpotEditingController
from saed_desktop.gui.controllers.status_bar import StatusBarController
from saed_desktop.gui.controllers.table_files import TableFiles
from saed_desktop.gui.controllers.two_spots import TwoSpotsController
from saed_desktop.gui.controllers.undoing import UndoingController
from saed_desktop.gui.controllers.validation import ValidationController
from saed_desktop.gui.controllers.view_controls import ViewController
from saed_desktop.gui.main_window import FOLDER_PAGE, MainWindow
from saed_desktop.gui.menu_table import COLOR_MAPS, RECENT_FILES
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.single_instance import InstanceServer
from saed_desktop.gui.theme import apply_colors, apply_theme, current_application
from saed_desktop.gui.worker import Workers
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.open_pattern import OpenPattern


class Desktop(QObject):
    """The running program: a window with what stands behind it."""

    def __init__(self, settings: SettingsStore) -> None:
        super().__init__()
        self.settings = settings
        app = current_application()
        if app is not None:
            app.setStyleSheet("")
            apply_colors(app, settings.value.theme)
        self.actions = ActionSet(self)
        self.window = MainWindow(self.actions)
        self.workers = Workers(self)
        self.open_patterns = OpenPatterns(self)
        self.server = InstanceServer(self)
        self.service = LazyAnalysisService()
        self._is_closed = False
        self._has_loaded = False
        self._create_for_pattern()
        self._create_for_folder()
        self._create_for_files()
        self._connect_window()
        self._connect_controllers()
        self.window.restore_layout(settings.value.window)
        self.window.show_pattern_page()
        self._show_current(None)
        if app is not None:
            apply_theme(app, settings.value.theme)

    # ---- what there is ----------------------------------------------------------------------

    def _create_for_pattern(self) -> None:
        window, actions, settings = self.window, self.actions, self.settings
        open_patterns, workers, view = self.open_patterns, self.workers, self.window.pattern_view
        self.analysis = AnalysisController(open_patterns, workers, self.service, self)
        self.pattern_display = PatternDisplayController(
            view, actions, settings, workers, self.analysis, self
        )
        self.view_controls = ViewController(
            view, window.contrast_panel, window.profile_view, window.film_strip, actions,
            settings, workers, open_patterns, self.analysis, self.pattern_display, self,
        )  # fmt: skip
        self.measurement = MeasurementController(view, actions, open_patterns, self.analysis, self)
        self.preparation = PreparationController(
            view, window.prepare_panel, actions, workers, open_patterns, self.analysis,
            self.pattern_display, self.measurement, self,
        )  # fmt: skip
        self.table_files = TableFiles(window.banner, workers, self)
        self.spot_editing = SpotEditingController(
            window, view, window.spot_list, actions, self.table_files, open_patterns,
            self.analysis, self.pattern_display, self.measurement,
        )  # fmt: skip
        self.measurement_list = MeasurementListController(
            window, view, window.measurements_panel, self.table_files, open_patterns,
            self.analysis, self.measurement,
        )  # fmt: skip
        self.answer_panel = AnswerPanelController(
            open_patterns, self.analysis, self.pattern_display, actions, window.verdict_card,
            window.answer_panel, self,
        )  # fmt: skip
        self.two_spots = TwoSpotsController(
            view, window.pairs_panel, window.spots_tab, window.answer_panel, actions, workers,
            self.service, open_patterns, self.analysis, self.pattern_display, self.measurement,
            self,
        )  # fmt: skip
        self.simulation = SimulationController(
            window, view, actions, workers, self.service, open_patterns, self.analysis,
            self.pattern_display,
        )  # fmt: skip
        self.explanation = ExplanationController(
            view, window.spots_panel, window.answer_panel, actions, workers, self.service,
            open_patterns, self.analysis, self.pattern_display, self,
        )  # fmt: skip
        self.calibration = CalibrationController(
            window, window.calibrate_panel, window.banner, actions, settings, open_patterns,
            self.analysis,
        )  # fmt: skip
        self.calibration_wizard = CalibrationWizardController(
            window, window.calibrate_panel, window.banner, actions, settings, workers,
            open_patterns, self.pattern_display, self.calibration,
        )  # fmt: skip
        self.indexing_setup = IndexingSetupController(
            window, window.setup_panel, window.answer_panel, window.banner, actions,
            settings, workers, self.service, self.analysis,
        )  # fmt: skip

    def _create_for_folder(self) -> None:
        window, actions, settings = self.window, self.actions, self.settings
        page = window.folder_page
        self.folder = FolderController(
            window, page, actions, self.workers, self.open_patterns, self.analysis, settings,
            self.calibration.profiles,
        )  # fmt: skip
        self.specimens = SpecimensController(page, self.folder, self.workers, self)
        self.labelling = LabellingController(
            window, window.answer_panel, page, window.banner, actions, self.workers,
            self.open_patterns, self.analysis, self.folder, self.indexing_setup,
        )  # fmt: skip
        self.undoing = UndoingController(
            actions, self.open_patterns.undo_stack, self.labelling.row_undo, window.say, self
        )
        self.validation = ValidationController(
            window, window.banner, actions, settings, self.workers, self.open_patterns,
            self.analysis, self.folder, self.indexing_setup,
        )  # fmt: skip

    def _create_for_files(self) -> None:
        window, actions, settings = self.window, self.actions, self.settings
        self.files = FilesController(
            window, actions, window.menus[RECENT_FILES], self.open_patterns, settings, self.workers
        )
        self.export = ExportController(
            window, window.folder_page, window.banner, actions, self.workers, self.folder
        )
        self.figures = FigureController(
            window, window.pattern_view, window.banner, actions, settings, self.workers,
            self.open_patterns,
        )  # fmt: skip
        self.report = ReportController(
            window, window.pattern_view, window.answer_panel, window.banner, actions,
            self.workers, self.open_patterns, self.figures,
        )  # fmt: skip
        self.project = ProjectController(
            window, window.banner, actions, settings, self.workers, self.open_patterns
        )
        self.help_menu = HelpMenuController(
            window,
            window.banner,
            actions,
            settings,
            self.workers,
            self.open_patterns,
            self.view_controls,
        )
        views = (window.pattern_view, window.film_strip, window.folder_page)
        self.context_menus = ContextMenus(
            window, views, actions, self.open_patterns, self.preparation
        )
        self.status_bar = StatusBarController(
            window.readout, window.scale_label, window.busy_label, window.pattern_view,
            settings, self.workers, self.open_patterns, self.analysis, self.pattern_display, self,
        )  # fmt: skip

    # ---- who listens to whom ----------------------------------------------------------------

    def _connect_window(self) -> None:
        window, actions = self.window, self.actions
        window.before_close = self._may_close
        window.files_dropped.connect(self.files.open_paths)
        window.restyled.connect(self.view_controls.restyle)
        window.pages.currentChanged.connect(
            lambda at: self.undoing.page_changed(is_folder=at == FOLDER_PAGE)
        )
        window.start_page.open_button.clicked.connect(self.files.ask_for_files)
        window.start_page.folder_button.clicked.connect(self.folder.ask_for_folder)
        window.start_page.example_button.clicked.connect(self.help_menu.show_examples)
        window.start_page.example_button.setVisible(bool(example_files()))
        window.calibrate_panel.unit_chosen.connect(self.view_controls.set_unit)
        self.view_controls.fill_color_menu(window.menus[COLOR_MAPS])
        actions[Act.PAGE_PATTERN].triggered.connect(window.show_pattern_page)
        actions[Act.PAGE_FOLDER].triggered.connect(window.show_folder_page)
        actions[Act.CONTRAST].triggered.connect(
            lambda: self.view_controls.show_contrast(window.button_of(Act.CONTRAST))
        )
        actions[Act.FULL_SCREEN].toggled.connect(self._set_full_screen)
        actions[Act.QUIT].triggered.connect(window.close)
        actions[Act.EXPLAIN].triggered.connect(window.show_spots_tab)
        actions[Act.CALIBRATE].triggered.connect(window.show_calibrate_tab)
        actions[Act.SCALE_BAR_LENGTH].triggered.connect(window.show_calibrate_tab)

    def _connect_controllers(self) -> None:
        self.files.folder_wanted.connect(self.folder.start)
        self.files.project_wanted.connect(self.project.open)
        self.files.phases_wanted.connect(self.indexing_setup.add_phases)
        self.files.network_wanted.connect(self.indexing_setup.add_network)
        self.folder.run_started.connect(self.window.show_folder_page)
        self.window.folder_page.row_opened.connect(self._open_row)
        self.validation.row_opened.connect(self._open_row)
        self.server.files_received.connect(self._take_over)
        self.open_patterns.current_changed.connect(self._show_current)
        self.open_patterns.pattern_updated.connect(self._show_title)

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
                "Welcome. These are example patterns: look at the answer on the right, then drop "
                "a pattern of your own on the window.",
                ("How it works", self.help_menu.show_help),
            )
        self.project.start()
        if self.open_patterns.current is None:
            self._load_indexing_setup()
        else:
            # loading holds the interpreter now and then: not before the image is on the screen,
            # or can never be
            self.window.pattern_view.image_painted.connect(self._load_indexing_setup)
            self.analysis.failed.connect(self._load_indexing_setup)
        if self.settings.remark:
            self.window.banner.show_notice(self.settings.remark, kind="warning")

    def _load_indexing_setup(self) -> None:
        """Load what answers need and lists show, once."""
        if self._has_loaded:
            return
        self._has_loaded = True
        self.analysis.warm_up()
        self.indexing_setup.refresh()

    def _may_close(self) -> bool:
        """Ask where work in a project would be lost; finish where it may close."""
        if self.project.has_unsaved_changes and not self._is_closed:
            box = QMessageBox(self.window)
            box.setIcon(QMessageBox.Icon.Question)
            box.setText(
                f"Save the changes to {self.project.path.name if self.project.path else ''}?"
            )
            save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
            box.addButton("Do not save", QMessageBox.ButtonRole.DestructiveRole)
            cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
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
        self.specimens.stop()
        self.window.hide()
        self.workers.stop()
        self.project.stop()
        self.undoing.stop()

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
        for spec in ACTIONS:
            if spec.needs_pattern:
                self.actions[spec.act].setEnabled(pattern is not None)

    def _show_title(self, pattern: OpenPattern | None) -> None:
        """Write the name of what is shown; how many frames a file has is known once it is read."""
        if pattern is self.open_patterns.current:
            name = pattern.name if pattern is not None else ""
            if pattern is not None and pattern.loaded is None and not pattern.message:
                name = f"Reading {name}…"  # the image on the screen is still another one
            self.window.setWindowTitle(f"{name} – SAED Desktop" if name else "SAED Desktop")

    def _open_row(self, row: FolderRow) -> None:
        self.open_patterns.open_files([row.path])
        self.window.show_pattern_page()

    def _set_full_screen(self, is_full: bool) -> None:
        if is_full:
            self.window.showFullScreen()
        else:
            self.window.showNormal()

    def _take_over(self, names: list[str]) -> None:
        """Take what a second start handed over and come to the front."""
        window = self.window
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if names:
            self.files.open_paths([Path(name) for name in names])
