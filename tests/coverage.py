#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""coverage.py REPORT.json EXPLAINED.tsv LEAST: judges the branches that gcovr has counted.

EXPLAINED.tsv holds a line for each line of C with a branch that is not taken: file, the line without the blanks
around it, and why. Prints what is wrong; exit 1 if anything is."""
import json
import sys


def read_explained(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and line[0] != "#"]
    for row in rows:
        if len(row) != 3 or not row[2].strip():
            sys.exit(f"{path}: not file, line and reason: {row}")
    return {(row[0], row[1]): row[2] for row in rows}


def text_of(path, number):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()[number - 1].strip()


def measure(report):
    """Branches, branches taken, and the lines with one that is not: {(file, text): [numbers]}."""
    total = taken = 0
    missing = {}
    for source in report["files"]:
        for line in source["lines"]:
            counts = [branch["count"] for branch in line["branches"]]
            total += len(counts)
            taken += sum(count > 0 for count in counts)
            if 0 in counts:
                key = (source["file"], text_of(source["file"], line["line_number"]))
                missing.setdefault(key, []).append(line["line_number"])
    return total, taken, missing


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        total, taken, missing = measure(json.load(file))
    explained = read_explained(sys.argv[2])
    wrong = [f"{path}:{numbers[0]}: not taken in all ways, and not explained: {text}"
             for (path, text), numbers in sorted(missing.items()) if (path, text) not in explained]
    wrong += [f"{path}: explained, but taken (or gone): {text}"
              for path, text in sorted(explained) if (path, text) not in missing]
    if total == 0 or taken * 100 < total * int(sys.argv[3]):
        wrong.append(f"{taken} of {total} branches are less than {sys.argv[3]} %")
    print(f"{taken} of {total} branches taken ({100 * taken / max(total, 1):.1f} %), "
          f"{len(missing)} lines explained or not")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
