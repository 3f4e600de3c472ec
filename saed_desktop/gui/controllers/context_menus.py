"""The menus under the right mouse button, where people look for them."""

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.preparation import PreparationController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.film_strip import FilmStrip
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.workspace.open_pattern import OpenPattern

PATTERN_MENU: tuple[Act | None, ...] = (
    Act.FIT, Act.ACTUAL_SIZE, Act.AUTO_CONTRAST, None,
    Act.SHOW_SPOTS, Act.SHOW_REFLECTIONS, Act.SHOW_LABELS, Act.SHOW_RINGS, None,
    Act.COPY_PICTURE, Act.EXPORT_PICTURE, None,
    Act.ACCEPT, Act.CORRECT,
)  # fmt: skip
ROW_MENU = (Act.ACCEPT, Act.CORRECT, Act.REMOVE_LABEL, Act.NEXT_REVIEW)


class ContextMenus(QObject):
    """Menus of the pattern, of the film strip and of the folder's table."""

    def __init__(
        self,
        window: QWidget,
        views: tuple[PatternView, FilmStrip, FolderPage],
        actions: ActionSet,
        open_patterns: OpenPatterns,
        preparing: PreparationController,
    ) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._open_patterns, self._preparing = open_patterns, preparing
        pattern_view, film_strip, self._folder_page = views
        pattern_view.menu_wanted.connect(self._show_pattern_menu)
        film_strip.menu_wanted.connect(self._show_film_menu)
        table = self._folder_page.table
        for act in ROW_MENU:
            table.addAction(actions[act])
        copy_path = QAction("Copy path", table)
        copy_path.triggered.connect(self._copy_row_path)
        table.addAction(copy_path)

    def pattern_menu(self, xy: tuple[float, float]) -> QMenu:
        """Return the menu of a place in the pattern."""
        menu = QMenu(self._window)
        here = menu.addAction("Direct beam is here")
        here.triggered.connect(lambda: self._preparing.set_center(xy))
        here.setEnabled(self._open_patterns.current is not None)
        menu.addSeparator()
        for act in PATTERN_MENU:
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[act])
        return menu

    def film_menu(self, pattern: OpenPattern) -> QMenu:
        """Return the menu of an open pattern."""
        menu = QMenu(self._window)
        open_patterns = self._open_patterns
        menu.addAction("Show").triggered.connect(lambda: open_patterns.show(pattern))
        menu.addAction("Close").triggered.connect(lambda: open_patterns.close(pattern))
        others = menu.addAction("Close the others")
        others.triggered.connect(lambda: open_patterns.close_others(pattern))
        others.setEnabled(len(open_patterns.patterns) > 1)
        menu.addSeparator()
        menu.addAction("Copy path").triggered.connect(lambda: _copy(str(pattern.state.path)))
        return menu

    def _show_pattern_menu(self, at: QPoint, xy: tuple[float, float]) -> None:
        _popup(self.pattern_menu(xy), at)

    def _show_film_menu(self, at: QPoint, pattern: OpenPattern) -> None:
        _popup(self.film_menu(pattern), at)

    def _copy_row_path(self) -> None:
        row = self._folder_page.current_row
        if row is not None:
            _copy(str(row.path))


def _popup(menu: QMenu, at: QPoint) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(at)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
