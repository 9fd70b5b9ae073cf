"""What the computations on Unicode share: the character database of Debian's package unicode-data, version 15.0.

    _unicode.py    writes _unicode_inputs.cora, the texts of the standard's tests of boundaries without their results
"""
import pathlib
import sys

DATABASE = pathlib.Path("/usr/share/unicode")
SKIPPED = 77


def require_database():
    readme = DATABASE / "DerivedCoreProperties.txt"
    if not readme.exists() or "15.0.0" not in readme.open(encoding="utf-8").readline():
        sys.exit(SKIPPED)


def break_tests(name):
    """Texts as lists of segments, each a list of scalars, from a file of the standard."""
    for line in (DATABASE / "auxiliary" / name).read_text(encoding="utf-8").split("\n"):
        line = line.split("#")[0].strip()
        if line:
            yield [[int(code, 16) for code in segment.replace("×", " ").split()]
                   for segment in line.strip("÷ ").split("÷")]


def digest(text):
    """FNV-1a of the text's UTF-8, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:x}"


def block(first):
    """The scalars of a block of 256, each on a line."""
    return [chr(code) for code in range(first, first + 256) if not 0xD800 <= code < 0xE000]


def write_inputs():
    require_database()
    with open(pathlib.Path(__file__).with_name("_unicode_inputs.cora"), "w", encoding="utf-8") as out:
        out.write("// Written by _unicode.py: the scalars of the texts of Unicode's own tests.\n")
        for name, file in ("graphemes", "GraphemeBreakTest.txt"), ("words", "WordBreakTest.txt"):
            out.write(f"\npub let {name} = \"\"\"\n")
            line = ""
            for test in break_tests(file):
                text = " ".join(f"{code:X}" for segment in test for code in segment) + ";"
                if line and len(line) + len(text) > 110:
                    out.write(f"    {line}\n")
                    line = ""
                line += text
            out.write(f"    {line}\n    \"\"\"\n")


if __name__ == "__main__":
    write_inputs()
