"""`saed-index`: answers patterns without a window."""

import argparse
import logging
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from saed_desktop import __version__, report
from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import SaedError, UnreadablePatternError, UsageError
from saed_desktop.indexing.batch import BatchJob, CalibrationOverride, Record, answer_files
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.network.store import find_network
from saed_desktop.pattern.calibration import inverse_length_factor
from saed_desktop.pattern.readers import find_patterns

EXIT_ANSWERED, EXIT_SOME_FAILED, EXIT_USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run `saed-index` and return its exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.ERROR)
    try:
        return _run(options)
    except SaedError as error:
        sys.stderr.write(f"saed-index: {error.sentence}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        sys.stderr.write("saed-index: stopped; what was answered so far is kept.\n")
        return 130
    except BrokenPipeError:
        # the reader of our output went away, as `head` does; that is no failure of ours
        sys.stderr.close()
        return EXIT_ANSWERED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="saed-index",
        description="Names the crystal phase of electron diffraction patterns.",
        epilog="Exit status: 0 every pattern was read and answered ('unknown' is an answer), "
        "1 some failed, 2 wrong usage.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="pattern or folder")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    who = parser.add_argument_group("who answers")
    who.add_argument(
        "--network", metavar="NAME|FILE", help="network to ask; 'none' goes by the physics alone"
    )
    who.add_argument(
        "--phase",
        type=Path,
        action="append",
        metavar="FILE.cif",
        help="candidate phase, may be given several times; without it the network's own phases",
    )
    scale = parser.add_argument_group("calibration, where it overrides what the files say")
    scale.add_argument("--scale", type=float, metavar="VALUE", help="reciprocal length per pixel")
    scale.add_argument("--unit", default="1/A", metavar="1/A|1/nm", help="unit of --scale (1/A)")
    scale.add_argument(
        "--scale-sigma", type=float, metavar="PERCENT", help="standard uncertainty of the scale"
    )
    scale.add_argument("--camera-length", type=float, metavar="MM", help="with --pixel-size")
    scale.add_argument("--pixel-size", type=float, metavar="UM", help="detector pixel")
    scale.add_argument("--energy", type=float, metavar="KEV", help="electron energy")
    run = parser.add_argument_group("the run")
    run.add_argument("--recursive", action="store_true", help="look into folders of folders")
    run.add_argument("--all-frames", action="store_true", help="answer every frame of a file")
    run.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at work (1)")
    run.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write FILE.csv, .json (an object a line) or .html",
    )
    run.add_argument("--json", action="store_true", help="print one JSON object per pattern")
    run.add_argument("--verbose", action="store_true", help="log what goes on to standard error")
    return parser


def _run(options: argparse.Namespace) -> int:
    job = _job(options)
    if options.jobs < 1:
        raise UsageError("--jobs must be at least 1.")
    for path in options.paths:
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.")
    files = find_patterns(options.paths, recursive=options.recursive)
    if not files:
        raise UsageError("There is no pattern file in the given folders.")
    outcome = _Outcome(options.output, as_json=options.json)
    with outcome:
        for records in answer_files(files, job, jobs=options.jobs):
            outcome.add(records)
    return EXIT_SOME_FAILED if outcome.failed else EXIT_ANSWERED


def _job(options: argparse.Namespace) -> BatchJob:
    network = None if options.network == "none" else find_network(options.network)
    phases: tuple[Phase, ...]
    if options.phase:
        phases = tuple(read_phase(path) for path in options.phase)
    elif network is not None:
        phases = network.phases
    else:
        phases = bundled_phases()
    return BatchJob(
        phases=phases,
        network=network.path if network else None,
        calibration=_calibration(options),
        all_frames=options.all_frames,
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
    for name in ("camera_length", "pixel_size", "energy", "scale_sigma"):
        value = getattr(options, name)
        if value is not None and not value > 0:
            raise UsageError(f"--{name.replace('_', '-')} must be positive.")
    return CalibrationOverride(
        scale_inv_angstrom_per_px=scale,
        camera_length_mm=options.camera_length,
        pixel_size_um=options.pixel_size,
        energy_kev=options.energy,
        relative_sigma=options.scale_sigma / 100 if options.scale_sigma else None,
    )


@dataclass
class _Counts:
    answered: int = 0
    failed: int = 0


class _Outcome:
    """Prints records as they come and writes the output file, whole or not at all."""

    def __init__(self, output: Path | None, *, as_json: bool) -> None:
        if output is not None and output.suffix.lower() not in (".csv", ".json", ".jsonl", ".html"):
            raise UsageError("--output must end in .csv, .json, .jsonl or .html.")
        self._output = output
        self._as_json = as_json
        self._counts = _Counts()
        self._part = output.with_name(output.name + ".part") if output else None
        self._stream: TextIO | None = None
        self._csv: report.CsvWriter | None = None
        self._rows: list[Record] = []

    @property
    def failed(self) -> int:
        return self._counts.failed

    def __enter__(self) -> "_Outcome":
        if self._part is not None and self._output is not None:
            try:
                self._part.parent.mkdir(parents=True, exist_ok=True)
                self._stream = self._part.open("w", encoding="utf-8", newline="")
            except OSError as error:
                raise UnreadablePatternError(
                    f"{self._output} cannot be written: {error.strerror}."
                ) from error
            if self._output.suffix.lower() == ".csv":
                self._csv = report.CsvWriter(self._stream)
        return self

    def add(self, records: Iterable[Record]) -> None:
        for record in records:
            self._counts.failed += record["status"] == "error"
            line = report.json_line(record) if self._as_json else report.text_line(record)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            self._write(record)

    def _write(self, record: Record) -> None:
        if self._stream is None or self._output is None:
            return
        if self._csv is not None:
            self._csv.write(record)
        elif self._output.suffix.lower() == ".html":
            self._rows.append(record)
        else:
            self._stream.write(report.json_line(record) + "\n")
            self._stream.flush()

    def __exit__(self, *_: object) -> None:
        if self._stream is None or self._part is None or self._output is None:
            return
        if self._output.suffix.lower() == ".html":
            self._stream.write(report.html_page(self._rows))
        self._stream.close()
        self._part.replace(self._output)


if __name__ == "__main__":
    raise SystemExit(main())
