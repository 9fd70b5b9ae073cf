"""Queues and sets by collections.deque, heapq and set."""
import collections
import heapq

from _inputs import SplitMix64

random = SplitMix64(21)


def below(limit):
    return (random.next() >> 33) % limit


queue = collections.deque()
for i in range(3000):
    action = below(7)
    if action < 2:
        queue.append(i)
    elif action == 2:
        queue.appendleft(i)
    elif action == 3:
        queue and queue.pop()
    elif action == 4:
        queue.rotate(below(9) - 4)
    elif action == 5:
        queue.insert(below(len(queue) + 1), i)
    else:
        queue and queue.popleft()
    if i % 100 == 0:
        print(len(queue), queue[0] if queue else -1, list(queue))

ring = collections.deque(maxlen=5)
for i in range(50):
    ring.append(below(1000))
    print(list(ring))

heap = []
for i in range(2000):
    value = (below(50), below(1000))
    if below(5) < 3:
        heapq.heappush(heap, value)
    elif heap:
        print(heapq.heappop(heap))
    if i % 7 == 0 and heap:
        print(heapq.heapreplace(heap, value))
print(sorted(heap))


def shown(values):
    return "{" + ", ".join(map(str, sorted(values))) + "}"


def truth(value):
    return "true" if value else "false"


sieve = {n for n in range(2, 2000) if all(n % d for d in range(2, int(n**0.5) + 1))}
print(shown(sieve), len(sieve))
for i in range(30):
    a = {below(300) for _ in range(below(40))}
    b = {below(300) for _ in range(below(40))}
    print(shown(a | b), shown(a & b), shown(a - b), shown(a ^ b), truth(a <= b), truth(a.isdisjoint(b)))
    sieve ^= a
print(len(sieve), shown(sieve))
