"""Goes on from every checkpoint of every scenario, and compares the tables with those of a run in one piece.

    continued.py PROGRAM LIBRARY [--only WORD] [--after CASE] [--limit SECONDS]

The cases of selftest/cases.csv run as they are there, all other scenarios once, cut to seconds: few agents, blocks of 8 x 8 x 8, a
well of a small column, and the first of some durations that the program takes. Each runs in one piece, then with checkpoints,
of which each is kept; a directory with the first checkpoint of each model, with the second, and so on, is resumed. Last, a run
is asked to stop (SIGTERM) at half of its time and resumed.

A row tells the checkpoints, how many directories were resumed, refusals and runs whose bytes differ. Ends with 1 where there
is one of these.
"""
import argparse
import csv
import os
import pathlib
import re
import shutil
import sys
import time

from program import Program, scratch, table, tables

FOLDERS = ["tutorials", "studies", "validation", "verify"]
BODIES = [["duration=12 h", "clock.output_every=6 h"], ["duration=12 h"], ["duration=24 h", "clock.output_every=12 h"], ["duration=24 h"],
          ["duration=72 h", "clock.output_every=24 h"],
          ["duration=8 d", "clock.output_every=48 h"], ["duration=30 d", "clock.output_every=240 h"], []]
WELLS = [["culture.width=240um", "culture.depth=1.2mm", "treatment.dose=1e5cells/mL"], ["culture.width=240um", "culture.depth=1.2mm"],
         ["culture.width=400um"], []]
ONCE = ["replicates=1"]
AGENTS = [["treatment.agents=500"], ["treatment.agents.each=500"], []]


class Run:
    """The runs of one scenario."""

    def __init__(self, program, file, settings, limit):
        self.program, self.file, self.limit = program, file, limit
        self.sets = [word for setting in settings for word in ("--set", setting)]

    def go(self, out, *more):
        """Runs it whole; its exit code."""
        return self.program.run("run", self.file, *self.sets, "--out", out, "--overwrite", "--quiet", "--threads", "1", *more, limit=self.limit)

    def start(self, out, *more):
        return self.program.start("run", self.file, *self.sets, "--out", out, "--overwrite", "--quiet", "--threads", "1", *more)

    def caught(self, every):
        """Runs it with checkpoints, and keeps each: their paths by the name of the file."""
        folder = self.program.folder
        for name in ("kept", "each"): shutil.rmtree(f"{folder}/{name}", ignore_errors=True)
        os.mkdir(folder + "/kept")
        process = self.start("each", "--checkpoint-every", every)
        found, seen = {}, set()
        while True:
            isLast = process.poll() is not None
            try: entries = list(os.scandir(folder + "/each/checkpoints"))
            except FileNotFoundError: entries = []
            for entry in entries:
                if entry.name.startswith("."): continue
                kept = f"{folder}/kept/{len(seen)}"
                try: os.link(entry.path, kept)
                except FileNotFoundError: continue
                number = os.stat(kept).st_ino
                if number in seen: os.remove(kept); continue
                seen.add(number)
                found.setdefault(entry.name, []).append(kept)
            if not os.path.exists(folder + "/kept.json") and os.path.exists(folder + "/each/unfinished.json"):
                shutil.copy(folder + "/each/unfinished.json", folder + "/kept.json")
            if isLast: break
            time.sleep(0.0005)
        return process.returncode, found

    def resumed(self, found, turn):
        """A directory with the checkpoint of each model at a turn; the exit code of its resumption."""
        folder = self.program.folder
        shutil.rmtree(folder + "/on", ignore_errors=True)
        os.makedirs(folder + "/on/checkpoints")
        shutil.copy(folder + "/kept.json", folder + "/on/unfinished.json")
        shutil.copy(folder + "/each/scenario.resolved.yaml", folder + "/on")
        for name, kept in found.items(): shutil.copy(kept[min(turn, len(kept) - 1)], f"{folder}/on/checkpoints/{name}")
        return self.program.run("resume", "on", "--quiet", "--threads", "1", limit=self.limit)


def settings_of(program, file):
    """The first settings that the program takes, and the duration in hours."""
    program.run("check", file)
    text = pathlib.Path(program.folder, ".output").read_text()
    block = re.search(r"^tissues:\n((?: .*\n)+)", text, re.M)
    names = re.findall(r"^  ([\w-]+):$", block.group(1), re.M) if block else []
    voxels = [f"tissues.{name}.voxels=8 x 8 x 8" for name in names]
    lists = WELLS if re.search("^culture:", text, re.M) else BODIES
    for blocks in ([voxels] if voxels else []) + [[]]:
        for cut in lists:
            for agents in AGENTS if lists is BODIES else [[]]:
                sets = cut + agents + blocks + ONCE
                if program.run("check", file, *[w for s in sets for w in ("--set", s)]) == 0: return sets
    return None


