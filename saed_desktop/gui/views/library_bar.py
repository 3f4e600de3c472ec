"""Buttons of the library search: under the candidates, and beside their heading."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from saed_desktop.gui.views.widgets import button, muted
from saed_desktop.translation import tr

_MOST_LETTERS = 20


class LibraryBar(QWidget):
    """Buttons of the library search; those for one structure are there when one is chosen.

    `lists` goes between candidates and what was found; it stands where the panel puts it.
    """

    search_wanted = Signal()
    elements_wanted = Signal()
    list_chosen = Signal(bool)
    page_wanted = Signal()
    add_wanted = Signal()
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search_button = button(
            tr("Search the library"),
            tip=tr("Find structures that explain the spots or rings, whatever they are"),
        )
        self.elements_button = button(
            tr("Elements…"), tip=tr("Which elements may be in it, which libraries are searched")
        )
        self.candidates_button = button(
            tr("Candidates"), kind="quiet", tip=tr("Show the candidates")
        )
        self.found_button = button(tr("Library"), kind="quiet", tip=tr("Show what the library has"))
        self.page_button = button(
            tr("Its page…"), tip=tr("Cell, sites, spacings, zone-axis patterns")
        )
        self.add_button = button(tr("Add to candidates"), tip=tr("Consider it from now on"))
        self.save_button = button(tr("Save as CIF…"), tip=tr("Save its structure"))
        self.note = muted()
        self.lists = QWidget()
        self._group = QButtonGroup(self)
        self._layout_widgets()
        self._connect_widgets()
        self.show_nothing()

    def _layout_widgets(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (first, (self.search_button, self.elements_button)),
            (second, (self.page_button, self.add_button, self.save_button)),
        ):
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
        lists = QHBoxLayout(self.lists)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(2)
        for one in (self.candidates_button, self.found_button):
            one.setCheckable(True)
            self._group.addButton(one)
            lists.addWidget(one)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.note)
        layout.addLayout(second)
        layout.addLayout(first)

    def _connect_widgets(self) -> None:
        self.search_button.clicked.connect(self.search_wanted)
        self.elements_button.clicked.connect(self.elements_wanted)
        self.page_button.clicked.connect(self.page_wanted)
        self.add_button.clicked.connect(self.add_wanted)
        self.save_button.clicked.connect(self.save_wanted)
        self.found_button.toggled.connect(self.list_chosen)

    def show_nothing(self) -> None:
        """Show that nothing was searched."""
        self.show_list(has_found=False, is_library=False)
        self.show_note("")

    def show_list(self, *, has_found: bool, is_library: bool) -> None:
        """Show which list is shown, and whether there is another one."""
        self.lists.setVisible(has_found)
        for one in (self.candidates_button, self.found_button):
            one.blockSignals(True)
        (self.found_button if is_library else self.candidates_button).setChecked(True)
        for one in (self.candidates_button, self.found_button):
            one.blockSignals(False)
        self.show_chosen(is_structure=False)

    def show_chosen(self, *, is_structure: bool) -> None:
        """Show what can be done with the row chosen, if it is a structure of a library."""
        for one in (self.page_button, self.add_button, self.save_button):
            one.setVisible(is_structure)

    def show_elements(self, words: str) -> None:
        """Show which elements are searched for."""
        is_short = len(words) <= _MOST_LETTERS
        self.elements_button.setText(
            f"{words[:1].upper()}{words[1:]}…" if is_short else tr("Elements…")
        )
        self.elements_button.setToolTip(
            tr("Searched: {words}. Which elements, which libraries", words=words)
        )

    def show_busy(self, words: str) -> None:
        """Show that a search is on its way."""
        self.search_button.setEnabled(False)
        self.show_note(words)

    def show_note(self, words: str, more: str = "") -> None:
        """Show what was searched and found, with more on pointing at it; nothing for no words."""
        self.note.setText(words)
        self.note.setToolTip(more)
        self.note.setVisible(bool(words))

    def show_searchable(self, *, is_possible: bool) -> None:
        """Tell whether there is a pattern that can be searched for."""
        self.search_button.setEnabled(is_possible)
