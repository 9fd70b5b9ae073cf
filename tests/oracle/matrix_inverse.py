"""Gauss and Jordan in Python's floats, which are the same ones."""
from _inputs import SplitMix64, bits


def inverse(matrix):
    n = len(matrix)
    rows = [list(row) + [float(i == j) for j in range(n)] for i, row in enumerate(matrix)]
    for column in range(n):
        pivot = max(range(column, n), key=lambda row: abs(rows[row][column]))
        if rows[pivot][column] == 0:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for row in range(n):
            if row != column:
                factor = rows[row][column]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column])]
    return [row[n:] for row in rows]


random = SplitMix64(122)
for n in range(1, 9):
    matrix = [[random.below(2000) / 16.0 - 60.0 for _ in range(n)] for _ in range(n)]
    for row in inverse(matrix):
        print(*map(bits, row))
print("null" if inverse([[1.0, 2.0], [2.0, 4.0]]) is None else "not singular")
