"""Numerals digit by digit; number words from a table by thousands."""


def roman(n):
    digits = ["", "a", "aa", "aaa", "ab", "b", "ba", "baa", "baaa", "ac"]
    out = ""
    for place, (one, five, ten) in enumerate(["IVX", "XLC", "CDM", "M  "]):
        digit = digits[n // 10**place % 10]
        out = digit.replace("a", one).replace("b", five).replace("c", ten) + out
    return out


SMALL = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
         "eighteen nineteen").split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def below_thousand(n):
    parts = []
    if n >= 100:
        parts += [SMALL[n // 100], "hundred"]
    n %= 100
    if 0 < n < 20:
        parts.append(SMALL[n])
    elif n:
        parts.append("-".join([TENS[n // 10 - 2]] + ([SMALL[n % 10]] if n % 10 else [])))
    return parts


def words(n):
    if n == 0:
        return "zero"
    parts = ["minus"] if n < 0 else []
    for unit, name in [(10**6, ["million"]), (10**3, ["thousand"]), (1, [])]:
        group = abs(n) // unit % 1000
        if group:
            parts += below_thousand(group) + name
    return " ".join(parts)


for n in range(1, 4000, 7):
    print(n, roman(n))
for n in [0, 7, -19, 20, 45, 100, 999, 1000, 1001, 12345, 100000, 999999, 1000000, 7654321, -1234567]:
    print(words(n))
