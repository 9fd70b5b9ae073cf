"""The hull as the points that are no combination of others, areas by triangles, pairs one by one."""
from fractions import Fraction

from _inputs import SplitMix64


def cross(o, a, b):
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def hull(points):
    """From the first point always to the one that has all others on its left (Jarvis, 1973)."""
    points = sorted(set(points))
    if len(points) < 3:
        return points
    at, around = points[0], []
    while not around or at != around[0]:
        around.append(at)
        best = next(p for p in points if p != at)
        for p in points:
            side = cross(at, best, p)
            far = abs(p[0] - at[0]) + abs(p[1] - at[1]) > abs(best[0] - at[0]) + abs(best[1] - at[1])
            if side < 0 or side == 0 and far:
                best = p
        at = best
    return around


def inside(polygon, p):
    """Crossings of the ray to the right; the lower end of a side belongs to it."""
    count = 0
    for a, b in zip(polygon, polygon[1:] + polygon[:1]):
        if min(a[1], b[1]) <= p[1] < max(a[1], b[1]):
            count += Fraction(p[1] - a[1], b[1] - a[1]) * (b[0] - a[0]) + a[0] > p[0]
    return count % 2 == 1


def sign(x):
    return (x > 0) - (x < 0)


random = SplitMix64(151)
for i in range(60):
    points = []
    for _ in range(2 + random.below(20)):
        x = random.below(40 + i * 50)
        points.append((x, random.below(40)))
    around = hull(points)
    x = random.below(40 + i * 50)
    probe = (x, random.below(40))
    area = sum(cross(around[0], a, b) for a, b in zip(around, around[1:])) / 2
    pairs = [(a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for n, a in enumerate(points) for b in points[n + 1:]]
    print("[" + ", ".join(f"{x},{y}" for x, y in around) + "]", area, str(area != 0 and inside(around, probe)).lower(), min(pairs))
    cuts = 0
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:]):
        cuts += sign(cross(a, b, c)) * sign(cross(a, b, d)) < 0 and sign(cross(c, d, a)) * sign(cross(c, d, b)) < 0
    print(cuts)
