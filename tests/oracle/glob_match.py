"""fnmatch and re."""
import fnmatch
import re

from _inputs import SplitMix64

random = SplitMix64(155)
pieces = ["a", "b", "*", "?", "[ab]", "[!a]", "[a-c]", "c", "**", "[!b-d]"]
for _ in range(250):
    pattern = "".join(pieces[random.below(len(pieces))] for _ in range(random.below(6)))
    expression = "".join(["a", "b", ".", "a*", "b*", ".*"][random.below(6)] for _ in range(random.below(5)))
    text = random.word("abcd", 6)
    matches = fnmatch.fnmatchcase(text, pattern), re.fullmatch(expression, text) is not None
    print(f"{pattern} /{expression}/ [{text}]", *(str(found).lower() for found in matches))
