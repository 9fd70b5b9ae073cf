"""Sorted sets, and an ordered dictionary."""
from collections import OrderedDict

from _inputs import SplitMix64

random = SplitMix64(152)
for n in [0, 1, 5, 40, 300]:
    keys = sorted({random.below(1000) for _ in range(n)})
    print(keys, "true", sum(k * 5 in keys for k in range(200)))
cache = OrderedDict()
for _ in range(200):
    key = random.below(9)
    if random.below(2) == 0:
        cache[key] = random.below(100)
        cache.move_to_end(key)
        if len(cache) > 5:
            cache.popitem(last=False)
    else:
        if key in cache:
            cache.move_to_end(key)
        print(key, cache.get(key, "null"))
print("[" + ", ".join(f"{key}: {value}" for key, value in cache.items()) + "]")
