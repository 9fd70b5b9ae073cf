"""Distances by a heap, and by following all walks of each length."""
import heapq

from _inputs import SplitMix64

FAR = float("inf")


def show(distances):
    return " ".join("-" if d == FAR else str(d) for d in distances)


def dijkstra(edges, start):
    distance = [FAR] * len(edges)
    queue = [(0, start)]
    while queue:
        d, node = heapq.heappop(queue)
        if d < distance[node]:
            distance[node] = d
            for to, length in edges[node]:
                heapq.heappush(queue, (d + length, to))
    return distance


def walks(edges, start):
    """The least lengths of walks of up to n edges, and of up to 2n: they differ when there is a negative cycle."""
    layer = [FAR] * len(edges)
    layer[start] = 0
    layers = []
    for _ in range(2 * len(edges)):
        following = list(layer)
        for node, there in enumerate(layer):
            for to, length in edges[node]:
                following[to] = min(following[to], there + length)
        layer = following
        layers.append(layer)
    return layers[len(edges) - 1], layers[-1]


random = SplitMix64(134)
for _ in range(30):
    n = 2 + random.below(14)
    edges = [[] for _ in range(n)]
    for _ in range(random.below(n * 3)):
        start, to, length = random.below(n), random.below(n), random.below(50)
        edges[start].append((to, length))
    print(show(dijkstra(edges, 0)))
    print(" | ".join(show(dijkstra(edges, node)) for node in range(n)))
    once, more = walks([[(to, length - 12) for to, length in row] for row in edges], 0)
    print(show(once) if once == more else "a negative cycle")
