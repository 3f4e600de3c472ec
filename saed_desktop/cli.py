"""`saed-index`: answers patterns without a window."""

import saed_desktop.ctrl_c
import saed_desktop.one_thread

# isort: split
import argparse
import logging
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from saed_desktop import terminal
from saed_desktop.cli_options import parser
from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase, require_names_differ
from saed_desktop.crystal.setting import conventional
from saed_desktop.crystal.structure_names import is_structure_name
from saed_desktop.errors import PhaseError, SaedError, UsageError
from saed_desktop.file_names import one_line
from saed_desktop.indexing.details import Details, with_evidence
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.limits import bound_memory
from saed_desktop.network.store import find_network
from saed_desktop.pattern.readers import files_left_out, find_patterns
from saed_desktop.pattern.units import inverse_length_factor
from saed_desktop.results.record import Status, json_line
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.text import specimen_text, text_line
from saed_desktop.results.watch import new_files
from saed_desktop.running.batch import (
    Answered,
    BatchJob,
    CalibrationOverride,
    answer_stream,
)
from saed_desktop.running.joint_run import JointRun, without_evidence
from saed_desktop.running.library_request import (
    library_request,
    opened,
    patterns_among_libraries,
)
from saed_desktop.running.specimen_run import answer_specimen
from saed_desktop.simulation.goniometer import Holder

if TYPE_CHECKING:
    from saed_desktop.results.output import OutputFile

# by its name, which `python -m` would hide
_log = logging.getLogger("saed_desktop.cli")

EXIT_ANSWERED, EXIT_SOME_FAILED, EXIT_USAGE = 0, 1, 2

saed_desktop.ctrl_c.hear()


def main(argv: Sequence[str] | None = None) -> int:
    """Run `saed-index` and return its exit status."""
    terminal.open_streams()
    options = parser().parse_args(argv)
    terminal.show_log(is_verbose=options.verbose)
    bound_memory()
    try:
        return _run(options)
    except SaedError as error:
        terminal.complain(one_line(error.sentence))
        return EXIT_USAGE
    except KeyboardInterrupt:
        terminal.complain("stopped; what was answered so far is kept.")
        return 130
    except BrokenPipeError:
        # the reader of our output went away, as `head` does; that is no failure of ours
        terminal.forget_output()
        return EXIT_ANSWERED
    except OSError as error:
        where = one_line(str(error.filename)) if error.filename else "the output"
        terminal.complain(f"{where}: {error.strerror or error}.")
        return EXIT_USAGE


def _run(options: argparse.Namespace) -> int:
    # `--phase a.cif pattern.png`: what is no structure file was meant as a pattern
    options.paths += [path for path in options.phase if not is_structure_name(path)]
    options.phase = [path for path in options.phase if is_structure_name(path)]
    options.paths += patterns_among_libraries(options)
    if not options.paths:
        raise UsageError("Name at least one pattern or folder.")
    job = _job(options)
    if options.jobs < 1:
        raise UsageError("--jobs must be at least 1.")
    if not 0 <= options.timeout < float("inf"):
        raise UsageError("--timeout must be a number of seconds.")
    if options.resume and options.output is None:
        raise UsageError("--resume needs --output: it goes on with that file.")
    if options.specimen and job.library is None:
        raise UsageError("--specimen needs --library; --joint is for candidates.")
    if options.specimen and (options.watch or options.resume or options.joint):
        raise UsageError("--specimen answers all files at once: not --watch, --resume or --joint.")
    for path in options.paths:
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.")
    if options.output is None:
        return _answer(options, job, None)
    head = {**job.settings(), "details": repr(job.details)}
    from saed_desktop.results.output import OutputFile  # 13 ms that only --output needs

    with OutputFile(options.output, head, resume=options.resume, endless=options.watch) as answers:
        return _answer(options, job, answers)


