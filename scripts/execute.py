"""Executes a notebook with the kernel that it names and prints what its cells show. Exits with 1 when a cell failed."""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def text_of(output) -> str:
    """An output as a terminal shows it."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
    return output.data.get("text/plain", "")


def main(file: str) -> int:
    notebook = nbformat.read(file, as_version=4)
    failed = False

    def finished(cell, cell_index, **_):
        print(f"\n[{cell_index}] {cell.source.strip().splitlines()[0]}")
        for output in cell.outputs:
            text = text_of(output).rstrip("\n")
            if text:
                print(text)
        sys.stdout.flush()

    client = NotebookClient(
        notebook,
        timeout=None,
        resources={"metadata": {"path": str(Path(file).parent)}},
        on_cell_executed=finished,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        print(f"\nA cell failed: {error.ename}: {error.evalue}", file=sys.stderr)
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
