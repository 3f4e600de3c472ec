"""`saed-trainer`: a table of subcommands, each a module of its own that is imported when asked for.

A subcommand's module exposes `add_arguments(parser)` and `run(args) -> int`.
"""

import argparse
import errno
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence

from saed_desktop import __version__
from saed_desktop.errors import SaedError, UsageError
from trainer.job_estimate import add_job_arguments, confirm_long_job

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("networks", "trainer.networks.command", "list the architectures with their parameter counts"),
    (
        "weights",
        "trainer.networks.weights_command",
        "fetch and check pre-trained weights for nodes without internet",
    ),
    ("simulate", "trainer.simulate", "render labelled patterns from crystal structure files"),
    ("detect", "trainer.detect", "find spots in drawn images, for networks on spot lists"),
    ("prepare", "trainer.data.prepare", "check labelled patterns, split them and fill the cache"),
    ("train", "trainer.train", "train a network, on one process or many"),
    ("evaluate", "trainer.evaluate", "measure a trained network on labelled patterns"),
    ("search", "trainer.search.command", "search the space of architectures"),
    (
        "report",
        "trainer.studies.report.command",
        "turn predictions into tables, figures and one page",
    ),
    ("export", "trainer.bundle.export", "write a trained network as a .saednet bundle"),
    (
        "benchmark",
        "trainer.measure.benchmark",
        "run a bundle over labelled patterns",
    ),
    ("judge", "trainer.judge.command", "make the judge of fits, which knows no crystal"),
    ("lattice", "trainer.lattice.command", "fit what a lattice alone tells of its symmetry"),
    ("mix", "trainer.measure.class_mix", "weigh predictions by how often each phase is met"),
    ("stress", "trainer.studies.stress", "turn up one difficulty at a time and watch the answers"),
    ("ceiling", "trainer.studies.ceiling", "compute the accuracy of the best possible answer"),
)
"""Name, module and one line of help of every subcommand, in the order of the work."""


def available_commands() -> dict[str, tuple[str, str]]:
    """Return module and help by name for the subcommands of this installation."""
    return {name: (module, text) for name, module, text in COMMANDS if _exists(module)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `saed-trainer` and return its exit status: 0 done, 1 failed, 2 wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except ModuleNotFoundError as error:
        library = (error.name or "").split(".")[0]
        if library in ("trainer", "saed_desktop"):
            raise
        return _end(
            f"'{library}' is not installed: saed-trainer needs more than the desktop does. In the "
            "sources' folder: pip install '.[trainer]'.",
            EXIT_FAILED,
        )


def _run(arguments: Sequence[str]) -> int:
    parser = _parser(arguments)
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.print_help()
        return EXIT_USAGE
    module = importlib.import_module(available_commands()[args.command][0])
    try:
        # until torch is imported, Ctrl+C ends the process without a word
        from saed_desktop.ctrl_c import hear

        hear()
        if args.dry_run:
            sys.stdout.write(module.estimate(args).text())
            return 0
        if _may_ask(args):
            confirm_long_job(module.estimate(args), yes=args.yes)
        return int(module.run(args))
    except UsageError as error:
        return _end(error.sentence, EXIT_USAGE)
    except SaedError as error:
        return _end(error.sentence, EXIT_FAILED)
    except KeyboardInterrupt:
        return _end("Interrupted.", EXIT_INTERRUPTED)
    except BrokenPipeError:
        # the reader of a pipe, such as `head`, has seen enough
        sys.stderr.close()
        return EXIT_FAILED
    except OSError as error:
        return _end(_sentence_of_os_error(error), EXIT_FAILED)
    except MemoryError:
        return _end(
            "There is not enough memory; choose a smaller batch, image size or network.",
            EXIT_FAILED,
        )


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="saed-trainer",
        description="Train, measure and export networks that name the phase of a SAED pattern.",
        epilog="Exit status: 0 done, 1 failed, 2 wrong usage, 75 saved and stopped as asked (the "
        "same command goes on), 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"saed-trainer {__version__}")
    rows = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name, (module_name, text) in available_commands().items():
        row = rows.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        # only the module that is asked for is imported: torch alone takes seconds
        if name == wanted:
            importlib.import_module(module_name).add_arguments(row)
            _add_common_arguments(row)
    return parser


def _may_ask(args: argparse.Namespace) -> bool:
    """Tell whether this process works alone and on a CPU: only then is a job asked about."""
    if any(int(os.environ.get(name, "1")) > 1 for name in ("WORLD_SIZE", "SLURM_NTASKS")):
        return False
    torch = sys.modules.get("torch")
    on_cpu = getattr(args, "device", "auto") == "cpu"
    return on_cpu or torch is None or not torch.cuda.is_available()


def _add_common_arguments(row: argparse.ArgumentParser) -> None:
    add_job_arguments(row)
    if any("--data" in action.option_strings for action in row._actions):
        from trainer.data.manifest import LIST_HELP

        row.epilog = "\n\n".join(text for text in (row.epilog, LIST_HELP) if text)


def _exists(module_name: str) -> bool:
    parent = module_name.rpartition(".")[0]
    if parent and parent != "trainer" and not _exists(parent):
        return False
    return importlib.util.find_spec(module_name) is not None


def _end(sentence: str, status: int) -> int:
    sys.stderr.write(f"saed-trainer: {sentence}\n")
    return status


def _sentence_of_os_error(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}; free some space and give the same command again."
    if isinstance(error, PermissionError):
        return f"No permission{where}; choose another folder."
    return f"{error.strerror or error}{where}."