def _answer(options: argparse.Namespace, job: BatchJob, answers: "OutputFile | None") -> int:
    if options.specimen:
        return _answer_specimen(options, job, answers)
    outcome = _Outcome(options, answers)
    stamps: dict[Path, Stamp | None] = {}

    def is_answered(path: Path, stamp: Stamp | None) -> bool:
        return answers is not None and answers.is_answered(path, stamp)

    def first_frame(path: Path) -> int:
        return answers.first_frame(path, stamps[path]) if answers is not None else 0

    def stamped(files: Iterable[Path]) -> Iterator[Path]:
        for path in files:
            stamps[path] = Stamp.of(path)
            if not is_answered(path, stamps[path]):
                yield path

    files: Iterable[Path]
    if options.watch:
        files = new_files(options.paths, is_answered, _sleep, recursive=options.recursive)
    else:
        files = _pattern_files(options)
    for answered in answer_stream(
        stamped(files),
        job,
        # a watched folder is answered file by file as it fills
        jobs=1 if options.watch else options.jobs,
        timeout_s=options.timeout or None,
        first_frame=first_frame,
    ):
        outcome.add(answered, stamps[answered.path])
        if answered.is_last:
            del stamps[answered.path]
    outcome.close()
    return EXIT_SOME_FAILED if outcome.failed else EXIT_ANSWERED


def _pattern_files(options: argparse.Namespace) -> list[Path]:
    files = find_patterns(options.paths, recursive=options.recursive)
    if not files:
        raise UsageError(f"There is no pattern file in the given folders.{_deeper(options)}")
    _tell_what_is_left_out(options)
    return files


def _deeper(options: argparse.Namespace) -> str:
    """Return what to do where the patterns may lie in folders of the folders given."""
    given = [Path(path) for path in options.paths]
    if options.recursive or not any(p.is_dir() for path in given for p in path.glob("*")):
        return ""
    return " --recursive looks into the folders in them."


def _answer_specimen(
    options: argparse.Namespace, job: BatchJob, answers: "OutputFile | None"
) -> int:
    """Search libraries for what explains all files together."""
    if job.library is None:
        raise UsageError("--specimen needs --library.")
    files = _pattern_files(options)
    name = one_line(str(files[0].parent))
    found = answer_specimen(files, job, opened(job.library), specimen=name)
    failed = 0
    for path, records in found.records:
        if answers is not None:
            answers.write(path, records, Stamp.of(path), is_last=True)
        for record in records:
            is_error = record.status is Status.ERROR
            failed += is_error
            if options.json:
                _print(json_line(record))
            elif is_error:
                _print(text_line(record))
    if found.joint is not None:
        joint = found.joint
        _print(json_line(joint) if options.json else specimen_text(joint.joint, found.sentence))
    return EXIT_SOME_FAILED if failed else EXIT_ANSWERED


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _tell_what_is_left_out(options: argparse.Namespace) -> None:
    for reason, files in files_left_out(options.paths, recursive=options.recursive).items():
        others = [path for path in files if path != options.output]
        if others:
            names = ", ".join(path.name for path in others[:3])
            more = f" and {len(others) - 3} more" if len(others) > 3 else ""
            terminal.complain(one_line(f"left out, {reason}: {names}{more}"))


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _job(options: argparse.Namespace) -> BatchJob:
    network = None if options.network == "none" else find_network(options.network)
    phases: tuple[Phase, ...]
    library = library_request(options)
    if library is not None:
        network, phases = None, ()
    elif options.phase:
        phases = _structures(options.phase)
        if options.axes == "conventional":
            phases = tuple(conventional(phase) for phase in phases)
    elif network is not None:
        phases = network.phases
    else:
        phases = bundled_phases()
    return BatchJob(
        phases=phases,
        network=network.path if network else None,
        calibration=_calibration(options),
        all_frames=options.all_frames,
        dataset=options.dataset,
        details=with_evidence(_details(options)) if options.joint else _details(options),
        priors=_priors(options.prior, [phase.name for phase in phases]),
        library=library,
        look_alikes=not options.no_look_alikes,
    )


def _structures(paths: Sequence[Path]) -> tuple[Phase, ...]:
    """Read structure files; one that cannot be used is left out with a warning.

    Raises
    ------
    PhaseError
        If none can be used.
    UsageError
        If two different files have the same name.
    """
    phases: list[Phase] = []
    problems: list[PhaseError] = []
    for path in {path.absolute(): path for path in paths}.values():  # each file once
        try:
            phase = read_phase(path)
        except PhaseError as error:
            problems.append(error)
            continue
        for remark in phase.remarks:
            _log.info("%s: %s", path.name, remark)
        phases.append(phase)
    if not phases:
        raise problems[0]
    for problem in problems:
        terminal.complain(f"left out: {one_line(problem.sentence)}")
    require_names_differ(phases)
    return tuple(phases)


