"""Misspells each key and each unit of the YAML files of a library, one at a time, and sees whether the program refuses it.

    misspelt.py PROGRAM LIBRARY [--seed 1] [--only FOLDER,...] [--every N]

One letter of the key or of the unit is doubled, or two neighbours are swapped. The file is read by the command that reads
its kind: a scenario by `check`, a campaign by `sweep --dry-run` or `calibrate --dry-run`, published rows by `validate`,
what lies in the library by `check` of a scenario that uses it. A refusal is exit code 65 with file, line and column.

A dotted path, as in `vary`, is a key for each of its parts; keys and units in `set` count too, and so do the columns of
tables of data. Words that do not hold one another are misspelt together first: those of which a line of the refusal names the
place and the word are refused; each of the others is then misspelt by itself.

Not refused is told in a line each. A name that the author of a file gives, as that of an arm, is no misspelt key where
nothing else names it; these are counted apart.
"""
import argparse
import pathlib
import random
import re
import shutil
import sys
from collections import Counter

from program import Program, scratch, table

UNITS = set("% fold nm um mm cm m fL pL nL uL mL dL L s min h d wk fg pg ng ug mg g kg mol mmol umol nmol pmol fmol molecules "
            "particles cells cell M mM uM nM pM Da kDa percent micron microns fl pl nl ul ml dl l sec hr hrs day days x "
            "to mins hour hours gram molecule particle".split())
# Keys whose values are words to the reader.
WORDS = {"source", "question", "meaning", "sentence", "remedy", "name", "observable", "needs", "origin", "accept", "title"}

BODY = """name: reader
duration: 200 d
clock: {{cell_step: 1 h, output_every: 24 h}}
host: {host}
product: {product}
treatment: {treatment}
"""
WELL = """name: reader
duration: 1 h
clock: {{cell_step: 10 min, output_every: 1 h}}
culture: {{species: {species}, width: 240 um, depth: 1.2 mm, cells: {{macrophage: {{density: 1e4 cells/mL}}}}}}
medium: {medium}
product: {species}-marrow-msc
treatment: {{dose: 1e5 cells/mL}}
kinds: [{kinds}]
factors: [ifng, tnfa]
"""
HOSTS = ["human", "mouse", "rat"]


def body(host="mouse", product="human-marrow-msc", treatment="{route: intravenous, dose: 1e4 cells}", more=""):
    return BODY.format(host=host, product=product, treatment=treatment) + more


def well(species="human", medium="rpmi", kinds="macrophage, cd4, cd4_effector, cd8, cd8_effector, treg, nk, dendritic, b_cell, neutrophil"):
    return WELL.format(species=species, medium=medium, kinds=kinds)


def readers(folder, name):
    """Scenarios that may use a file of the library; the first that the program takes is the reader."""
    if folder == "hosts": return [body(host=name)]
    if folder == "overlays": return [body(host=f"{{preset: {host}, overlays: [{name}]}}") for host in HOSTS]
    if folder == "products": return [body(product=name), body(host="human", product=name), body(host="rat", product=name)]
    if folder == "modifications":
        return [body(host=host, product=f"{{preset: {host}-marrow-msc, overlays: [{name}]}}") for host in HOSTS]
    if folder == "media": return [well(medium=name)]
    if folder == "kinds":
        mouse = "macrophage, mouse_cd4, mouse_cd4_effector, mouse_cd8, mouse_cd8_effector, nk, cd4_effector, treg, cd8_effector"
        return [well(species="mouse", kinds=mouse)] if name.startswith("mouse") else [well()]
    if folder == "factors":
        place = "tissues: {{place: {{organ: lung, voxels: 8 x 8 x 8, spacing: 20 um, factors: {{{}: {{}}}}}}}}\n".format(name)
        return [body(more=f"factors: [{name}]\n" + place)]
    if folder == "labels": return [body(more=f"label: {name}\n")]
    if folder == "modalities":
        return [body(more=f"observe: [{name}]\n"), *(body(more=f"label: {label}\nobserve: [{name}]\n") for label in (name, "iron", "dye"))]
    if folder == "formulations":
        return [body(treatment=f"{{route: {route}, dose: 1e4 cells}}", more=f"formulation: {name}\n")
                for route in ("intramuscular", "subcutaneous", "intramyocardial")]
    if folder == "regimens": return [body(host="human", treatment=name)]
    if folder == "tissues": return [body(host=host, more=f"tissues: {{place: {name}}}\n") for host in HOSTS]
    return [body(), well()]


