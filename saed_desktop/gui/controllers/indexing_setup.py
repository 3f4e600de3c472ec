"""Controller for the candidate phases and the network."""

from pathlib import Path
from typing import TYPE_CHECKING

from saed_desktop.errors import SaedError
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.views.setup_panel import CardWindow
from saed_desktop.gui.worker import Task
from saed_desktop.results.wording import phase_label
from saed_desktop.translation import counted, recognised, tr
from saed_desktop.workspace.file_kinds import STRUCTURE_SUFFIXES
from saed_desktop.workspace.phase_sets import PhaseSetStore

if TYPE_CHECKING:
    from saed_desktop.workspace.analysis_service import PhaseEntry
    from saed_desktop.workspace.networks import NetworkEntry


class IndexingSetupController(Controller):
    """Keeps the lists of phases and networks, and the user's choice among them."""

    def __init__(self, context: Context, analysis: AnalysisController) -> None:
        super().__init__(context)
        self._panel, self._answers = context.window.setup_panel, context.window.answer_panel
        self._thread, self._analysis = context.workers["answer"], analysis
        self.sets = PhaseSetStore()
        self._networks: list[NetworkEntry] = []
        self._cards: dict[str, str] = {}
        panel = self._panel
        panel.phases_ticked.connect(self._ticked)
        panel.set_chosen.connect(self._choose_set)
        panel.set_saved.connect(self._save_set)
        panel.set_removed.connect(self._remove_set)
        panel.add_phases_wanted.connect(self.ask_for_phases)
        panel.phase_removed.connect(self._remove_phase)
        panel.network_chosen.connect(self.choose_network)
        panel.add_network_wanted.connect(self.ask_for_network)
        panel.network_removed.connect(self._remove_network)
        panel.card_wanted.connect(self._show_card)

    # ---- lists ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read phases and networks again, in the background."""
        service, choice = self._service, self._setup

        def work(
            _task: Task,
        ) -> "tuple[list[PhaseEntry], tuple[str, ...], list[NetworkEntry], dict[str, str]]":
            from saed_desktop.workspace.networks import card_page, network_entries

            analysis = service.get()
            analysis.forget_phases()
            entries = analysis.phase_entries(choice)
            networks = network_entries()
            cards = {entry.name: card_page(entry) for entry in networks}
            return entries, analysis.considered(choice), networks, cards

        def done(
            found: "tuple[list[PhaseEntry], tuple[str, ...], list[NetworkEntry], dict[str, str]]",
        ) -> None:
            entries, ticked, self._networks, self._cards = found
            self._panel.blockSignals(True)
            self._panel.show_phases(entries, ticked)
            self._panel.blockSignals(False)
            self._panel.show_sets(sorted(self.sets.read()), self._settings.value.phase_set)
            self._panel.show_networks(self._networks, self._settings.value.network)
            usable = [entry.name for entry in self._networks if entry.card is not None]
            self._answers.show_networks([name for name in usable if name != self._asked])

        self._workers["load"].submit(work, done=done, failed=self._complain, key="setup")

    @property
    def _asked(self) -> str:
        """The name of the network that is asked."""
        default = next((entry.name for entry in self._networks if entry.is_default), "")
        return self._settings.value.network or default

    @property
    def phase_names(self) -> tuple[str, ...]:
        """All phases that there are."""
        return self._panel.phases.names

    # ---- phases -----------------------------------------------------------------------------

    def _ticked(self, names: tuple[str, ...]) -> None:
        if not names:
            self._complain(
                tr("Tick at least one phase: with none there is nothing to compare with.")
            )
            return
        self._settings.change(phases=names)

    def _choose_set(self, name: str) -> None:
        """Tick the phases of a set; those of the network for no name."""
        phases = self.sets.read().get(name) if name else None
        if name and phases is None:
            return
        self._settings.change(phases=phases, phase_set=name)
        self.refresh()

    def _save_set(self, name: str) -> None:
        try:
            self.sets.save(name, self._panel.phases.ticked)
        except (SaedError, OSError) as error:
            self._complain(getattr(error, "sentence", str(error)))
            return
        self._settings.change(phase_set=name)
        self._panel.show_sets(sorted(self.sets.read()), name)
        self._banner.show_notice(tr("The set “{name}” is saved.", name=name))

    def _remove_set(self, name: str) -> None:
        self.sets.remove(name)
        self._panel.show_sets(sorted(self.sets.read()), "")

    def ask_for_phases(self) -> None:
        """Let the user choose structure files."""
        endings = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in STRUCTURE_SUFFIXES)
        files = self._ask_for_files(
            tr("Add phases"),
            Path.home(),
            tr("Crystal structures ({endings} POSCAR* CONTCAR*)", endings=endings),
        )
        if files:
            self.add_phases(files)

    def add_phases(self, files: list[Path]) -> None:
        """Copy structure files to the user's phases and consider them at once."""
        ticked, service = self._panel.phases.ticked, self._service

        def work(_task: Task) -> tuple[list[str], list[str]]:
            from saed_desktop.workspace.setup_choice import install_phase

            added, sentences = [], []
            for file in files:
                try:
                    name = install_phase(file).name
                except SaedError as error:
                    sentences.append(recognised(error.sentence))
                    continue
                added.append(name)
                if name != file.stem:
                    sentences.append(
                        tr(
                            "Another structure is called {stem} already: this one is {name}.",
                            stem=file.stem,
                            name=name,
                        )
                    )
            service.get().forget_phases()
            return added, sentences

        def done(result: tuple[list[str], list[str]]) -> None:
            added, sentences = result
            if added:
                self._settings.change(phases=tuple(dict.fromkeys([*ticked, *added])))
                self._analysis.forget_answers()
            words = (
                tr(
                    "{counted} added: {join}.",
                    counted=counted(len(set(added)), "{n} phase", "{n} phases"),
                    join=", ".join(phase_label(name) for name in dict.fromkeys(added)),
                )
                if added
                else ""
            )
            kind = "warning" if sentences else "info"
            self._banner.show_notice(" ".join([words, *sentences]).strip(), kind=kind)
            self.refresh()

        self._thread.submit(work, done=done, failed=self._complain)

    def _remove_phase(self, name: str) -> None:
        service = self._service

        def work(_task: Task) -> None:
            from saed_desktop.workspace.setup_choice import remove_phase

            remove_phase(name)
            service.get().forget_phases()

        def done(_nothing: None) -> None:
            phases = self._settings.value.phases
            if phases is not None:
                left = tuple(phase for phase in phases if phase != name)
                self._settings.change(phases=left or None)
            self.refresh()

        self._thread.submit(work, done=done, failed=self._complain)

    # ---- networks ---------------------------------------------------------------------------

    def choose_network(self, name: str) -> None:
        """Ask another network from now on; "none" for spot indexing alone."""
        default = next((entry.name for entry in self._networks if entry.is_default), "")
        self._settings.change(network="" if name == default else name)
        self.refresh()

    def ask_for_network(self) -> None:
        """Let the user choose a network's file."""
        file = self._ask_for_file(tr("Add a network"), Path.home(), tr("Networks (*.saednet)"))
        if file is not None:
            self.add_network(file)

    def add_network(self, file: Path) -> None:
        """Install a network after its checks, and ask it from now on."""

        def work(_task: Task) -> str:
            from saed_desktop.network.store import install_network

            return install_network(file).card.name

        def done(name: str) -> None:
            self._banner.show_notice(
                tr("The network “{name}” is installed and used from now on.", name=name),
                (tr("Show its card"), lambda: self._show_card(name)),
            )
            self._settings.change(network=name)
            self._analysis.forget_answers()
            self.refresh()

        self._thread.submit(work, done=done, failed=self._complain)

    def _remove_network(self, name: str) -> None:
        def work(_task: Task) -> None:
            from saed_desktop.network.store import remove_network

            remove_network(name)

        def done(_nothing: None) -> None:
            self._settings.change(network="")
            self.refresh()

        self._thread.submit(work, done=done, failed=self._complain)

    def _show_card(self, name: str) -> None:
        page = self._cards.get(name)
        if page is not None:
            CardWindow(self._window, tr("Network {name}", name=name), page).show()
