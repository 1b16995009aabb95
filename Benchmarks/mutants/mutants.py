"""Puts a fault into the program, one at a time, and sees which test finds it first.

    mutants.py [PATTERN ...] [--minutes N] [--scratch DIR]

Each patch of this directory is applied to a copy of the current commit in the scratch directory (.build/mutants), which is
built from what was there before and tested in this order: what states laws comes before what compares hashes of kept results.

    rooms     suites of the kernels, then of the rooms of science, without the three tests that take a minute
    machine   these three: the same bits for any number of threads, no memory from the heap, stability of long steps
    verify    rows of `stroma verify`
    runs      suites of runs, those that state laws
    kept      `stroma selftest`, then the hashes of the tables of all scenarios (Tests/KeptTables)

The first test or row that fails is written to results.csv; the rest is not run. A patch that has a row there is left out,
so that a run that was stopped goes on; PATTERN, a part of a name, does some anew. After N minutes (60) no patch is begun.
"""
import argparse
import csv
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = HERE / "results.csv"
COLUMNS = ["patch", "stage", "caught_by", "seconds"]

# Swift is optimised file by file, so that a fault compiles in seconds; C is as quick as in the release.
FLAGS = ["-c", "debug", "-Xswiftc", "-O", "-Xcc", "-O2"]

ROOMS = """
let kept: Set = [
  "Substrate", "CStencil", "CCells", "CLAPACK", "Vocabulary", "Laws", "Fields", "Body", "Agents", "Matter", "Reference",
  "CountingAllocator", "SubstrateTests", "ScienceTests",
]
package.targets = package.targets.filter { kept.contains($0.name) }
package.products = []
package.dependencies = []
"""
WHOLE = """
let left: Set = [
  "ArchitectureTests", "FirstTimeTests", "ReportTests", "LibraryTests", "CommandTests", "CampaignTests",
]
package.targets = package.targets.filter { !left.contains($0.name) }
"""

SLOW = "staysSound|stepsDoNotAllocate|resultsDoNotDependOnWorkers"
RUNS = (
    "MassErrorTests|CellGrammarTests|DyeDilutionTests|EndpointTests|ExchangeTests|HeldFieldsTests|RunTests|InterventionTests|"
    "KnockOutTests|LicensingWithoutDecayTests|LimitTests|ObservationTests|QuantityStatisticTests|QuantityEndpointTests|"
    "TissueTermsTests"
)
HASHES = "runsAndAccounts"
GROUPS = "transport walk clocks circulation licensing division ledgers bytes community".split()
# Longest time of a stage, s: a fault may keep a program from ending.
LONGEST = 900


class Tree:
    """A copy of the current commit with less of its package."""

    def __init__(self, scratch, name, package):
        self.place = scratch / name
        commit = git(ROOT, "rev-parse", "HEAD").strip()
        if not self.place.exists(): git(ROOT, "worktree", "add", "--detach", str(self.place), commit)
        left = git(self.place, "diff", "--name-only").split()
        git(self.place, "checkout", "--force", "--detach", commit)
        self.renew(left)
        manifest = self.place / "Package.swift"
        manifest.write_text(manifest.read_text() + package)
        self.bundle = self.place / ".build/debug/stromaPackageTests.xctest"
        self.program = self.place / ".build/debug/stroma"

    def change(self, patch, *words):
        """Applies a patch, or takes it back."""
        git(self.place, "apply", *words, str(patch))
        self.renew(re.findall(r"^\+\+\+ b/(.*)", patch.read_text(), re.MULTILINE))

    def renew(self, changed):
        """Has what may hold copies of functions of changed files compiled again."""
        for path in changed:
            if "@inlinable" not in (self.place / path).read_text(): continue
            module = f"import {path.split('/')[1]}\n"
            for folder in "Sources", "Tests":
                for source in (self.place / folder).rglob("*.swift"):
                    if module in source.read_text(): source.touch()

    def build(self):
        """Whether it compiles."""
        command = ["swift", "build", "--build-tests", *FLAGS]
        built = subprocess.run(command, cwd=self.place, capture_output=True, text=True)
        if built.returncode: print(built.stdout[-2000:], built.stderr[-2000:], file=sys.stderr)
        return built.returncode == 0


def git(place, *words):
    return subprocess.run(["git", *words], cwd=place, check=True, capture_output=True, text=True).stdout


