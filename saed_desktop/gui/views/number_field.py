"""A field for a number, with a decimal point or a decimal comma."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit

from saed_desktop.gui.theme import numeric_font
from saed_desktop.gui.views.readout import parse_number, significant
from saed_desktop.translation import tr


class NumberField(QLineEdit):
    """Takes a number, or nothing; says so where it is neither.

    Parameters
    ----------
    name
        For screen readers and the tooltip.
    low, high
        The range of sensible values.
    """

    value_edited = Signal(object)

    def __init__(self, name: str, *, low: float = 0.0, high: float = float("inf")) -> None:
        super().__init__()
        self._low, self._high = low, high
        self._name = name
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFont(numeric_font(self.font()))
        self.editingFinished.connect(self._finished)
        self.textEdited.connect(self._check)
        self._last: str | None = None

    def set_value(self, value: float | None, digits: int = 5) -> None:
        """Show a number, or nothing."""
        self.setText("" if value is None else significant(value, digits))
        self._last = self.text()
        self._mark(is_right=True)

    @property
    def value(self) -> float | None:
        """The number, None where there is none."""
        value = parse_number(self.text())
        return value if value is not None and self._low < value < self._high else None

    @property
    def is_right(self) -> bool:
        """Whether the text is a sensible number, or empty."""
        return not self.text().strip() or self.value is not None

    def _check(self) -> None:
        self._mark(is_right=self.is_right)

    def _mark(self, *, is_right: bool) -> None:
        state = "" if is_right else "wrong"
        if self.property("state") != state:
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)
        tip = (
            self._name
            if is_right
            else tr("{name}: this is no number that makes sense", name=self._name)
        )
        self.setToolTip(tip)
        self.setAccessibleDescription("" if is_right else tip)

    def _finished(self) -> None:
        if self.is_right and self.text() != self._last:
            self._last = self.text()
            self.value_edited.emit(self.value)


class NumberSpin(QDoubleSpinBox):
    """A number with arrows: shows a decimal point, takes a point or a comma."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(QLocale(QLocale.Language.C))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Judge what is typed with a comma as if it were a point."""
        state, *_ = super().validate(text.replace(",", "."), position)
        return state, text, position

    def fixup(self, text: str) -> str:
        """Write a comma as a point."""
        return text.replace(",", ".")

    def valueFromText(self, text: str) -> float:
        """Return the number that is typed."""
        return float(super().valueFromText(text.replace(",", ".")))


def number_spin(
    name: str, low: float, high: float, value: float, suffix: str = "", *, decimals: int = 1
) -> NumberSpin:
    """Return a number with arrows; screen readers call it by its name."""
    spin = NumberSpin()
    # the decimals first: they round the limits and the value
    spin.setDecimals(decimals)
    spin.setRange(low, high)
    spin.setSuffix(suffix)
    spin.setValue(value)
    spin.setAccessibleName(name)
    return spin
