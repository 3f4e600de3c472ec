"""`saed-trainer search`: search a space of architectures, on this machine or on a cluster."""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from saed_desktop.errors import UsageError
from trainer.data.manifest import LIST_HELP
from trainer.data.measured_plan import DataOptions
from trainer.job_estimate import JobEstimate, add_job_arguments
from trainer.options import add_options, given_options
from trainer.run_log import log_line
from trainer.search.describe import description
from trainer.search.settings import (
    SETTINGS,
    SearchOptions,
    SearchSettings,
    check_or_create_search_folder,
    load_settings,
    make_settings,
    read_settings_file,
    with_absolute_paths,
)

_DEVICES = ("auto", "cpu", "cuda")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand and its own subcommands."""
    parser.add_argument(
        "--describe", action="store_true", help="print the paper's space and its size"
    )
    rows = parser.add_subparsers(dest="action", metavar="ACTION", title="actions")
    for name, text, add in (
        ("describe", "print a space, what is impossible in it, and the rungs", _add_settings),
        ("cost", "project the cost, from short measurements on this device", _add_cost),
        ("run", "start a search, or go on with it", _add_run),
        ("status", "how far it is: done, running, failed, time left", _add_status),
        ("resume", "do what is left after workers were lost", _add_engine_and_folder),
        ("retry-failed", "forget the failures that may have been bad luck, and resume", _add_retry),
        ("report", "what came of it: a page, figures, a table, the winner", _add_report),
        ("work", "work on shards in this process, under torchrun or by hand", _add_work),
    ):
        row = rows.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        add(row)
        if name in ("run", "resume", "retry-failed", "work"):
            add_job_arguments(row, nested=True)
        if name in ("run", "describe", "cost"):
            row.formatter_class = argparse.RawDescriptionHelpFormatter
            row.epilog = LIST_HELP


def run(args: argparse.Namespace) -> int:
    """Do what is asked."""
    actions: dict[str | None, Callable[[argparse.Namespace], int]] = {
        "describe": _describe,
        "cost": _cost,
        "run": _run,
        "status": _status,
        "resume": _resume,
        "retry-failed": _retry_failed,
        "report": _report,
        "work": _work,
    }
    if args.action is None:
        if not args.describe:
            raise UsageError("Say what to do: 'saed-trainer search --help' lists the actions.")
        sys.stdout.write(description(make_settings({})))
        return 0
    return actions[args.action](args)


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what a search will take, from one measured architecture."""
    from trainer.search.estimate import search_estimate

    if args.action == "run":
        _check_ranking(settings_from(args))
        begun = (args.output / SETTINGS).is_file()
        return search_estimate(settings_from(args), args.device, is_begun=begun)
    if args.action in ("resume", "work", "retry-failed"):
        return search_estimate(load_settings(args.folder), args.device, is_begun=True)
    return JobEstimate(images=0, seconds=10.0)


def settings_from(args: argparse.Namespace) -> SearchSettings:
    """Return the settings that a command line and its file ask for."""
    content = read_settings_file(args.config) if args.config else {}
    given: dict[str, dict[str, Any]] = {
        "search": given_options(SearchOptions, args),
        "data": given_options(DataOptions, args),
    }
    return make_settings(content, given)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="TOML with any of the tables space, search, [[rungs]], finals and data",
    )
    add_options(parser, SearchOptions, "[search] strategy and shards")
    add_options(parser, DataOptions, "[data] labelled patterns")


