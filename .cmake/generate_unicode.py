#!/usr/bin/env python3
"""Writes vm/runtime/unicode.def from the Unicode character database (Debian: package unicode-data).

    .cmake/generate_unicode.py [--database /usr/share/unicode] > vm/runtime/unicode.def

The output is kept in the repository, so that a program behaves the same wherever the VM was built; it changes only
when the project moves to another version of Unicode. What the C code derives instead of looking it up is checked here.
"""

import argparse
import pathlib
import re
import sys

PROPERTIES = [
    ("LETTER", "DerivedCoreProperties.txt", "Alphabetic"),
    ("UPPER", "DerivedCoreProperties.txt", "Uppercase"),
    ("LOWER", "DerivedCoreProperties.txt", "Lowercase"),
    ("SPACE", "PropList.txt", "White_Space"),
]
# Scalars that are not yet in a form, or may not be.
QUICK_CHECKS = ["NFC", "NFD", "NFKC", "NFKD"]
HANGUL = range(0xAC00, 0xD7A4)
LINE = re.compile(r"^([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*(\w+)(?:\s*;\s*(\w+))?")


class Database:
    def __init__(self, folder):
        self.folder = folder
        self.fields = {}  # code: the fields of UnicodeData.txt, ranges unrolled
        first = None
        for line in self.lines("UnicodeData.txt"):
            fields = line.split(";")
            code = int(fields[0], 16)
            if fields[1].endswith("First>"):
                first = code
                continue
            for each in range(first if first is not None else code, code + 1):
                self.fields[each] = fields
            first = None
        self.decompositions = {}  # code: (is compatible only, mapping as in the file)
        for code, fields in self.fields.items():
            if fields[5]:
                tag, _, rest = fields[5].rpartition("> ")
                self.decompositions[code] = (bool(tag), [int(part, 16) for part in rest.split()])

    def lines(self, name):
        for line in (self.folder / name).read_text(encoding="utf-8").split("\n"):
            line = line.split("#")[0].strip()
            if line:
                yield line

    def values(self, name, wanted=None):
        """{code: value} of a file of runs; with `wanted` of that property in a file of several."""
        result = {}
        for line in self.lines(name):
            found = LINE.match(line)
            if not found or (wanted and found.group(3) != wanted):
                continue
            first = int(found.group(1), 16)
            value = (found.group(4) or True) if wanted else found.group(3)
            for code in range(first, int(found.group(2) or found.group(1), 16) + 1):
                result[code] = value
        return result

    def category(self, code):
        return self.fields[code][2] if code in self.fields else "Cn"

    def simple(self, field):
        """{code: what it maps to}"""
        return {code: int(f[field], 16) for code, f in self.fields.items() if f[field] and int(f[0], 16) == code}

    def decompose(self, code, is_compatible):
        compatible, mapping = self.decompositions.get(code, (False, None))
        if mapping is None or (compatible and not is_compatible):
            return [code]
        return [part for each in mapping for part in self.decompose(each, is_compatible)]


def in_runs(codes, same=lambda a, b: True, steps=(1, 2)):
    """Runs (first, last, step), greedily."""
    runs = []
    for code in codes:
        if runs:
            first, last, step = runs[-1]
            if same(last, code) and (code - last == step or (first == last and code - last in steps)):
                runs[-1] = (first, code, code - last)
                continue
        runs.append((code, code, 1))
    return runs


def write_table(name, rows):
    print(f"#ifdef UNICODE_{name}")
    line = ""
    for row in rows:
        if line and len(line) + 1 + len(row) > 118:
            print(line)
            line = ""
        line += (" " if line else "") + row
    print(line)
    print("#endif")


def write_property(name, codes):
    write_table(name, (f"ROW(0x{a:X}, 0x{b:X}, {step}, 0)" for a, b, step in in_runs(sorted(codes))))


