"""The published JSON Schema of an answer.

    python -m saed_desktop.results.schema

writes it to `resources/schema/answer-4.json`.
"""

import json
import sys
from pathlib import Path

import msgspec

from saed_desktop.paths import resources_dir
from saed_desktop.results.record import SCHEMA_VERSION, AnswerRecord


def schema_file() -> Path:
    """Return where the schema is published."""
    return resources_dir() / "schema" / f"answer-{SCHEMA_VERSION}.json"


def schema_text() -> str:
    """Return the JSON Schema (2020-12) of an answer."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"SAED Desktop: answer to one pattern, schema {SCHEMA_VERSION}",
        **msgspec.json.schema(AnswerRecord),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the schema."""
    file = schema_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