def _priors(given: Sequence[str], names: Sequence[str]) -> dict[str, float]:
    priors = {}
    for text in given:
        name, _, weight = text.partition("=")
        try:
            priors[name] = float(weight)
        except ValueError:
            priors[name] = -1.0
        if name not in names:
            raise UsageError(f"--prior names {name}; the candidates are {', '.join(names)}.")
        if not 0 <= priors[name] < float("inf"):
            raise UsageError(f"--prior wants PHASE=WEIGHT with a weight of 0 or above, not {text}.")
    if names and all(priors.get(name, 1.0) == 0 for name in names):
        raise UsageError("--prior leaves no candidate: one phase needs a weight above 0.")
    return priors


def _details(options: argparse.Namespace) -> Details | None:
    if options.holder is None:
        if options.tilt != [0.0, 0.0]:
            raise UsageError("--tilt needs --holder: the direction of its α axis in the image.")
        if not (options.details or options.refine_cell or options.lattice or options.why):
            return None
        return Details(
            options.details,
            cell=options.refine_cell,
            lattice=options.lattice,
            comparison=options.why,
        )
    holder = Holder(options.holder, *options.tilt_limits)
    alpha, beta = options.tilt
    return Details(
        options.details,
        holder,
        alpha,
        beta,
        options.refine_cell,
        options.lattice,
        comparison=options.why,
    )


def _calibration(options: argparse.Namespace) -> CalibrationOverride:
    scale = None
    if options.scale is not None:
        factor = inverse_length_factor(options.unit)
        if factor is None:
            raise UsageError(f"'{options.unit}' is no unit of --scale; use 1/A or 1/nm.")
        scale = options.scale * factor
        if not scale > 0:
            raise UsageError("--scale must be positive.")
        if options.camera_length or options.pixel_size:
            raise UsageError("Give either --scale or --camera-length with --pixel-size.")
    if (options.camera_length is None) != (options.pixel_size is None):
        raise UsageError("--camera-length and --pixel-size only mean something together.")
    if options.scale_bar is not None and (scale is not None or options.camera_length is not None):
        raise UsageError("Give either --scale-bar or another calibration.")
    for name in ("camera_length", "pixel_size", "energy", "scale_sigma", "scale_bar"):
        value = getattr(options, name)
        if value is not None and not value > 0:
            raise UsageError(f"--{name.replace('_', '-')} must be positive.")
    if options.scale_sigma is not None and options.scale_sigma > 100:
        raise UsageError("--scale-sigma is at most 100 percent; leave out a scale that is a guess.")
    return CalibrationOverride(
        scale_inv_angstrom_per_px=scale,
        camera_length_mm=options.camera_length,
        pixel_size_um=options.pixel_size,
        energy_kev=options.energy,
        scale_bar_inv_nm=options.scale_bar,
        relative_sigma=options.scale_sigma / 100 if options.scale_sigma else None,
    )


class _Outcome:
    """Prints records as they come, writes them to the output file, and collects joint evidence."""

    def __init__(self, options: argparse.Namespace, answers: "OutputFile | None") -> None:
        self._as_json, self._all_frames = bool(options.json), bool(options.all_frames)
        self._answers = answers
        self._is_detailed = bool(options.details)
        self._joint = JointRun(options.lattice) if options.joint else None
        self.failed = 0

    def add(self, answered: Answered, stamp: Stamp | None) -> None:
        records = answered.records
        if not self._is_detailed:
            records = tuple(without_evidence(record) for record in records)
        # kept first, shown second: what was seen on the screen is never lost
        if self._answers is not None:
            is_last = answered.is_last or not self._all_frames
            self._answers.write(answered.path, records, stamp, is_last=is_last)
        for record in records:
            self.failed += record.status is Status.ERROR
            _print(json_line(record) if self._as_json else text_line(record))
        if self._joint is not None:
            for record in answered.records:
                self._joint.add(one_line(str(answered.path.parent)), record)

    def close(self) -> None:
        """Print one joint answer per folder, where they were asked for."""
        for line, sentence in self._joint.answers() if self._joint is not None else ():
            _print(json_line(line) if self._as_json else specimen_text(line.joint, sentence))


if __name__ == "__main__":
    raise SystemExit(main())
