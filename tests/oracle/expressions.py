"""Expressions by Python's own parser, with integers that wrap and division that truncates."""
import ast

from _inputs import SplitMix64, wrap

OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}


def divide(a, b):
    quotient = abs(a) // abs(b) if b else 0
    return -quotient if (a < 0) != (b < 0) else quotient


def value(node):
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp):
        return -value(node.operand)
    a, b = value(node.left), value(node.right)
    op = OPERATORS[type(node.op)]
    return wrap({"+": a + b, "-": a - b, "*": a * b, "/": divide(a, b), "%": a - b * divide(a, b)}[op])


def postfix(node):
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    return postfix(node.left) + postfix(node.right) + [OPERATORS[type(node.op)]]


random = SplitMix64(138)


def expression(depth, signs):
    kind = random.below(1 if depth == 0 else 5)
    if kind == 0:
        return str(random.below(100))
    if kind == 1:
        return f"({expression(depth - 1, signs)})"
    if kind == 2 and signs:
        return "-" + expression(0, signs)
    op = "+-*/%"[random.below(5)]
    left = expression(depth - 1, signs)
    return f"{left} {op} {expression(depth - 1, signs)}"


for i in range(120):
    text = expression(4, i % 2 == 0)
    tree = ast.parse(text, mode="eval").body
    print(text, "=", value(tree))
    if i % 2 == 1:
        print(*postfix(tree), "=", value(tree))