def _add_cost(parser: argparse.ArgumentParser) -> None:
    _add_settings(parser)
    parser.add_argument("--device", choices=_DEVICES, default="auto", help="what is measured")
    parser.add_argument(
        "--patterns", type=int, default=531, metavar="N", help="training patterns (531)"
    )
    parser.add_argument(
        "--validation", type=int, default=59, metavar="N", help="validation patterns (59)"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=2.0,
        metavar="S",
        help="per measurement (2); where a step would take longer, the batch measured is smaller",
    )
    parser.add_argument(
        "--largest-batch", type=int, default=32, metavar="N", help="batch measured at most (32)"
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="SEARCH",
        help="search folder; the same command again goes on with what is in it",
    )
    parser.add_argument(
        "--only-prepare",
        action="store_true",
        help="decode the patterns and write the search folder; 'search work' does the rest",
    )
    _add_settings(parser)
    _add_engine(parser)


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        choices=("local", "slurm", "here"),
        default="local",
        help="shards as processes of this machine, as Slurm jobs, or one by one in this process",
    )
    parser.add_argument(
        "--slurm",
        nargs="*",
        default=[],
        metavar="KEY=VALUE",
        help="partition=, account=, time= (minutes), gpus=, cpus=, mem=, or any option of sbatch",
    )
    parser.add_argument("--device", choices=_DEVICES, default="auto", help="of the workers")


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="SEARCH", help="search folder")


def _add_status(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _add_engine_and_folder(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser)
    _add_engine(parser)


def _add_retry(parser: argparse.ArgumentParser) -> None:
    _add_engine_and_folder(parser)
    parser.add_argument(
        "--only-forget", action="store_true", help="do not resume; a later 'resume' trains them"
    )


def _add_report(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser)
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="where it goes (default: SEARCH/report)"
    )
    parser.add_argument(
        "--optuna", type=Path, metavar="FILE.db", help="also a study for Optuna's dashboard"
    )


def _add_work(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser)
    parser.add_argument(
        "--shard", type=int, action="append", metavar="K", help="this shard; else shared out"
    )
    parser.add_argument("--device", choices=_DEVICES, default="auto", help="where to compute")
    parser.add_argument(
        "--wait-minutes",
        type=float,
        default=60.0,
        metavar="MIN",
        help="how long a rung waits for the shards of others (default: %(default)s)",
    )


def _describe(args: argparse.Namespace) -> int:
    sys.stdout.write(description(settings_from(args)))
    return 0


def _cost(args: argparse.Namespace) -> int:
    from trainer.distributed import ProcessOptions, this_world
    from trainer.search.cost import cost_plan, plan_text, search_cost, take_measurements
    from trainer.search.cost_text import cost_text
    from trainer.search.worker import use_own_threads

    if min(args.patterns, args.validation) < 1:
        raise UsageError("--patterns and --validation must be at least 1.")
    if args.largest_batch < 2:
        raise UsageError("--largest-batch must be at least 2, what batch norm needs.")
    if not 0 <= args.seconds < math.inf:
        raise UsageError("--seconds must be a number from 0 on.")
    use_own_threads()
    plan = cost_plan(
        settings_from(args),
        this_world(ProcessOptions(device=args.device)).device,
        seconds=args.seconds,
        largest_batch=args.largest_batch,
    )
    # standard output is for the answer alone
    sys.stderr.write(plan_text(plan))
    sys.stderr.flush()
    measurements = take_measurements(plan)
    numbers = {"patterns": args.patterns, "validation": args.validation}
    costs = search_cost(plan, measurements, **numbers)
    sys.stdout.write(cost_text(plan, measurements, costs, **numbers))
    return 0


def _run(args: argparse.Namespace) -> int:
    from trainer.data.interruption import PreparationStopped
    from trainer.stopping import EXIT_STOPPED, StopRequest

    settings = with_absolute_paths(settings_from(args))
    try:
        with StopRequest(args.output) as stop:
            stop.forget_file()
            _prepare(settings, lambda: stop.is_asked)
    except PreparationStopped:
        log_line("Stopped while preparing; the same command goes on from what is kept.")
        return EXIT_STOPPED
    check_or_create_search_folder(args.output, settings)
    if args.only_prepare:
        log_line(f"{args.output} is ready for 'saed-trainer search work'.")
        return 0
    return _start(args.output, settings, args)


def _resume(args: argparse.Namespace) -> int:
    settings = load_settings(args.folder)
    _refuse_while_at_work(args.folder)
    return _start(args.folder, settings, args)


def _retry_failed(args: argparse.Namespace) -> int:
    from trainer.search.retry import forget_failures

    settings = load_settings(args.folder)
    _refuse_while_at_work(args.folder)
    count = forget_failures(args.folder, settings)
    log_line(f"{count} failed training(s) will be tried again.")
    return 0 if args.only_forget else _start(args.folder, settings, args)


