"""Being asked to stop while patterns are prepared, or in the middle of a step."""

BATCH_THREAD = "batches"
"""Name of the thread that makes batches ahead."""


class PreparationStopped(Exception):  # noqa: N818  # a request, not an error
    """A preparation that was asked to stop; what it had finished is kept."""


class LeftEarly(Exception):  # noqa: N818  # a request, not an error
    """Computing that was left in the middle because it was asked to stop; none of it is kept."""


def never() -> bool:
    """Return False: nothing asks to stop."""
    return False