class Scanner:
    """Keys and units of a YAML file with their places: (kind, path, start, end)."""

    NUMBER = r"[-+<>]{0,2}\s*[0-9][0-9.]*(?:e[-+]?[0-9]+)?"
    QUANTITY = re.compile(rf"{NUMBER}(?:\s*(?:to|x)\s*{NUMBER})*\s*(?P<unit>(?!to |x )[A-Za-z%1/][^#]*)$")

    def __init__(self, text):
        self.text, self.found = text, []
        self.flow = []
        self.path = []
        at = 0
        for line in text.split("\n"):
            self.line(line, at)
            at += len(line) + 1

    def line(self, line, at):
        i = len(line) - len(line.lstrip(" "))
        if not self.flow:
            if i == len(line) or line[i] == "#": return
            while line[i:i + 2] == "- ": i += 2
            while self.path and self.path[-1][0] >= i: self.path.pop()
        self.tokens(line, i, at)

    def tokens(self, line, i, at):
        isStart = not self.flow
        while i < len(line):
            c = line[i]
            if c == " ": i += 1; continue
            if c == "#" and (i == 0 or line[i - 1] == " "): return
            if c in "{[":
                self.flow.append([c, None]); i += 1; isStart = True; continue
            if c in "}]":
                self.flow.pop(); i += 1; isStart = False; continue
            if c == ",":
                i += 1; isStart = True; continue
            if c in "&*" and i + 1 < len(line) and (line[i + 1].isalnum()):
                i += 1
                while i < len(line) and re.match(r"[\w-]", line[i]): i += 1
                continue
            start, end, i = self.scalar(line, i)
            text = line[start:end]
            if i < len(line) and line[i] == ":" and (i + 1 == len(line) or line[i + 1] == " "):
                # A value beside its key in a list, as in `a: b`, ends where the next begins.
                self.key(text, at + start, at + end, start)
                i += 1
            else:
                self.value(text, at + start, at + end, line[start - 1:start] in ('"', "'"))
            isStart = False

    def scalar(self, line, i):
        """Start and end of the text of a scalar, and what comes after it."""
        if line[i] in "\"'":
            quote = line[i]
            j = i + 1
            while j < len(line) and line[j] != quote: j += 2 if line[j] == "\\" and quote == '"' else 1
            return i + 1, j, j + 1
        j = i
        while j < len(line):
            if line[j] == ":" and (j + 1 == len(line) or line[j + 1] == " "): break
            if line[j] == "#" and line[j - 1] == " ": break
            if self.flow and line[j] in ",]}{[": break
            j += 1
        end = j
        while end > i and line[end - 1] == " ": end -= 1
        return i, end, j

    def above(self):
        return [key for _, key in self.path] + [key for _, key in self.flow if key]

    def key(self, text, start, end, column):
        if self.flow:
            self.flow[-1][1] = None
            above = self.above()
            self.flow[-1][1] = text
        else:
            above = self.above()
            self.path.append((column, text))
        if text == "<<": return
        parts = re.finditer(r"[^.]+", text) if re.fullmatch(r"[\w.-]+", text) else [re.match(".*", text)]
        for part in parts:
            if re.search("[A-Za-z]{2}", part.group()):
                self.found.append(("key", ".".join(above + [text]), start + part.start(), start + part.end()))

    def value(self, text, start, end, isQuoted):
        above = self.above()
        last = above[-1] if above else ""
        if last == "set" and "=" in text:
            path, _, value = text.partition("=")
            for part in re.finditer(r"[\w-]+", path):
                if re.search("[A-Za-z]{2}", part.group()):
                    self.found.append(("key", "set." + path, start + part.start(), start + part.end()))
            for part in re.finditer(r"(\w+): ", value):
                self.found.append(("key", "set." + path, start + len(path) + 1 + part.start(1), start + len(path) + 1 + part.end(1)))
            start, text = start + len(path) + 1, value
        elif WORDS & set(above[-2:]): return
        if isQuoted and last != "set": return
        match = self.QUANTITY.match(text)
        if match and re.search("[A-Za-z]", match.group("unit")):
            self.found.append(("unit", ".".join(above), start + match.start("unit"), start + match.start("unit") + len(match.group("unit").rstrip())))


def misspell(draw, word, isUnit):
    """The word with one letter doubled or two swapped, which is none that is known."""
    letters = [i for i, c in enumerate(word) if c.isalpha()]
    for _ in range(50):
        i = draw.choice(letters)
        swaps = i + 1 < len(word) and word[i + 1].isalpha() and word[i] != word[i + 1]
        if swaps and draw.random() < 0.5: wrong = word[:i] + word[i + 1] + word[i] + word[i + 2:]
        else: wrong = word[:i] + word[i] + word[i:]
        if not isUnit or all(part in UNITS for part in re.findall("[A-Za-z%]+", wrong)) is False: return wrong
    return None


