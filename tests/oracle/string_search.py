"""Methods of texts, beside those of Python."""
from _inputs import SplitMix64


def quoted(texts):
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"


def index(value):
    return "null" if value < 0 else value


random = SplitMix64(141)
for i in range(150):
    text, part, by = random.word("aabc ", 20), random.word("aab", 2), random.word("xyz", 3)
    start = random.below(len(text) + 1)
    flags = [part in text, text.startswith(part), text.endswith(part)]
    print(f"[{text}] [{part}] {index(text.find(part))} {index(text.find(part, start))} {index(text.rfind(part))}",
          *(str(flag).lower() for flag in flags), text.count(part) if part else -1)
    if part:
        head, found, tail = text.partition(part)
        print(quoted(text.split(part)), text.replace(part, by), f'("{head}", "{tail}")' if found else "null")
    print(f"[{text.strip()}] [{text.lstrip()}] [{text.rstrip()}] {quoted(text.split())} [{text.removeprefix(part)}] "
          f"[{text.removesuffix(part)}]")
    print(f"[{text.rjust(15)}] [{text.ljust(15, '.')}] {text[::-1]} {part * (i % 4)} {str(text < by).lower()} "
          f"{(text > by) - (text < by)}")
