#!/usr/bin/env python3
"""Writes a Cora program of varied code, of about so many lines: what the compiler's speed is measured on.

    source.py LINES [SEED] > program.cora

The same arguments give the same program. It consists of units, each an enum, structs, an interface with classes that
implement it, generic functions, closures, matches, loops, strings and tests of what they compute; names, types, sizes
and orders vary. It compiles without warnings and runs: `main` prints a checksum over all units."""

import random
import sys

TYPES = ["int", "float", "i32", "u8", "string", "bool"]
WORDS = ("account amount angle area batch block bound budget buffer cache center chain channel charge chunk code column "
         "cost count credit cursor curve degree delta depth digit distance edge entry epoch factor field filter frame "
         "gain graph group height index item key label layer length level limit line list load margin mark matrix "
         "member metric model node offset order owner page pair part path period phase point pool price queue "
         "rank rate ratio record region result root route row rule sample scale scope score segment series side "
         "signal size slot span speed stage state step stock sum table target term token track tree unit "
         "value vector vertex view volume weight width window zone").split()


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.indent = 0

    def line(self, text=""):
        self.lines.append("    " * self.indent + text if text else "")

    def open(self, text):
        self.line(text + " {")
        self.indent += 1

    def close(self, text="}"):
        self.indent -= 1
        self.line(text)

    def word(self):
        return self.random.choice(WORDS)

    def words(self, count):
        return self.random.sample(WORDS, count)

    def number(self, low=1, high=99):
        return self.random.randint(low, high)

    def literal(self, kind):
        if kind == "float":
            return f"{self.number()}.{self.number(0, 99):02}"
        if kind == "string":
            return f'"{self.word()} {self.word()}"'
        if kind == "bool":
            return self.random.choice(["true", "false"])
        if kind == "u8":
            return f"{self.number(0, 200)} as u8"
        if kind == "i32":
            return f"{self.number()} as i32"
        return str(self.number())


def expression(w, names, depth):
    """An integer expression over integer variables."""
    if depth == 0 or w.random.random() < 0.2:
        return w.random.choice(names) if w.random.random() < 0.7 else str(w.number())
    left, right = expression(w, names, depth - 1), expression(w, names, depth - 1)
    kind = w.random.randrange(8)
    if kind < 3:
        return f"{left} {w.random.choice('+-*')} ({right})"
    if kind == 3:
        return f"({left}) % {w.number(2, 97)} + {right}"
    if kind == 4:
        return f"(({left}) & {w.number(1, 255)} | ({right}))"
    if kind == 5:
        return f"(if {left} < {right} {{ {w.random.choice(names)} }} else {{ {w.number()} }})"
    if kind == 6:
        return f"({left}) / {w.number(1, 9)}"
    return f"(({left}) >> {w.number(1, 5)} ^ {right})"


def struct(w, n):
    fields = [(name, w.random.choice(TYPES)) for name in w.words(w.number(2, 6))] + [("serial", "int")]
    w.line(f"/// A {w.word()} of the {w.word()}.")
    w.open(f"struct Struct{n}")
    for name, kind in fields:
        w.line(f"var {name}: {kind}")
    w.line()
    total = " + ".join([f"self.{name}" + (" as int" if kind not in ("int",) else "")
                        for name, kind in fields if kind in ("int", "i32", "u8")])
    w.line(f"fn total(): int => {total}")
    w.open(f"fn moved(by: int): Struct{n}")
    w.line("var copy = self")
    w.line("copy.serial += by")
    w.line("return copy")
    w.close()
    w.close()
    return ", ".join(w.literal(kind) for _, kind in fields)


def enum(w, n):
    cases = [name.capitalize() for name in w.words(w.number(3, 7))]
    payloads = [w.random.choice([None, "int", "string", "float"]) for _ in cases]
    w.open(f"enum Enum{n}")
    for name, payload in zip(cases, payloads):
        w.line(f"{name}({payload and 'value: ' + payload})" if payload else name)
    w.close()
    w.line()
    w.open(f"fn weigh{n}(one: Enum{n}): int")
    w.open("return match one")
    for name, payload in zip(cases, payloads):
        if payload == "int":
            w.line(f"{name}(value) if value > {w.number()} => value * {w.number()}")
            w.line(f"{name}(value) => value - {w.number()}")
        elif payload == "string":
            w.line(f"{name}(value) => value.length * {w.number()}")
        elif payload == "float":
            w.line(f"{name}(value) => (value * {w.number()}.5) as int")
        else:
            w.line(f"{name} => {w.number()}")
    w.close()
    w.close()
    return [f"Enum{n}.{name}" + (f"({w.literal(payload)})" if payload else "")
            for name, payload in zip(cases, payloads)]


def classes(w, n):
    w.open(f"interface Shape{n}")
    w.line("fn measure(scale: int): int")
    w.line("fn name(): string")
    w.close()
    w.line()
    w.open(f"open class Base{n} : Shape{n}")
    w.line("private var hits: int = 0")
    w.line("let title: string")
    w.line("init(title: string) { self.title = title }")
    w.open("open fn measure(scale: int): int")
    w.line("self.hits += 1")
    w.line(f"return self.hits * scale + {w.number()}")
    w.close()
    w.line("fn name(): string => self.title")
    w.line("get touched: bool { return self.hits > 0 }")
    w.close()
    for k in range(w.number(1, 3)):
        w.line()
        a, b = w.words(2)
        w.open(f"class Part{n}x{k} : Base{n}")
        w.line(f"var {a}: int")
        w.line(f"var {b}: List<int>")
        w.open(f"init({a}: int)")
        w.line(f"self.{a} = {a}")
        w.line(f"self.{b} = [{', '.join(str(w.number()) for _ in range(w.number(2, 6)))}]")
        w.line(f'super("{w.word()}")')
        w.close()
        w.open("override fn measure(scale: int): int")
        w.line(f"var sum = self.{a} * scale")
        w.open(f"for value in self.{b}")
        w.line(f"if value % {w.number(2, 5)} == 0 {{ sum += value }} else {{ sum -= value / {w.number(2, 9)} }}")
        w.close()
        w.line("return sum + super.measure(scale)")
        w.close()
        w.close()
        yield f"Part{n}x{k}({w.number()})"


