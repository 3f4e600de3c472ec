"""Simulate beside the pattern: any phase, any beam direction, any thickness."""

from collections.abc import Sequence
from math import atan2, cos, degrees, hypot, radians, sin
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.views.number_field import number_spin
from saed_desktop.gui.views.simulated_view import SimulatedView
from saed_desktop.gui.views.widgets import (
    button,
    button_row,
    choice,
    heading,
    lay_beside,
    muted,
    rest_timer,
)
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.simulation.single_pattern import SimulatedPattern

BLINK_MS = 600
WAIT_MS = 120
"""Pause in typing after which the pattern is computed."""
KINEMATICAL, DYNAMICAL = "kinematical", "dynamical"
SIMULATION, DIFFERENCE = "simulation", "difference"
DIFFERENCE_WORDS = mark("Orange is measured only, blue is computed only.")


class SimulationWindow(QDialog):
    """The computed pattern on the left, what it is computed of on the right."""

    changed = Signal()
    overlay_changed = Signal()
    lit_changed = Signal(bool)
    candidate_wanted = Signal()
    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Simulate"))
        self.setModal(False)
        self.view = SimulatedView()
        self.phase = QComboBox()
        self.phase.setAccessibleName(tr("Phase"))
        self.direction = QLineEdit("0 0 1")
        self.direction.setAccessibleName(tr("Beam direction, zone axis or real numbers"))
        self.direction.setToolTip(
            tr("A zone axis such as 1 1 0 or 0001, or any direction: 1.02 1 0.1")
        )
        self.in_plane = number_spin(tr("Turn of the pattern in degrees"), -360, 360, 0, "°")
        self.tilt = number_spin(tr("Tilt off the direction in degrees"), 0, 45, 0, "°")
        self.azimuth = number_spin(tr("Direction of the tilt axis in degrees"), -360, 360, 0, "°")
        self.thickness = number_spin(tr("Thickness in nm"), 0.5, 1000, 50, " nm")
        self.energy = number_spin(tr("Electron energy in keV"), 20, 3000, 200, " keV")
        self.method = choice(
            tr("Method"), ((tr("Kinematical"), KINEMATICAL), (tr("Bloch waves"), DYNAMICAL))
        )
        self.content = choice(
            tr("What is shown on the left"),
            (
                (tr("Simulation"), SIMULATION),
                (tr("Difference: measured less computed"), DIFFERENCE),
            ),
        )
        self.labels = QCheckBox(tr("Indices"))
        self.overlay = QCheckBox(tr("Draw it over the pattern"))
        self.blink = QCheckBox(tr("Blink"))
        self.words = muted()
        self.candidate_button = button(
            tr("As the candidate"), tip=tr("Take phase and orientation over")
        )
        self.fit_button = button(
            tr("Best fit to this pattern"),
            kind="primary",
            tip=tr("Turn and tilt it so that it explains the spots"),
        )
        self._rest = rest_timer(self, WAIT_MS, self.changed)
        self._blinking = QTimer(self)
        self._blinking.setInterval(BLINK_MS)
        self._is_lit = True
        self._blinking.timeout.connect(self._flip)
        self.labels.setChecked(True)
        self.overlay.setChecked(True)
        self._layout_widgets()
        self._connect_widgets()
        self.resize(760, 520)

    def _layout_widgets(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(7)
        for text, widget in (
            (tr("Phase"), self.phase),
            (tr("Beam along"), self.direction),
            (tr("Turn"), self.in_plane),
            (tr("Tilt"), self.tilt),
            (tr("Tilt axis"), self.azimuth),
            (tr("Thickness"), self.thickness),
            (tr("Energy"), self.energy),
            (tr("Method"), self.method),
            (tr("Show"), self.content),
        ):
            form.addRow(text, widget)
        side = QVBoxLayout()
        side.setSpacing(9)
        side.addWidget(heading(tr("What is computed")))
        side.addLayout(form)
        side.addWidget(self.words)
        side.addWidget(self.labels)
        side.addWidget(self.overlay)
        side.addWidget(self.blink)
        side.addStretch(1)
        side.addLayout(button_row(self.candidate_button, self.fit_button))
        lay_beside(self, self.view, side)

    def _connect_widgets(self) -> None:
        self.phase.activated.connect(lambda _i: self.changed.emit())
        self.method.activated.connect(lambda _i: self.changed.emit())
        self.direction.textChanged.connect(lambda _text: self._rest.start())
        for spin in (self.in_plane, self.tilt, self.azimuth, self.thickness, self.energy):
            spin.valueChanged.connect(lambda _value: self._rest.start())
        self.content.activated.connect(lambda _i: self.overlay_changed.emit())
        self.labels.toggled.connect(lambda _on: self.overlay_changed.emit())
        self.overlay.toggled.connect(lambda _on: self.overlay_changed.emit())
        self.blink.toggled.connect(self._blink_toggled)
        self.candidate_button.clicked.connect(self.candidate_wanted)
        self.fit_button.clicked.connect(self.fit_wanted)
        self.view.turned.connect(self.turn)
        self.view.tilted.connect(self._tilt)

    # ---- what it shows ----------------------------------------------------------------------

    def show_phases(self, names: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer phases: names with what to call them."""
        self.phase.clear()
        for name, label in names:
            self.phase.addItem(label, name)
        self.phase.setCurrentIndex(max(self.phase.findData(chosen), 0))

    def show_direction(
        self, direction_uvw: tuple[float, float, float], in_plane_deg: float, phase: str
    ) -> None:
        """Show an orientation, without a tilt of its own."""
        for widget in (self.direction, self.in_plane, self.tilt, self.phase):
            widget.blockSignals(True)
        self.phase.setCurrentIndex(max(self.phase.findData(phase), 0))
        self.direction.setText(" ".join(f"{value:.4f}" for value in direction_uvw))
        self.in_plane.setValue(in_plane_deg)
        self.tilt.setValue(0.0)
        for widget in (self.direction, self.in_plane, self.tilt, self.phase):
            widget.blockSignals(False)
        self.changed.emit()

    def show_pattern(self, pattern: "SimulatedPattern | None", q_max: float, words: str) -> None:
        """Show what was computed, or why nothing was."""
        self.view.show_pattern(pattern, q_max, labels=self.labels.isChecked())
        self.words.setText(words)

    @property
    def is_dynamical(self) -> bool:
        """Whether Bloch waves are wanted."""
        return bool(self.method.currentData() == DYNAMICAL)

    @property
    def shows_difference(self) -> bool:
        """Whether the difference is asked for."""
        return bool(self.content.currentData() == DIFFERENCE)

    def show_difference(self, picture: "ByteImage | None", words: str = "") -> None:
        """Show measured less computed instead of the simulation; None for the simulation."""
        self.view.show_picture(picture)
        if self.shows_difference:
            self.words.setText(words or tr(DIFFERENCE_WORDS))

    def turn(self, angle_deg: float) -> None:
        """Turn the pattern further, clockwise."""
        self.in_plane.setValue((self.in_plane.value() + angle_deg + 180) % 360 - 180)

    def _tilt(self, dx_deg: float, dy_deg: float) -> None:
        """Tilt the crystal further, about the axis across the way of the mouse."""
        tilt, azimuth = self.tilt.value(), radians(self.azimuth.value())
        along = tilt * cos(azimuth) - dy_deg
        across = tilt * sin(azimuth) + dx_deg
        self.azimuth.setValue(degrees(atan2(across, along)))
        self.tilt.setValue(hypot(along, across))

    # ---- blinking ---------------------------------------------------------------------------

    def _blink_toggled(self, is_on: bool) -> None:
        if is_on:
            self._blinking.start()
        else:
            self._blinking.stop()
        self._is_lit = True
        self.lit_changed.emit(True)

    def _flip(self) -> None:
        self._is_lit = not self._is_lit
        self.lit_changed.emit(self._is_lit)

    def done(self, result: int) -> None:
        """Stop blinking with the window."""
        self.blink.setChecked(False)
        self._rest.stop()
        super().done(result)
