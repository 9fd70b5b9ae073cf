"""Python's own generator is MT19937."""
import random

from _inputs import bits

for seed in [0, 1, 42, 123456789, 4294967295]:
    twister = random.Random(seed)
    print(*[twister.getrandbits(32) for _ in range(700)][600:])
    print(*(bits(twister.random()) for _ in range(50)))