def hours(program, file, sets):
    program.run("check", file, *[w for s in sets for w in ("--set", s)])
    text = pathlib.Path(program.folder, ".output").read_text()
    number, unit = re.search(r"^duration:\s*\{?(?:value:\s*)?([\d.e+]+) ?(\w+)", text, re.M).groups()
    return float(number) * {"min": 1 / 60, "h": 1, "d": 24, "wk": 168}[unit]


def cases(program, library):
    """The scenarios with their settings."""
    with open(library + "/selftest/cases.csv") as rows:
        for row in csv.DictReader(rows):
            yield f"selftest: {row['scenario']}", f"{library}/{row['scenario']}.yaml", [s.strip() for s in row["settings"].split("; ")]
    for folder in FOLDERS:
        for path in sorted(pathlib.Path(library, folder).glob("*.yaml")):
            if re.search("^(design|vary|calibration):", path.read_text(), re.M): continue
            yield f"{folder}/{path.stem}", str(path), None


def examine(program, name, file, sets, limit):
    """A row of the table, and what is to be told."""
    sets = settings_of(program, file) if sets is None else sets
    if sets is None: return [name, "", "", "", "", "not run"], [f"{name}: no settings are taken: {program.said()[:200]}"]
    run, told = Run(program, file, sets, limit), []
    for leftover in ("kept.json",): pathlib.Path(program.folder, leftover).unlink(missing_ok=True)
    start = time.monotonic()
    code = run.go("straight")
    seconds = time.monotonic() - start
    if code != 0: return [name, "", "", "", "", f"exit {code}"], [f"{name}: {code}: {program.said()[-200:]}"]
    straight = tables(program.folder + "/straight")
    code, found = run.caught(f"{hours(program, file, sets) / 5:.6g} h")
    resumed = refused = differ = 0
    if code != 0 or tables(program.folder + "/each") != straight:
        differ += 1
        told.append(f"{name}: with checkpoints exit {code}: {program.said()[-200:]}")

    def compare(code, out, what):
        nonlocal resumed, refused, differ
        resumed += 1
        if code != 0:
            refused += 1
            told.append(f"{name}: {what}: exit {code}: {program.said()[-300:]}; settings {sets}")
        elif tables(f"{program.folder}/{out}") != straight:
            differ += 1
            told.append(f"{name}: {what}: other bytes; settings {sets}")

    for turn in range(max(map(len, found.values()), default=0)):
        compare(run.resumed(found, turn), "on", f"checkpoint {turn + 1} of each model")
    shutil.rmtree(program.folder + "/stopped", ignore_errors=True)
    process = run.start("stopped")
    time.sleep(seconds / 2)
    process.terminate()
    # One that is stopped before it began writes nothing.
    if process.wait() == 130 and os.path.exists(program.folder + "/stopped"):
        compare(program.run("resume", "stopped", "--quiet", "--threads", "1", limit=limit), "stopped", "stopped and resumed")
    return [name, f"{seconds:.1f}", sum(map(len, found.values())), resumed, refused, differ], told


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program"); p.add_argument("library")
    p.add_argument("--only", default="")
    p.add_argument("--after", default="", help="the case with which an earlier run was interrupted")
    p.add_argument("--limit", type=float, default=300)
    a = p.parse_args()
    folder = scratch()
    program, rows, told = Program(a.program, a.library, folder), [], []
    try:
        isPast = not a.after
        for name, file, sets in cases(program, os.path.abspath(a.library)):
            if not isPast or a.only not in name:
                isPast = isPast or name == a.after
                continue
            row, more = examine(program, name, file, sets, a.limit)
            rows.append(row)
            told += more
            print("  ".join(map(str, row)), file=sys.stderr, flush=True)
            for line in more: print(line, file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    finally:
        shutil.rmtree(folder)
    rows.append(["all", "", *(sum(row[i] for row in rows if row[i] != "") for i in (2, 3, 4)), sum(row[5] for row in rows if isinstance(row[5], int))])
    print(table(["scenario", "seconds", "checkpoints", "resumed", "refused", "other bytes"], rows))
    if told: print("\n".join(["", *told]))
    sys.exit(bool(told))


main()
