"""The window's frame: what stands where. What happens is the controllers' business."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.commands import TOOLBAR, Act, menus
from saed_desktop.gui.theme import icon, numeric_font
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.calibrate_panel import CalibratePanel
from saed_desktop.gui.views.contrast_panel import ContrastPanel
from saed_desktop.gui.views.file_drop import accept_files, dropped_files
from saed_desktop.gui.views.film_strip import FilmStrip
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.gui.views.frame_strip import FrameStrip
from saed_desktop.gui.views.measurements_panel import MeasurementsPanel
from saed_desktop.gui.views.pairs_panel import PairsPanel
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.prepare_panel import PreparePanel
from saed_desktop.gui.views.profile_view import ProfileView
from saed_desktop.gui.views.setup_panel import SetupPanel
from saed_desktop.gui.views.shrinking_area import ShrinkingArea
from saed_desktop.gui.views.spot_list_panel import SpotListPanel
from saed_desktop.gui.views.spots_panel import SpotsPanel
from saed_desktop.gui.views.spots_tab import SpotsTab
from saed_desktop.gui.views.start_page import StartPage
from saed_desktop.gui.views.verdict_card import VerdictCard
from saed_desktop.gui.views.widgets import PageTabs, scrolled
from saed_desktop.translation import tr

PATTERN_PAGE, FOLDER_PAGE = range(2)
ANSWER_TAB, SPOTS_TAB, PREPARE_TAB, CALIBRATE_TAB, SETUP_TAB = range(5)

SAID_MS = 8000
LEAST_CARD_PX = 96
LEAST_TAB_LINES = 18
LOW_WINDOW_PX = 720
"""A lower window has smaller pictures in its film strip."""


class MainWindow(QMainWindow):
    """Pattern on the left, answer on the right; or the folder's table."""

    pattern_view: PatternView
    answer_panel: AnswerPanel

    files_dropped = Signal(list)
    restyled = Signal()

    def __init__(self, actions: ActionSet) -> None:
        super().__init__()
        self.setWindowTitle("SAED Desktop")
        self.setWindowIcon(icon("saed-desktop"))
        self.setAcceptDrops(True)
        self.actions_ = actions
        self.before_close: Callable[[], bool] = lambda: True
        self._create_widgets()
        self._layout_widgets()
        self._create_menus()
        self._create_toolbar()
        self._create_status_bar()
        self.resize(1360, 860)

    def _create_widgets(self) -> None:
        self.pattern_view = PatternView()
        self.pattern_view.setAcceptDrops(False)
        self.start_page = StartPage()
        self.profile_view = ProfileView()
        self.film_strip = FilmStrip()
        self.frame_strip = FrameStrip()
        self.verdict_card = VerdictCard()
        self.answer_panel = AnswerPanel()
        self.spots_panel = SpotsPanel()
        self.spot_list = SpotListPanel()
        self.pairs_panel = PairsPanel()
        self.measurements_panel = MeasurementsPanel()
        self.spots_tab = SpotsTab(
            self.spots_panel, self.spot_list, self.pairs_panel, self.measurements_panel
        )
        self.prepare_panel = PreparePanel()
        self.calibrate_panel = CalibratePanel()
        self.setup_panel = SetupPanel()
        self.folder_page = FolderPage()
        self.contrast_panel = ContrastPanel(self)
        self.banner = Banner()
        self.tabs = PageTabs()
        self.view_stack = QStackedWidget()
        self.pages = QStackedWidget()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.view_splitter = QSplitter(Qt.Orientation.Vertical)
        self.menus: dict[Act, QMenu] = {}

    def _layout_widgets(self) -> None:
        self.view_stack.addWidget(self.start_page)
        self.view_stack.addWidget(self.pattern_view)
        self.view_splitter.addWidget(self.view_stack)
        self.view_splitter.addWidget(self.profile_view)
        self.view_splitter.setStretchFactor(0, 1)
        self.view_splitter.setSizes([700, 180])
        self.view_splitter.setHandleWidth(5)
        self.profile_view.hide()
        left = QWidget()
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.setSpacing(5)
        left_column.addWidget(self.view_splitter, 1)
        for strip in (self.frame_strip, self.film_strip):
            left_column.addWidget(strip)
            strip.hide()
        self.splitter.addWidget(left)
        self.side_panel = self._side_panel()
        self.splitter.addWidget(self.side_panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([860, 500])
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(5)
        self.pages.addWidget(self.splitter)
        self.pages.addWidget(self.folder_page)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(6)
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(whole)

    def _side_panel(self) -> QWidget:
        side = QWidget()
        side.setProperty("kind", "panel")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setMinimumWidth(380)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 12, 12, 0)
        column.setSpacing(8)
        column.addWidget(ShrinkingArea(self.verdict_card, LEAST_CARD_PX))
        for panel, title in (
            (self.answer_panel, tr("Answer")),
            (self.spots_tab, tr("Spots")),
            (scrolled(self.prepare_panel), tr("Prepare")),
            (scrolled(self.calibrate_panel), tr("Calibrate")),
            (scrolled(self.setup_panel), tr("Phases")),
        ):
            self.tabs.addTab(panel, title)
        self.spots_tab.shown.connect(lambda: self.tabs.setCurrentIndex(SPOTS_TAB))
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setMinimumHeight(LEAST_TAB_LINES * self.fontMetrics().height())
        column.addWidget(self.tabs, 1)
        return side

    def _create_menus(self) -> None:
        for title, rows in menus():
            menu = self.menuBar().addMenu(tr(title))
            menu.setToolTipsVisible(True)
            for act in rows:
                if act.value.line:
                    menu.addSeparator()
                if act.value.is_submenu:
                    self.menus[act] = menu.addMenu(tr(act.value.text))
                else:
                    menu.addAction(self.actions_[act])
        for action in self.actions_:
            # shortcuts work although an action stands in no menu that is open
            self.addAction(action)

    def _create_toolbar(self) -> None:
        self.toolbar = QToolBar(tr("Tools"))
        self.toolbar.setObjectName("tools")
        self.toolbar.setMovable(False)
        self.toolbar.setIconSize(QSize(19, 19))
        for act in TOOLBAR:
            if act is None:
                self.toolbar.addSeparator()
                continue
            self.toolbar.addAction(self.actions_[act])
            made = self.toolbar.widgetForAction(self.actions_[act])
            made.setAccessibleName(self.actions_[act].text().replace("&", "").rstrip("…"))
            if act in (Act.PAGE_PATTERN, Act.PAGE_FOLDER) and isinstance(made, QToolButton):
                made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.addToolBar(self.toolbar)
        more = self.toolbar.findChild(QToolButton, "qt_toolbar_ext_button")
        if more is not None:
            # without a sign the tools that a narrow window has no room for are not found
            more.setIcon(icon("more"))
            more.setToolTip(tr("More tools"))
            more.setAccessibleName(tr("More tools"))

    def _create_status_bar(self) -> None:
        self.readout = QLabel()
        self.readout.setFont(numeric_font(self.font()))
        self.readout.setAccessibleName(tr("Cursor"))
        self.said_label = QLabel()
        self.said_label.setAccessibleName(tr("What was done"))
        self._said_timer = QTimer(self)
        self._said_timer.setSingleShot(True)
        self._said_timer.timeout.connect(self.said_label.clear)
        self.scale_label = QLabel()
        self.scale_label.setAccessibleName(tr("Calibration"))
        self.busy_label = QLabel()
        self.busy_label.setAccessibleName(tr("Background work"))
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(10, 0, 10, 2)
        layout.setSpacing(24)
        layout.addWidget(self.readout)
        layout.addWidget(self.said_label, 1)
        layout.addWidget(self.busy_label)
        layout.addWidget(self.scale_label)
        bar.addPermanentWidget(row, 1)

    def show_pattern_page(self) -> None:
        """Show the pattern."""
        self.pages.setCurrentIndex(PATTERN_PAGE)
        self.actions_[Act.PAGE_PATTERN].setChecked(True)

    def show_folder_page(self) -> None:
        """Show the folder's table."""
        self.pages.setCurrentIndex(FOLDER_PAGE)
        # keys such as J and Y act on rows; they are no letters of a search
        self.folder_page.table.setFocus()
        self.actions_[Act.PAGE_FOLDER].setChecked(True)

    def show_answer_tab(self) -> None:
        """Show the answer of the pattern."""
        self.show_pattern_page()
        self.tabs.setCurrentIndex(ANSWER_TAB)

    def show_spots_tab(self) -> None:
        """Show the table of reflections."""
        self.tabs.setCurrentIndex(SPOTS_TAB)
        self.spots_tab.show_reflections()

    def show_calibrate_tab(self) -> None:
        """Show the scale and the ways to know it better."""
        self.tabs.setCurrentIndex(CALIBRATE_TAB)

    def set_full_screen(self, *, is_full: bool) -> None:
        """Use the whole screen, or a window on it."""
        if is_full:
            self.showFullScreen()
        else:
            self.showNormal()

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar for a moment."""
        self.said_label.setText(sentence)
        self._said_timer.start(SAID_MS)

    def button_of(self, act: Act) -> QWidget:
        """Return the toolbar's button of an action."""
        return self.toolbar.widgetForAction(self.actions_[act])

    def layout_state(self) -> dict[str, str]:
        """Return where everything stands, to be remembered."""
        return {
            "geometry": bytes(self.saveGeometry().data()).hex(),
            "splitter": bytes(self.splitter.saveState().data()).hex(),
            "view": bytes(self.view_splitter.saveState().data()).hex(),
        }

    def restore_layout(self, state: dict[str, str]) -> None:
        """Put everything where it stood; what cannot be understood is left alone."""
        for name, restore in (
            ("geometry", self.restoreGeometry),
            ("splitter", self.splitter.restoreState),
            ("view", self.view_splitter.restoreState),
        ):
            try:
                restore(QByteArray(bytes.fromhex(state.get(name, ""))))
            except (TypeError, ValueError):
                continue

    # ---- Qt's events ------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave a low window to the pattern."""
        super().resizeEvent(event)
        for strip in (self.frame_strip, self.film_strip):
            strip.set_small(is_small=event.size().height() < LOW_WINDOW_PX)

    def changeEvent(self, event: QEvent) -> None:
        """Tell when the colours have changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyled.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        accept_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take files."""
        if files := dropped_files(event):
            self.files_dropped.emit(files)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the controllers finish first."""
        if self.before_close():
            event.accept()
        else:
            event.ignore()
