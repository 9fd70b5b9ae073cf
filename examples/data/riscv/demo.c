// A program for examples/riscv.cora: small tools in C without a library. It is made by
//
//     clang --target=riscv32-unknown-elf -march=rv32im -mabi=ilp32 -O2 -ffreestanding -nostdlib -static
//         -fuse-ld=lld -Wl,--strip-all -o demo.elf demo.c
//
// and runs on Linux too: `qemu-riscv32 demo.elf primes 1000`.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

// ---------------------------------------------------------------------------------------------- library

enum { SYS_READ = 63, SYS_WRITE = 64, SYS_EXIT = 93, SYS_BRK = 214 };

static int system_call(int number, int a, int b, int c) {
    register int a0 __asm__("a0") = a;
    register int a1 __asm__("a1") = b;
    register int a2 __asm__("a2") = c;
    register int a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

static char output[4096];
static u32 output_used;

static void flush(void) {
    for (u32 done = 0; done < output_used;)
        done += system_call(SYS_WRITE, 1, (int)(output + done), (int)(output_used - done));
    output_used = 0;
}

static void put_char(char c) {
    if (output_used == sizeof output)
        flush();
    output[output_used++] = c;
}

static void put_text(const char *text) {
    while (*text)
        put_char(*text++);
}

static void put_number(u32 value, u32 base, int width) {
    char digits[32];
    int count = 0;
    do
        digits[count++] = "0123456789abcdef"[value % base];
    while (value /= base);
    for (; width > count; width--)
        put_char(base == 16 ? '0' : ' ');
    while (count)
        put_char(digits[--count]);
}

static void stop(int code) {
    flush();
    system_call(SYS_EXIT, code, 0, 0);
    __builtin_unreachable();
}

// Zeroed memory that is never given back.
static void *allocate(u32 size) {
    static u32 free_at;
    if (!free_at)
        free_at = (u32)system_call(SYS_BRK, 0, 0, 0);
    u32 start = (free_at + 7) & ~7u, end = start + size;
    if (end < start || (u32)system_call(SYS_BRK, (int)end, 0, 0) != end) {
        put_text("out of memory\n");
        stop(1);
    }
    free_at = end;
    return (void *)start;
}

// The next byte of the input, or -1.
static int get_char(void) {
    static u8 input[4096];
    static int used, at;
    if (at == used) {
        used = system_call(SYS_READ, 0, (int)input, sizeof input);
        at = 0;
        if (used <= 0)
            return used = -1, at = -1, -1;
    }
    return input[at++];
}

static u32 number_of(const char *text) {
    u32 value = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (u32)(*text - '0');
    return value;
}

static int is_equal(const char *a, const char *b) {
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

void *memset(void *to, int value, u32 count) {
    u8 *at = to;
    while (count--)
        *at++ = (u8)value;
    return to;
}

void *memcpy(void *to, const void *from, u32 count) {
    u8 *at = to;
    const u8 *source = from;
    while (count--)
        *at++ = *source++;
    return to;
}

// ------------------------------------------------------------------------------------------------ tools

// How many primes there are below a limit, and the last of them.
static void primes(u32 limit) {
    u8 *composite = allocate(limit + 1);
    u32 count = 0, last = 0;
    for (u32 p = 2; p < limit; p++) {
        if (composite[p])
            continue;
        count++, last = p;
        if (p < 65536)
            for (u32 multiple = p * p; multiple < limit; multiple += p)
                composite[multiple] = 1;
    }
    put_number(count, 10, 0);
    put_text(" primes, the last is ");
    put_number(last, 10, 0);
    put_text("\n");
}

// The Mandelbrot set in numbers with 28 bits behind the point.
static void mandelbrot(int width) {
    const int one = 1 << 28;
    int height = width / 2;
    for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
            int cx = column * (3 * (one / width)) - 2 * one, cy = row * (2 * (one / height)) - one;
            int x = 0, y = 0, steps = 0;
            for (; steps < 200; steps++) {
                long long xx = (long long)x * x, yy = (long long)y * y;
                if (xx + yy > (4LL << 56))
                    break;
                y = (int)((long long)x * y >> 27) + cy;
                x = (int)((xx - yy) >> 28) + cx;
            }
            put_char(" .:-=+*#%@"[steps == 200 ? 9 : steps / 3 % 9]);
        }
        put_char('\n');
    }
}

static u32 rotate(u32 x, int by) {
    return x >> by | x << (32 - by);
}

// SHA-256 (FIPS 180-4) of the input. The constants are the fractions of roots of primes; they are computed.
static u32 root_fraction(u32 prime, int cubic) {
    u64 low = 0, high = 1ULL << 36; // the root times 2 to the power of 32, by bisection
    while (high - low > 1) {
        u64 middle = (low + high) / 2;
        unsigned limbs[8] = {0}; // of the power, 16 bits each, times 2 to the power of 64 or 96
        u64 factor = middle;
        limbs[0] = factor & 0xffff, limbs[1] = factor >> 16 & 0xffff, limbs[2] = (u32)(factor >> 32);
        for (int times = cubic ? 2 : 1; times; times--) {
            u64 product[8] = {0};
            for (int i = 0; i < 8; i++)
                for (int j = 0; j < 3 && i + j < 8; j++)
                    product[i + j] += (u64)limbs[i] * (u32)(factor >> 16 * j & 0xffff);
            for (int i = 0; i < 8; i++) {
                limbs[i] = product[i] & 0xffff;
                if (i < 7)
                    product[i + 1] += product[i] >> 16;
            }
        }
        u32 whole = limbs[cubic ? 6 : 4] | limbs[cubic ? 7 : 5] << 16;
        if (whole < prime)
            low = middle;
        else
            high = middle;
    }
    return (u32)low;
}

