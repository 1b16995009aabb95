"""Kills runs, campaigns and merges at random moments, and compares what they end with.

    kills.py PROGRAM LIBRARY [--kills 1000] [--seed 1]

Of the kills (SIGKILL) two fifths are of `run` with checkpoints and of the `resume` that follows, three tenths of `sweep`,
a tenth of `sweep --shard` and a fifth of `merge`. The moment of each is drawn uniformly over the time that the command
takes when it is left alone. A command is started and killed until it ends; what it leaves is then compared with that of
one that was not killed, and it begins again in an empty folder.

Columns: kills; commands that came to their end; what was safe before a kill and was not after it (checkpoints of a later
time, runs in a store); commands that a leftover of a kill stopped; ends whose bytes differ. Ends with 1 where one of the
last three is not 0.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import sqlite3
import struct
import sys
import time
from collections import Counter

from program import ARMS, CAMPAIGN, SMALL, TINY, Program, scratch, table, tables

RUN = ["--replicates", "2", "--checkpoint-every", "6h", "--record", "fields:every=60h"]


def checkpoints(folder):
    """The simulated time of each checkpoint."""
    found = {}
    for path in pathlib.Path(folder).glob("checkpoints/*.checkpoint"):
        data = path.read_bytes()
        start = len(b"stroma checkpoint") + 4
        count, = struct.unpack_from("<q", data, start)
        found[path.name] = json.loads(data[start + 8:start + 8 + count])["time"]
    return found


def runs(folder, scratch):
    """The keys of the runs of every store, read from copies: to read a store is to mend it."""
    found = {}
    for path in pathlib.Path(folder).glob("*.sqlite"):
        shutil.rmtree(scratch, ignore_errors=True)
        os.mkdir(scratch)
        for part in path.parent.glob(path.name + "*"): shutil.copy(part, scratch)
        store = sqlite3.connect(os.path.join(scratch, path.name))
        try:
            keys = [key for key, in store.execute("SELECT key FROM runs")]
        except sqlite3.OperationalError:
            # It was killed before it made its table.
            keys = []
        store.close()
        for key in keys: found[path.name + key] = 1
    return found


class Killer:
    """Kills one kind of command until it was killed so often."""

    def __init__(self, program, name, draw, begin, next_command, safe, result):
        self.program, self.name, self.draw = program, name, draw
        self.begin, self.next_command, self.safe, self.result = begin, next_command, safe, result
        self.out = program.folder + "/out"
        self.counts, self.told = Counter(), []

    def clear(self):
        shutil.rmtree(self.out, ignore_errors=True)
        self.begin(self.out)

    def whole(self):
        """What the command leaves where it is left alone, and the seconds that it takes."""
        times = []
        for _ in range(3):
            self.clear()
            start = time.monotonic()
            code = self.program.run(*self.next_command(self.out, 1))
            times.append(time.monotonic() - start)
            assert code == 0, (self.name, code, self.program.said())
        return self.result(self.out), min(times)

    def kill(self, kills):
        expected, seconds = self.whole()
        assert expected
        self.clear()
        turn = 0
        while self.counts["kills"] < kills:
            turn += 1
            before = self.safe(self.out)
            command = self.next_command(self.out, turn % 2 + 1)
            process = self.program.start(*command)
            time.sleep(self.draw.random() * seconds)
            if process.poll() is None:
                process.kill()
                self.counts["kills"] += 1
            code = process.wait()
            if code == -9:
                after = self.safe(self.out)
                lost = [name for name in before if after.get(name, -1) < before[name]]
                # A run that is done has no checkpoints that it was not asked for.
                if lost:
                    self.counts["lost"] += 1
                    self.tell(command, f"lost {lost}")
                if not self.is_done(command): continue
            elif code != 0:
                self.counts["stopped"] += 1
                self.tell(command, f"exit {code}: {self.program.said()[-200:]}; there are {sorted(os.listdir(self.out))}")
                self.clear()
                continue
            self.counts["ends"] += 1
            found = self.result(self.out)
            if found != expected:
                self.counts["wrong"] += 1
                self.tell(command, f"differ: {sorted(n for n in expected | found if expected.get(n) != found.get(n))}")
            hidden = [str(p.relative_to(self.out)) for p in pathlib.Path(self.out).rglob(".*")]
            if hidden:
                self.counts["hidden"] += 1
                self.tell(command, f"leftovers {hidden}")
            self.clear()
        # The last one is brought to its end.
        code = self.program.run(*self.next_command(self.out, 1))
        self.counts["ends"] += 1
        if code != 0 or self.result(self.out) != expected:
            self.counts["wrong"] += 1
            self.tell([], f"the last ends with {code}: {self.program.said()[-200:]}")
        return seconds

    def is_done(self, command):
        """Whether a run was killed when all of it was written: a resume would say that it is done."""
        return command[0] in ("run", "resume") and os.path.exists(self.out + "/manifest.json") \
            and not os.path.exists(self.out + "/unfinished.json")

    def tell(self, command, what):
        line = f"{self.name}: {' '.join(command)}: {what}"
        self.told.append(line)
        print(line, file=sys.stderr, flush=True)


def killers(program, draw, folder):
    """One of each kind."""
    def nothing(out): pass

    def run_of(scenario, more):
        def command(out, threads):
            what = ["resume", "out"] if os.path.exists(out + "/unfinished.json") else ["run", scenario, "--out", "out", *more]
            return [*what, "--quiet", "--threads", str(threads)]
        return command

    def sweep(*more):
        return lambda out, threads: ["sweep", "many.yaml", "--out", "out", "--quiet", "--threads", str(threads), *more]

    def merge(out, threads): return ["merge", "many.yaml", "--out", "out", "--quiet", "--threads", str(threads)]

    def shards(out):
        os.makedirs(out)
        for path in pathlib.Path(folder, "shards").iterdir(): shutil.copy(path, out)

    def stored(out): return runs(out, folder + "/scratch")

    def store_of_shard(out):
        # What a store holds, and not how its file is laid out.
        return {key: b"" for key in stored(out)}

    for number in range(1, 4):
        code = program.run("sweep", "many.yaml", "--out", "shards", "--shard", f"{number}/3", "--quiet")
        assert code == 0, program.said()
    return [
        (Killer(program, "run, resume", draw, nothing, run_of("arms.yaml", [*RUN, "--record", "cells:30"]), checkpoints, tables), 0.25),
        (Killer(program, "run, resume (arms that part)", draw, nothing,
                run_of("apart.yaml", [*RUN, "--set", "clock.fork_at=60 h"]), checkpoints, tables), 0.15),
        (Killer(program, "sweep", draw, nothing, sweep(), stored, tables), 0.3),
        (Killer(program, "sweep --shard 1/3", draw, nothing, sweep("--shard", "1/3"), stored, store_of_shard), 0.1),
        (Killer(program, "merge", draw, shards, merge, stored, tables), 0.2),
    ]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program"); p.add_argument("library")
    p.add_argument("--kills", type=int, default=1000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--only", default="")
    a = p.parse_args()
    folder = scratch()
    program = Program(a.program, a.library, folder)
    pathlib.Path(folder, "tiny.yaml").write_text(TINY)
    pathlib.Path(folder, "arms.yaml").write_text(TINY + ARMS)
    apart = "arms:\n  control: {}\n  again: {treatment: {dose: {total: 4e3 cells}, boluses: 2, interval: 3 d}}\n"
    pathlib.Path(folder, "apart.yaml").write_text(TINY + apart)
    pathlib.Path(folder, "small.yaml").write_text(SMALL)
    pathlib.Path(folder, "many.yaml").write_text(CAMPAIGN.replace("POINTS", "12"))
    rows, isWrong = [], False
    try:
        for killer, share in killers(program, random.Random(a.seed), folder):
            if not killer.name.startswith(a.only): continue
            seconds = killer.kill(round(a.kills * share))
            counts = [killer.counts[what] for what in ("kills", "ends", "lost", "stopped", "wrong")]
            isWrong = isWrong or any(counts[2:])
            rows.append([killer.name, f"{seconds:.2f}", *counts, killer.counts["hidden"]])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    finally:
        shutil.rmtree(folder)
    print(table(["command", "seconds", "kills", "ends", "lost", "stopped", "wrong bytes", "ends with hidden files"], rows))
    print(f"{sum(row[2] for row in rows)} kills: {sum(row[4] for row in rows)} lost, {sum(row[6] for row in rows)} with other bytes")
    sys.exit(isWrong)


main()
