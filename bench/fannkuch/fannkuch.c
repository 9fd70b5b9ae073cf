#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIMIT = 16 };

static void fannkuch(int64_t n) {
    int64_t order[LIMIT], work[LIMIT], count[LIMIT];
    int64_t checksum = 0, most = 0, index = 0, r = n;
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    for (;;) {
        for (; r != 1; r--)
            count[r - 1] = r;
        for (int64_t i = 0; i < n; i++)
            work[i] = order[i];
        int64_t flips = 0;
        for (int64_t first = work[0]; first != 0; first = work[0]) {
            for (int64_t low = 0, high = first; low < high; low++, high--) {
                int64_t swapped = work[low];
                work[low] = work[high];
                work[high] = swapped;
            }
            flips++;
        }
        if (flips > most)
            most = flips;
        checksum += index % 2 == 0 ? flips : -flips;
        for (;; r++) {
            if (r == n) {
                printf("%" PRId64 " %" PRId64 "\n", checksum, most);
                return;
            }
            int64_t front = order[0];
            for (int64_t i = 0; i < r; i++)
                order[i] = order[i + 1];
            order[r] = front;
            if (--count[r] > 0)
                break;
        }
        index++;
    }
}

int main(int argc, char **argv) {
    if (argc != 3 || atoll(argv[1]) > LIMIT)
        return 2;
    for (int64_t round = 0; round < atoll(argv[2]); round++)
        fannkuch(atoll(argv[1]));
    return 0;
}
