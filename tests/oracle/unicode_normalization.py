"""Unicode's own test of normalization: all scalars by blocks, and the texts of its other parts."""
import bz2

from _unicode import DATABASE, block, digest, require_database

require_database()
forms = {}  # scalar: its NFC, NFD, NFKC, NFKD; what is not in part 1 of the test is unchanged
with bz2.open(DATABASE / "NormalizationTest.txt.bz2", "rt", encoding="utf-8") as file:
    for line in file:
        fields = line.split("#")[0].split(";")
        if line.startswith("@"):
            part = line[1:6]
        elif len(fields) > 4 and part == "Part1":
            source, *mapped = ("".join(chr(int(code, 16)) for code in field.split()) for field in fields[:5])
            forms[source] = mapped
for first in range(0, 0x30000, 256):
    texts = ["\n".join(forms.get(c, [c] * 4)[form] for c in block(first)) for form in range(4)]
    if len(set(texts)) > 1 or first == 0:
        print(f"{first:X}", *map(digest, texts))
