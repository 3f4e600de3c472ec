"""Failures that a user may read: each carries one sentence with the remedy."""

from saed_desktop.file_names import one_line

LONGEST = 1000
"""Characters of a sentence that are shown: damaged files are quoted in some."""


class SaedError(Exception):
    """A failure whose message is one clear sentence for the user."""

    @property
    def sentence(self) -> str:
        """The message to show to a person: one line of valid text."""
        text = str(self.args[0]) if self.args else type(self).__name__
        return one_line(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")


class UnreadablePatternError(SaedError):
    """A file that cannot be read as a diffraction pattern."""


class PhaseError(SaedError):
    """A crystal structure file that cannot be used."""


class BundleError(SaedError):
    """A network bundle that is damaged, foreign, or does not pass its checks."""


class UsageError(SaedError):
    """Options that contradict each other or are out of range."""


def user_message(error: BaseException) -> str:
    """Return what to tell the user about any exception.

    Our own errors already hold a sentence; a foreign one is named by its kind, so that a report
    of it is still of use to a reader of the log.
    """
    if isinstance(error, SaedError):
        return error.sentence
    if isinstance(error, MemoryError):
        return "There is not enough memory for this pattern."
    detail = str(error).strip().splitlines()[0] if str(error).strip() else "no details"
    return f"Unexpected problem ({type(error).__name__}: {detail})."
