"""What the first programs are known to print; the others are translated to Python."""
from _inputs import SplitMix64

print("Hello World!")
print(ord("#"))
print("reversed text"[::-1])


def run(code):
    lines, depth = ["def program(cells, at, out):", " pass"], 1
    statements = {"+": "cells[at] = (cells[at] + 1) % 256", "-": "cells[at] = (cells[at] - 1) % 256", ">": "at += 1",
                  "<": "at -= 1", ".": "out.append(cells[at])", "[": "while cells[at]:", "]": "pass"}
    for c in code:
        lines.append(" " * depth + statements[c])
        depth += (c == "[") - (c == "]")
    scope, out = {}, []
    exec("\n".join(lines), scope)
    scope["program"]([0] * 400, 100, out)
    return out


random = SplitMix64(153)
pieces = ["+", "-", ">", "<", ".", "[->+<]", "[->>+<<]", "[-]", "+++", "[>+>+<<-]", ">[-<+>]<", "+[>++<-]", "."]
for _ in range(80):
    code = "".join(pieces[random.below(len(pieces))] for _ in range(30))
    print(code, ",".join(map(str, run(code))))
