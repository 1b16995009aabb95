"""The program that the wheel carries: where it is, how it is called, and what its exit codes raise."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from pathlib import Path

PROGRAM = Path(__file__).parent / "bin" / "stroma"
LIBRARY = Path(__file__).parent / "Scenarios"


class StromaError(Exception):
    """The program failed. `code` is its exit code (sysexits), negative if a signal ended it."""

    def __init__(self, message: str, code: int, command: list[str]) -> None:
        super().__init__(message)
        self.code, self.command = code, command


class UsageError(StromaError):
    """An option has a value that the program does not take (64)."""


class ScenarioError(StromaError):
    """A scenario, campaign or file of the library is invalid (65).

    `file`, `line` and `column` (from 1) are those of the first problem in a file, else None; the message lists all.
    """

    def __init__(self, message: str, code: int, command: list[str]) -> None:
        super().__init__(message, code, command)
        place = re.search(r"^(.+?):(\d+):(\d+): ", message, re.MULTILINE)
        self.file: str | None = place[1] if place else None
        self.line: int | None = int(place[2]) if place else None
        self.column: int | None = int(place[3]) if place else None


class OutputError(StromaError):
    """The output directory is not empty or in use by another run (73), or cannot be written (74)."""


class Interrupted(StromaError):
    """Stopped by a signal, with its work kept (130). `resume` is the shell command that continues it."""

    def __init__(self, message: str, code: int, command: list[str]) -> None:
        super().__init__(message, code, command)
        resumed = re.search(r"continue with: (?:stroma )(.+)", message)
        self.resume: str = f"stroma {resumed[1]}" if resumed else shlex.join(["stroma", *command[1:]])


class Note(UserWarning):
    """A questionable choice in a scenario that it does not accept; see `stroma notes`."""


ERRORS: dict[int, type[StromaError]] = {
    64: UsageError, 65: ScenarioError, 73: OutputError, 74: OutputError, 130: Interrupted,
}


def call(*arguments: str, progress: bool = False, depth: int = 3) -> str:
    """Calls the program and returns its standard output.

    Notes become warnings of the caller `depth` frames above. Of a KeyboardInterrupt the program receives SIGINT, and
    ends after its checkpoints are written; a second one ends it at once. The program has a session of its own,
    so that Ctrl-C in a terminal reaches it once.
    """
    command = [str(PROGRAM), *arguments]
    lines: list[str] = []
    is_interrupted = False
    with tempfile.TemporaryFile("w+") as output, subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE,
        text=True, errors="replace", start_new_session=True,
    ) as process:

        def listen() -> None:
            for line in process.stderr or ():
                lines.append(line.rstrip("\n"))
                if progress:
                    print(lines[-1], file=sys.stderr, flush=True)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        while listener.is_alive():
            try:
                # A signal that another thread of the process takes does not wake this one, hence the time limit.
                listener.join(0.1)
            except KeyboardInterrupt:
                is_interrupted = True
                process.send_signal(signal.SIGINT)
        code = process.wait()
        output.seek(0)
        text = output.read()
    for line in dict.fromkeys(lines):
        if line.startswith("note ") and not progress:
            warnings.warn(line.removeprefix("note "), Note, stacklevel=depth)
    if code != 0 and not (is_interrupted and code == -signal.SIGINT):
        said = lines[-1:] if code == 130 else lines
        message = "\n".join(line for line in said if not line.startswith("note "))
        if code < 0:
            message = "\n".join([message, f"ended by {signal.Signals(-code).name}"]).strip()
        raise ERRORS.get(code, StromaError)(message, code, command)
    if is_interrupted:
        raise KeyboardInterrupt
    return text


def main() -> None:
    """Replaces this process by the program: the command `stroma` of the environment."""
    os.execv(PROGRAM, [str(PROGRAM), *sys.argv[1:]])
