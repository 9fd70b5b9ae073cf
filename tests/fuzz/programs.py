"""Random well-typed Cora programs, and the same computations as JavaScript.

A program is a tree of nodes that hold a template for each language, so that both texts are made from one tree and a
finding can be made smaller by leaving out statements and replacing expressions. Programs end: loops have a bound,
functions call only those before them, and what a function costs is estimated while it is made.

The generator favours what the lowering passes rewrite: sums of products with loads, fields of structs in variables and
elements, copies that outlive their original, nested calls of small functions, optionals and payloads that are looked
into, variables that closures share.
"""

import json
import random
import re

INTS = ["int", "int", "int", "i8", "i16", "i32", "u8", "u16", "u32", "u64"]
BITS = {"int": 64, "i8": 8, "i16": 16, "i32": 32, "u8": 8, "u16": 16, "u32": 32, "u64": 64}
HOLE = re.compile(r"@(\d+)")


# ---- Types: a name, or a tuple (kind, ...) -------------------------------------------------------


def is_int(t):
    return t in BITS


def is_number(t):
    return is_int(t) or t in ("float", "f32")


def cora_type(t):
    if isinstance(t, str):
        return t
    kind = t[0]
    if kind == "optional":
        part = cora_type(t[1])
        return f"({part})?" if t[1][0] == "fn" else f"{part}?"
    if kind == "tuple":
        return "(" + ", ".join(map(cora_type, t[1:])) + ")"
    if kind == "list":
        return f"List<{cora_type(t[1])}>"
    if kind == "array":
        return f"Array<{cora_type(t[1])}>"
    if kind == "map":
        return f"Map<{cora_type(t[1])}, {cora_type(t[2])}>"
    if kind == "fn":
        return "fn(" + ", ".join(map(cora_type, t[1])) + "): " + cora_type(t[2])
    return t[1]  # struct, enum, class: its name


# ---- The tree ------------------------------------------------------------------------------------


class Node:
    """An expression (with a type), a statement or declaration (type None), in both languages; @N is a part."""

    def __init__(self, type_, cora, js, *parts):
        self.type, self.cora, self.js, self.parts = type_, cora, js, list(parts)

    def text(self, language):
        template = self.cora if language == "cora" else self.js

        def part(match):
            value = self.parts[int(match.group(1))]
            if isinstance(value, Block):
                return value.text(language)
            return value.text(language)

        return HOLE.sub(part, template)


class Block:
    """Statements, each on lines of its own."""

    def __init__(self, nodes=()):
        self.nodes = list(nodes)

    def text(self, language):
        lines = "\n".join(node.text(language) for node in self.nodes)
        return "\n" + "\n".join("    " + line for line in lines.split("\n")) + "\n" if lines else ""


class Program:
    def __init__(self, block):
        self.block = block

    def source(self, language):
        text = "\n".join(node.text(language) for node in self.block.nodes)
        return text + "\n"


# ---- Making programs -----------------------------------------------------------------------------


