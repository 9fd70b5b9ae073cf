"""The least number of bits of a prefix code, by a heap; the greatest depth where the shallowest tree is wanted."""
import heapq
from collections import Counter

from _inputs import SplitMix64

random = SplitMix64(144)
for i in range(60):
    text = random.word("aaaaaaabbbbccdefghij"[:1 + i % 20], 60)
    if not text:
        continue
    # Of trees of one weight the one made first is taken first: single symbols, in order, before joined ones.
    heap = [(count, n, 0) for n, (_, count) in enumerate(sorted(Counter(text).items()))]
    heapq.heapify(heap)
    bits, made, alone = 0, len(heap), len(heap) == 1
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap)
        bits += a[0] + b[0]
        heapq.heappush(heap, (a[0] + b[0], made, 1 + max(a[2], b[2])))
        made += 1
    bits = len(text) if alone else bits
    print(text, bits, bits, "true", "true", 1 if alone else heap[0][2])
