"""The results of Unicode's own test of the boundaries of graphemes."""
from _unicode import break_tests, require_database

require_database()
for test in break_tests("GraphemeBreakTest.txt"):
    print(" ÷ ".join(" ".join(f"{code:X}" for code in segment) for segment in test))
