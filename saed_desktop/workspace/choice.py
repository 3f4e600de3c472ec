"""The user's choice of network and phases: light values for the window and those it asks."""

from dataclasses import dataclass

NO_NETWORK = "none"


@dataclass(frozen=True)
class SetupChoice:
    """Choice of network and phases by name.

    Parameters
    ----------
    network
        Name of the network, None for the default one, `NO_NETWORK` for spot indexing alone.
    phases
        Names of the phases to consider; None for all that the network knows, or all bundled ones.
    """

    network: str | None = None
    phases: tuple[str, ...] | None = None
