"""List of the benchmarks with their commands: `python -m tests.benchmarks`."""

import ast
from pathlib import Path


def main() -> int:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if 'if __name__ == "__main__":' not in text or path.name == Path(__file__).name:
            continue
        about = (ast.get_docstring(ast.parse(text)) or "").splitlines()[0]
        print(f"python -m tests.benchmarks.{path.stem}\n    {about}")
    print("What came of them stands in tests/benchmarks/results.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
