"""Trees of values, written in one line and with an indent."""
import json

from _inputs import SplitMix64, signed

random = SplitMix64(77)


def below(limit):
    return random.next() % limit


def text():
    out = []
    for _ in range(below(12)):
        codes = [below(128), below(128), below(0x800), 0x800 + below(0x5000), 0x10000 + below(0xFFFFF)]
        out.append(chr(codes[below(5)]))
    return "".join(out)


def tree(depth):
    kind = below(6 if depth > 4 else 8)
    if kind == 0:
        return None
    if kind == 1:
        return below(2) == 1
    if kind == 2:
        return signed(random.next())
    if kind == 3:
        return below(200) - 100
    if kind == 4:
        return (below(2_000_001) - 1_000_000) / 1024 + 0.000244140625
    if kind == 5:
        return text()
    if kind == 6:
        return [tree(depth + 1) for _ in range(below(6))]
    members = {}
    for i in range(below(6)):
        name = f"{i}{text()}"
        members[name] = tree(depth + 1)
    return members


for i in range(60):
    value = tree(0)
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    indent = i % 5
    if indent == 0:
        print(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    else:
        print(json.dumps(value, ensure_ascii=False, indent=indent))
