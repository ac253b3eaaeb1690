"""A contestant without a web server: a process under its own settings that does what it is told, a line at a time.

The parent calls `Worker.call("submit", times=20)`; the child calls `submit(times=20)` of its module and answers with
what that returns. The child's module times its own work, so the way between the two is in no figure.
"""

import contextlib
import importlib
import json
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.web import ROOT, Failed


@dataclass(frozen=True)
class Worker:
    """A running child."""

    name: str
    process: "subprocess.Popen[str]"

    def call(self, function: str, **arguments: Any) -> Any:
        """Return what the child's function returns. Raises `Failed` with its trace when it raises."""
        self.start(function, **arguments)
        return self.result()

    def start(self, function: str, **arguments: Any) -> None:
        """Begin a call whose result is fetched with `result`: several children can work at the same time."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([function, arguments]) + "\n")
        self.process.stdin.flush()

    def result(self) -> Any:
        """Return what the call begun with `start` returns. Raises `Failed`."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"The worker {self.name} ended; its log says why.")
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(f"{self.name}:\n{answer['error']}")
        return answer["result"]


@contextlib.contextmanager
def working(
    module: str,
    folder: Path,
    environment: Mapping[str, str],
    *,
    python: Path = Path(sys.executable),
    name: str = "",
) -> Iterator[Worker]:
    """Run a child with the functions of `module` while the context lasts."""
    name = name or module.rpartition(".")[2]
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [python, "-m", "bench.worker", module], cwd=ROOT, env=dict(environment),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    try:
        yield Worker(name, process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(60)


def main(module: str) -> None:
    """Answer calls until there are no more. Whatever the work prints goes to the log."""
    import django

    answers, sys.stdout = sys.stdout, sys.stderr
    django.setup()
    work = importlib.import_module(module)
    for line in sys.stdin:
        function, arguments = json.loads(line)
        try:
            said = {"result": getattr(work, function)(**arguments)}
        except Exception:  # noqa: BLE001 - the parent raises it again, with the trace
            said = {"error": traceback.format_exc()}
        answers.write(json.dumps(said) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
