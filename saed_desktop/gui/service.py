"""The analysis service of a window, made when it is first needed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from saed_desktop.workspace.analysis_service import AnalysisService


class LazyAnalysisService:
    """The analysis service, made on the thread that first needs it; never on the window's."""

    def __init__(self) -> None:
        self._made: dict[str, AnalysisService] = {}

    def get(self) -> "AnalysisService":
        """Return the service; not to be called on the window's thread."""
        # 250 ms and 136 modules, which the start does not wait for
        from saed_desktop.workspace.analysis_service import AnalysisService

        made = self._made.get("service")
        # setdefault is one step, so that two threads that come first get the same
        return made if made is not None else self._made.setdefault("service", AnalysisService())
