"""Controller of zoom, rotation, unit, radial profile, film strip and the pattern's menus."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.settings import Settings
from saed_desktop.gui.worker import Task
from saed_desktop.translation import tr
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.pattern.radial_profile import RadialProfile
    from saed_desktop.workspace.answer_view import CandidateRow

ZOOM_STEP = 1.3
PATTERN_MENU: tuple[Act | None, ...] = (
    Act.FIT, Act.ACTUAL_SIZE, Act.AUTO_CONTRAST, None,
    Act.SHOW_SPOTS, Act.SHOW_REFLECTIONS, Act.SHOW_LABELS, Act.SHOW_RINGS, None,
    Act.COPY_PICTURE, Act.EXPORT_PICTURE, None,
    Act.ACCEPT, Act.CORRECT,
)  # fmt: skip


class ViewController(Controller):
    """Zoom, turn, and what stands beside the pattern."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._profile, self._film = context.window.profile_view, context.window.film_strip
        self._shown: RadialProfile | None = None
        self._connect_profile()
        self._connect_film()
        context.settings.changed.connect(self._settings_changed)
        context.window.calibrate_panel.unit_chosen.connect(
            lambda unit: context.settings.change(unit=unit)
        )
        context.window.restyled.connect(self._profile.restyle)
        self._view.menu_wanted.connect(lambda at, xy: _popup(self.pattern_menu(xy), at))
        self._film.menu_wanted.connect(lambda at, pattern: _popup(self.film_menu(pattern), at))

    def _settings_changed(self, new: Settings, old: Settings) -> None:
        if new.unit != old.unit:
            self._show_profile()

    # ---- zoom, turn, unit -------------------------------------------------------------------

    def zoom_in(self) -> None:
        """Look closer."""
        self._view.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Step back."""
        self._view.zoom(1 / ZOOM_STEP)

    def turn_by(self, angle_deg: float) -> None:
        """Turn the view clockwise."""
        self._view.turn((self._view.angle_deg + angle_deg) % 360)

    def set_upright(self) -> None:
        """Show the pattern as it was taken."""
        self._actions[Act.FLIP].setChecked(False)
        self._view.turn(0.0)

    def switch_unit(self) -> None:
        """Choose the other unit of scale bar, readouts and profile."""
        unit = "1/A" if self._settings.value.unit == "1/nm" else "1/nm"
        self._settings.change(unit=unit)

    # ---- radial profile ---------------------------------------------------------------------

    def _connect_profile(self) -> None:
        is_shown = "profile" in self._settings.value.panels
        self._actions[Act.SHOW_PROFILE].setChecked(is_shown)
        self._profile.setVisible(is_shown)
        self._open_patterns.prepared.connect(self._measure_profile)
        self._open_patterns.answered.connect(self._show_answered)
        self._open_patterns.candidate_changed.connect(self._show_lines)
        self._profile.radius_hovered.connect(self._view.rings.set_hovered)
        self._view.cursor_moved.connect(self._cursor_moved)

    def show_profile(self, *, is_shown: bool) -> None:
        """Show the radial profile, or not."""
        self._profile.setVisible(is_shown)
        self._keep_panel("profile", is_kept=is_shown)
        if is_shown and self._current is not None:
            self._measure_profile(self._current)

    def _keep_panel(self, name: str, *, is_kept: bool) -> None:
        others = tuple(panel for panel in self._settings.value.panels if panel != name)
        self._settings.change(panels=(*others, name) if is_kept else others)

    def _measure_profile(self, pattern: OpenPattern) -> None:
        if not self._actions[Act.SHOW_PROFILE].isChecked() or pattern.prepared is None:
            return
        prepared = pattern.prepared.pattern

        def work(_task: Task) -> "RadialProfile":
            from saed_desktop.pattern.radial_profile import radial_profile

            return radial_profile(prepared)

        def done(profile: "RadialProfile") -> None:
            self._shown = profile
            self._show_profile()

        self._workers["read"].submit(work, done=done, key="profile")

    def _show_profile(self) -> None:
        scale = self._current.scale_inv_angstrom_per_px if self._current is not None else None
        self._profile.set_profile(self._shown, scale, self._settings.value.unit)

    def _show_answered(self, pattern: OpenPattern) -> None:
        self._show_profile()
        if pattern is self._current and self._open_patterns.candidate is None:
            self._show_lines(None)

    def _show_lines(self, row: "CandidateRow | None") -> None:
        if row is None:
            answered = self._current.answered if self._current is not None else None
            rings = answered.view.rings if answered is not None else None
            chosen = self._window.answer_panel.chosen
            if chosen is not None and chosen.rings is not None:
                rings = chosen.rings
            self._profile.set_lines(*(rings.q_by_phase if rings is not None else ()))
            return
        seen = row.marks.visible > 0.1
        self._profile.set_lines(np.unique(np.round(1 / row.marks.d_angstrom[seen], 4)))

    def _cursor_moved(self, xy: tuple[float, float] | None) -> None:
        current = self._current
        if xy is None or current is None or current.prepared is None:
            self._profile.show_cursor(None)
            return
        x, y = current.prepared.marks.center_xy
        self._profile.show_cursor(float(np.hypot(xy[0] - x, xy[1] - y)))

    # ---- film strip -------------------------------------------------------------------------

    def _connect_film(self) -> None:
        patterns = self._open_patterns
        self._actions[Act.SHOW_FILM].setChecked("no-film" not in self._settings.value.panels)
        patterns.list_changed.connect(self._fill_film)
        patterns.current_changed.connect(self._film_current)
        patterns.pattern_updated.connect(self._film.film.refresh)
        self._film.pattern_chosen.connect(patterns.show)
        self._film.close_wanted.connect(patterns.close)

    def show_film(self, *, is_shown: bool) -> None:
        """Show the film strip, or not."""
        self._keep_panel("no-film", is_kept=not is_shown)
        self._fill_film()

    def _fill_film(self) -> None:
        patterns = self._open_patterns.patterns
        self._film.film.set_patterns(patterns)
        is_wanted = self._actions[Act.SHOW_FILM].isChecked()
        self._film.setVisible(is_wanted and len(patterns) > 1)
        self._film_current(self._current)

    def _film_current(self, pattern: OpenPattern | None) -> None:
        if pattern is not None:
            self._film.show_current(self._film.film.row_of(pattern))

    def step_open(self, offset: int) -> None:
        """Show the next open pattern, or the one before."""
        patterns, current = self._open_patterns.patterns, self._current
        if current is not None and patterns:
            self._open_patterns.show(patterns[(patterns.index(current) + offset) % len(patterns)])

    # ---- menus under the right button -------------------------------------------------------

    def pattern_menu(self, xy: tuple[float, float]) -> QMenu:
        """Return the menu of a place in the pattern."""
        menu = QMenu(self._window)
        here = menu.addAction(tr("Direct beam is here"))
        here.triggered.connect(
            lambda: self._open_patterns.edit(tr("move the direct beam"), center_xy=xy)
        )
        here.setEnabled(self._current is not None)
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
        patterns, path = self._open_patterns, str(pattern.state.path)
        menu.addAction(tr("Show")).triggered.connect(lambda: patterns.show(pattern))
        menu.addAction(tr("Close")).triggered.connect(lambda: patterns.close(pattern))
        others = menu.addAction(tr("Close the others"))
        others.triggered.connect(lambda: patterns.close_others(pattern))
        others.setEnabled(len(patterns.patterns) > 1)
        menu.addSeparator()
        copy = menu.addAction(tr("Copy path"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(path))
        return menu


def _popup(menu: QMenu, at: QPoint) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(at)
