"""Controller of zoom, rotation, contrast, colours, radial profile and film strip."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QActionGroup

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.views.color_maps import color_map_names
from saed_desktop.gui.views.contrast_panel import ContrastPanel
from saed_desktop.gui.views.film_strip import FilmStrip
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.profile_view import ProfileView
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

    from saed_desktop.calibration.radial_profile import RadialProfile
    from saed_desktop.workspace.answer_view import CandidateRow
    from saed_desktop.workspace.display import ContrastSettings

TURN_STEP_DEG = 5.0


class ViewController(QObject):
    """Zoom, turn, contrast and what stands beside the pattern."""

    def __init__(
        self,
        view: PatternView,
        contrast: ContrastPanel,
        profile: ProfileView,
        film: FilmStrip,
        actions: ActionSet,
        settings: SettingsStore,
        workers: Workers,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        pattern_display: PatternDisplayController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._view, self._contrast, self._profile, self._film = view, contrast, profile, film
        self._actions, self._settings, self._read = actions, settings, workers["read"]
        self._open_patterns, self._pattern_display = open_patterns, pattern_display
        self._shown: RadialProfile | None = None
        self._wants_film = True
        self._connect_view()
        self._connect_contrast()
        self._connect_profile(analysis)
        self._connect_film()

    # ---- zoom and turn ----------------------------------------------------------------------

    def _connect_view(self) -> None:
        view, actions = self._view, self._actions
        for act, do in (
            (Act.FIT, view.fit),
            (Act.ZOOM_IN, lambda: view.zoom(1.3)),
            (Act.ZOOM_OUT, lambda: view.zoom(1 / 1.3)),
            (Act.ACTUAL_SIZE, view.show_actual_size),
            (Act.TURN_RIGHT, lambda: view.turn(view.angle_deg + TURN_STEP_DEG)),
            (Act.TURN_LEFT, lambda: view.turn(view.angle_deg - TURN_STEP_DEG)),
            (Act.TURN_QUARTER, lambda: view.turn((view.angle_deg + 90.0) % 360)),
            (Act.TURN_BACK, self._set_upright),
            (Act.SWITCH_UNIT, self._switch_unit),
        ):
            actions[act].triggered.connect(lambda _checked=False, d=do: d())
        actions[Act.FLIP].toggled.connect(lambda on: view.flip(is_flipped=on))

    def _set_upright(self) -> None:
        self._actions[Act.FLIP].setChecked(False)
        self._view.turn(0.0)

    def _switch_unit(self) -> None:
        self.set_unit("1/A" if self._settings.value.unit == "1/nm" else "1/nm")

    def set_unit(self, unit: str) -> None:
        """Choose the unit of scale bar, readouts and profile."""
        self._settings.change(unit=unit)
        current = self._open_patterns.current
        if current is not None:
            self._pattern_display.show_scale(current)
            self._open_patterns.updated(current)
        self._show_profile()

    # ---- contrast ---------------------------------------------------------------------------

    def _connect_contrast(self) -> None:
        contrast, actions = self._contrast, self._actions
        actions[Act.AUTO_CONTRAST].triggered.connect(
            lambda: self._pattern_display.set_contrast(None)
        )
        actions[Act.INVERT_COLORS].setChecked(self._settings.value.color_map == "inverted grey")
        actions[Act.INVERT_COLORS].toggled.connect(
            lambda on: self.set_color_map("inverted grey" if on else "grey")
        )
        contrast.contrast_changed.connect(self._pattern_display.set_contrast)
        contrast.auto_wanted.connect(lambda: self._pattern_display.set_contrast(None))
        contrast.color_map_chosen.connect(self.set_color_map)
        self._pattern_display.contrast_shown.connect(self._fill_contrast)

    def show_contrast(self, beside: "QWidget") -> None:
        """Drop the contrast panel down from its button."""
        pattern, contrast = self._open_patterns.current, self._pattern_display.contrast
        if pattern is None or pattern.loaded is None or contrast is None:
            return
        self._fill_contrast(pattern, contrast)
        self._contrast.adjustSize()
        self._contrast.move(beside.mapToGlobal(QPoint(0, beside.height() + 4)))
        self._contrast.show()

    def _fill_contrast(self, pattern: OpenPattern, contrast: "ContrastSettings") -> None:
        if pattern.loaded is not None:
            self._contrast.show_contrast(
                pattern.loaded.pyramid, contrast, self._settings.value.color_map
            )

    def fill_color_menu(self, menu: "QMenu") -> None:
        """Offer the colour maps in a menu."""
        group = QActionGroup(menu)
        for name in color_map_names():
            action = menu.addAction(name.capitalize())
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(lambda _checked=False, n=name: self.set_color_map(n))
            group.addAction(action)
        menu.aboutToShow.connect(lambda: self._tick_color_menu(menu))

    def _tick_color_menu(self, menu: "QMenu") -> None:
        for action in menu.actions():
            action.setChecked(action.data() == self._settings.value.color_map)

    def set_color_map(self, name: str) -> None:
        """Choose the colours."""
        self._pattern_display.set_color_map(name)
        switch = self._actions[Act.INVERT_COLORS]
        switch.blockSignals(True)
        switch.setChecked(name == "inverted grey")
        switch.blockSignals(False)

    # ---- radial profile ---------------------------------------------------------------------

    def _connect_profile(self, analysis: AnalysisController) -> None:
        action = self._actions[Act.SHOW_PROFILE]
        action.setChecked("profile" in self._settings.value.panels)
        action.toggled.connect(self._profile_toggled)
        self._profile.setVisible(action.isChecked())
        analysis.prepared.connect(self._measure_profile)
        analysis.answered.connect(lambda _p: self._show_profile())
        self._pattern_display.candidate_shown.connect(self._show_lines)
        self._profile.radius_hovered.connect(self._view.rings.set_hovered)
        self._view.cursor_moved.connect(self._cursor_moved)

    def _profile_toggled(self, is_shown: bool) -> None:
        self._profile.setVisible(is_shown)
        others = tuple(name for name in self._settings.value.panels if name != "profile")
        self._settings.change(panels=(*others, "profile") if is_shown else others)
        current = self._open_patterns.current
        if is_shown and current is not None:
            self._measure_profile(current)

    def _measure_profile(self, pattern: OpenPattern) -> None:
        if not self._actions[Act.SHOW_PROFILE].isChecked() or pattern.prepared is None:
            return
        prepared = pattern.prepared.pattern

        def work(_task: Task) -> "RadialProfile":
            from saed_desktop.calibration.radial_profile import radial_profile

            return radial_profile(prepared)

        def done(profile: "RadialProfile") -> None:
            self._shown = profile
            self._show_profile()

        self._read.submit(work, done=done, key="profile")

    def _show_profile(self) -> None:
        current = self._open_patterns.current
        scale = current.scale_inv_angstrom_per_px if current is not None else None
        self._profile.set_profile(self._shown, scale, self._settings.value.unit)

    def _show_lines(self, row: "CandidateRow | None") -> None:
        if row is None:
            self._profile.set_lines(np.zeros(0))
            return
        seen = row.marks.visible > 0.1
        self._profile.set_lines(np.unique(np.round(1 / row.marks.d_angstrom[seen], 4)))

    def _cursor_moved(self, xy: tuple[float, float] | None) -> None:
        current = self._open_patterns.current
        if xy is None or current is None or current.prepared is None:
            self._profile.show_cursor(None)
            return
        x, y = current.prepared.marks.center_xy
        self._profile.show_cursor(float(np.hypot(xy[0] - x, xy[1] - y)))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        self._profile.restyle()

    # ---- film strip -------------------------------------------------------------------------

    def _connect_film(self) -> None:
        action, open_patterns = self._actions[Act.SHOW_FILM], self._open_patterns
        action.setChecked("no-film" not in self._settings.value.panels)
        action.toggled.connect(self._film_toggled)
        open_patterns.list_changed.connect(self._fill_film)
        open_patterns.current_changed.connect(self._film_current)
        open_patterns.pattern_updated.connect(self._film.film.refresh)
        self._film.pattern_chosen.connect(open_patterns.show)
        self._film.close_wanted.connect(open_patterns.close)
        self._actions[Act.NEXT_OPEN].triggered.connect(lambda: self._step_open(1))
        self._actions[Act.PREVIOUS_OPEN].triggered.connect(lambda: self._step_open(-1))

    def _film_toggled(self, is_shown: bool) -> None:
        others = tuple(name for name in self._settings.value.panels if name != "no-film")
        self._settings.change(panels=others if is_shown else (*others, "no-film"))
        self._fill_film()

    def _fill_film(self) -> None:
        patterns = self._open_patterns.patterns
        self._film.film.set_patterns(patterns)
        is_wanted = self._actions[Act.SHOW_FILM].isChecked()
        self._film.setVisible(is_wanted and len(patterns) > 1)
        self._film_current(self._open_patterns.current)

    def _film_current(self, pattern: OpenPattern | None) -> None:
        if pattern is not None:
            self._film.show_current(self._film.film.row_of(pattern))

    def _step_open(self, offset: int) -> None:
        patterns, current = self._open_patterns.patterns, self._open_patterns.current
        if current is not None and patterns:
            self._open_patterns.show(patterns[(patterns.index(current) + offset) % len(patterns)])
