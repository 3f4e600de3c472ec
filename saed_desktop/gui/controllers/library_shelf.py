"""Controller of the libraries and elements: the dialog, files and folders that become libraries."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from saed_desktop.errors import SaedError
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.library import LibraryController
from saed_desktop.gui.worker import Task
from saed_desktop.translation import counted, recognised, tr
from saed_desktop.workspace.file_kinds import LIBRARY_SUFFIX, PATTERN_SUFFIXES
from saed_desktop.workspace.library_choice import BUNDLED_LIBRARY, LibraryChoice

if TYPE_CHECKING:
    from saed_desktop.gui.views.library_dialog import LibraryDialog
    from saed_desktop.library.build import BuildReport
    from saed_desktop.workspace.library_shelf import LibraryEntry

LOOK_LIMIT_S = 10.0


class LibraryShelfController(Controller):
    """Keeps the libraries and the elements of the specimen."""

    pattern_folder_wanted = Signal(Path)

    def __init__(self, context: Context, library: LibraryController) -> None:
        super().__init__(context)
        self._library = library
        self._thread = context.workers["build"]
        self.dialog: LibraryDialog | None = None
        context.window.answer_panel.library.elements_wanted.connect(self.show_dialog)
        library.searchable_changed.connect(self._show_searchable)
        context.settings.changed.connect(lambda *_: self._show_elements())
        self._show_elements()

    # ---- the dialog -------------------------------------------------------------------------

    def show_dialog(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self.dialog is None:
            from saed_desktop.gui.views.library_dialog import LibraryDialog

            made = LibraryDialog(self._window)
            made.choice_changed.connect(self._choose)
            made.search_wanted.connect(self._library.search)
            made.add_file_wanted.connect(self._ask_for_library)
            made.add_folder_wanted.connect(self._ask_for_structures)
            made.remove_wanted.connect(self._remove)
            made.files_dropped.connect(self.take)
            self.dialog = made
        self.dialog.show_choice(self._settings.value.library)
        self._show_searchable(is_possible=self._library.can_search)
        self._refresh()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _choose(self, choice: LibraryChoice) -> None:
        self._settings.change(
            libraries_searched=choice.names,
            elements_yes=choice.yes,
            elements_no=choice.no,
            is_specimen=choice.is_specimen,
        )

    def _show_elements(self) -> None:
        self._window.answer_panel.library.show_elements(self._settings.value.library.words)

    def _show_searchable(self, is_possible: bool) -> None:
        if self.dialog is not None:
            self.dialog.show_searchable(is_possible=is_possible)

    def _refresh(self) -> None:
        """Look at the libraries again, in the background."""
        known = self._settings.value.libraries

        def work(_task: Task) -> "list[LibraryEntry]":
            from saed_desktop.workspace.library_shelf import library_entries

            return library_entries(known)

        def done(entries: "list[LibraryEntry]") -> None:
            if self.dialog is not None:
                self.dialog.show_libraries(entries)

        self._workers["glance"].submit(work, done=done, failed=self._complain, key="libraries")

    # ---- files ------------------------------------------------------------------------------

    def _ask_for_library(self) -> None:
        kinds = tr("Libraries of structures (*{LIBRARY_SUFFIX})", LIBRARY_SUFFIX=LIBRARY_SUFFIX)
        file = self._ask_for_file(tr("Add a library"), Path.home(), kinds)
        if file is not None:
            self.use(file)

    def _ask_for_structures(self) -> None:
        folder = self._ask_for_folder(tr("Make a library of CIF files"), Path.home())
        if folder is not None:
            self.make([folder])

    def take(self, paths: list[Path]) -> None:
        """Take what was dropped: libraries, and folders, archives or CIF files to make one of."""
        sources = [path for path in paths if path.suffix.lower() != LIBRARY_SUFFIX]
        for path in paths:
            if path not in sources:
                self.use(path)
        if sources:
            self.make(sources)

    def take_folder(self, folder: Path) -> None:
        """Make a library of a folder that holds CIF files and no pattern; hand on any other."""

        def work(_task: Task) -> bool:
            from saed_desktop.workspace.library_shelf import holds_structures_alone

            return holds_structures_alone(folder, PATTERN_SUFFIXES)

        def done(is_library: bool) -> None:
            if is_library:
                self.make([folder])
            else:
                self.pattern_folder_wanted.emit(folder)

        self._workers["glance"].submit(
            work,
            done=done,
            # what cannot be looked at says so itself when it is run
            failed=lambda _sentence: self.pattern_folder_wanted.emit(folder),
            limit_s=LOOK_LIMIT_S,
        )

    def use(self, file: Path) -> None:
        """Search a library file from now on, beside the others."""

        def work(_task: Task) -> str:
            from saed_desktop.library.store import LibraryFile

            with LibraryFile(file) as library:
                return f"{file.stem}: {counted(len(library), '{n} structure', '{n} structures')}"

        def done(words: str) -> None:
            self._add(file)
            self._banner.show_notice(
                tr("{words} will be searched.", words=words),
                (tr("Search now"), self._library.search),
            )

        self._thread.submit(work, done=done, failed=self._complain)

    def make(self, sources: list[Path]) -> None:
        """Make a library of structure files in the background, and search it from now on."""
        self._say(tr("Reading the CIF files of {name}…", name=sources[0].name))

        def work(task: Task) -> "tuple[Path, BuildReport]":
            from saed_desktop.workspace.library_shelf import library_of_folder

            def report(_line: str, done: int) -> None:
                if task.is_cancelled():
                    # what was read is kept, and the next time goes on from there
                    raise SaedError("Making the library was stopped.")
                task.report(done)

            return library_of_folder(sources, report)

        def done(made: "tuple[Path, BuildReport]") -> None:
            path, report = made
            self._say("")
            self._add(path)
            words = tr(
                "The library {stem} has {counted}",
                stem=path.stem,
                counted=counted(report.total, "{n} structure", "{n} structures"),
            )
            refused = report.refused
            if refused:
                first = f"{Path(refused[0][0]).name}: {recognised(refused[0][1])}"
                words += tr(
                    "; {counted} could not be used, as {first}",
                    counted=counted(len(refused), "{n} file", "{n} files"),
                    first=first,
                )
            self._banner.show_notice(
                f"{words.rstrip('.')}.", (tr("Search it now"), self._library.search)
            )

        def failed(sentence: str) -> None:
            self._say("")
            self._complain(sentence)

        self._thread.submit(
            work,
            done=done,
            failed=failed,
            progress=lambda count: self._say(
                tr("{counted} read…", counted=counted(count, "{n} CIF file", "{n} CIF files"))
            ),
        )

    def _say(self, words: str) -> None:
        if self.dialog is not None:
            self.dialog.show_note(words)
        if words:
            self._window.say(words)

    def _add(self, file: Path) -> None:
        settings, name = self._settings.value, str(file)
        self._settings.change(
            libraries=tuple(dict.fromkeys([*settings.libraries, name])),
            libraries_searched=tuple(dict.fromkeys([*settings.libraries_searched, name])),
        )
        self._show_libraries()

    def _remove(self, name: str) -> None:
        settings = self._settings.value
        left = tuple(one for one in settings.libraries_searched if one != name)
        self._settings.change(
            libraries=tuple(one for one in settings.libraries if one != name),
            libraries_searched=left or (BUNDLED_LIBRARY,),
        )
        self._show_libraries()

    def _show_libraries(self) -> None:
        if self.dialog is not None:
            self.dialog.show_choice(self._settings.value.library)
            self._refresh()
