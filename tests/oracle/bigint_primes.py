"""Primes near powers of two, by the test of Miller and Rabin with many bases."""


def is_prime(n):
    if n < 2:
        return False
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % p == 0:
            return n == p
    twos = ((n - 1) & -(n - 1)).bit_length() - 1
    for base in range(2, 60):
        x = pow(base, (n - 1) >> twos, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


for bits in (10, 20, 31, 32, 33, 62, 63, 64, 65, 100, 128, 256):
    print(bits, [k for k in range(-150, 150) if is_prime(2 ** bits + k)])