# Names that the author of a file gives, by the kind of file and the path of the key.
ARM = r"(arms\.[^.]+\.)?"
FREE = [
    ("", r"arms\.[^.]+", "arm"),
    ("", r"kinds\.[^.]+", "kind of cell"),
    ("", r"arms\.[^.]+\.kinds\.[^.]+", "kind of cell that an arm has beside those of all"),
    ("", ARM + r"tissues\.[^.]+", "tissue"),
    ("", ARM + r"tissues\.[^.]+\.regions\.[^.]+", "region"),
    ("", ARM + r"culture\.changes\.[^.]+", "change of medium"),
    ("", ARM + r"observe\.[^.]+", "observation"),
    ("", r"endpoints\.[^.]+", "endpoint"),
    ("endpoints", r"[^.]+", "endpoint"),
    ("rows", r"rows\.[^.]+", "row"),
    ("", r"scenarios\.[^.]+", "scenario of a calibration"),
    ("", r"vary\..*\.values\.[^.]+", "value that varies"),
]


class Library:
    """A copy of the library of which one file at a time is altered."""

    def __init__(self, a):
        self.folder = scratch()
        self.root = pathlib.Path(self.folder, "Scenarios")
        shutil.copytree(a.library, self.root, symlinks=True)
        self.program = Program(a.program, self.root, self.folder)
        self.processes = 0

    def run(self, command):
        """Its exit code, and what it says."""
        self.processes += 1
        code = self.program.run(*command, limit=60)
        return code, self.program.said()

    def readers(self, folder, path):
        """Commands that may read a file; of those the program takes, the first is its reader, and others may read more."""
        here, text = str(path), path.read_text()
        if folder in SCENARIOS: return [["check", here]] if not CALIBRATION.search(text) and not DESIGN.search(text) \
            else [["calibrate" if CALIBRATION.search(text) else "sweep", here, "--dry-run"]]
        # Without such a row the command ends when all are read.
        if folder == "rows": return [["validate", "none-of-this-name"]]
        if folder == "endpoints": return [["endpoints", self.scenario(body())]]
        return [["check", self.scenario(text, f"{path.stem}-{n}")] for n, text in enumerate(readers(folder, path.stem))]

    def others(self):
        """Every scenario of the library."""
        return [["check", str(path)] for folder in SCENARIOS[:3] for path in sorted((self.root / folder).glob("*.yaml"))]

    def scenario(self, text, name="reader"):
        path = pathlib.Path(self.folder, name + ".yaml")
        path.write_text(text)
        return str(path)


SCENARIOS = ["tutorials", "studies", "validation", "verify", "sweeps"]
CALIBRATION, DESIGN = re.compile("^calibration:", re.M), re.compile("^(design|vary|trial):", re.M)


class Word:
    """A key or unit, and the way it is misspelt."""

    def __init__(self, kind, name, start, end, wrong):
        self.kind, self.name, self.start, self.end, self.wrong = kind, name, start, end, wrong


def altered(text, words):
    """The text with words misspelt, and where each then stands: line, column and length."""
    places, new, at = [], "", 0
    for word in words:
        new += text[at:word.start]
        places.append((new.count("\n") + 1, len(new) - new.rfind("\n"), len(word.wrong)))
        new += word.wrong
        at = word.end
    return new + text[at:], places


def told(words, places, said, name):
    """The words of which a line of the refusal names the place, or one between it and the next, and the word."""
    lines = [(int(m[1]), int(m[2]), m[3]) for m in re.finditer(rf"{re.escape(name)}:(\d+):(\d+): (.*)", said)]
    found = set()
    for n, (word, (line, column, _)) in enumerate(zip(words, places)):
        end = places[n + 1][1] if n + 1 < len(places) and places[n + 1][0] == line else 1 << 30
        if any(row == line and column <= at < end and word.wrong in message for row, at, message in lines): found.add(word)
    return found


def groups(words, most=15):
    """Words of one kind and depth, which do not hold one another; of more than 20 faults the program does not tell all."""
    found = {}
    for word in words: found.setdefault((word.kind, word.name.count(".")), []).append(word)
    return [group[n:n + most] for group in found.values() for n in range(0, len(group), most)]