def write_mapping(name, mapping):
    distance = {code: to - code for code, to in mapping.items()}
    runs = in_runs(sorted(distance), lambda a, b: distance[a] == distance[b])
    write_table(name, (f"ROW(0x{a:X}, 0x{b:X}, {step}, {distance[a]})" for a, b, step in runs))


def write_values(name, values):
    runs = in_runs(sorted(values), lambda a, b: values[a] == values[b], steps=(1,))
    write_table(name, (f"RUN(0x{a:X}, 0x{b:X}, {values[a]})" for a, b, _ in runs))


def write_sequences(name, sequences):
    """Up to three scalars each, the rest 0."""
    def row(code):
        return ", ".join(f"0x{c:X}" if c else "0" for c in [code] + (sequences[code] + [0, 0])[:3])
    assert all(len(s) <= 3 for s in sequences.values())
    write_table(name, (f"ROW({row(code)})" for code in sorted(sequences)))


def write_case(data):
    upper, lower, title = data.simple(12), data.simple(13), data.simple(14)
    write_mapping("TO_UPPER", upper)
    write_mapping("TO_LOWER", lower)
    write_mapping("TO_TITLE", {c: to for c, to in title.items() if to != upper.get(c, c)})
    special = {"LOWER": {}, "TITLE": {}, "UPPER": {}}
    for line in data.lines("SpecialCasing.txt"):
        fields = [part.strip() for part in line.rstrip("; ").split(";")]
        if len(fields) == 4:  # without conditions
            for mapping, field in zip(special.values(), fields[1:]):
                mapping[int(fields[0], 16)] = [int(part, 16) for part in field.split()]
    write_sequences("FULL_UPPER", {c: to for c, to in special["UPPER"].items() if len(to) > 1})
    write_sequences("FULL_LOWER", {c: to for c, to in special["LOWER"].items() if len(to) > 1})
    write_sequences("FULL_TITLE", {c: to for c, to in special["TITLE"].items() if len(to) > 1})

    fold, full_fold = {}, {}
    for line in data.lines("CaseFolding.txt"):
        code, status, mapping = line.split(";")[:3]
        parts = [int(part, 16) for part in mapping.split()]
        if status.strip() == "C":
            fold[int(code, 16)] = parts[0]
        elif status.strip() == "F":
            full_fold[int(code, 16)] = parts
    # What folds otherwise than to its lower case.
    write_mapping("FOLD", {c: fold.get(c, c) for c in fold.keys() | lower.keys()
                           if fold.get(c, c) != lower.get(c, c) and c not in full_fold})
    write_sequences("FULL_FOLD", full_fold)


def write_normalization(data):
    write_values("COMBINING", {c: int(f[3]) for c, f in data.fields.items() if f[3] != "0"})
    for form in QUICK_CHECKS:
        unsure = set(data.values("DerivedNormalizationProps.txt", f"{form}_QC"))
        if form in ("NFD", "NFKD"):
            assert set(HANGUL) <= unsure
            unsure -= set(HANGUL)
        write_property(f"NOT_{form}", unsure)

    canonical = sorted(c for c, (compatible, _) in data.decompositions.items() if not compatible)
    assert all(len(data.decompositions[c][1]) <= 2 for c in canonical)
    seconds = {m[1] for c in canonical if len(m := data.decompositions[c][1]) == 2}
    assert not any(data.decompose(c, True) != [c] for c in seconds - {0x308, 0x301}), "a second part has parts"
    def row(code):
        first, second = (data.decompositions[code][1] + [0])[:2]
        return f"ROW(0x{code:X}, 0x{first:X}, {f'0x{second:X}' if second else 0})"
    write_table("CANONICAL", map(row, canonical))

    # Where the whole compatible decomposition is another than the canonical one.
    compatible = {c: whole for c in data.decompositions
                  if (whole := data.decompose(c, True)) != data.decompose(c, False)}
    write_mapping("COMPATIBLE", {c: whole[0] for c, whole in compatible.items() if len(whole) == 1})
    pool, rows = [], []
    longer = {c: whole for c, whole in compatible.items() if len(whole) > 1}
    for code in sorted(longer, key=lambda c: (-len(longer[c]), c)):  # the long ones first: short ones occur in them
        whole = longer[code]
        at = next((i for i in range(len(pool) - len(whole) + 1) if pool[i:i + len(whole)] == whole), len(pool))
        if at == len(pool):
            pool += whole
        rows.append((code, at, len(whole)))
    write_table("COMPATIBLE_SEQUENCE", (f"ROW(0x{c:X}, {at}, {n})" for c, at, n in sorted(rows)))
    write_table("COMPATIBLE_SCALARS", (f"0x{c:X}," for c in pool))

    excluded = set(data.values("DerivedNormalizationProps.txt", "Full_Composition_Exclusion"))
    primary = [i for i, c in enumerate(canonical) if c not in excluded]
    assert all(len(data.decompositions[canonical[i]][1]) == 2 for i in primary)
    assert all(c >= 0xC0 for c in canonical)
    primary.sort(key=lambda i: data.decompositions[canonical[i]][1])
    write_table("COMPOSITION", (f"{i}," for i in primary))


