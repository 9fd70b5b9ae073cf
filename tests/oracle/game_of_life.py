"""The game on a board that is large enough; the automata by their table of texts."""
from _inputs import SplitMix64

SIZE, SHIFT = 90, 40
random = SplitMix64(137)
for _ in range(8):
    board = [[0] * SIZE for _ in range(SIZE)]
    for _ in range(30):
        x = random.below(9)
        board[x + SHIFT][random.below(9) + SHIFT] = 1
    for generation in range(30):
        if generation % 3 == 0:
            cells = [(x - SHIFT, y - SHIFT) for x in range(SIZE) for y in range(SIZE) if board[x][y]]
            print(len(cells), sum(x * 31 + y * y for x, y in cells))
        following = [[0] * SIZE for _ in range(SIZE)]
        for x in range(1, SIZE - 1):
            for y in range(1, SIZE - 1):
                around = sum(sum(row[y - 1:y + 2]) for row in board[x - 1:x + 2]) - board[x][y]
                following[x][y] = int(around == 3 or around == 2 and board[x][y])
        board = following
for rule in [30, 90, 110, 184]:
    table = {format(i, "03b"): str(rule >> i & 1) for i in range(8)}
    row = "".join("1" if i == 24 else str(random.below(2)) for i in range(48))
    for _ in range(10):
        print(row.replace("1", "#").replace("0", "."))
        ring = row[-1] + row + row[0]
        row = "".join(table[ring[i:i + 3]] for i in range(48))
