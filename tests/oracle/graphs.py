"""The same from the definitions: by what is reachable, by Prim, by trying all matchings."""
from _inputs import SplitMix64


def reachable(edges, start):
    seen, todo = {start}, [start]
    while todo:
        for to in edges[todo.pop()]:
            if to not in seen:
                seen.add(to)
                todo.append(to)
    return seen


def components(edges):
    reach = [reachable(edges, node) for node in range(len(edges))]
    return sorted({tuple(m for m in reach[node] if node in reach[m]) and
                   tuple(sorted(m for m in reach[node] if node in reach[m])) for node in range(len(edges))})


def topological(edges):
    """The least order in which every edge goes forward."""
    order, left = [], set(range(len(edges)))
    while left:
        free = [node for node in left if not any(node in edges[other] for other in left)]
        if not free:
            return "null"
        order.append(min(free))
        left.remove(min(free))
    return order


def spanning(n, pairs):
    total, trees, left = 0, 0, set(range(n))
    while left:
        trees += 1
        tree = {left.pop()}
        while True:
            border = [length for a, b, length in pairs if (a in tree) != (b in tree)]
            if not border:
                break
            shortest = min(border)
            total += shortest
            a, b = next((a, b) for a, b, length in pairs if (a in tree) != (b in tree) and length == shortest)
            tree |= {a, b}
            left -= tree
    return total, trees


def matching(edges, taken=frozenset()):
    if not edges:
        return 0
    best = matching(edges[1:], taken)
    for to in set(edges[0]) - taken:
        best = max(best, 1 + matching(edges[1:], taken | {to}))
    return best


random = SplitMix64(135)
for _ in range(50):
    n = 1 + random.below(10)
    pairs = []
    for _ in range(random.below(n * 2 + 1)):
        a, b, c = random.below(n), random.below(n), random.below(100)
        pairs.append((a, b, c))
    edges = [[b for a, b, _ in pairs if a == node] for node in range(n)]
    rising = [[b for a, b, _ in pairs if a == node and b > node] for node in range(n)]
    print([list(c) for c in components(edges)], topological(edges), topological(rising))
    print(spanning(n, pairs), matching(edges))
