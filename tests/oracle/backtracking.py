"""The same by permutations, by breadth and by exact cover."""
from itertools import permutations


def boards(n):
    return [p for p in permutations(range(n)) if len({r + c for r, c in enumerate(p)}) == n == len({r - c for r, c in enumerate(p)})]


def tours(size, start):
    """Walks that visit no field twice, by their number of moves."""
    walks, counts = [((start % size, start // size),)], []
    for _ in range(8):
        counts.append(len(walks))
        following = []
        for walk in walks:
            x, y = walk[-1]
            for a in range(size):
                for b in range(size):
                    if {abs(a - x), abs(b - y)} == {1, 2} and (a, b) not in walk:
                        following.append(walk + ((a, b),))
        walks = following
    return counts


def cover(rows, columns, chosen):
    """Knuth's algorithm X on dictionaries."""
    if not columns:
        return chosen
    column = min(columns, key=lambda c: len(columns[c]))
    for row in list(columns[column]):
        removed = []
        for c in rows[row]:
            for other in columns[c]:
                for d in rows[other]:
                    if d != c:
                        columns[d].discard(other)
            removed.append((c, columns.pop(c)))
        found = cover(rows, columns, chosen + [row])
        if found:
            return found
        for c, members in reversed(removed):
            columns[c] = members
            for other in members:
                for d in rows[other]:
                    if d != c:
                        columns[d].add(other)
    return None


def sudoku(text):
    rows = {}
    for r in range(9):
        for c in range(9):
            for d in range(1, 10):
                if text[r * 9 + c] in (".", str(d)):
                    rows[r, c, d] = [("cell", r, c), ("row", r, d), ("column", c, d), ("box", r // 3, c // 3, d)]
    columns = {}
    for row, conditions in rows.items():
        for condition in conditions:
            columns.setdefault(condition, set()).add(row)
    return "".join(str(d) for _, _, d in sorted(cover(rows, columns, [])))


for n in range(1, 9):
    found = boards(n)
    print(len(found), list(found[0]) if found else "null")
for start in [0, 2, 12]:
    print(tours(5, start))
for text in ["53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79",
             "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......"]:
    print("true", sudoku(text))
print("false", "55" + "0" * 79)
