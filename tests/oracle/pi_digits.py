"""A thousand digits of pi by Machin's formula; the program takes Gibbons' spigot."""
scale = 10 ** 1020


def inverse_tangent(x):
    total = term = scale // x
    n, sign = 3, -1
    while term:
        term //= x * x
        total += sign * (term // n)
        sign, n = -sign, n + 2
    return total


print(str(4 * (4 * inverse_tangent(5) - inverse_tangent(239)))[:1000])
