"""Being asked to stop while patterns are prepared, long before a training has a checkpoint."""


class PreparationStopped(Exception):  # noqa: N818  # a request, not an error
    """A preparation that was asked to stop; what it had finished is kept."""


def never() -> bool:
    """Return False: nothing asks to stop."""
    return False
