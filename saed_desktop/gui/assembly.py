"""Puts the window, the workers and the controllers together."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication

from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.action_table import COLOR_MAPS, RECENT_FILES, Act
from saed_desktop.gui.controllers.answering import AnsweringController, EngineRoom
from saed_desktop.gui.controllers.answers import AnswersController
from saed_desktop.gui.controllers.documents import Documents
from saed_desktop.gui.controllers.files import FilesController
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.controllers.instance import InstanceServer
from saed_desktop.gui.controllers.showing import ShowingController
from saed_desktop.gui.main_window import MainWindow
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.theme import apply_theme
from saed_desktop.gui.views.color_maps import color_map_names
from saed_desktop.gui.views.readout import scale_text
from saed_desktop.gui.worker import Workers
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.open_pattern import OpenPattern

SOURCE_WORDS = {
    "file": "from the file",
    "user": "entered by you",
    "profile": "from a profile",
    "scale-bar": "from the scale bar",
    "fitted": "fitted, not confirmed",
}


class Desktop(QObject):
    """The running program: a window with what stands behind it."""

    def __init__(self, settings: SettingsStore) -> None:
        super().__init__()
        self.settings = settings
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, settings.value.theme)
        self.actions = ActionSet(self)
        self.window = MainWindow(self.actions)
        self.workers = Workers(self)
        self.documents = Documents(self)
        self.server = InstanceServer(self)
        self._create_controllers()
        self._connect()
        self._fill_color_menu()
        self.window.restore_layout(settings.value.window)
        self.window.show_pattern_page()
        self._is_closed = False

    def _create_controllers(self) -> None:
        window, actions, settings = self.window, self.actions, self.settings
        self.answering = AnsweringController(self.documents, self.workers, EngineRoom(), self)
        self.showing = ShowingController(
            window.pattern_view, actions, settings, self.workers, self.answering, self
        )
        self.answers = AnswersController(
            self.documents,
            self.answering,
            self.showing,
            window.verdict_card,
            window.answer_panel,
            self,
        )
        self.files = FilesController(
            window,
            actions,
            window.menus[RECENT_FILES],
            self.documents,
            settings,
            self.workers,
        )
        self.folder = FolderController(
            window, window.folder_page, actions, self.workers, self.answering, settings
        )

    def _connect(self) -> None:
        window, actions = self.window, self.actions
        window.before_close = self.close
        window.files_dropped.connect(self.files.open_paths)
        window.start_page.open_button.clicked.connect(self.files.ask_for_files)
        window.start_page.folder_button.clicked.connect(self.folder.ask_for_folder)
        window.pattern_view.cursor_moved.connect(self._show_readout)
        window.folder_page.row_opened.connect(self._open_row)
        self.files.folder_wanted.connect(self.folder.start)
        self.folder.run_started.connect(window.show_folder_page)
        self.server.files_received.connect(self._take_over)
        self.documents.current_changed.connect(self._show_current)
        self.answering.image_ready.connect(lambda *_: self._show_status())
        self.answering.answered.connect(lambda *_: self._show_status())
        actions[Act.PAGE_PATTERN].triggered.connect(window.show_pattern_page)
        actions[Act.PAGE_FOLDER].triggered.connect(window.show_folder_page)
        actions[Act.FULL_SCREEN].toggled.connect(self._set_full_screen)
        actions[Act.QUIT].triggered.connect(window.close)

    def _fill_color_menu(self) -> None:
        menu = self.window.menus[COLOR_MAPS]
        group = QActionGroup(menu)
        for name in color_map_names():
            action = menu.addAction(name.capitalize())
            action.setCheckable(True)
            action.setChecked(name == self.settings.value.color_map)
            action.triggered.connect(lambda _checked=False, n=name: self.showing.set_color_map(n))
            group.addAction(action)

    # ---- life -------------------------------------------------------------------------------

    def start(self, paths: list[Path]) -> None:
        """Open what the program was called with; the window is on the screen already."""
        self.server.listen()
        if paths:
            self.files.open_paths(paths)
        if self.settings.remark:
            self.window.banner.show_notice(self.settings.remark, kind="warning")

    def close(self) -> None:
        """Finish: remember the layout, stop the workers and wait for them."""
        if self._is_closed:
            return
        self._is_closed = True
        self.settings.change(window=self.window.layout_state(), has_started_before=True)
        self.server.close()
        self.window.hide()
        self.workers.stop()

    # ---- small reactions --------------------------------------------------------------------

    def _show_current(self, pattern: OpenPattern | None) -> None:
        window = self.window
        window.view_stack.setCurrentWidget(
            window.start_page if pattern is None else window.pattern_view
        )
        window.setWindowTitle(f"{pattern.name} – SAED Desktop" if pattern else "SAED Desktop")
        if pattern is not None:
            window.show_pattern_page()
        for act in (Act.CLOSE_PATTERN, Act.NEXT_FILE, Act.PREVIOUS_FILE, Act.FIT):
            self.actions[act].setEnabled(pattern is not None)
        self._show_status()

    def _show_readout(self, xy: tuple[float, float] | None) -> None:
        self.window.readout.setText(self.showing.readout(xy))

    def _show_status(self) -> None:
        pattern = self.documents.current
        self.window.scale_label.setText(self._scale_words(pattern) if pattern else "")

    def _scale_words(self, pattern: OpenPattern) -> str:
        scale = pattern.scale_inv_angstrom_per_px
        if scale is None:
            return "scale unknown"
        if pattern.answered is not None:
            source = pattern.answered.solution.calibration.source.value
        elif pattern.state.calibration is not None:
            source = pattern.state.calibration.source.value
        else:
            source = "file"
        words = SOURCE_WORDS.get(source, source)
        return f"{scale_text(scale, self.settings.value.unit)}, {words}"

    def _open_row(self, row: FolderRow) -> None:
        self.documents.open_files([row.path])
        self.window.show_pattern_page()

    def _set_full_screen(self, is_full: bool) -> None:
        if is_full:
            self.window.showFullScreen()
        else:
            self.window.showNormal()

    def _take_over(self, names: list[str]) -> None:
        """Take what a second start handed over and come to the front."""
        self.window.setWindowState(
            self.window.windowState() & ~self.window.windowState().WindowMinimized
        )
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        if names:
            self.files.open_paths([Path(name) for name in names])
