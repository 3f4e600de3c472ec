"""Joint answers of a run: one for each specimen, from its patterns' records."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec import UNSET
from msgspec.structs import replace

from saed_desktop.indexing.deciding.joint import Evidence, joint_answer
from saed_desktop.indexing.lattice.evidence import joint_evidence
from saed_desktop.results.lattice_record import LatticeRecord
from saed_desktop.results.record import AnswerRecord, JointLine


@dataclass
class JointRun:
    """Collects what records say of their specimens.

    Parameters
    ----------
    tells_lattice
        Whether to say what the lattices tell together also where a phase is named.
    """

    tells_lattice: bool = False
    _evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    _lattices: dict[str, list[LatticeRecord]] = field(default_factory=dict)

    def add(self, specimen: str, record: AnswerRecord) -> None:
        """Keep what a pattern says.

        Parameters
        ----------
        specimen
            Its name.
        record
            The pattern's, with the evidence of its lattice.
        """
        self._evidence.setdefault(specimen, []).append(Evidence.of_record(record))
        if record.lattice is not None:
            self._lattices.setdefault(specimen, []).append(record.lattice)

    def answers(self) -> Iterator[tuple[JointLine, str]]:
        """Yield each specimen's joint answer, and it in words."""
        for specimen, evidence in self._evidence.items():
            joint = joint_answer(evidence)
            line = joint.to_line(specimen=specimen)
            if joint.phase is None or self.tells_lattice:
                found = joint_evidence(self._lattices.get(specimen, ()))
                lattice = None if found is None else found.to_record()
                line = JointLine(joint=replace(line.joint, lattice=lattice))
            yield line, joint.sentence


def without_evidence(record: AnswerRecord) -> AnswerRecord:
    """Return a record without the evidence of its lattice on each space group."""
    if record.lattice is None or record.lattice.log_evidence is UNSET:
        return record
    return replace(record, lattice=replace(record.lattice, log_evidence=UNSET))