def _status(args: argparse.Namespace) -> int:
    from trainer.search.launcher import LauncherError, jobs_at_work
    from trainer.search.status import search_status, status_json, status_text

    settings = load_settings(args.folder)
    rungs = search_status(args.folder, settings)
    if args.json:
        sys.stdout.write(status_json(rungs) + "\n")
        return 0
    try:
        jobs = jobs_at_work(args.folder)
    except LauncherError:
        jobs = None
    sys.stdout.write(status_text(rungs, jobs, memory_gb=settings.search.memory_gb))
    return 0


def _report(args: argparse.Namespace) -> int:
    from trainer.search.optuna_export import export_study
    from trainer.search.report import write_report

    settings = load_settings(args.folder)
    log_line(write_report(args.folder, settings, args.output or args.folder / "report"))
    if args.optuna:
        count = export_study(args.folder, settings, args.optuna)
        log_line(f"{args.optuna} holds {count} trials for optuna-dashboard.")
    return 0


def _work(args: argparse.Namespace) -> int:
    from trainer.distributed import ProcessOptions, this_world
    from trainer.search.rung_trials import n_rungs
    from trainer.search.worker import run_shard
    from trainer.stopping import EXIT_STOPPED, StopRequest

    settings = load_settings(args.folder)
    world = this_world(ProcessOptions(device=args.device))
    shards = args.shard or list(range(world.rank, settings.search.shards, world.size))
    beyond = [shard for shard in shards if not 0 <= shard < settings.search.shards]
    if beyond:
        raise UsageError(
            f"The shards run from 0 to {settings.search.shards - 1}; there is no {beyond[0]}."
        )
    with StopRequest(args.folder) as stop:
        for rung in range(n_rungs(settings)):
            for shard in shards:
                if not run_shard(
                    args.folder,
                    shard,
                    rung,
                    world.device,
                    wait_seconds=60 * args.wait_minutes,
                    stop=lambda: stop.is_asked,
                ):
                    log_line("Saved and stopped; the same command goes on from here.")
                    return 0 if world.under_torchrun else EXIT_STOPPED
    return 0


def _start(folder: Path, settings: SearchSettings, args: argparse.Namespace) -> int:
    from trainer.search.launcher import run_here, run_local, submit_to_slurm
    from trainer.stopping import EXIT_STOPPED, StopRequest

    slurm = dict(_pair(text) for text in args.slurm)
    folder = folder.resolve()
    if args.engine == "slurm":
        numbers = submit_to_slurm(folder, settings, args.device, slurm)
        log_line(f"Submitted: {', '.join(numbers)}. 'search status {folder}' tells how far it is.")
        return 0
    with StopRequest(folder) as stop:
        stop.forget_file()
        if args.engine == "here":
            is_done = run_here(folder, settings, args.device, lambda: stop.is_asked)
        else:
            is_done = run_local(folder, settings, args.device, lambda: stop.is_asked)
    if not is_done:
        saved = "Saved and stopped; " if stop.is_asked else ""
        log_line(f"{saved}'search resume' goes on from here.")
        return EXIT_STOPPED if stop.is_asked else 1
    log_line(f"Done. 'saed-trainer search report {folder}' shows what came of it.")
    return 0


def _refuse_while_at_work(folder: Path) -> None:
    from trainer.search.launcher import jobs_at_work

    jobs = jobs_at_work(folder)
    if jobs:
        raise UsageError(
            f"Job(s) {', '.join(jobs)} of this search are still queued or running; a second set "
            "would train the same again. Wait for them or cancel them."
        )


def _prepare(settings: SearchSettings, is_stopped: Callable[[], bool]) -> None:
    """Decode the patterns here, once, so that workers find them."""
    from trainer.search.patterns import fill_cache

    _check_ranking(settings)
    fill_cache(settings, is_stopped)


def _check_ranking(settings: SearchSettings) -> None:
    if not settings.data.validation_fraction:
        raise UsageError(
            "A search ranks by validation patterns; set --validation-fraction above 0."
        )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--slurm takes KEY=VALUE, not '{text}'.")
    return name, value
