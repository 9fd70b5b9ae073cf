/* measure COMMAND...: runs a command with its output to a file and prints `wall-µs maxrss-KiB status`.
 *
 * A tiny parent, because on Linux a child's maximum resident size starts with that of the process that
 * forked it: started from a scripting language, no program would seem smaller than its interpreter. The
 * output goes to the file that the variable MEASURE_OUTPUT names.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
    const char *output = getenv("MEASURE_OUTPUT");
    if (argc < 2 || !output) {
        fprintf(stderr, "usage: MEASURE_OUTPUT=FILE measure COMMAND...\n");
        return 2;
    }
    long long start = now();
    pid_t child = fork();
    if (child == 0) {
        int file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (file < 0 || dup2(file, STDOUT_FILENO) < 0)
            _exit(127);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0)
        return 2;
    long long end = now();
    printf("%lld %ld %d\n", (end - start) / 1000, usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    return 0;
}
