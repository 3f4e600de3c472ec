"""Controller of the library search: what it finds, the page of a structure."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import Signal

from saed_desktop.file_names import safe_stem
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.indexing_setup import IndexingSetupController
from saed_desktop.gui.worker import Task
from saed_desktop.paths import cache_dir
from saed_desktop.results.atomic import write_text
from saed_desktop.translation import tr
from saed_desktop.workspace.document import KINDS_OF_ONE_CRYSTAL
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.library.structure import LibraryStructure
    from saed_desktop.workspace.analysis_service import Answered
    from saed_desktop.workspace.library_search import LibraryFound
    from saed_desktop.workspace.phase_page import PhasePage

_MIN_RINGS = 4
"""Fewer rings fit half of any library."""


class LibraryController(Controller):
    """Searches libraries for the pattern shown, beside what the candidates answer."""

    searchable_changed = Signal(bool)

    def __init__(self, context: Context, indexing_setup: IndexingSetupController) -> None:
        super().__init__(context)
        self._indexing_setup = indexing_setup
        self._panel, self._card = context.window.answer_panel, context.window.verdict_card
        self._bar = self._panel.library
        self._thread = context.workers["library"]
        # by pattern: the answer that was searched for, and what was found; gone with the pattern
        self._found: WeakKeyDictionary[OpenPattern, tuple[Answered, LibraryFound]] = (
            WeakKeyDictionary()
        )
        patterns = context.open_patterns
        patterns.answered.connect(self._show_answered)
        patterns.started.connect(self._show_started)
        patterns.current_changed.connect(self._show_current)
        self._bar.search_wanted.connect(self.search)
        self._bar.page_wanted.connect(self.show_page)
        self._bar.add_wanted.connect(self._add_chosen)
        self._bar.save_wanted.connect(self._save_chosen)
        self._panel.table.doubleClicked.connect(lambda _index: self.show_page())
        self._card.library_wanted.connect(self.search)

    # ---- searching --------------------------------------------------------------------------

    @property
    def can_search(self) -> bool:
        """Whether the pattern shown has spots or rings that can be searched for."""
        pattern = self._current
        return pattern is not None and _is_searchable(pattern)

    def search(self) -> None:
        """Search the libraries for the spots, or the rings, of the pattern shown."""
        pattern, choice = self._current, self._settings.value.library
        if pattern is None or pattern.answered is None:
            self._complain(tr("The library can be searched once the pattern is answered."))
            return
        if not _is_searchable(pattern):
            self._complain(
                tr("There are no spots or rings here that a library could be searched for.")
            )
            return
        answered = pattern.answered
        is_joint = choice.is_specimen and _has_spots(pattern)
        together = self._together(pattern) if is_joint else [answered]
        self._window.show_answer_tab()
        self._bar.show_busy(tr("Searching ({words})…", words=choice.words))

        def work(task: Task) -> "LibraryFound":
            from saed_desktop.workspace.library_search import search_for_specimen, search_libraries

            told = _told(task)
            if len(together) > 1:
                solutions = [one.solution for one in together]
                shown = together.index(answered)
                return search_for_specimen(solutions, shown, choice, report=told)
            return search_libraries(answered.solution, choice, first=task.report, report=told)

        def progress(value: "int | LibraryFound") -> None:
            if pattern.answered is not answered or pattern is not self._current:
                return
            if not isinstance(value, int):
                # the page of one of these can be opened while the others are compared
                self._found[pattern] = (answered, value)
                self._panel.show_found(value.rows, _progress_words(0, choice.words, has_rows=True))
                return
            has_rows = self._found.get(pattern, (None, None))[0] is answered
            self._bar.show_busy(_progress_words(value, choice.words, has_rows=has_rows))

        def done(found: "LibraryFound") -> None:
            if pattern.answered is not answered:
                return
            self._found[pattern] = (answered, found)
            if pattern is self._current:
                self._panel.show_found(found.rows, *_words(found))
                self._bar.show_searchable(is_possible=True)

        def failed(sentence: str) -> None:
            self._complain(sentence)
            self._bar.show_note("")
            self._bar.show_searchable(is_possible=self.can_search)

        self._thread.submit(work, done=done, failed=failed, progress=progress, key="search")

    def _together(self, shown: OpenPattern) -> "list[Answered]":
        """Return the answers of all open patterns of spots, the one that is shown among them."""
        return [
            pattern.answered
            for pattern in self._open_patterns.patterns
            if pattern.answered is not None and (pattern is shown or _has_spots(pattern))
        ]

    def _show_answered(self, pattern: OpenPattern) -> None:
        """Offer the search beside an answer, and show again what was found for it."""
        if pattern is not self._current or pattern.answered is None:
            return
        is_possible = _is_searchable(pattern)
        self._bar.show_searchable(is_possible=is_possible)
        self._card.show_search_offer(is_offered=is_possible and pattern.answered.view.phase is None)
        self.searchable_changed.emit(is_possible)
        searched, found = self._found.get(pattern, (None, None))
        if found is not None and searched is pattern.answered and not found.is_partial:
            self._panel.offer_found(found.rows, *_words(found))

    def _show_started(self, pattern: OpenPattern, _what: str) -> None:
        if pattern is self._current:
            self._show_current(None)

    def _show_current(self, _pattern: OpenPattern | None) -> None:
        self._thread.drop("search")
        self.searchable_changed.emit(False)

    def found_for(self, pattern: OpenPattern) -> "LibraryFound | None":
        """Return what a search found for a pattern, None where none was made."""
        return self._found.get(pattern, (None, None))[1]

    # ---- one structure ----------------------------------------------------------------------

    @property
    def _chosen(self) -> "LibraryStructure | None":
        """The structure of the row that is chosen, None where that is no row of a library."""
        row, pattern = self._panel.chosen, self._current
        if row is None or not row.library or pattern is None or pattern not in self._found:
            return None
        return self._found[pattern][1].structures.get(row.phase)

    def show_page(self) -> None:
        """Open the page of the structure chosen."""
        structure = self._chosen
        if structure is None:
            return

        def work(_task: Task) -> "PhasePage":
            from saed_desktop.workspace.phase_page import phase_page

            return phase_page(structure)

        self._thread.submit(work, done=self._open_page, failed=self._complain, key="page")

    def _open_page(self, page: "PhasePage") -> None:
        from saed_desktop.gui.views.phase_window import PhaseWindow

        made = PhaseWindow(self._window, page)
        made.add_wanted.connect(lambda shown: self.add(shown.name, shown.cif))
        made.save_wanted.connect(lambda shown: self.save(shown.name, shown.cif))
        made.show()

    def _add_chosen(self) -> None:
        structure = self._chosen
        if structure is not None:
            self.add(structure.name, structure.cif)

    def _save_chosen(self) -> None:
        structure = self._chosen
        if structure is not None:
            self.save(structure.name, structure.cif)

    def add(self, name: str, cif: str) -> None:
        """Make a structure one of the candidates from now on."""

        def work(_task: Task) -> "Path":
            path = cache_dir() / "library" / f"{safe_stem(name)}.cif"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, cif)
            return path

        self._thread.submit(
            work, done=lambda path: self._indexing_setup.add_phases([path]), failed=self._complain
        )

    def save(self, name: str, cif: str) -> None:
        """Save a structure as a CIF file."""
        beside = self._current.state.path.parent if self._current is not None else None
        file_name = f"{safe_stem(name)}.cif"
        suggested = (beside or Path.home()) / file_name
        path = self._ask_where_to_save(tr("Save the structure"), suggested, tr("CIF (*.cif)"))
        if path is not None:
            self._write(path, cif.encode, tr("{name} saved to {path}.", name=name, path=path))


def _told(task: Task) -> Callable[[float], None]:
    """Return what sends a share of a search to the window, in percent, and ends what is dropped."""
    last = -1

    def told(share: float) -> None:
        nonlocal last
        if task.is_cancelled():
            raise InterruptedError
        percent = int(100 * share)
        if percent != last:
            last = percent
            task.report(percent)

    return told


def _progress_words(percent: int, words: str, *, has_rows: bool) -> str:
    if has_rows:
        return tr("The likeliest so far; {percent} % of all are compared.", percent=percent)
    return tr("Searching ({words}): {percent} %", words=words, percent=percent)


def _has_spots(pattern: OpenPattern) -> bool:
    """Tell whether a pattern is answered and has spots of a crystal that can be indexed."""
    if pattern.answered is None:
        return False
    record = pattern.answered.view.record
    return record.kind in KINDS_OF_ONE_CRYSTAL and bool(record.spots)


def _has_rings(pattern: OpenPattern) -> bool:
    """Tell whether a pattern is answered and is one of enough rings to be searched for."""
    if pattern.answered is None or pattern.answered.view.record.kind != "rings":
        return False
    return len(pattern.answered.view.record.rings) >= _MIN_RINGS


def _is_searchable(pattern: OpenPattern) -> bool:
    return _has_spots(pattern) or _has_rings(pattern)


def _words(found: "LibraryFound") -> tuple[str, str]:
    """Return what is said of a search, and what is said on pointing at that."""
    return " ".join(found.sentences), " ".join(found.not_searched)
