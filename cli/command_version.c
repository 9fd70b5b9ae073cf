#include <stdio.h>

#include "cli/command.h"
#include "coracle.h"

static int run(const Settings *settings, int count, char **arguments) {
    (void)settings, (void)arguments;
    if (count > 0)
        return command_usage(&command_version, "it takes no arguments");
    printf("coracle %s\n", coracle_version());
    return EXIT_OK;
}

static const Flag version_flags[] = {{0}};

const Command command_version = {
    .name = "version",
    .summary = "prints the version",
    .arguments = "",
    .flags = version_flags,
    .text = "",
    .run = run,
};
