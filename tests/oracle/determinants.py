"""Determinants by fractions; powers of matrices by repeated squaring of Python's integers."""
from fractions import Fraction

from _inputs import SplitMix64

PRIME = 1_000_000_007


def determinant(matrix):
    rows = [[Fraction(x) for x in row] for row in matrix]
    result = Fraction(1)
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return 0
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            result = -result
        result *= rows[k][k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k])]
    return result


def multiply(a, b):
    return [[sum(x * y for x, y in zip(row, column)) % PRIME for column in zip(*b)] for row in a]


def power(base, exponent):
    if exponent == 0:
        return [[int(i == j) for j in range(len(base))] for i in range(len(base))]
    half = power(base, exponent // 2)
    square = multiply(half, half)
    return multiply(square, base) if exponent % 2 else square


random = SplitMix64(123)
for i in range(60):
    n = 1 + i % 7
    matrix = [[random.below(41) - 20 for _ in range(n)] for _ in range(n)]
    positive = [[abs(x) for x in row] for row in matrix]
    print(determinant(matrix), power(positive, random.below(1 << i % 40 + 1))[0])
print(determinant([[0, 1], [1, 0]]), determinant([[0, 0], [0, 0]]), power([[1, 1], [1, 0]], 1_000_000_000_000))
