#!/usr/bin/env python3
"""Plants the bugs of mutants.txt, one at a time, into a copy of the classes, and lets the simulator look for each.

    src/test/mutants/mutants.py [--seeds N] [--jobs J] [--table FILE] [NAME...]
    src/test/mutants/mutants.py --show NAME
    src/test/mutants/mutants.py --check

Prints a row of a Markdown table for each: seed and events at which it was caught, and by which check; or the test that
fails, for the few that need more coincidence than seeds have. Ends with 1 when one survives. With --show, prints what the
first failed seed says to a person. With --check, only sees whether each bug still has a place. Needs what bin/sim.sh has
compiled; runs that first.
"""
import argparse
import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys

HOME = pathlib.Path(__file__).resolve().parents[3]
SOURCES = HOME / "src/main/java/io/balsa"
WORK = HOME / "target/mutants"


class Mutant:
    def __init__(self, name):
        self.name, self.why, self.changes, self.profile, self.test = name, "", [], "all", None

    def changed(self):
        """The changed sources; ends the script when a place for a change is not found."""
        texts = {}
        for path, old, new in self.changes:
            text = texts.get(path) or (SOURCES / path).read_text()
            texts[path] = replaced(text, old, new, f"{self.name}: {path}")
        return texts

    def apply(self, folder):
        """Writes the changed sources below a folder and returns their paths."""
        written = []
        for path, text in self.changed().items():
            target = folder / "io/balsa" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            written.append(target)
        return written


def replaced(text, old, new, where):
    lines = text.split("\n")
    bare = [line.strip() for line in lines]
    wanted = [line.strip() for line in old]
    places = [i for i in range(len(lines)) if bare[i : i + len(wanted)] == wanted]
    if len(places) != 1:
        sys.exit(f"mutants: {where}: {len(places)} places for:\n  " + "\n  ".join(wanted))
    lines[places[0] : places[0] + len(wanted)] = new
    return "\n".join(lines)


def load():
    mutants = []
    for line in (HOME / "src/test/mutants/mutants.txt").read_text().split("\n"):
        mark, rest = line[:2], line[2:].lstrip(" ") if line[:1] != ">" else line[2:]
        if line.startswith("== "):
            mutants.append(Mutant(line[3:]))
        elif not mutants or not line.strip():
            continue
        elif mark == "% ":
            mutants[-1].profile = rest
        elif mark == "? ":
            mutants[-1].test = rest
        elif mark == "@ ":
            mutants[-1].changes.append((rest, [], []))
        elif mark == "< ":
            mutants[-1].changes[-1][1].append(rest)
        elif mark == "> ":
            mutants[-1].changes[-1][2].append(rest)
        else:
            mutants[-1].why += line
    return mutants


def classpath():
    return (HOME / "target/test.classpath").read_text().strip()


def build(mutant):
    folder = WORK / mutant.name
    shutil.rmtree(folder, ignore_errors=True)
    files = mutant.apply(folder / "src")
    classes = folder / "classes"
    classes.mkdir(parents=True)
    javac = ["javac", "-nowarn", "-parameters", "-proc:none", "--release", "17", "-d", str(classes)]
    path = f"{HOME}/target/classes:{classpath()}"
    run = subprocess.run(javac + ["-cp", path] + [str(f) for f in files], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"mutants: {mutant.name} does not compile\n{run.stdout}{run.stderr}")
    return classes


def run(mutant, *command):
    path = f"{build(mutant)}:{HOME}/target/test-classes:{HOME}/target/classes:{classpath()}"
    run = subprocess.run(["java", "-cp", path, *command], capture_output=True, text=True, cwd=HOME)
    shutil.rmtree(WORK / mutant.name, ignore_errors=True)
    return run.stdout + run.stderr


def simulate(mutant, *options):
    return run(
        mutant, "io.balsa.sim.Simulate", "--jobs", "1", "--again", "0", "--profile", mutant.profile, *options
    )


def test(mutant):
    """Runs the test that is to fail with the bug."""
    launcher = "org.junit.platform.console.ConsoleLauncher"
    chosen = f"io.balsa.{mutant.test}"
    out = run(mutant, launcher, "execute", "--disable-banner", "--details=tree", "--select-method", chosen)
    found = re.search(r"(\d+) tests found", out)
    failed = re.search(r"(\d+) tests failed", out)
    if not found or found.group(1) == "0":
        sys.exit(f"mutants: {mutant.name}: no test {chosen}\n{out}")
    caught = failed is not None and failed.group(1) != "0"
    name = mutant.test.split("(")[0].split(".")[-1].replace("#", ", ")
    return f"| {mutant.name} | {mutant.why} | | | {name if caught else '**survives**'} |", caught


def hunt(mutant, seeds):
    if mutant.test:
        return test(mutant)
    out = simulate(mutant, "--seeds", str(seeds), "--until-failure")
    caught = re.search(r"^failed (\d+) events (\d+) (.*)$", out, re.M)
    if caught is None:
        if f"simulator: seeds={seeds} " not in out:
            sys.exit(f"mutants: {mutant.name}: the simulator did not run to its end\n{out}")
        return f"| {mutant.name} | {mutant.why} | **survives {seeds}** | | |", False
    seed, events, reason = caught.groups()
    check = reason.split(":")[0].split(" (")[0][:70]
    seed += "" if mutant.profile == "all" else f" of {mutant.profile}"
    return f"| {mutant.name} | {mutant.why} | {seed} | {int(events):,} | {check} |", True


def show(mutant):
    row, caught = hunt(mutant, 2000)
    first = re.search(r"\| (\d+)( of \w+)? \|", row)
    if caught:
        print(simulate(mutant, "--seeds", "1", "--seed", first.group(1), "--shrink", "60"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--table", type=pathlib.Path)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    chosen = [mutant for mutant in load() if not options.names or mutant.name in options.names]
    for mutant in chosen:
        mutant.changed()
    if options.check:
        sys.exit(print(f"{len(chosen)} bugs can be planted"))
    subprocess.run([HOME / "bin/sim.sh", "--help"], check=True, stdout=subprocess.DEVNULL)
    if options.show:
        sys.exit(show(chosen[0]))
    rows, caught = ["| bug | what is wrong | seed | events | caught by |", "|---|---|---|---|---|"], 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for row, found in pool.map(lambda mutant: hunt(mutant, options.seeds), chosen):
            print(row, flush=True)
            rows.append(row)
            caught += found
    if options.table:
        options.table.write_text("\n".join(rows) + "\n")
    print(f"{caught} of {len(chosen)} planted bugs caught")
    sys.exit(0 if caught == len(chosen) else 1)


if __name__ == "__main__":
    main()