static void sha256(void) {
    u32 constants[64], state[8], schedule[64];
    for (u32 prime = 2, count = 0; count < 64; prime++) {
        int is_prime = 1;
        for (u32 d = 2; d * d <= prime; d++)
            is_prime &= prime % d != 0;
        if (!is_prime)
            continue;
        if (count < 8)
            state[count] = root_fraction(prime, 0);
        constants[count++] = root_fraction(prime, 1);
    }
    u64 length = 0;
    for (int phase = 0; phase < 3;) { // 0: the input, 1: what is behind it, 2: its length
        for (int i = 0; i < 64; i++) {
            int byte = phase == 0 ? get_char() : 0;
            if (phase == 0 && byte < 0)
                byte = 128, phase = 1;
            else if (phase == 0)
                length += 8;
            if (i == 56 && phase == 1)
                phase = 2;
            if (i >= 56 && phase == 2)
                byte = (u8)(length >> (63 - i) * 8);
            schedule[i / 4] = schedule[i / 4] << 8 | (u32)byte;
        }
        if (phase == 2)
            phase = 3;
        for (int i = 16; i < 64; i++) {
            u32 a = schedule[i - 15], b = schedule[i - 2];
            schedule[i] = schedule[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + schedule[i - 7] +
                          (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
        }
        u32 s[8];
        for (int i = 0; i < 8; i++)
            s[i] = state[i];
        for (int i = 0; i < 64; i++) {
            u32 t = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
                    ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + schedule[i];
            u32 u = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
                    ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
            for (int j = 7; j > 0; j--)
                s[j] = s[j - 1];
            s[4] += t, s[0] = t + u;
        }
        for (int i = 0; i < 8; i++)
            state[i] += s[i];
    }
    for (int i = 0; i < 8; i++)
        put_number(state[i], 16, 8);
    put_char('\n');
}

typedef struct Word {
    struct Word *next, *left, *right; // in its bucket; in the tree by frequency
    int count;
    char text[];
} Word;

static void put_tree(const Word *word, int *limit) {
    if (!word)
        return;
    put_tree(word->left, limit);
    if (*limit > 0) {
        put_number((u32)word->count, 10, 6);
        put_char(' ');
        put_text(word->text);
        put_char('\n');
    }
    --*limit;
    put_tree(word->right, limit);
}

// The words of the input that occur most often.
static void words(int limit) {
    enum { BUCKETS = 1024, LONGEST = 63 };
    Word **buckets = allocate(BUCKETS * sizeof *buckets), *tree = 0;
    char text[LONGEST + 1];
    for (int c = 0; c >= 0;) {
        int length = 0;
        u32 hash = 2166136261u;
        while ((c = get_char()) >= 0 && ((c | 32) >= 'a' && (c | 32) <= 'z'))
            if (length < LONGEST)
                text[length++] = (char)(c | 32), hash = (hash ^ (u32)(c | 32)) * 16777619;
        text[length] = 0;
        if (!length)
            continue;
        Word *word = buckets[hash % BUCKETS];
        while (word && !is_equal(word->text, text))
            word = word->next;
        if (!word) {
            word = allocate(sizeof *word + (u32)length + 1);
            memcpy(word->text, text, (u32)length + 1);
            word->next = buckets[hash % BUCKETS];
            buckets[hash % BUCKETS] = word;
        }
        word->count++;
    }
    for (int i = 0; i < BUCKETS; i++) {
        for (Word *word = buckets[i]; word; word = word->next) {
            Word **place = &tree;
            while (*place)
                place = (*place)->count >= word->count ? &(*place)->right : &(*place)->left;
            *place = word;
        }
    }
    put_tree(tree, &limit);
}

static int run(int count, char **arguments) {
    const char *tool = count > 1 ? arguments[1] : "";
    u32 number = count > 2 ? number_of(arguments[2]) : 0;
    if (is_equal(tool, "primes"))
        primes(number ? number : 100000);
    else if (is_equal(tool, "mandelbrot"))
        mandelbrot(number ? (int)number : 64);
    else if (is_equal(tool, "sha256"))
        sha256();
    else if (is_equal(tool, "words"))
        words(number ? (int)number : 10);
    else {
        put_text("usage: demo primes [LIMIT] | mandelbrot [WIDTH] | sha256 | words [COUNT]\n");
        return 2;
    }
    return 0;
}

__attribute__((used)) static void begin(int *stack) {
    stop(run(*stack, (char **)(stack + 1)));
}

__attribute__((naked)) void _start(void) {
    __asm__("mv a0, sp\n\ttail begin");
}
