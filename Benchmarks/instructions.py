#!/usr/bin/env python3
"""Counts the instructions of the kernels and of the program's other parts, by callgrind, in small cases on one thread.

    Benchmarks/instructions.py [--keep] [STROMA]

Seconds depend on what else a machine does; instructions do not. Compares with `instructions.csv` and ends with exit code 1
where a part takes over a tenth more than is kept there, and over a hundredth of its case; with --keep it writes that table instead. Takes three minutes.
Valgrind has no AVX-512: the loops in C that it counts are those of AVX2.
"""

import csv
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parent / "Scenarios"
TABLE = HERE / "instructions.csv"
# A part costs more where it takes this much of what it took, and by more than this share of its case.
ALLOWED = 1.1
SHARE = 0.01

# What is run, by name: the arguments of stroma; OUT is an empty directory.
CASES = {
    "check": ["check", LIBRARY / "tutorials/mouse-iv.yaml"],
    "fields": ["run", HERE / "Scenarios/oxygen-hour.yaml", "--set", "duration=4 min", "--set", "clock.output_every=4 min"],
    "cells": ["run", HERE / "Scenarios/tissue-hour.yaml", "--set", "duration=6 min", "--set", "clock.output_every=6 min"],
    "host cells": [
        "run", HERE / "Scenarios/host-hour.yaml", "--set", "duration=4 min", "--set", "clock.output_every=4 min",
        "--set", "tissues.block.voxels=32 x 32 x 32",
    ],
    "small block": ["run", HERE / "Scenarios/small-block.yaml"],
    "dose": [
        "run", LIBRARY / "validation/eggenhofer-2012-mouse-iv.yaml", "--set", "duration=3 d",
        "--set", "treatment.agents=50000",
    ],
    "small runs": ["sweep", "SMALL-RUNS", "--yes"],
}

# Parts of the program by the names of their functions, the first that matches; what is left is counted in all only.
PARTS = {
    "stages of the fields": r"^stencil_",
    "fields": r"6Fields",
    "product cells": r"^cells_|6Agents9GridCells",
    "host cells": r"^hosts_|^neighbours_|6Agents9HostCells",
    "cells off the grids": r"6Agents(10OrganCells|10OrganClock|16LicensingCohorts)",
    "circulation": r"4Body11Circulation|6Agents10BloodCells",
    "tissue": r"6Matter",
}


def count(program, arguments, folder):
    """Instructions by function, of one case."""
    (folder / "small-runs.yaml").write_text(
        (HERE / "Scenarios/small-runs.yaml").read_text()
        .replace("points: 1000", "points: 20").replace("../../Scenarios", str(LIBRARY))
    )
    arguments = [str(folder / "small-runs.yaml") if a == "SMALL-RUNS" else str(a) for a in arguments]
    if arguments[0] != "check":
        arguments += ["--quiet", "--threads", "1", "--out", str(folder / "out")]
    counts = folder / "counts"
    # Dictionaries are hashed alike in every process.
    environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", program, *arguments, "--library", LIBRARY],
        env=environment, capture_output=True, text=True,
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    said = subprocess.run(["callgrind_annotate", "--threshold=100", counts], capture_output=True, text=True, check=True).stdout
    found = {}
    for number, name in re.findall(r"^ *([\d,]+) \([ \d.]+%\) +\S*?:(\S+)", said, re.MULTILINE):
        found[name] = found.get(name, 0) + int(number.replace(",", ""))
    return found


def parts(found):
    """Millions of instructions by part; those of no instruction are left out."""
    total = sum(found.values())
    by_part = dict.fromkeys(PARTS, 0)
    for name, number in found.items():
        part = next((part for part, pattern in PARTS.items() if re.search(pattern, name)), None)
        if part:
            by_part[part] += number
    kept = {part: number / 1e6 for part, number in by_part.items() if number > 0}
    return {"all": total / 1e6, **kept}


def main():
    arguments = [a for a in sys.argv[1:] if a != "--keep"]
    keeps = "--keep" in sys.argv
    program = Path(arguments[0] if arguments else HERE.parent / ".build/release/stroma").resolve()
    known = {}
    if TABLE.exists():
        known = {(row["case"], row["part"]): float(row["million"]) for row in csv.DictReader(TABLE.open())}
    rows, dear = [], []
    with tempfile.TemporaryDirectory() as place:
        # Valgrind does not read the debugging information of Swift.
        stripped = Path(place) / "stroma"
        subprocess.run(["strip", "--strip-debug", "-o", stripped, program], check=True)
        for case, command in CASES.items():
            folder = Path(tempfile.mkdtemp(dir=place))
            for part, million in parts(count(stripped, command, folder)).items():
                rows.append((case, part, f"{million:.1f}"))
                before = known.get((case, part), 0)
                change = f"{million / before - 1:+.1%}" if before else "new"
                print(f"{case:12} {part:22} {million:10.1f} million {change:>8}", flush=True)
                if million > ALLOWED * before and million - before > SHARE * known.get((case, "all"), 0):
                    dear.append(f"{case}, {part}: {million / before - 1:+.0%}" if before else f"{case}, {part}: new")
    if keeps:
        with TABLE.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("case", "part", "million"), *rows])
    missing = set(known) - {(case, part) for case, part, _ in rows}
    if missing and not keeps:
        print(f"not met any longer: {', '.join(' '.join(key) for key in sorted(missing))}")
    print(f"{len(dear)} parts cost over a tenth more: {'; '.join(dear)}" if dear else "no part costs over a tenth more")
    sys.exit(1 if dear and not keeps else 0)


main()
