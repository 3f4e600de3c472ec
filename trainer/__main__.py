"""`python -m trainer` and `torchrun -m trainer`: the same as `saed-trainer`."""

from trainer.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