class Checker:
    """Misspells the words of the files of a library."""

    def __init__(self, a):
        self.library, self.draw, self.every = Library(a), random.Random(a.seed), a.every
        self.counts, self.taken, self.free, self.unread = {}, [], Counter(), []

    def file(self, path, words, read=None):
        """Misspells the words of a file that is read by way of another, or by itself."""
        folder, name = path.parent.name, f"{path.parent.name}/{path.name}"
        wants = 64 if folder == "rows" else 0
        possible = self.library.readers(folder, read or path)
        command = next((c for c in possible if self.library.run(c)[0] == wants), None)
        if command is None:
            self.unread.append(f"{name}: {self.library.program.said()[-300:]}")
            return
        more = [c for c in possible if c != command]
        if folder not in (*SCENARIOS, "rows", "endpoints"): more += self.library.others()
        text = path.read_text()
        for group in groups(words):
            wrong, places = altered(text, group)
            path.write_text(wrong)
            code, said = self.library.run(command)
            found = told(group, places, said, name) if code == 65 else set()
            for word, (line, _, _) in zip(group, places):
                tally = self.counts.setdefault((folder, word.kind), Counter())
                tally["misspelt"] += 1
                if word in found: tally.update(["refused", "position", "line"])
                else: self.alone(path, name, text, word, line, [command, *more], wants, tally)
        path.write_text(text)

    def alone(self, path, name, text, word, line, commands, wants, tally):
        path.write_text(altered(text, [word])[0])
        code, said = wants, ""
        # Some words of a row are read when it is its turn.
        if name.startswith("rows/") and word.name.count(".") > 1: commands = [*commands, ["validate", word.name.split(".")[1]]]
        for command in commands:
            code, said = self.library.run(command)
            if code != wants: break
        place = f"{name}:{line}\t{word.kind} {word.name}\t{text[word.start:word.end]} -> {word.wrong}"
        if code == 65:
            places = re.findall(r"([^\s:]+):(\d+):(\d+): ", said)
            tally["refused"] += 1
            if places: tally["position"] += 1
            else: self.taken.append(f"without position\t{place}\t{said[:160]}")
            if any(file.endswith(name) and int(row) == line for file, row, _ in places): tally["line"] += 1
        elif code == wants:
            folder = name.split("/")[0]
            reason = next((r for f, p, r in FREE if f in ("", folder) and re.fullmatch(p, word.name) and word.kind == "key"), None)
            if reason:
                tally["free"] += 1
                self.free[reason] += 1
            else: self.taken.append(f"taken\t{place}")
        else: self.taken.append(f"exit {code}\t{place}\t{said[:160]}")

    def library_files(self, only):
        for path in sorted(self.library.root.glob("*/*.yaml")):
            if only and path.parent.name not in only.split(","): continue
            text = path.read_text()
            self.file(path, self.misspelt(text, Scanner(text).found))
            data = re.findall(r"data: ([\w-]+\.csv)", text) if path.parent.name == "sweeps" else []
            for name in data:
                table = path.parent / name
                self.file(table, self.misspelt(table.read_text(), columns(table)), read=path)

    def misspelt(self, text, found):
        words = []
        for n, (kind, name, start, end) in enumerate(found):
            wrong = misspell(self.draw, text[start:end], kind == "unit")
            if wrong is not None and n % self.every == 0: words.append(Word(kind, name, start, end, wrong))
        return words


def columns(path):
    """The names of the columns of a table."""
    head = path.read_text().split("\n")[0]
    return [("column", m.group(), m.start(), m.end()) for m in re.finditer("[^,]+", head)]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program"); p.add_argument("library")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--only", default="", help="folders, with commas between them")
    p.add_argument("--every", type=int, default=1)
    a = p.parse_args()
    checker = Checker(a)
    try:
        checker.library_files(a.only)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    finally:
        shutil.rmtree(checker.library.folder)
    what = ["misspelt", "refused", "position", "line", "free"]
    rows = [[folder, kind + "s", *(c[w] for w in what)] for (folder, kind), c in sorted(checker.counts.items())]
    rows.append(["all", "", *(sum(c[w] for c in checker.counts.values()) for w in what)])
    print(table(["files", "what", "misspelt", "refused", "with position", "on its line", "free names"], rows))
    print(f"{checker.library.processes} processes; free names: {dict(checker.free)}")
    for title, lines in (("not refused, or without a position:", checker.taken), ("files that nothing read:", checker.unread)):
        if lines: print("\n".join(["", title, *lines]))
    print("{2} misspelt: {4} refused with a position, {6} names that are free".format(*rows[-1]))
    sys.exit(bool(checker.taken or checker.unread))


main()
