"""Everything that a controller of the window may need, as one value."""

from dataclasses import dataclass

from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.main_window import MainWindow
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.service import LazyAnalysisService
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.undo import Undo
from saed_desktop.gui.worker import Workers


@dataclass(frozen=True, eq=False)
class Context:
    """The window with its views, the state, and what works in the background.

    Parameters
    ----------
    window
        With all views.
    actions
        One for each command.
    settings
        The user's; they say when they change.
    open_patterns
        The state: what is open, shown and known.
    undo
        The steps that can be undone.
    workers
        The background threads.
    service
        What reads, prepares and answers; for worker threads.
    """

    window: MainWindow
    actions: ActionSet
    settings: SettingsStore
    open_patterns: OpenPatterns
    undo: Undo
    workers: Workers
    service: LazyAnalysisService
