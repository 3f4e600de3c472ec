"""Panel for the indexing setup: candidate phases and the network."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.models.phases_model import PhasesModel
from saed_desktop.gui.views.widgets import (
    button,
    button_row,
    heading,
    line,
    muted,
    search_field,
    table,
)
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.analysis_service import PhaseEntry
    from saed_desktop.workspace.networks import NetworkEntry

INDEXING_ALONE = "none"


class SetupPanel(QWidget):
    """Phases to tick, sets of them, networks to choose."""

    phases_ticked = Signal(tuple)
    set_chosen = Signal(str)
    set_saved = Signal(str)
    set_removed = Signal(str)
    add_phases_wanted = Signal()
    phase_removed = Signal(str)
    network_chosen = Signal(str)
    add_network_wanted = Signal()
    network_removed = Signal(str)
    card_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.phases = PhasesModel()
        self.table = table(tr("Phases to consider"))
        self.filter = search_field(tr("Find a phase"), tr("Find a phase"))
        self.all_button = button(tr("All"), kind="quiet")
        self.none_button = button(tr("None"), kind="quiet")
        self.network_phases_button = button(
            tr("The network's"), kind="quiet", tip=tr("Tick the phases that the network knows")
        )
        self.add_phase_button = button(tr("Add CIF…"), tip=tr("Or drop CIF files on the window"))
        self.remove_phase_button = button(tr("Remove"), tip=tr("Remove a phase that you added"))
        self.sets = QComboBox()
        self.save_set_button = button(tr("Save set"))
        self.remove_set_button = button(tr("Delete set"))
        self.network = QComboBox()
        self.network_note = muted()
        self.card_button = button(tr("Show its card"), tip=tr("Trained on what, measured how"))
        self.add_network_button = button(
            tr("Add…"), tip=tr("Or drop a .saednet file on the window")
        )
        self.remove_network_button = button(tr("Remove"), tip=tr("Remove a network that you added"))
        self._networks: dict[str, NetworkEntry] = {}
        self._layout_widgets()
        self._connect_widgets()

    def _layout_widgets(self) -> None:
        self.sets.setEditable(True)
        self.sets.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.sets.setAccessibleName(tr("Phase sets"))
        edit = self.sets.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(tr("Name of a set"))
        self.network.setAccessibleName(tr("Network"))
        self.table.setModel(self.phases)
        # several rows on the lowest screen: there the whole page scrolls
        self.table.setMinimumHeight(10 * self.fontMetrics().height())
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(heading(tr("Which phases are considered?")))
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.filter, 1)
        for made in (self.all_button, self.none_button, self.network_phases_button):
            row.addWidget(made)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addLayout(button_row(self.add_phase_button, self.remove_phase_button))
        sets = QHBoxLayout()
        sets.addWidget(self.sets, 1)
        sets.addWidget(self.save_set_button)
        sets.addWidget(self.remove_set_button)
        layout.addLayout(sets)
        layout.addWidget(line())
        layout.addWidget(heading(tr("Which network is used?")))
        layout.addWidget(self.network)
        layout.addWidget(self.network_note)
        layout.addLayout(
            button_row(self.card_button, self.add_network_button, self.remove_network_button)
        )

    def _connect_widgets(self) -> None:
        self.filter.textChanged.connect(self.phases.set_filter)
        self.phases.ticks_changed.connect(lambda: self.phases_ticked.emit(self.phases.ticked))
        self.all_button.clicked.connect(lambda: self.phases.set_ticked(self.phases.names))
        self.none_button.clicked.connect(lambda: self.phases.set_ticked(()))
        self.network_phases_button.clicked.connect(lambda: self.set_chosen.emit(""))
        self.add_phase_button.clicked.connect(self.add_phases_wanted)
        self.remove_phase_button.clicked.connect(self._remove_phase)
        self.sets.activated.connect(lambda _i: self.set_chosen.emit(self.sets.currentText()))
        self.save_set_button.clicked.connect(
            lambda: self.set_saved.emit(self.sets.currentText().strip())
        )
        self.remove_set_button.clicked.connect(
            lambda: self.set_removed.emit(self.sets.currentText().strip())
        )
        self.network.activated.connect(self._choose_network)
        self.add_network_button.clicked.connect(self.add_network_wanted)
        self.remove_network_button.clicked.connect(
            lambda: self.network_removed.emit(self.network.currentData())
        )
        self.card_button.clicked.connect(lambda: self.card_wanted.emit(self.network.currentData()))

    def show_phases(self, entries: Sequence["PhaseEntry"], ticked: Sequence[str]) -> None:
        """Show the phases and which are considered."""
        self.phases.blockSignals(False)
        self.phases.set_entries(entries, ticked)

    def show_sets(self, names: Sequence[str], current: str) -> None:
        """Show the saved sets."""
        self.sets.clear()
        self.sets.addItems(list(names))
        self.sets.setCurrentText(current)

    def show_networks(self, entries: Sequence["NetworkEntry"], current: str) -> None:
        """Show the networks; `current` is a name, "" for the default one."""
        self._networks = {entry.name: entry for entry in entries}
        self.network.clear()
        for entry in entries:
            default = tr(" (default)") if entry.is_default else ""
            self.network.addItem(f"{entry.name}{default}", entry.name)
        self.network.addItem(tr("No network: indexing alone"), INDEXING_ALONE)
        chosen = current or next((e.name for e in entries if e.is_default), INDEXING_ALONE)
        at = self.network.findData(chosen)
        self.network.setCurrentIndex(at if at >= 0 else self.network.count() - 1)
        self._show_network_note()

    def _choose_network(self) -> None:
        self._show_network_note()
        self.network_chosen.emit(self.network.currentData())

    def _show_network_note(self) -> None:
        entry = self._networks.get(self.network.currentData())
        self.network_note.setText(
            entry.summary if entry else tr("Spots and crystals decide, nothing that was trained.")
        )
        self.card_button.setEnabled(entry is not None)
        self.remove_network_button.setEnabled(entry is not None and entry.is_yours)

    def _remove_phase(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        entry = self.phases.entry_at(rows[0].row()) if rows else None
        if entry is not None:
            self.phase_removed.emit(entry.name)


class CardWindow(QTextBrowser):
    """The card of a network."""

    def __init__(self, parent: QWidget, title: str, page: str) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setHtml(page)
        self.resize(640, 620)
