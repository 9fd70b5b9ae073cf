/* `coracle bindgen`: starts coracle-bindgen, a program of its own, since it needs libclang (cli/bindgen). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/flags.h"

#define PROGRAM "coracle-bindgen"

/* The words for the program: `--name=value` for what the flags say, then the arguments. */
typedef struct Words {
    char **items;
    size_t count;
    bool failed; /* out of memory */
} Words;

static void words_add(Words *words, const char *flag, const char *value) {
    size_t size = strlen(flag) + strlen(value) + 1;
    char *word = malloc(size);
    words->failed = words->failed || !word;
    if (word)
        snprintf(word, size, "%s%s", flag, value);
    words->items[words->count++] = word;
}

static Words bindgen_words(const Settings *settings, int count, char **arguments) {
    Words words = {.items = calloc((size_t)count + settings->include_count + 4, sizeof *words.items)};
    if (!words.items)
        return (Words){.failed = true};
    words_add(&words, PROGRAM, "");
    if (settings->library)
        words_add(&words, "--library=", settings->library);
    if (settings->output_file)
        words_add(&words, "--output=", settings->output_file);
    for (size_t i = 0; i < settings->include_count; i++)
        words_add(&words, "--include=", settings->includes[i]);
    for (int i = 0; i < count; i++)
        words_add(&words, "", arguments[i]);
    return words;
}

static void words_free(Words *words) {
    for (size_t i = 0; i < words->count; i++)
        free(words->items[i]);
    free(words->items);
}

/* Becomes the program: beside the command, in ../libexec, or as the shell finds it. Returns when there is none. */
static void bindgen_become(char **words) {
    static const char *const places[] = {"/" PROGRAM, "/../libexec/" PROGRAM};
    char own[4096], path[sizeof own + sizeof "/../libexec/" PROGRAM];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = '\0';
    char *folder = files_folder(own);
    for (size_t i = 0; folder && length > 0 && i < sizeof places / sizeof *places; i++) {
        snprintf(path, sizeof path, "%s%s", folder, places[i]);
        execv(path, words);
    }
    free(folder);
    execvp(PROGRAM, words);
}

static int run(const Settings *settings, int count, char **arguments) {
    if (count == 0)
        return command_usage(&command_bindgen, "which header?");
    if (count > 1 && arguments[1][0] != '-')
        return command_usage(&command_bindgen, "one header at a time; what is for clang stands behind `--`");
    if (arguments[0][0] == '-')
        return command_usage(&command_bindgen, "a header is expected, not %s", arguments[0]);
    Words words = bindgen_words(settings, count, arguments);
    if (words.failed)
        command_report("out of memory");
    else
        bindgen_become(words.items);
    if (!words.failed && errno == ENOENT)
        command_report("there is no " PROGRAM
                       " beside the command, in ../libexec or in PATH: Coracle was built "
                       "without libclang");
    else if (!words.failed)
        command_report("cannot start " PROGRAM ": %s", strerror(errno));
    words_free(&words);
    return EXIT_INTERNAL;
}

static const Flag bindgen_flags[] = {
    {"-o", "FILE", "where the module goes (default: standard output)", flag_output_file},
    {"--library", "NAME", "the library of the functions (default: the header's name)", flag_library},
    {"--include", "PATTERN",
     "takes the declarations of such headers, too, which it includes;\nmay be repeated", flag_include},
    {0},
};

const Command command_bindgen = {
    .name = "bindgen",
    .summary = "makes a module that declares what a C header does",
    .arguments = "HEADER.h [-- CLANG_ARGUMENTS]",
    .flags = bindgen_flags,
    .text =
        "Functions, structs, enums and macros with values become an `extern` module; docs/ffi.md says how.\n"
        "A header that is not a file here is looked for as by #include. Behind `--` stands what clang\n"
        "needs to read it.\n"
        "\n"
        "  coracle bindgen --library=z -o zlib.cora zlib.h\n"
        "  coracle bindgen --library=m --include='bits/mathcalls*.h' -o cmath.cora math.h\n"
        "  coracle bindgen shop.h -- -Iinclude -DSHOP_FULL\n",
    .run = run,
};