def lines_of(command, place):
    """The lines that a command prints, then `None` with its exit code or "hang"; it is ended where no more are asked for."""
    quiet = {**os.environ, "SWIFT_BACKTRACE": "enable=no", "NO_COLOR": "1"}
    process = subprocess.Popen(command, cwd=place, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace")
    signal.signal(signal.SIGALRM, lambda *_: process.kill())
    signal.alarm(LONGEST)
    started = time.time()
    try:
        for line in process.stdout: yield re.sub(r"\x1b\[[0-9;]*m", "", line.rstrip("\n"))
        code = process.wait()
        yield None, "hang" if time.time() - started >= LONGEST else code
    finally:
        signal.alarm(0)
        if process.poll() is None:
            process.kill()
            process.wait()


def test(tree, *words):
    """The first test that fails in the order of files, `None` for none."""
    command = [str(tree.bundle), "--testing-library", "swift-testing", "--no-parallel", *words]
    suite, running, bad = "", "", None
    for line in lines_of(command, tree.place):
        if isinstance(line, tuple):
            return bad or (f"{suite}: {running} ({'hangs' if line[1] == 'hang' else 'traps'})" if line[1] else None)
        if found := re.match(r'. Suite "?(.*?)"? started\.', line): suite = found[1]
        elif found := re.match(r". Test (?!case|run)(.*?) started\.", line): running = found[1]
        elif re.match(r". Test (?!run).* recorded an issue", line):
            if "KeptTables.swift" not in line: return f"{suite}: {running}"
            bad = f"{suite}: {running} (hash)"


def verify(tree):
    """The first row that misses, `None` for none."""
    for group in GROUPS:
        missed = None
        for line in lines_of([str(tree.program), "verify", "--library", "Scenarios", "--only", group], tree.place):
            if isinstance(line, tuple):
                if missed: return missed
                if line[1]: return f"{group} ({'hangs' if line[1] == 'hang' else f'exit code {line[1]}'})"
            elif line.endswith("| MISS |") and not missed:
                missed = ": ".join(cell.strip() for cell in line.split("|")[1:3])


def selftest(tree):
    """The first case whose tables are others, `None` for none."""
    differs = None
    for line in lines_of([str(tree.program), "selftest", "--library", "Scenarios"], tree.place):
        if isinstance(line, tuple): return f"stroma selftest: {differs or line[1]}" if line[1] else None
        if line.endswith(" differs") and not differs: differs = line.split()[0]


STAGES = [
    ("rooms", "rooms", lambda tree: test(tree, "--filter", "SubstrateTests") or test(tree, "--skip", f"SubstrateTests|{SLOW}")),
    ("machine", "rooms", lambda tree: test(tree, "--filter", SLOW)),
    ("verify", "whole", verify),
    ("runs", "whole", lambda tree: test(tree, "--filter", f"ScenarioTests.({RUNS})", "--skip", HASHES)),
    ("kept", "whole", lambda tree: selftest(tree) or test(tree, "--filter", HASHES)),
]


def judge(patch, trees):
    """Stage and test that find a fault, and the seconds that takes."""
    started = time.time()
    changed = []
    # What lies above the rooms is not compiled with them.
    is_above = bool(re.search(r"^\+\+\+ b/Sources/(Simulation|Observations)/", patch.read_text(), re.MULTILINE))
    try:
        for stage, name, look in STAGES:
            tree = trees[name]
            if is_above and name == "rooms": continue
            if tree not in changed:
                tree.change(patch)
                changed.append(tree)
                if not tree.build(): return "build", "does not compile", time.time() - started
            if found := look(tree): return stage, found, time.time() - started
        return "none", "survives", time.time() - started
    finally:
        for tree in changed: tree.change(patch, "--reverse")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / ".build/mutants")
    asked = parser.parse_args()
    started = time.time()
    rows = list(csv.DictReader(RESULTS.open())) if RESULTS.exists() else []
    known = {row["patch"]: row for row in rows}
    asked.scratch.mkdir(parents=True, exist_ok=True)
    scratch = asked.scratch.resolve()
    trees = {"rooms": Tree(scratch, "rooms", ROOMS), "whole": Tree(scratch, "whole", WHOLE)}
    for patch in sorted(HERE.glob("*.patch")):
        wanted = any(pattern in patch.stem for pattern in asked.patterns)
        if asked.patterns and not wanted or not asked.patterns and patch.stem in known: continue
        if time.time() - started > 60 * asked.minutes:
            print(f"{patch.stem} and what follows are left for the next run")
            break
        stage, found, seconds = judge(patch, trees)
        known[patch.stem] = dict(zip(COLUMNS, [patch.stem, stage, found, round(seconds)]))
        print(f"{patch.stem}: {stage}, {found} ({seconds:.0f} s)", flush=True)
        with RESULTS.open("w", newline="") as file:
            table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(known[name] for name in sorted(known))
    found = [row["stage"] for row in known.values()]
    print(", ".join(f"{found.count(stage)} {stage}" for stage in [s for s, *_ in STAGES] + ["none", "build"]))


main()
