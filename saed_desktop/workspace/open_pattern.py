"""A pattern that is open: the user's decisions, and what has been read and answered so far."""

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from saed_desktop.workspace.document import PatternState

if TYPE_CHECKING:
    from saed_desktop.workspace.analysis_service import Answered, Prepared
    from saed_desktop.workspace.answer_view import AnswerView
    from saed_desktop.workspace.display import ContrastSettings
    from saed_desktop.workspace.reading import Loaded

_numbers = itertools.count(1)


@dataclass(eq=False)
class OpenPattern:
    """One pattern in the window.

    Parameters
    ----------
    state
        What the user decided; replaced as a whole, never changed.
    loaded, prepared, answered
        What is known; None until it is, and again when it no longer holds.
    view
        The answer in words; it outlives the rest where memory is needed for other patterns.
    thumbnail
        A small grey picture (side, side).
    message
        Why the file cannot be read or answered, empty where it can.
    contrast
        The contrast that the user chose, None for the automatic one.
    """

    state: PatternState
    loaded: "Loaded | None" = None
    prepared: "Prepared | None" = None
    answered: "Answered | None" = None
    view: "AnswerView | None" = None
    thumbnail: npt.NDArray[np.uint8] | None = None
    message: str = ""
    contrast: "ContrastSettings | None" = None
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def name(self) -> str:
        """The file's name, with dataset and frame where it has several."""
        frame, file_name = self.state.frame, self.state.path.name
        pattern = self.loaded.pattern if self.loaded is not None else None
        dataset = pattern.dataset if pattern is not None else self.state.dataset
        if dataset:
            file_name = f"{file_name}: {dataset}"
        if pattern is not None and pattern.n_frames > 1:
            return f"{file_name} [{frame + 1}/{pattern.n_frames}]"
        return f"{file_name} [{frame + 1}]" if frame else file_name

    @property
    def n_frames(self) -> int:
        """Number of frames of the file, as far as is known."""
        return self.loaded.pattern.n_frames if self.loaded is not None else 1

    @property
    def n_datasets(self) -> int:
        """Number of datasets of the file, as far as is known."""
        return len(self.loaded.pattern.datasets) if self.loaded is not None else 1

    @property
    def verdict(self) -> str:
        """The verdict so far: "" while there is none, "error" where there will be none."""
        if self.message:
            return "error"
        return self.view.verdict if self.view is not None else ""

    @property
    def scale_inv_angstrom_per_px(self) -> float | None:
        """The scale under which it is shown: the user's, the file's, or the fitted one."""
        if self.answered is not None:
            return self.answered.solution.calibration.scale_inv_angstrom_per_px
        if self.state.calibration is not None:
            return self.state.calibration.scale_inv_angstrom_per_px
        if self.loaded is not None:
            return self.loaded.pattern.calibration.scale_inv_angstrom_per_px
        return None

    def set_state(self, state: PatternState) -> None:
        """Take a new state and forget what no longer holds."""
        old, self.state = self.state, state
        if not state.looks_alike(old):
            self.prepared = None
        if not state.answers_alike(old):
            self.answered = self.view = None
        if not state.shows_alike(old):
            self.loaded = None
            self.message = ""

    def set_answer(self, answered: "Answered") -> None:
        """Take an answer."""
        self.answered, self.view, self.message = answered, answered.view, ""

    def forget_answer(self) -> None:
        """Forget the answer: phases or network have changed since."""
        self.answered = self.view = None

    def forget_image(self) -> None:
        """Give the memory of the image back; it is read again when it is shown again."""
        self.loaded = self.prepared = self.answered = None
