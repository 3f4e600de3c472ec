"""The options of `saed-index`."""

import argparse
from pathlib import Path

from saed_desktop import __version__
from saed_desktop.running.batch import TIMEOUT_S
from saed_desktop.running.library_request import add_library_options


def parser() -> argparse.ArgumentParser:
    """Return the options of `saed-index`."""
    made = argparse.ArgumentParser(
        prog="saed-index",
        description="Names the crystal phase of electron diffraction patterns.",
        epilog="Exit status: 0 every pattern was read and answered ('unknown' is an answer), "
        "1 some failed, 2 wrong usage.",
    )
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="patterns and folders")
    made.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    who = made.add_argument_group("candidate phases and network")
    who.add_argument(
        "--network",
        metavar="NAME|FILE",
        help="network by name, or a .saednet file; 'none': spot indexing alone (default: the "
        "bundled network, none with --library)",
    )
    who.add_argument(
        "--phase",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE.cif",
        help="structure files of the candidate phases (default: the phases of the network)",
    )
    who.add_argument(
        "--axes",
        choices=("conventional", "file"),
        default="conventional",
        help="axes on which directions and planes are named where a structure file states less "
        "symmetry than its atoms have: the conventional ones, or those of the file "
        "(conventional)",
    )
    who.add_argument(
        "--prior",
        nargs="+",
        action="extend",
        default=[],
        metavar="PHASE=WEIGHT",
        help="relative frequencies of phases; one that is not named has 1, one of 0 is left out",
    )
    add_library_options(made)
    _add_calibration(made)
    _add_details(made)
    _add_run(made)
    return made


def _add_calibration(parser: argparse.ArgumentParser) -> None:
    scale = parser.add_argument_group("calibration, instead of what the files state")
    scale.add_argument(
        "--scale", type=float, metavar="VALUE", help="scale of the patterns, in --unit per pixel"
    )
    scale.add_argument("--unit", default="1/A", metavar="1/A|1/nm", help="unit of --scale (1/A)")
    scale.add_argument(
        "--scale-bar",
        type=float,
        metavar="1/NM",
        help="length written beside the scale bar that is burnt into every picture, in 1/nm; the "
        "bar itself is measured",
    )
    scale.add_argument(
        "--scale-sigma",
        type=float,
        metavar="PERCENT",
        help="relative standard uncertainty of the scale, wherever that comes from (default: 2 "
        "where it is given here, 3 where it is a file's or a scale bar's)",
    )
    scale.add_argument(
        "--camera-length", type=float, metavar="MM", help="camera length; needs --pixel-size"
    )
    scale.add_argument("--pixel-size", type=float, metavar="UM", help="size of a detector pixel")
    scale.add_argument("--energy", type=float, metavar="KEV", help="electron energy")


def _add_details(parser: argparse.ArgumentParser) -> None:
    more = parser.add_argument_group("more about each answer")
    more.add_argument(
        "--details",
        action="store_true",
        help="every spot, and every reflection with its hkl, in JSON",
    )
    more.add_argument(
        "--refine-cell",
        action="store_true",
        help="lattice parameters of every candidate, as far as the zone axis determines them; "
        "needs a known scale",
    )
    more.add_argument(
        "--lattice",
        action="store_true",
        help="what the spot lattice alone says of crystal system and space group, also where a "
        "phase is named",
    )
    more.add_argument(
        "--why",
        action="store_true",
        help="what speaks for the likeliest phase and against the next, as factors on its odds, "
        "where fits were compared: without a network that knows the phases",
    )
    more.add_argument(
        "--holder",
        type=float,
        metavar="DEG",
        help="direction of the holder's alpha axis in the image, from right towards down: adds the "
        "tilts to other zone axes, in JSON",
    )
    more.add_argument(
        "--tilt",
        type=float,
        nargs=2,
        default=[0.0, 0.0],
        metavar=("ALPHA", "BETA"),
        help="goniometer angles at which the patterns were taken (0 0)",
    )
    more.add_argument(
        "--tilt-limits",
        type=float,
        nargs=2,
        default=[35.0, 30.0],
        metavar=("ALPHA", "BETA"),
        help="largest tilts of the holder (35 30)",
    )
    more.add_argument(
        "--joint",
        action="store_true",
        help="one more answer for each folder, from all its patterns together",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    run = parser.add_argument_group("the run")
    run.add_argument("--recursive", action="store_true", help="include sub-folders")
    run.add_argument("--all-frames", action="store_true", help="answer every frame of a file")
    run.add_argument(
        "--dataset",
        metavar="NAME",
        help="dataset of files that hold several, by name or by number from 1 (default: the "
        "likeliest diffraction pattern)",
    )
    run.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at work (1)")
    run.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write a table: .csv, .json (one object per line) or .html",
    )
    run.add_argument(
        "--resume", action="store_true", help="continue the interrupted run that wrote --output"
    )
    run.add_argument(
        "--timeout",
        type=float,
        default=TIMEOUT_S,
        metavar="SECONDS",
        help=f"give up on a file or frame after so long, and go on ({TIMEOUT_S:g}); 0: never",
    )
    run.add_argument(
        "--watch", action="store_true", help="answer new files as they appear, until interrupted"
    )
    run.add_argument("--json", action="store_true", help="print one JSON object per pattern")
    run.add_argument("--verbose", action="store_true", help="log to standard error")
