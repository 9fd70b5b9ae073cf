"""Full case mappings of scalars by blocks, where all versions of Unicode from 14.0 on agree; final sigmas."""
import sys
import unicodedata

from _unicode import SKIPPED, block, digest

if float(unicodedata.unidata_version.rsplit(".", 1)[0]) < 14:
    sys.exit(SKIPPED)
for first in [*range(0, 0xA700, 256), *range(0xAB00, 0xAC00, 256), *range(0xF900, 0x10D00, 256), 0x1E900]:
    chars = [c for c in block(first) if c not in "\x85\u2028\u2029"]
    maps = [[f(c) for c in chars] for f in (str.upper, str.lower, str.title, str.casefold)]
    if any(each != chars for each in maps):
        print(f"{first:X}", *(digest("\n".join(each)) for each in maps))
for text in ["ΟΔΥΣΣΕΥΣ", "Σ", "ΑΣ.", "ΑΣΑ", "Α\u0301Σ\u0301", "Α\u0301Σ\u0301Β", "A'Σ'Β", "A'Σ'", "1Σ", "ΣΣ ΣΣ"]:
    print(text.lower())