def write_breaks(data):
    grapheme = data.values("auxiliary/GraphemeBreakProperty.txt")
    pictographic = data.values("emoji/emoji-data.txt", "Extended_Pictographic")
    assert not grapheme.keys() & pictographic.keys()
    assert {c for c, v in grapheme.items() if v in ("LV", "LVT")} == set(HANGUL)
    assert all((grapheme[c] == "LV") == ((c - HANGUL.start) % 28 == 0) for c in HANGUL)
    write_values("GRAPHEME", {c: v for c, v in grapheme.items() if c not in HANGUL} |
                 {c: "Pictographic" for c in pictographic})
    word = data.values("auxiliary/WordBreakProperty.txt")
    write_values("WORD", word)

    wide = {c for c, v in data.values("EastAsianWidth.txt").items() if v in ("W", "F")}
    wide |= data.values("emoji/emoji-data.txt", "Emoji_Presentation").keys()
    write_property("WIDE", wide)

    ignorable = data.values("DerivedCoreProperties.txt", "Case_Ignorable").keys()
    assert ignorable == {c for c in data.fields if data.category(c) in ("Mn", "Me", "Cf", "Lm", "Sk")} | \
        {c for c, v in word.items() if v in ("MidLetter", "MidNumLet", "Single_Quote")}, "Case_Ignorable"
    cased = data.values("DerivedCoreProperties.txt", "Cased").keys()
    assert cased == data.values("DerivedCoreProperties.txt", "Uppercase").keys() | \
        data.values("DerivedCoreProperties.txt", "Lowercase").keys() | \
        {c for c in data.fields if data.category(c) == "Lt"}, "Cased"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", type=pathlib.Path, default=pathlib.Path("/usr/share/unicode"))
    options = parser.parse_args()
    derived = options.database / "DerivedCoreProperties.txt"
    version = re.match(r"# DerivedCoreProperties-(\S+)\.txt", derived.read_text(encoding="utf-8")).group(1)
    data = Database(options.database)

    print(f"/* Generated by .cmake/generate_unicode.py from the character database of Unicode {version}; see unicode.h.\n"
          " *\n"
          " * Runs of code points are ROW(first, last, step, the distance to what they map to, or 0 for a property) or\n"
          " * RUN(first, last, value); other tables have the row that their reader describes. All are sorted. */\n")
    for table, file, name in PROPERTIES:
        write_property(table, data.values(file, name))
    write_values("CATEGORY", {c: data.category(c) for c in data.fields})
    write_case(data)
    write_normalization(data)
    write_breaks(data)


if __name__ == "__main__":
    sys.exit(main())
