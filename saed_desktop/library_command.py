"""`saed-library`: looks into libraries of structures and builds new ones."""

import saed_desktop.ctrl_c
import saed_desktop.one_thread

# isort: split
import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from saed_desktop import __version__, terminal
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.file_names import safe_stem
from saed_desktop.library.build import BuildReport, build
from saed_desktop.library.collection import BUNDLED, Collection, find, named, open_collection
from saed_desktop.library.elements import add_element_options, filter_from_options
from saed_desktop.library.store import SUFFIX, LibraryFile
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.results.atomic import write_text

EXIT_DONE, EXIT_NOTHING, EXIT_USAGE = 0, 1, 2

saed_desktop.ctrl_c.hear()


def main(argv: Sequence[str] | None = None) -> int:
    """Run `saed-library` and return its exit status."""
    terminal.open_streams()
    try:
        options = _parser().parse_args(argv)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except SaedError as error:
        sys.stderr.write(f"saed-library: {error.sentence}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        sys.stderr.write("saed-library: stopped; what was read so far is kept.\n")
        return 130
    except BrokenPipeError:
        terminal.forget_output()
        return EXIT_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="saed-library",
        description="Looks into libraries of crystal structures, and builds your own.",
        epilog="Exit status: 0 done, 1 nothing found or some files refused, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = _add_command(commands, "find", "list structures by elements and words")
    add_element_options(one)
    one.add_argument("--text", default="", metavar="WORDS", help="words in name or formula")
    _add_library(one)
    one.set_defaults(run=_find)
    one = _add_command(commands, "show", "show cell, sites and source of a structure")
    one.add_argument("name", metavar="NAME", help=_NAME_HELP)
    _add_library(one)
    one.set_defaults(run=_show)
    one = _add_command(commands, "export-cif", "write structures as CIF files")
    one.add_argument("names", nargs="*", metavar="NAME", help=_NAME_HELP)
    one.add_argument("--all", action="store_true", help="every structure of the library")
    one.add_argument(
        "--output", type=Path, default=Path(), metavar="FOLDER", help="folder for the files (.)"
    )
    _add_library(one)
    one.set_defaults(run=_export)
    one = _add_command(commands, "info", "count structures and elements, and list refused files")
    one.add_argument("files", nargs="*", metavar="FILE", help=f"{SUFFIX} files, as with --library")
    _add_library(one)
    one.set_defaults(run=_info)
    one = _add_command(
        commands,
        "build",
        "read CIF files into a library of your own; the same command again goes on",
    )
    one.add_argument(
        "sources",
        nargs="+",
        type=Path,
        metavar="FOLDER|ZIP|FILE",
        help="CIF files, folders and zip archives of them",
    )
    one.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar=f"FILE{SUFFIX}",
        help="the library; what it holds already is kept",
    )
    one.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at work (1)")
    one.set_defaults(run=_build)
    return parser


_NAME_HELP = "name of a structure, or another name that it goes by"


def _add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")


def _add_library(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--library",
        nargs="+",
        default=[BUNDLED],
        metavar="FILE",
        help=f"{SUFFIX} files, or '{BUNDLED}' ({BUNDLED})",
    )


def _libraries(options: argparse.Namespace) -> list[Collection]:
    return [open_collection(name) for name in options.library]


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _find(options: argparse.Namespace) -> int:
    elements = filter_from_options(
        options.elements, only=options.only, any_of=options.any_of, exclude=options.exclude
    )
    count = 0
    for library in _libraries(options):
        for structure in find(library, elements=elements, text=options.text):
            _print(structure.line)
            count += 1
    sys.stderr.write(f"{count} structures\n")
    return EXIT_DONE if count else EXIT_NOTHING


def _show(options: argparse.Namespace) -> int:
    _print(_named(options, options.name).describe())
    return EXIT_DONE


def _named(options: argparse.Namespace, name: str) -> LibraryStructure:
    failure: UsageError | None = None
    for library in _libraries(options):
        try:
            return named(library, name)
        except UsageError as error:
            failure = failure or error
    raise failure or UsageError("Name a library.")


def _export(options: argparse.Namespace) -> int:
    if options.all == bool(options.names):
        raise UsageError("Name structures, or give --all.")
    if options.all:
        structures = [s for library in _libraries(options) for s in library.all()]
    else:
        structures = [_named(options, name) for name in options.names]
    taken: set[str] = set()
    for structure in structures:
        stem = safe_stem(structure.name)
        # names that differ in what no file name can hold get numbers
        unique, number = stem, 2
        while unique.casefold() in taken:
            unique, number = f"{stem}-{number}", number + 1
        taken.add(unique.casefold())
        path = options.output / f"{unique}.cif"
        try:
            write_text(path, structure.cif)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
        if not options.all:
            _print(str(path))
    if options.all:
        _print(f"{len(structures)} files in {options.output}")
    return EXIT_DONE


def _info(options: argparse.Namespace) -> int:
    options.library = options.files or options.library
    for library in _libraries(options):
        elements: dict[str, int] = {}
        prototypes: set[str] = set()
        count = 0
        for structure in library.all():
            count += 1
            prototypes.add(structure.prototype)
            for element in structure.elements:
                elements[element] = elements.get(element, 0) + 1
        often = sorted(elements, key=lambda e: (-elements[e], e))
        _print(f"{library.name}: {count} structures, {len(prototypes - {''})} prototypes named")
        _print("elements: " + ", ".join(f"{e} {elements[e]}" for e in often))
    for name in options.library:
        if name != BUNDLED:
            with LibraryFile(Path(name)) as file:
                refused = file.skipped()
            _print(f"{len(refused)} files were refused" + (":" if refused else ""))
            for path, reason in refused:
                _print(f"  {path}: {reason}")
    return EXIT_DONE


def _build(options: argparse.Namespace) -> int:
    if options.output.suffix.lower() != SUFFIX:
        raise UsageError(f"--output must end in {SUFFIX}.")
    if options.jobs < 1:
        raise UsageError("--jobs must be at least 1.")

    def told(line: str, done: int) -> None:
        if line:
            sys.stderr.write(line + "\n")
        elif done % 1024 < 64:
            sys.stderr.write(f"{done} files read\n")

    report: BuildReport = build(options.sources, options.output, jobs=options.jobs, report=told)
    known = f", {report.known} were there already" if report.known else ""
    _print(
        f"{options.output}: {report.total} structures; {report.added} added, "
        f"{len(report.refused)} files refused{known}"
    )
    return EXIT_NOTHING if report.refused else EXIT_DONE


if __name__ == "__main__":
    raise SystemExit(main())