def function(w, n):
    a, b, c, d = w.words(4)
    w.line(f"// The {a} of a {b}, by {c}.")
    w.open(f"fn compute{n}({a}: int, {b}: int): int")
    w.line(f"var {c} = {expression(w, [a, b], 3)}")
    w.line(f"var {d} = {expression(w, [a, b, c], 2)}")
    names = [a, b, c, d]
    for _ in range(w.number(1, 4)):
        kind = w.random.randrange(6)
        if kind == 0:
            w.open(f"for i in 0..{w.number(2, 12)}")
            w.line(f"{c} += {expression(w, names + ['i'], 2)}")
            w.line(f"if {c} > {w.number(100, 9999)} {{ {c} = {c} % {w.number(50, 99)} }}")
            w.close()
        elif kind == 1:
            w.open(f"if {expression(w, names, 1)} > {expression(w, names, 1)}")
            w.line(f"{d} = {expression(w, names, 3)}")
            w.close(f"}} else if {a} == {w.number()} {{")
            w.indent += 1
            w.line(f"{d} -= {expression(w, names, 1)}")
            w.close("} else {")
            w.indent += 1
            w.line(f"{c} = {d} - {w.number()}")
            w.close()
        elif kind == 2:
            w.line(f"var countdown = {w.number(3, 9)}")
            w.open("while countdown > 0")
            w.line("countdown -= 1")
            w.line(f"if countdown == {w.number(1, 3)} {{ continue }}")
            w.line(f"{d} += {expression(w, names + ['countdown'], 2)}")
            w.close()
            names = [a, b, c, d]
            break
        elif kind == 3:
            w.open(f"{c} = match {d} % 4")
            w.line(f"0 => {expression(w, names, 2)}")
            w.line(f"1 | 2 => {expression(w, names, 1)}")
            w.line(f"_ => {w.number()}")
            w.close()
        elif kind == 4:
            w.line(f"let scaled = (0..{w.number(3, 9)}).map((x) => x * {w.number()} + {a})")
            w.line(f"{d} += scaled.fold(0, (sum, x) => sum + x)")
            break
        else:
            w.line(f'let text = "{w.word()} {{{a}}} and {{{b} + {w.number()}}}, {w.word()}"')
            w.line(f'{c} += text.length + (if text.contains("{w.number()}") {{ 1 }} else {{ 0 }})')
            break
    w.line(f"return {c} * {w.number()} + {d}")
    w.close()


def unit(w, n):
    values = struct(w, n)
    w.line()
    cases = enum(w, n)
    w.line()
    parts = list(classes(w, n))
    functions = []
    for k in range(w.number(2, 5)):
        w.line()
        functions.append(f"{n}x{k}")
        function(w, functions[-1])
    w.line()
    a, b, c = w.words(3)
    w.open(f"fn largest{n}<T: Comparable<T>>(values: List<T>, otherwise: T): T")
    w.line(f"var {a} = otherwise")
    w.line(f"for {b} in values {{ if {b} > {a} {{ {a} = {b} }} }}")
    w.line(f"return {a}")
    w.close()
    w.line()
    w.open(f"fn run{n}(): int")
    w.line(f"let {b} = Struct{n}({values}).moved({w.number()})")
    w.line(f"var {a} = {b}.total()")
    w.line(f"let shapes: List<Shape{n}> = [{', '.join(parts)}]")
    w.line(f"for shape in shapes {{ {a} += shape.measure({w.number()}) + shape.name().length }}")
    w.line(f"for one in [{', '.join(cases)}] {{ {a} += weigh{n}(one) }}")
    for name in functions:
        w.line(f"{a} += compute{name}({w.number()}, {a} % {w.number(100, 1000)})")
    w.line(f"let {c} = Map<string, int>()")
    w.line(f'for word in "{" ".join(w.words(6))}".split(" ") {{ {c}[word] = {c}.getOr(word, 0) + word.length }}')
    w.line(f"{a} += largest{n}({c}.values(), {w.number()})")
    w.open("try")
    w.line(f'if {a} == {w.number()} {{ throw ValueError("{w.word()} of {{{a}}}") }}')
    w.close("} catch error: ValueError {")
    w.indent += 1
    w.line(f"{a} += error.message.length")
    w.close()
    w.line(f"return {a} % 1000003")
    w.close()
    w.line()


def program(lines, seed):
    w = Writer(seed)
    units = 0
    while len(w.lines) < lines - 8 - units // 8:
        unit(w, units)
        units += 1
    w.open("fn main()")
    w.line("var sum = 0")
    for n in range(units):
        w.line(f"sum = (sum * 31 + run{n}()) % 1000000007")
    w.line("print(sum)")
    w.close()
    return "\n".join(w.lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(program(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
