"""Check digits by trying all, and the group of Verhoeff as turns and flips of a pentagon."""
from _inputs import SplitMix64


def luhn(text):
    doubled = {d: sum(map(int, str(2 * int(d)))) for d in "0123456789"}
    return (sum(doubled[d] for d in text[-2::-2]) + sum(int(d) for d in text[::-2])) % 10 == 0


def isbn10(nine):
    for last in range(11):
        if sum((10 - i) * int(d) for i, d in enumerate(nine)) + last == 0 or \
           (sum((10 - i) * int(d) for i, d in enumerate(nine)) + last) % 11 == 0:
            return "X" if last == 10 else str(last)


def isbn13(twelve):
    return next(last for last in range(10)
                if (sum(map(int, twelve[::2])) + 3 * sum(map(int, twelve[1::2])) + last) % 10 == 0)


def iban(country, account):
    for check in range(2, 99):
        text = f"{country}{check:02}{account}"
        if int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1:
            return text


def corners(n):
    """Where turn or flip n takes the corners of a pentagon."""
    return [(n + k) % 5 for k in range(5)] if n < 5 else [(n - k) % 5 for k in range(5)]


ALL = [corners(n) for n in range(10)]


def times(a, b):
    return ALL.index([ALL[a][ALL[b][k]] for k in range(5)])


def verhoeff(text):
    shuffle = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    total = 0
    for i, d in enumerate(reversed(text)):
        d = int(d)
        for _ in range((i + 1) % 8):
            d = shuffle[d]
        total = times(total, d)
    return next(d for d in range(10) if times(total, d) == 0)


random = SplitMix64(154)
for _ in range(120):
    text = "".join(str(random.below(10)) for _ in range(12))
    print(text, str(luhn(text)).lower(), isbn10(text[:9]), isbn13(text), iban("DE", text + "012345"),
          iban("GB", "WEST" + text + "12"), verhoeff(text))
