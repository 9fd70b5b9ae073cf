#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/bindgen/bindgen.h"

void bindgen_report(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("coracle: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

/* The value of `--name=value`; NULL: the word is another. */
static const char *option_value(const char *word, const char *name) {
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

/* What `coracle bindgen` writes: flags, the header, arguments of clang. */
static bool read_options(Options *options, int count, char **words) {
    int at = 1;
    const char *value;
    options->includes = text_allocate(NULL, (size_t)count * sizeof *options->includes);
    for (; at < count && words[at][0] == '-'; at++) {
        if ((value = option_value(words[at], "--library")))
            options->library = value;
        else if ((value = option_value(words[at], "--output")))
            options->output = value;
        else if ((value = option_value(words[at], "--include")))
            options->includes[options->include_count++] = value;
        else
            return false;
    }
    if (at == count)
        return false;
    options->header = words[at];
    options->arguments = (const char *const *)words + at + 1;
    options->argument_count = count - at - 1;
    return true;
}

static int write_module(const char *path, const Text *text) {
    bool is_standard = !path || strcmp(path, "-") == 0;
    FILE *file = is_standard ? stdout : fopen(path, "wb");
    bool written = file && fwrite(text->bytes, 1, text->length, file) == text->length && fflush(file) == 0;
    if (!written)
        bindgen_report("cannot write %s: %s", is_standard ? "to standard output" : path, strerror(errno));
    if (!is_standard && file && fclose(file) != 0)
        written = false;
    return written ? EXIT_OK : EXIT_INTERNAL;
}

int main(int count, char **words) {
    Options options = {0};
    if (!read_options(&options, count, words)) {
        fputs("usage: coracle-bindgen [--library=NAME] [--output=FILE] [--include=PATTERN]... HEADER.h "
              "[CLANG_ARGUMENTS]\n`coracle help bindgen` explains it\n",
              stderr);
        return EXIT_USAGE;
    }
    Header header = {0};
    Text text = {0};
    int exit_code = header_read(&header, &options);
    if (exit_code != EXIT_OK)
        return exit_code;
    if (module_add(&header, &text))
        return write_module(options.output, &text);
    bindgen_report(
        "%s declares no function that Cora can call; --include=PATTERN takes those of headers that it "
        "includes",
        options.header);
    return EXIT_COMPILE;
}
