"""Window of the library search: the elements that may be in it, and the libraries searched."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.views.file_drop import accept_files, dropped_files
from saed_desktop.gui.views.periodic_table import PeriodicTable
from saed_desktop.gui.views.widgets import button, button_row, heading, line, muted
from saed_desktop.translation import tr
from saed_desktop.workspace.library_choice import LibraryChoice, Presence, symbols_in

if TYPE_CHECKING:
    from saed_desktop.workspace.library_shelf import LibraryEntry

_NAME = Qt.ItemDataRole.UserRole


class LibraryDialog(QDialog):
    """Elements and libraries; every change is told at once, the search waits for its button."""

    choice_changed = Signal(object)
    search_wanted = Signal()
    add_file_wanted = Signal()
    add_folder_wanted = Signal()
    remove_wanted = Signal(str)
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Search the library"))
        self.setAccessibleName(tr("Search the library"))
        self.setAcceptDrops(True)
        self._choice = LibraryChoice()
        self.elements = PeriodicTable()
        self.typed = QLineEdit()
        self.any_button = button(
            tr("All may be"), tip=tr("Know nothing of the elements (every one may)")
        )
        self.none_button = button(
            tr("None may be"), tip=tr("Start from no element and tick what may be")
        )
        self.words = muted()
        self.libraries = QListWidget()
        self.add_file_button = button(
            tr("Add library…"), tip=tr("A .saedlib file, or drop it here")
        )
        self.add_folder_button = button(
            tr("From CIF files…"),
            tip=tr("Make a library of a folder of CIF files, or drop it here"),
        )
        self.remove_button = button(
            tr("Remove"), tip=tr("Take a library off the list; its file stays")
        )
        self.specimen = QCheckBox(tr("The open patterns show one specimen"))
        self.note = muted()
        self.search_button = button(
            tr("Search"), kind="primary", tip=tr("Search for the pattern shown")
        )
        self.close_button = button(tr("Close"))
        self._layout_widgets()
        self._connect_widgets()
        self.show_choice(self._choice)

    def _layout_widgets(self) -> None:
        self.typed.setPlaceholderText(tr("Elements of the specimen: Fe Cr C"))
        self.typed.setAccessibleName(tr("Elements of the specimen"))
        self.typed.setToolTip(
            tr(
                "Press Enter: these may be in a structure, all others not. A phase "
                "need not hold all."
            )
        )
        self.typed.setClearButtonEnabled(True)
        self.specimen.setToolTip(
            tr(
                "Search for what explains all answered patterns together; they share "
                "camera and scale"
            )
        )
        self.libraries.setAccessibleName(tr("Libraries"))
        row_px = self.fontMetrics().height() + 12
        self.libraries.setMinimumHeight(3 * row_px)
        self.libraries.setMaximumHeight(5 * row_px)
        self.search_button.setDefault(False)
        self.search_button.setAutoDefault(False)
        for one in (self.any_button, self.none_button, self.add_file_button, self.close_button,
                    self.add_folder_button, self.remove_button):  # fmt: skip
            # Enter in the field of elements must not press a button
            one.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(9)
        layout.addWidget(heading(tr("Which elements may be in it?")))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.typed, 1)
        row.addWidget(self.any_button)
        row.addWidget(self.none_button)
        layout.addLayout(row)
        layout.addWidget(self.elements, 1)
        layout.addWidget(
            muted(
                tr(
                    "Click: it must be in it (filled), must not (pale), may (framed). "
                    "Keys: Y, N, M."
                )
            )
        )
        layout.addWidget(self.words)
        layout.addWidget(line())
        layout.addWidget(heading(tr("Which libraries are searched?")))
        layout.addWidget(self.libraries)
        layout.addLayout(
            button_row(self.add_file_button, self.add_folder_button, self.remove_button)
        )
        layout.addWidget(self.note)
        layout.addWidget(self.specimen)
        layout.addLayout(button_row(self.close_button, self.search_button, stretch_first=True))
        self.note.hide()

    def _connect_widgets(self) -> None:
        self.elements.presence_chosen.connect(self._choose)
        self.typed.returnPressed.connect(self._take_typed)
        self.any_button.clicked.connect(lambda: self._change(self._choice.with_all(Presence.MAYBE)))
        self.none_button.clicked.connect(lambda: self._change(self._choice.with_all(Presence.NO)))
        self.libraries.itemChanged.connect(self._libraries_ticked)
        self.libraries.currentItemChanged.connect(lambda *_: self._show_removable())
        self.add_file_button.clicked.connect(self.add_file_wanted)
        self.add_folder_button.clicked.connect(self.add_folder_wanted)
        self.remove_button.clicked.connect(self._remove)
        self.search_button.clicked.connect(self.search_wanted)
        self.close_button.clicked.connect(self.close)
        self.specimen.toggled.connect(
            lambda is_on: self._change(replace(self._choice, is_specimen=is_on))
        )

    # ---- what is shown ----------------------------------------------------------------------

    def show_choice(self, choice: LibraryChoice) -> None:
        """Show elements and libraries that are chosen."""
        self._choice = choice
        self.elements.show_choice(choice)
        self.specimen.blockSignals(True)
        self.specimen.setChecked(choice.is_specimen)
        self.specimen.blockSignals(False)
        self.words.setText(tr("Searched: {words}.", words=choice.words))

    def show_libraries(self, entries: Sequence["LibraryEntry"]) -> None:
        """Show the libraries that there are, those chosen ticked."""
        self.libraries.blockSignals(True)
        self.libraries.clear()
        for entry in entries:
            item = QListWidgetItem(entry.words)
            item.setToolTip(tr(entry.name))
            item.setData(_NAME, entry.name)
            is_chosen = entry.name in self._choice.names and not entry.problem
            item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
            if entry.problem:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            self.libraries.addItem(item)
        self.libraries.blockSignals(False)
        self._show_removable()

    def show_note(self, words: str) -> None:
        """Show how the making of a library goes; nothing for no words."""
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def show_searchable(self, *, is_possible: bool) -> None:
        """Tell whether there is a pattern to search for."""
        self.search_button.setEnabled(is_possible)

    # ---- what the user does -----------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        accept_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take files."""
        if files := dropped_files(event):
            self.files_dropped.emit(files)

    def _choose(self, symbol: str, presence: str) -> None:
        self._change(self._choice.with_presence(symbol, Presence(presence)))

    def _take_typed(self) -> None:
        symbols, strange = symbols_in(self.typed.text())
        if strange:
            self.words.setText(tr("No element is called {join}.", join=", ".join(strange)))
        elif symbols:
            self._change(self._choice.with_only(symbols))

    def _libraries_ticked(self) -> None:
        items = [self.libraries.item(i) for i in range(self.libraries.count())]
        names = tuple(
            str(item.data(_NAME)) for item in items if item.checkState() is Qt.CheckState.Checked
        )
        if names:
            self._change(replace(self._choice, names=names))
        else:
            self.words.setText(
                tr("Tick at least one library: with none there is nothing to search.")
            )

    def _change(self, choice: LibraryChoice) -> None:
        self.show_choice(choice)
        self.choice_changed.emit(choice)

    def _show_removable(self) -> None:
        item = self.libraries.currentItem()
        self.remove_button.setEnabled(item is not None and self.libraries.currentRow() > 0)

    def _remove(self) -> None:
        item = self.libraries.currentItem()
        if item is not None:
            self.remove_wanted.emit(str(item.data(_NAME)))
