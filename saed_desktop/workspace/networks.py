"""The networks that there are, as a list shows them, and their cards as a page."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saed_desktop.errors import BundleError
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.card import ModelCard
from saed_desktop.network.store import DEFAULT_NETWORK, available_networks, installed_networks
from saed_desktop.results.wording import phase_label
from saed_desktop.translation import recognised, tr


@dataclass(frozen=True)
class NetworkEntry:
    """One network.

    Parameters
    ----------
    name
        By which it is chosen.
    summary
        What it is, or what is wrong with it.
    card
        Its card, None where the bundle does not pass its checks.
    is_yours
        Whether the user installed it and may remove it.
    """

    name: str
    path: Path
    summary: str
    card: ModelCard | None
    sha256: str
    is_yours: bool
    is_default: bool


def network_entries() -> list[NetworkEntry]:
    """Return all networks, each verified; one that fails its checks says why."""
    yours = {path.resolve() for path in installed_networks()}
    available = available_networks()
    default = DEFAULT_NETWORK if DEFAULT_NETWORK in available else next(iter(available), "")
    entries = []
    for name, path in available.items():
        card: ModelCard | None = None
        summary, sha256 = "", ""
        try:
            bundle = open_bundle(path)
            card, summary, sha256 = bundle.card, bundle.card.summary, bundle.sha256
        except BundleError as error:
            summary = recognised(error.sentence)
        entries.append(
            NetworkEntry(
                name, path, summary, card, sha256, path.resolve() in yours, name == default
            )
        )
    return entries


def card_page(entry: NetworkEntry) -> str:
    """Return a network's card as HTML: what it knows, what it was trained on, how it measured."""
    if entry.card is None:
        return f"<h2>{html.escape(entry.name)}</h2><p>{html.escape(entry.summary)}</p>"
    card = entry.card
    phases = ", ".join(html.escape(phase_label(name)) for name in card.labels.phases)
    parts = [
        f"<h2>{html.escape(card.name)}</h2>",
        f"<p>{html.escape(card.summary)}</p>",
        f"<h3>{tr('Phases it knows')}</h3><p>{phases}</p>",
    ]
    if not card.is_calibrated:
        parts.append(
            "<p>"
            + tr(
                "<b>Its probabilities are not calibrated:</b> no labelled patterns were set apart "
                "when it was exported. They are likely to be too sure."
            )
            + "</p>"
        )
    if card.groups:
        groups = "; ".join(
            tr(" and ").join(html.escape(phase_label(name)) for name in group)
            for group in card.groups
        )
        parts.append(
            f"<p>{tr('Hard to tell apart in most zone axes: {groups}.', groups=groups)}</p>"
        )
    inputs = ", ".join(f"{spec.kind.value} ({spec.size})" for spec in card.inputs)
    parts.append(f"<h3>{tr('What it looks at')}</h3><p>{html.escape(inputs)}</p>")
    if card.metrics:
        parts.append(f"<h3>{tr('How it measured')}</h3>{_table(card.metrics)}")
    if card.provenance:
        parts.append(f"<h3>{tr('What it was trained on')}</h3>{_table(card.provenance)}")
    parts.append(
        f"<h3>{tr('File')}</h3><p>{html.escape(str(entry.path))}<br>"
        f"sha256 {html.escape(entry.sha256)}</p>"
    )
    return "\n".join(parts)


def _table(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><b>{html.escape(str(name))}</b>&nbsp;&nbsp;</td><td>{_cell(value)}</td></tr>"
        for name, value in values.items()
    )
    return f'<table cellpadding="3">{rows}</table>'


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, float):
        return html.escape(f"{value:.4g}")
    return html.escape(str(value))