class Scope:
    def __init__(self, outer=None, loops=0):
        self.variables = list(outer.variables) if outer else []  # (name, type, mutable)
        self.loops = outer.loops if outer else loops
        self.inside = outer.inside if outer else None  # (result type) of the function
        self.cost = outer.cost if outer else 1         # how often this code may run
        self.can_jump = outer.can_jump if outer else False


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0
        self.structs = {}    # name -> [(field, type)]
        self.enums = {}      # name -> [(case, [types])]
        self.classes = {}    # name -> {"fields": [...], "methods": [(name, params, result)], "super": ...}
        self.functions = []  # (name, parameter types, result, cost)
        self.globals = []    # (name, type, mutable)
        self.nesting = 0     # of values built because there is no variable
        self.spent = 0       # estimated cost of the function being made
        self.scalars = [self.pick(INTS), self.pick(INTS), "int", "int", "float", "float",
                        self.pick(["f32", "bool", "string"])]  # few types, so that values of a type meet
        self.palette = []    # composed ones, made as they are wanted

    # -- choices

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def pick(self, items):
        return self.random.choice(items)

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    # -- types

    def scalar(self):
        return self.pick(self.scalars) if self.chance(95) else self.pick([*BITS, "f32", "bool", "string"])

    def value_type(self, depth=2):
        r = self.random.random()
        if depth == 0 or r < 0.5:
            return self.scalar()
        if self.palette and (r < 0.9 or len(self.palette) > 12):
            return self.pick(self.palette)
        t = self.new_type(depth)
        if not isinstance(t, str) and t not in self.palette:
            self.palette.append(t)
        return t

    def new_type(self, depth):
        r = self.random.random()
        if r < 0.35 and self.structs:
            return ("struct", self.pick(sorted(self.structs)))
        if r < 0.6:
            return ("tuple", *[self.value_type(depth - 1) for _ in range(self.random.randint(2, 3))])
        if r < 0.8:
            t = self.value_type(depth - 1)
            return t if t[0] == "optional" else ("optional", t)
        if self.enums:
            return ("enum", self.pick(sorted(self.enums)))
        return self.scalar()

    def any_type(self):
        r = self.random.random()
        if r < 0.7:
            return self.value_type()
        if r < 0.82:
            return ("list", self.value_type(1))
        if r < 0.88:
            return ("array", self.value_type(1))
        if r < 0.93:
            return ("map", self.pick(["int", "string", "i32"]), self.value_type(1))
        if self.classes and r < 0.98:
            return ("class", self.pick(sorted(self.classes)))
        return ("fn", tuple(self.value_type(0) for _ in range(self.random.randint(0, 2))), self.value_type(1))

    def shape(self, t):
        """The type as the prelude's `text` wants it."""
        if isinstance(t, str):
            return t
        kind = t[0]
        if kind == "struct":
            return ["struct", t[1], [[n, self.shape(f)] for n, f in self.structs[t[1]]]]
        if kind == "enum":
            return ["enum", t[1], [[n, [self.shape(f) for f in fs]] for n, fs in self.enums[t[1]]]]
        if kind == "array":
            return ["list", self.shape(t[1])]
        return [kind, *map(self.shape, t[1:])]

    def can_print(self, t):
        if isinstance(t, str):
            return True
        kind = t[0]
        if kind in ("fn", "class"):
            return False
        if kind == "struct":
            return all(self.can_print(f) for _, f in self.structs[t[1]])
        if kind == "enum":
            return all(self.can_print(f) for _, fs in self.enums[t[1]] for f in fs)
        return all(self.can_print(p) for p in t[1:])

    def can_compare(self, t):  # with ==
        if isinstance(t, str):
            return True
        kind = t[0]
        if kind in ("fn", "class", "map", "list", "array"):
            return False
        if kind == "struct":
            return all(self.can_compare(f) for _, f in self.structs[t[1]])
        if kind == "enum":
            return all(self.can_compare(f) for _, fs in self.enums[t[1]] for f in fs)
        return all(self.can_compare(p) for p in t[1:])

    # -- literals

    def int_literal(self, t):
        signed = not t.startswith("u")
        width = BITS[t]
        low = -(1 << (width - 1)) if signed else 0
        high = (1 << (width - (1 if signed else 0))) - 1
        r = self.random.random()
        if r < 0.6:
            value = self.random.randint(0, 9)
        elif r < 0.75:
            value = self.pick([low, high, high - 1, low + 1, 1, high // 2])
        else:
            value = self.random.randint(max(low, -1000), min(high, 1000))
        text = f"({value + 1} - 1)" if value == low and signed else f"({value})" if value < 0 else str(value)
        return Node(t, self.typed(t, text), f"({value}n)" if value < 0 else f"{value}n")

    @staticmethod
    def typed(t, text):
        return text if t == "int" else f"typed_{t}({text})"

    def float_literal(self, t):
        text = self.pick(["0.0", "1.0", "-1.5", "0.5", "2.25", "1e10", "-0.0", "3.0", "0.1", "100.0", "7.75", "1e-3"])
        if t == "f32":
            return Node(t, f"typed_f32({text})", f"Math.fround({text})")
        return Node(t, f"({text})" if text.startswith("-") else text, f"({text})")

    def default(self, t, depth=0):
        """A simple value of the type."""
        if is_int(t):
            return Node(t, self.typed(t, "1"), "1n")
        if t in ("float", "f32"):
            return Node(t, "1.0" if t == "float" else "typed_f32(1.0)", "1.0")
        if t == "bool":
            return Node(t, "true", "true")
        if t == "string":
            return Node(t, '"a"', '"a"')
        kind = t[0]
        if kind == "optional":
            return Node(t, f"none<{cora_type(t[1])}>()", "null")
        if kind == "tuple":
            parts = [self.default(p, depth + 1) for p in t[1:]]
            return self.tuple_of(t, parts)
        if kind == "struct":
            return self.struct_of(t, [self.default(f, depth + 1) for _, f in self.structs[t[1]]])
        if kind == "enum":
            return self.case_of(t, 0, [self.default(f, depth + 1) for f in self.enums[t[1]][0][1]])
        if kind == "list":
            return Node(t, f"List<{cora_type(t[1])}>()", "[]")
        if kind == "array":
            return Node(t, f"Array<{cora_type(t[1])}>(3, @0)", "new Array(3).fill(@0)", self.default(t[1]))
        if kind == "map":
            return Node(t, f"Map<{cora_type(t[1])}, {cora_type(t[2])}>()", "new Map()")
        if kind == "class":
            fields = self.all_fields(t[1])
            return self.object_of(t, [self.default(f, depth + 1) for _, f in fields])
        if kind == "fn":
            names = [self.name("p") for _ in t[1]]
            parameters = ", ".join(f"{n}: {cora_type(p)}" for n, p in zip(names, t[1]))
            return Node(t, f"(({parameters}): {cora_type(t[2])} => @0)", f"(({', '.join(names)}) => @0)",
                        self.default(t[2]))
        raise AssertionError(t)

    def tuple_of(self, t, parts):
        holes = ", ".join(f"@{i}" for i in range(len(parts)))
        return Node(t, f"({holes})", f"[{holes}]", *parts)

    def struct_of(self, t, parts):
        fields = self.structs[t[1]]
        holes = ", ".join(f"@{i}" for i in range(len(parts)))
        js = ", ".join(f"{n}: @{i}" for i, (n, _) in enumerate(fields))
        return Node(t, f"{t[1]}({holes})", "({" + js + "})", *parts)

    def case_of(self, t, number, parts):
        name, types = self.enums[t[1]][number]
        holes = ", ".join(f"@{i}" for i in range(len(parts)))
        js = "".join(f", {i}: @{i}" for i in range(len(parts)))
        return Node(t, f"{t[1]}.{name}" + (f"({holes})" if parts else ""), "({tag: " + f"{number}{js}" + "})", *parts)

    def all_fields(self, name):
        of = self.classes[name]
        return (self.all_fields(of["super"]) if of["super"] else []) + of["fields"]

    def object_of(self, t, parts):
        holes = ", ".join(f"@{i}" for i in range(len(parts)))
        return Node(t, f"{t[1]}({holes})", f"new {t[1]}({holes})", *parts)

    def subclasses(self, name):
        return [n for n in sorted(self.classes) if n == name or
                (self.classes[n]["super"] and name in self.ancestors(n))]

    def ancestors(self, name):
        found = []
        while name:
            found.append(name)
            name = self.classes[name]["super"]
        return found

    # -- expressions

    def variables(self, scope, t, mutable=False):
        return [v for v in scope.variables + self.globals if v[1] == t and (v[2] or not mutable)]

    def expr(self, t, scope, depth=3):
        """An expression of the type."""
        if depth <= 0:
            return self.leaf(t, scope)
        makers = [self.leaf, self.leaf]
        if is_number(t):
            makers += [self.arithmetic] * 5 + [self.fused] * 3 + [self.conversion]
        if t == "bool":
            makers += [self.comparison] * 5 + [self.logic] * 2
        if t == "string":
            makers += [self.interpolation, self.join]
        if isinstance(t, tuple):
            makers += [self.build] * 4
            if t[0] == "list":
                makers += [self.list_of_function]
        makers += [self.call] * 3 + [self.projection] * 3 + [self.conditional]
        if self.enums:
            makers.append(self.match)
        if self.chance(15):
            makers = [self.coalesce, self.call_value, self.generic, self.attempt]
        return self.pick(makers)(t, scope, depth) or self.leaf(t, scope)

    def leaf(self, t, scope, _depth=0):
        candidates = self.variables(scope, t)
        if candidates and self.chance(85):
            name = self.pick(candidates[-8:])[0]
            return Node(t, name, name)
        if is_int(t):
            return self.int_literal(t)
        if t in ("float", "f32"):
            return self.float_literal(t)
        if t == "bool":
            number = self.pick([v for v in scope.variables + self.globals if is_int(v[1])] or [None])
            if number and self.chance(80):
                bit = self.random.randint(0, 2)
                return Node(t, f"({number[0]} & {1 << bit} == 0)", f"(({number[0]} & {1 << bit}n) === 0n)")
            value = self.pick(["true", "false"])
            return Node(t, value, value)
        if t == "string":
            value = self.pick(["", "a", "bc", "xyz", "d é", "0"])
            return Node(t, f'"{value}"', f'"{value}"')
        if candidates:
            return Node(t, candidates[-1][0], candidates[-1][0])
        self.nesting += 1
        built = self.build(t, scope, 1) if self.nesting < 4 else None
        self.nesting -= 1
        return built or self.default(t)

    def arithmetic(self, t, scope, depth):
        a = self.expr(t, scope, depth - 1)
        if is_int(t):
            operator = self.pick(["+", "+", "-", "-", "*", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "neg", "~"])
            if operator == "neg":
                if t.startswith("u"):
                    operator = "~"
                else:
                    return Node(t, "(-@0)", f'wrap("{t}", -@0)', a)
            if operator == "~":
                return Node(t, "(~@0)", f'wrap("{t}", ~@0)', a)
            if operator in ("<<", ">>", ">>>"):
                b = self.expr(self.pick(INTS), scope, depth - 2)
                function = {"<<": "shl", ">>": "shr", ">>>": "ushr"}[operator]
                return Node(t, f"(@0 {operator} @1)", f'{function}("{t}", @0, @1)', a, b)
            b = self.expr(t, scope, depth - 1)
            if operator in "/%":
                if self.chance(80):  # not zero
                    b = Node(t, "(@0 | 1)", "(@0 | 1n)", b)
                return Node(t, f"(@0 {operator} @1)", f'{"div" if operator == "/" else "rem"}("{t}", @0, @1)', a, b)
            if operator in "&|^":
                return Node(t, f"(@0 {operator} @1)", f"(@0 {operator} @1)", a, b)
            return Node(t, f"(@0 {operator} @1)", f'wrap("{t}", @0 {operator} @1)', a, b)
        operator = self.pick(["+", "+", "-", "*", "*", "/", "%", "neg"])
        if operator == "neg":
            return Node(t, "(-@0)", "(-@0)", a)
        b = self.expr(t, scope, depth - 1)
        js = f"(@0 {operator} @1)"
        return Node(t, f"(@0 {operator} @1)", js if t == "float" else f"Math.fround{js}", a, b)

    def fused(self, t, scope, depth):
        """a * b + c with loads: what becomes one instruction."""
        a, b, c = (self.projection(t, scope, 1) or self.leaf(t, scope) for _ in range(3))
        first, second = self.pick([("@0 * @1", "+ @2"), ("@0 * @1", "- @2"), ("@0 - @1", "* @2"), ("@0 + @1", "+ @2")])
        if self.chance(30):
            cora, js = f"(@2 {self.pick('+-')} (@0 * @1))", None
            js = cora
            if is_int(t):
                js = f'wrap("{t}", @2 {cora[4]} (@0 * @1))'
            elif t == "f32":
                js = f"Math.fround(@2 {cora[4]} Math.fround(@0 * @1))"
            return Node(t, cora, js, a, b, c)
        cora = f"(({first}) {second})"
        if is_int(t):
            js = f'wrap("{t}", ({first}) {second})'
        else:
            js = cora if t == "float" else f"Math.fround(Math.fround({first}) {second})"
        return Node(t, cora, js, a, b, c)

    def conversion(self, t, scope, depth):
        source = self.pick([s for s in BITS if s != t] + ["float"])
        if source == t or (t == "f32" and source in ("int", "u64")):
            return None
        if t in ("float", "f32"):
            js = "Number(@0)" if source != "float" else "@0"
            return Node(t, f"(@0 as {t})", js if t == "float" else f"Math.fround({js})",
                        self.expr(source, scope, depth - 1))
        js = f'toInt("{t}", @0)' if source == "float" else f'wrap("{t}", @0)'
        return Node(t, f"(@0 as {t})", js, self.expr(source, scope, depth - 1))

    def comparison(self, t, scope, depth):
        of = self.scalar()
        if self.chance(20):
            of = self.value_type(1)
            if not self.can_compare(of):
                return None
            operator = self.pick(["==", "!="])
            return Node(t, f"(@0 {operator} @1)", ("" if operator == "==" else "!") + "same(@0, @1)",
                        self.expr(of, scope, depth - 1), self.expr(of, scope, depth - 1))
        a, b = self.expr(of, scope, depth - 1), self.expr(of, scope, depth - 1)
        if of == "bool":
            operator = self.pick(["==", "!=", "&", "|", "^"])
            js = {"==": "(@0 === @1)", "!=": "(@0 !== @1)"}.get(operator, f"!!(@0 {operator} @1)")
            return Node(t, f"(@0 {operator} @1)", js, a, b)
        operator = self.pick(["<", "<=", ">", ">=", "==", "!="])
        return Node(t, f"(@0 {operator} @1)", f"(@0 {operator.replace('==', '===').replace('!=', '!==')} @1)", a, b)

    def logic(self, t, scope, depth):
        a = self.expr(t, scope, depth - 1)
        if self.chance(25):
            return Node(t, "(!@0)", "(!@0)", a)
        operator = self.pick(["&&", "||"])
        return Node(t, f"(@0 {operator} @1)", f"(@0 {operator} @1)", a, self.expr(t, scope, depth - 1))

    def interpolation(self, t, scope, depth):
        of = self.value_type(1)
        if not self.can_print(of):
            return None
        return Node(t, '"<{@0}>"', f"('<' + text({json.dumps(self.shape(of))}, @0) + '>')",
                    self.expr_without_quotes(of, scope, depth))

    def expr_without_quotes(self, t, scope, depth):
        return self.expr(t, scope, min(depth - 1, 1))

    def join(self, t, scope, depth):
        return Node(t, "(@0 + @1)", "(@0 + @1)", self.expr(t, scope, depth - 2), self.expr(t, scope, depth - 2))

    def build(self, t, scope, depth):
        kind = t[0]
        if kind == "optional":
            return self.wrapped(t, self.expr(t[1], scope, depth - 1))
        if kind == "tuple":
            return self.tuple_of(t, [self.expr(p, scope, depth - 1) for p in t[1:]])
        if kind == "struct":
            return self.struct_of(t, [self.expr(f, scope, depth - 1) for _, f in self.structs[t[1]]])
        if kind == "enum":
            number = self.random.randrange(len(self.enums[t[1]]))
            return self.case_of(t, number, [self.expr(f, scope, depth - 1) for f in self.enums[t[1]][number][1]])
        if kind == "list":
            parts = [self.expr(t[1], scope, depth - 2) for _ in range(self.random.randint(2, 5))]
            holes = ", ".join(f"@{i}" for i in range(len(parts)))
            return Node(t, f"list_of<{cora_type(t[1])}>([{holes}])", f"[{holes}]", *parts)
        if kind == "array":
            n = self.random.randint(2, 5)
            if self.chance(50):
                return Node(t, f"Array<{cora_type(t[1])}>({n}, @0)", f"new Array({n}).fill(@0)",
                            self.expr(t[1], scope, depth - 2))
            i = self.name("i")
            inner = self.lambda_scope(scope, [(i, "int", False)])
            return Node(t, f"Array<{cora_type(t[1])}>({n}, {i} => @0)",
                        f"Array.from({{length: {n}}}, (_, $) => {{ const {i} = BigInt($); return @0; }})",
                        self.expr(t[1], inner, depth - 2))
        if kind == "map":
            parts = [part for _ in range(self.random.randint(1, 3))
                     for part in (self.leaf(t[1], scope), self.leaf(t[2], scope))]
            cora = ", ".join(f"@{i}: @{i + 1}" for i in range(0, len(parts), 2))
            js = ", ".join(f"[@{i}, @{i + 1}]" for i in range(0, len(parts), 2))
            return Node(t, f"map_of<{cora_type(t[1])}, {cora_type(t[2])}>([{cora}])", f"new Map([{js}])", *parts)
        if kind == "class":
            name = self.pick(self.subclasses(t[1]))
            made = self.object_of(("class", name), [self.expr(f, scope, depth - 2) for _, f in self.all_fields(name)])
            made.type = t
            return made
        if kind == "fn":
            names = [(self.name("p"), p, False) for p in t[1]]
            inner = self.lambda_scope(scope, names)
            parameters = ", ".join(f"{n}: {cora_type(p)}" for n, p, _ in names)
            return Node(t, f"(({parameters}): {cora_type(t[2])} => @0)", f"(({', '.join(n[0] for n in names)}) => @0)",
                        self.parenthesised(self.expr(t[2], inner, depth - 1)))
        return None

    def wrapped(self, t, part):
        return Node(t, f"some<{cora_type(t[1])}>(@0)", "@0", part)

    def parenthesised(self, node):
        return Node(node.type, "(@0)", "(@0)", node)

    @staticmethod
    def lambda_scope(scope, parameters):
        inner = Scope(scope)
        inner.variables += parameters
        inner.cost *= 4
        inner.can_jump = False
        return inner

    def list_of_function(self, t, scope, depth):
        if not isinstance(t, tuple):
            return None
        x = self.name("x")
        kind = self.pick(["map", "filter", "reversed", "slice"])
        if kind == "map":
            of = self.value_type(1)
            inner = self.lambda_scope(scope, [(x, of, False)])
            return Node(t, f"@0.map({x} => @1)", f"@0.map({x} => @1)", self.expr(("list", of), scope, depth - 1),
                        self.parenthesised(self.expr(t[1], inner, depth - 2)))
        base = self.expr(t, scope, depth - 1)
        if kind == "filter":
            inner = self.lambda_scope(scope, [(x, t[1], False)])
            return Node(t, f"@0.filter({x} => @1)", f"@0.filter({x} => @1)", base,
                        self.expr("bool", inner, depth - 2))
        if kind == "reversed":
            return Node(t, "@0.reversed()", "[...@0].reverse()", base)
        return Node(t, "@0[@1..@2]", "slice(@0, @1, @2)", base, self.small(scope), self.small(scope))

    def small(self, scope):
        """An index: mostly within bounds."""
        candidates = [v for v in scope.variables if v[1] == "int" and v[0].startswith("i")]
        if candidates and self.chance(70):
            name = self.pick(candidates)[0]
            return Node("int", name, name)
        if self.chance(10):
            return self.expr("int", scope, 1)
        value = self.random.randint(0, 2)
        return Node("int", str(value), f"{value}n")

    def projection(self, t, scope, depth):
        """A field, element, payload or member of some variable."""
        found = []
        for name, of, _ in scope.variables + self.globals:
            if isinstance(of, str):
                if of == "string" and t == "int":
                    found.append(Node(t, f"{name}.length", f"size({name})"))
                continue
            kind = of[0]
            if kind == "tuple":
                found += [Node(t, f"{name}.{i}", f"{name}[{i}]") for i, p in enumerate(of[1:]) if p == t]
            elif kind == "struct":
                found += [Node(t, f"{name}.{f}", f"{name}.{f}") for f, p in self.structs[of[1]] if p == t]
                for f, p in self.structs[of[1]]:
                    if isinstance(p, tuple) and p[0] == "struct":
                        found += [Node(t, f"{name}.{f}.{g}", f"{name}.{f}.{g}")
                                  for g, q in self.structs[p[1]] if q == t]
            elif kind == "class":
                found += [Node(t, f"{name}.{f}", f"{name}.{f}") for f, p in self.all_fields(of[1]) if p == t]
            elif kind in ("list", "array"):
                if of[1] == t:
                    found += [Node(t, f"{name}[@0]", f"at({name}, @0)", self.small(scope))] * 2
                if t == "int":
                    found.append(Node(t, f"{name}.length", f"BigInt({name}.length)"))
                if isinstance(of[1], tuple) and of[1][0] == "struct":
                    found += [Node(t, f"{name}[@0].{f}", f"at({name}, @0).{f}", self.small(scope))
                              for f, p in self.structs[of[1][1]] if p == t]
                if kind == "list" and t == ("optional", of[1]):
                    found.append(Node(t, f"{name}.get(@0)", f"({name}[@0] ?? null)", self.small(scope)))
            elif kind == "map" and of[2] == t:
                found.append(Node(t, f"{name}.getOr(@0, @1)", f"((k, d) => {name}.has(k) ? {name}.get(k) : d)(@0, @1)",
                                  self.expr(of[1], scope, depth - 2), self.expr(t, scope, depth - 2)))
            elif kind == "optional" and of[1] == t:
                found.append(Node(t, f"({name} ?? @0)", f"({name} ?? @0)", self.expr(t, scope, depth - 2)))
        return self.pick(found) if found else None

    def coalesce(self, t, scope, depth):
        if isinstance(t, tuple) and t[0] == "optional":
            return None
        return Node(t, "(@0 ?? @1)", "(@0 ?? @1)", self.expr(("optional", t), scope, depth - 1),
                    self.expr(t, scope, depth - 1))

    def conditional(self, t, scope, depth):
        return Node(t, "(if @0 { @1 } else { @2 })", "(@0 ? @1 : @2)", self.expr("bool", scope, depth - 1),
                    self.expr(t, scope, depth - 1), self.expr(t, scope, depth - 1))

    def attempt(self, t, scope, depth):
        """A try whose handler gives a value."""
        error = self.pick(["ArithmeticError", "IndexError", "NullError", "KeyError", "ValueError"])
        return Node(t, f"(try {{ @0 }} catch _: {error} {{ @1 }} catch _ {{ @2 }})",
                    f"(() => {{ try {{ return @0; }} catch ($) {{ if ($.type === undefined) throw $; "
                    f"if ($.type === '{error}') return @1; return @2; }} }})()",
                    self.expr(t, scope, depth - 1), self.leaf(t, scope), self.leaf(t, scope))

    def match(self, t, scope, depth):
        name = self.pick(sorted(self.enums))
        of = ("enum", name)
        arms, js, parts = [], [], [self.expr(of, scope, depth - 1)]
        for number, (case, types) in enumerate(self.enums[name]):
            bound = [(self.name("m"), p, False) for p in types]
            inner = Scope(scope)
            inner.variables += bound
            pattern = f".{case}" + (f"({', '.join(b[0] for b in bound)})" if bound else "")
            names = "".join(f"const {b[0]} = $[{i}]; " for i, b in enumerate(bound))
            if self.chance(25):
                parts += [self.expr("bool", inner, depth - 2), self.expr(t, inner, depth - 2)]
                arms.append(f"{pattern} if @{len(parts) - 2} => @{len(parts) - 1}")
                js.append(f"if ($.tag === {number}) {{ {names}if (@{len(parts) - 2}) return @{len(parts) - 1}; }}")
            parts.append(self.expr(t, inner, depth - 2))
            arms.append(f"{pattern} => @{len(parts) - 1}")
            js.append(f"if ($.tag === {number}) {{ {names}return @{len(parts) - 1}; }}")
        return Node(t, "(match @0 { " + ", ".join(arms) + " })", "($ => { " + " ".join(js) + " })(@0)", *parts)

    def call(self, t, scope, depth):
        found = [f for f in self.functions if f[2] == t and f[3] * scope.cost < 4000]
        if self.chance(40):
            methods = []
            for name, of, _ in scope.variables + self.globals:
                if isinstance(of, tuple) and of[0] == "class":
                    methods += [(name, m) for m in self.methods_of(of[1]) if m[2] == t and m[3] * scope.cost < 4000]
            if methods:
                name, method = self.pick(methods)
                self.spent += method[3] * scope.cost
                return self.call_of(t, f"{name}.{method[0]}", method[1], scope, depth)
        if not found:
            return None
        function = self.pick(found)
        self.spent += function[3] * scope.cost
        return self.call_of(t, function[0], function[1], scope, depth)

    def call_of(self, t, callee, parameters, scope, depth):
        parts = [self.expr(p, scope, depth - 1) for p in parameters]
        holes = ", ".join(f"@{i}" for i in range(len(parts)))
        return Node(t, f"{callee}({holes})", f"{callee}({holes})", *parts)

    def methods_of(self, name):
        return [m for ancestor in self.ancestors(name) for m in self.classes[ancestor]["methods"]]

    def call_value(self, t, scope, depth):
        found = [v for v in scope.variables if isinstance(v[1], tuple) and v[1][0] == "fn" and v[1][2] == t]
        if not found or scope.cost > 100:
            return None
        name, of, _ = self.pick(found)
        self.spent += 30 * scope.cost
        return self.call_of(t, name, of[1], scope, depth)

    def generic(self, t, scope, depth):
        kind = self.pick(["choose", "twice", "Box", "second"])
        if kind == "choose":
            return Node(t, f"choose<{cora_type(t)}>(@0, @1, @2)", "choose(@0, @1, @2)", self.expr("bool", scope, depth - 1),
                        self.expr(t, scope, depth - 1), self.expr(t, scope, depth - 1))
        if kind == "second":
            of = self.value_type(1)
            return Node(t, f"second<{cora_type(of)}, {cora_type(t)}>(@0, @1)", "second(@0, @1)", self.expr(of, scope, depth - 1),
                        self.expr(t, scope, depth - 1))
        if kind == "Box":
            return Node(t, f"Box<{cora_type(t)}>(@0).swap(@1)", "new Box(@0).swap(@1)", self.expr(t, scope, depth - 1),
                        self.expr(t, scope, depth - 1))
        x = self.name("x")
        inner = self.lambda_scope(scope, [(x, t, False)])
        return Node(t, f"twice<{cora_type(t)}>(@0, {x} => @1)", f"twice(@0, {x} => @1)", self.expr(t, scope, depth - 1),
                    self.parenthesised(self.expr(t, inner, depth - 2)))

    # -- statements

    def block(self, scope, length, depth):
        inner = Scope(scope)
        nodes = []
        for _ in range(self.random.randint(1, length)):
            node = self.statement(inner, depth)
            if node:
                nodes.append(node)
        return Block(nodes)

    def statement(self, scope, depth):
        self.spent += scope.cost
        makers = [self.declare] * 4 + [self.assign] * 6 + [self.update] * 4 + [self.show] + [self.swap]
        if depth > 0:
            makers += [self.branch] * 2 + [self.loop] * 4 + [self.bind] * 2 + [self.guarded] + [self.deferred]
        if scope.can_jump and self.chance(30):
            makers.append(self.jump)
        if scope.inside and self.chance(10):
            makers.append(self.leave)
        return self.pick(makers)(scope, depth)

    def declare(self, scope, _depth):
        t = self.any_type()
        name = self.name("v")
        mutable = self.chance(65)
        value = self.expr(t, scope, 3)
        node = Node(None, f"{'var' if mutable else 'let'} {name}: {cora_type(t)} = @0", f"let {name} = @0;", value)
        scope.variables.append((name, t, mutable))
        return node

    def places(self, scope, once):
        """(type, cora place, js statement with @0 for the value, parts, js of the place), whose text in JavaScript
        evaluates the parts once, or more often: then they have no effects."""
        found = []
        small = self.small if once else self.index_name
        for name, t, mutable in scope.variables + self.globals:
            if mutable and not (isinstance(t, tuple) and t[0] in ("fn",)):
                found.append((t, name, f"{name} = @0;", [], name))
            if isinstance(t, str):
                continue
            kind = t[0]
            if kind == "struct" and mutable:
                for f, p in self.structs[t[1]]:
                    found.append((p, f"{name}.{f}", f"{{ const $v = @0; {name} = {{...{name}, {f}: $v}}; }}", [], f"{name}.{f}"))
                    if isinstance(p, tuple) and p[0] == "struct":
                        found += [(q, f"{name}.{f}.{g}",
                                   f"{{ const $v = @0; {name} = {{...{name}, {f}: {{...{name}.{f}, {g}: $v}}}}; }}", [], f"{name}.{f}.{g}")
                                  for g, q in self.structs[p[1]]]
            elif kind == "tuple" and mutable:
                for i, p in enumerate(t[1:]):
                    found.append((p, f"{name}.{i}", f"{{ const $v = @0; {name} = Object.assign([...{name}], {{{i}: $v}}); }}", [],
                                  f"{name}[{i}]"))
            elif kind == "class":
                found += [(p, f"{name}.{f}", f"{name}.{f} = @0;", [], f"{name}.{f}")
                          for f, p in self.all_fields(t[1])]
            elif kind in ("list", "array"):
                found += [(t[1], f"{name}[@1]", f"put({name}, @1, @0);", [small(scope)], f"at({name}, @1)")] * 2
                if isinstance(t[1], tuple) and t[1][0] == "struct":
                    found += [(p, f"{name}[@1].{f}", f"{{ const $v = @0; put({name}, @1, {{...at({name}, @1), {f}: $v}}); }}",
                               [self.index_name(scope)], f"at({name}, @1).{f}") for f, p in self.structs[t[1][1]]]
            elif kind == "map":
                k = self.pick([v for v in scope.variables if v[1] == t[1]] or [None])
                if k:
                    found.append((t[2], f"{name}[{k[0]}]", f"{name}.set({k[0]}, @0);", [], None))
        return found

    def index_name(self, scope):
        """An index without effects, for a place that JavaScript evaluates twice."""
        candidates = [v for v in scope.variables if v[1] == "int" and v[0].startswith("i")]
        if candidates and self.chance(70):
            name = self.pick(candidates)[0]
            return Node("int", name, name)
        value = self.random.randint(0, 2)
        return Node("int", str(value), f"{value}n")

    def assign(self, scope, _depth):
        places = self.places(scope, True)
        if not places:
            return None
        place = self.pick(places)
        t, cora, js, parts, _ = place
        value = self.expr(t, scope, 3)
        return Node(None, f"{cora} = @0", js, value, *parts)

    def update(self, scope, _depth):
        places = [p for p in self.places(scope, False) if is_number(p[0]) and p[4]]
        if not places:
            return None
        t, cora, js, parts, read = self.pick(places)
        operator = self.pick(["+", "+", "-", "*"])
        value = (self.fused if self.chance(50) else self.expr)(t, scope, 2)
        if self.chance(30):  # v = v * w + a[i]
            other = self.projection(t, scope, 2) or self.leaf(t, scope)
            new_js = f"{read} * (@{len(parts) + 1}) + (@{len(parts) + 2})"
            new_cora = f"{cora} = {cora} * @{len(parts) + 1} + @{len(parts) + 2}"
            if t == "f32":
                new_js = f"Math.fround({read} * (@{len(parts) + 1})) + (@{len(parts) + 2})"
            all_parts = [self.default("int"), *parts, value, other]
        else:
            new_js = f"{read} {operator} (@{len(parts) + 1})"
            new_cora = f"{cora} {operator}= @{len(parts) + 1}"
            all_parts = [self.default("int"), *parts, value]
        if is_int(t):
            new_js = f'wrap("{t}", {new_js})'
        elif t == "f32":
            new_js = f"Math.fround({new_js})"
        return Node(None, new_cora, js.replace("@0", new_js), *all_parts)

    def swap(self, scope, _depth):
        pairs = [(a, b) for a in scope.variables for b in scope.variables
                 if a[1] == b[1] and a[2] and b[2] and a[0] < b[0] and not (isinstance(a[1], tuple) and a[1][0] == "fn")]
        if not pairs:
            return None
        a, b = self.pick(pairs)
        value = self.expr(a[1], scope, 2)
        return Node(None, f"({a[0]}, {b[0]}) = ({b[0]}, @0)", f"[{a[0]}, {b[0]}] = [{b[0]}, @0];", value)

    def show(self, scope, _depth):
        found = [v for v in scope.variables + self.globals if self.can_print(v[1])]
        if not found or scope.cost > 30:
            return None
        name, t, _ = self.pick(found)
        return Node(None, f'print("{name}", {name})', f'print("{name} " + text({json.dumps(self.shape(t))}, {name}));')

    def branch(self, scope, depth):
        condition = self.expr("bool", scope, 2)
        if self.chance(50):
            return Node(None, "if @0 {@1}", "if (@0) {@1}", condition, self.block(scope, 3, depth - 1))
        return Node(None, "if @0 {@1} else {@2}", "if (@0) {@1} else {@2}", condition, self.block(scope, 3, depth - 1),
                    self.block(scope, 3, depth - 1))

    def inner_loop(self, scope, trips):
        inner = Scope(scope)
        inner.cost *= trips
        inner.can_jump = True
        return inner

    def loop(self, scope, depth):
        if scope.cost > 400:
            return None
        kind = self.pick(["range", "range", "each", "while", "down", "map"])
        i = self.name("i")
        if kind in ("range", "down"):
            n = self.random.randint(1, 6)
            inner = self.inner_loop(scope, n)
            inner.variables.append((i, "int", False))
            body = self.block(inner, 4, depth - 1)
            if kind == "down":
                return Node(None, f"for {i} in (0..{n}).reversed() {{@0}}",
                            f"for (let $ = {n - 1}n; $ >= 0n; $--) {{ let {i} = $;@0}}", body)
            return Node(None, f"for {i} in 0..{n} {{@0}}", f"for (let $ = 0n; $ < {n}n; $++) {{ let {i} = $;@0}}", body)
        if kind == "each":
            found = [v for v in scope.variables if isinstance(v[1], tuple) and v[1][0] in ("list", "array")]
            if not found:
                return None
            name, t, _ = self.pick(found)
            inner = self.inner_loop(scope, 5)
            x = self.name("e")
            # the collection is not changed in the loop: it is copied
            inner.variables.append((x, t[1], False))
            copy = f"{name}.copy()" if t[0] == "array" else f"{name}.take(6)"
            return Node(None, f"for {x} in {copy} {{@0}}",
                        f"for (const {x} of {name}.slice(0{', 6' if t[0] == 'list' else ''})) {{@0}}",
                        self.block(inner, 4, depth - 1))
        if kind == "map":
            found = [v for v in scope.variables if isinstance(v[1], tuple) and v[1][0] == "map"]
            if not found:
                return None
            name, t, _ = self.pick(found)
            inner = self.inner_loop(scope, 4)
            k, x = self.name("k"), self.name("e")
            inner.variables += [(k, t[1], False), (x, t[2], False)]
            return Node(None, f"for ({k}, {x}) in {name}.copy() {{@0}}", f"for (const [{k}, {x}] of [...{name}]) {{@0}}",
                        self.block(inner, 3, depth - 1))
        n = self.random.randint(1, 6)
        inner = self.inner_loop(scope, n)
        inner.variables.append((i, "int", False))
        condition = self.expr("bool", inner, 2)
        return Node(None, f"var {i} = 0\nwhile {i} < {n} && @0 {{\n    {i} += 1@1}}",
                    f"let {i} = 0n;\nwhile ({i} < {n}n && @0) {{\n    {i} += 1n;@1}}", condition,
                    self.block(inner, 4, depth - 1))

    def bind(self, scope, depth):
        """if let of an optional, or the parts of a tuple."""
        if self.chance(60):
            t = self.value_type(1)
            if isinstance(t, tuple) and t[0] == "optional":
                return None
            x = self.name("b")
            inner = Scope(scope)
            inner.variables.append((x, t, False))
            return Node(None, f"if let {x} = @0 {{@1}} else {{@2}}",
                        f"{{ const {x} = @0; if ({x} !== null) {{@1}} else {{@2}} }}",
                        self.expr(("optional", t), scope, 2), self.block(inner, 3, depth - 1),
                        self.block(scope, 2, depth - 1))
        t = ("tuple", self.value_type(1), self.value_type(1))
        a, b = self.name("b"), self.name("b")
        node = Node(None, f"let ({a}, {b}) = @0", f"const [{a}, {b}] = @0;", self.expr(t, scope, 3))
        scope.variables += [(a, t[1], False), (b, t[2], False)]
        return node

    def guarded(self, scope, depth):
        inner = Scope(scope)
        inner.can_jump = False
        error = self.pick(["ArithmeticError", "IndexError", "NullError", "ValueError"])
        body, caught, last = (self.block(inner, 3, depth - 1), self.block(inner, 2, depth - 1),
                              self.block(inner, 2, 0))
        if self.chance(30):
            body.nodes.append(Node(None, "if @0 { throw ValueError(\"made\") }",
                                   "if (@0) { raise(\"ValueError\", \"made\"); }", self.expr("bool", inner, 2)))
        js = f"try {{@0}} catch ($) {{ if ($.type === undefined) throw $; if ($.type === '{error}') {{@1}} else {{ print($.type); }} }}"
        cora = (f"try {{@0}} catch _: {error} {{@1}} catch e {{ print(error_name(e)) }}")
        if self.chance(40):
            last.nodes = [n for n in last.nodes if "throw" not in n.cora and "return" not in n.cora]
            return Node(None, cora + " finally {@2}", js + " finally {@2}", body, caught, last)
        return Node(None, cora, js, body, caught)

    def deferred(self, scope, depth):
        """A block with a defer."""
        inner = Scope(scope)
        inner.inside = None
        inner.can_jump = False
        first, rest = self.block(inner, 2, 0), self.block(Scope(scope), 3, depth - 1)
        return Node(None, "if true {\n    defer {@0}@1}", "{ try {@1} finally {@0} }", first, rest)

    def jump(self, scope, _depth):
        word = self.pick(["break", "continue"])
        return Node(None, f"if @0 {{ {word} }}", f"if (@0) {{ {word}; }}", self.expr("bool", scope, 2))

    def leave(self, scope, _depth):
        return Node(None, "if @0 { return @1 }", "if (@0) { return @1; }", self.expr("bool", scope, 2),
                    self.expr(scope.inside, scope, 2))

    # -- declarations

    def make_types(self):
        nodes = []
        for _ in range(self.random.randint(1, 3)):
            name = self.name("S")
            fields = [(f"f{i}", self.value_type(1)) for i in range(self.random.randint(1, 4))]
            self.structs[name] = fields
            lines = "\n".join(f"    {n}: {cora_type(t)}" for n, t in fields)
            nodes.append(Node(None, f"struct {name} {{\n{lines}\n}}", ""))
        for _ in range(self.random.randint(1, 2)):
            name = self.name("E")
            cases = [(f"C{i}", [self.value_type(1) for _ in range(self.random.randint(0, 2))])
                     for i in range(self.random.randint(1, 4))]
            self.enums[name] = cases
            lines = "\n".join(f"    {n}" + (f"({', '.join(f'a{i}: {cora_type(t)}' for i, t in enumerate(ts))})" if ts
                                            else "") for n, ts in cases)
            nodes.append(Node(None, f"enum {name} {{\n{lines}\n}}", ""))
        return nodes

    def function_body(self, parameters, result, depth, extra=()):
        """Variables to work on, statements, and all of them shown at the end."""
        scope = Scope()
        scope.variables = [*extra, *[(n, t, False) for n, t in parameters]]
        scope.inside = result
        self.spent = 1
        declared = [self.declare(scope, depth) for _ in range(self.random.randint(2, 6))]
        nodes = [self.statement(scope, depth) for _ in range(self.random.randint(2, 9))]
        shown = [self.show_global(v) for v in scope.variables if self.chance(60)]
        value = Node(None, "return @0", "return @0;", self.expr(result, scope, 3))
        return Block([n for n in [*declared, *nodes, *shown, value] if n]), self.spent

    def make_function(self):
        name = self.name("fun")
        if self.chance(35):  # small enough to be inlined
            t = self.value_type(1)
            parameters = [(self.name("p"), t if self.chance(60) else self.value_type(1))
                          for _ in range(self.random.randint(1, 3))]
            scope = Scope()
            scope.variables = [(n, p, False) for n, p in parameters]
            body = Node(None, "=> @0", "{ return @0; }", self.expr(t, scope, 2))
            self.functions.append((name, [p for _, p in parameters], t, 3))
        else:
            t = self.value_type(2)
            parameters = [(self.name("p"), self.any_type()) for _ in range(self.random.randint(0, 4))]
            block, cost = self.function_body(parameters, t, 2)
            body = Node(None, "{@0}", "{@0}", block)
            if cost < 3000:
                self.functions.append((name, [p for _, p in parameters], t, cost))
        listed = ", ".join(f"{n}: {cora_type(p)}" for n, p in parameters)
        return Node(None, f"fn {name}({listed}): {cora_type(t)} @0",
                    f"function {name}({', '.join(n for n, _ in parameters)}) @0", body)

    def make_class(self):
        name = self.name("K")
        bases = [n for n in sorted(self.classes) if len(self.ancestors(n)) < 3]
        base = self.pick(bases) if bases and self.chance(60) else None
        fields = [(f"g{self.names}_{i}", self.value_type(1)) for i in range(self.random.randint(1, 3))]
        self.classes[name] = {"fields": fields, "methods": [], "super": base}
        inherited = self.all_fields(base) if base else []
        methods = []
        if base:  # overrides
            for method in self.methods_of(base):
                if self.chance(60):
                    methods.append((method, True))
        for _ in range(self.random.randint(1, 2)):
            methods.append(((self.name("meth"), [self.value_type(1) for _ in range(self.random.randint(0, 2))],
                             self.value_type(1), None), False))
        parts, cora, js = [], [], []
        for (method, parameters, result, bound), is_override in methods:
            names = [(self.name("p"), p) for p in parameters]
            own = [(f"self.{f}", p, True) for f, p in inherited + fields]
            body, cost = self.function_body(names, result, 1, own)
            if bound is not None and cost > bound:
                body = Block([Node(None, "return @0", "return @0;", self.default(result))])
                cost = 1
            parts.append(body)
            listed = ", ".join(f"{n}: {cora_type(p)}" for n, p in names)
            cora.append(f"    {'override' if is_override else 'open'} fn {method}({listed}): {cora_type(result)} "
                        f"{{@{len(parts) - 1}}}")
            js.append(f"    {method}({', '.join(n for n, _ in names)}) {{ const self = this;@{len(parts) - 1}}}")
            if not is_override:
                self.classes[name]["methods"].append((method, parameters, result, max(50, cost)))
        lines = [f"    var {f}: {cora_type(p)}" for f, p in fields]
        listed = ", ".join(f"{f}: {cora_type(p)}" for f, p in inherited + fields)
        sets = "; ".join(f"self.{f} = {f}" for f, _ in fields)
        up = f"; super({', '.join(f for f, _ in inherited)})" if base else ""
        js_up = f"super({', '.join(f for f, _ in inherited)}); " if base else ""
        js_sets = " ".join(f"this.{f} = {f};" for f, _ in fields)
        head = f"open class {name}" + (f" : {base}" if base else "")
        js_head = f"class {name}" + (f" extends {base}" if base else "")
        return Node(None, "\n".join([head + " {", *lines, f"    init({listed}) {{ {sets}{up} }}", *cora, "}"]),
                    "\n".join([js_head + " {", f"    constructor({', '.join(f for f, _ in inherited + fields)}) "
                               f"{{ {js_up}{js_sets} }}", *js, "}"]), *parts)

    def make_global(self):
        t = self.any_type()
        while isinstance(t, tuple) and t[0] == "fn":
            t = self.any_type()
        name = self.name("glob")
        node = Node(None, f"var {name}: {cora_type(t)} = @0", f"let {name} = @0;", self.default(t))
        self.globals.append((name, t, True))
        return node

    def make_test(self, function):
        name, parameters, result, _ = function
        scope = Scope()
        values = [self.expr(p, scope, 2) for p in parameters]
        holes = ", ".join(f"@{i}" for i in range(len(values)))
        label = self.name("t")
        if self.can_print(result):
            cora = f"print(\"{label}\", {name}({holes}))"
            js = f"print(\"{label} \" + text({json.dumps(self.shape(result))}, {name}({holes})))"
        else:
            cora, js = f"_ = {name}({holes})", f"{name}({holes})"
        return Node(None, f"try {{ {cora} }} catch e {{ print(\"{label}\", error_name(e)) }}",
                    f"try {{ {js}; }} catch ($) {{ if ($.type === undefined) throw $; print(\"{label} \" + $.type); }}",
                    *values)

    def program(self):
        nodes = [Node(None, CORA_PRELUDE, JS_GENERICS)]
        nodes += self.make_types()
        nodes += [self.make_global() for _ in range(self.random.randint(0, 3))]
        for _ in range(self.random.randint(3, 8)):
            nodes.append(self.make_class() if self.chance(20) else self.make_function())
        tests = [self.make_test(f) for f in self.functions for _ in range(2)]
        shows = [n for n in (self.show_global(g) for g in self.globals) if n]
        return Program(Block(nodes + tests + shows))

    def show_global(self, variable):
        name, t, _ = variable
        if not self.can_print(t):
            return None
        return Node(None, f'print("{name}", {name})', f'print("{name} " + text({json.dumps(self.shape(t))}, {name}));')


CORA_PRELUDE = "\n".join([
    *[f"fn typed_{t}(x: {t}): {t} => x" for t in (*[t for t in BITS if t != "int"], "f32")],
    "fn some<T>(x: T): T? => x",
    "fn none<T>(): T? => null",
    "fn list_of<T>(x: List<T>): List<T> => x",
    "fn map_of<K: Hashable<K>, V>(x: Map<K, V>): Map<K, V> => x",
    "fn choose<T>(c: bool, a: T, b: T): T => if c { a } else { b }",
    "fn second<T, U>(_: T, b: U): U => b",
    "fn twice<T>(x: T, f: fn(T): T): T => f(f(x))",
    "class Box<T> {\n    var value: T\n    fn swap(v: T): T {\n        let old = self.value\n        self.value = v\n"
    "        return old\n    }\n}",
    "fn error_name(e: Error): string => if e is ArithmeticError { \"ArithmeticError\" } else if e is IndexError {\n"
    "    \"IndexError\" } else if e is NullError { \"NullError\" } else if e is KeyError { \"KeyError\" } else {\n"
    "    \"ValueError\" }",
])
JS_GENERICS = """const choose = (c, a, b) => c ? a : b;
const second = (_, b) => b;
const twice = (x, f) => f(f(x));
class Box { constructor(v) { this.value = v; } swap(v) { const old = this.value; this.value = v; return old; } }"""


# ---- Making findings smaller ---------------------------------------------------------------------


def blocks_of(program):
    pending = [program.block]
    while pending:
        block = pending.pop()
        yield block
        nodes = list(block.nodes)
        while nodes:
            node = nodes.pop()
            for part in node.parts:
                (pending if isinstance(part, Block) else nodes).append(part)


def expressions_of(program):
    """(owner, index) of every part that is an expression."""
    for block in blocks_of(program):
        nodes = list(block.nodes)
        while nodes:
            node = nodes.pop()
            for index, part in enumerate(node.parts):
                if isinstance(part, Node):
                    nodes.append(part)
                    if part.type is not None:
                        yield node, index


def descendants(node):
    for part in node.parts:
        if isinstance(part, Node):
            yield part
            yield from descendants(part)


def smaller(program, maker, fails):
    """Leaves out and simplifies as long as `fails(program)` holds. Changes the program."""
    progress = True
    while progress:
        progress = False
        for block in list(blocks_of(program)):
            size = max(1, len(block.nodes) // 2)
            while size >= 1:
                at = 0
                while at < len(block.nodes):
                    kept = block.nodes
                    block.nodes = kept[:at] + kept[at + size:]
                    if fails(program):
                        progress = True
                    else:
                        block.nodes = kept
                        at += size
                size //= 2
        for owner, index in list(expressions_of(program)):
            part = owner.parts[index]
            if not part.parts and part.cora in ("1", "1.0", "true", '"a"'):
                continue
            candidates = [maker.default(part.type)] if part.parts or len(part.cora) > 4 else []
            candidates += [d for d in descendants(part) if d.type == part.type][:4]
            for candidate in candidates:
                if len(candidate.text("cora")) >= len(part.text("cora")):
                    continue
                owner.parts[index] = candidate
                if fails(program):
                    progress = True
                    break
                owner.parts[index] = part
    return program
