/* What the command line grants to the program it runs.
 *
 * Standard streams, clocks and random bytes are granted.  Files are reached by --read and --write, and one
 * thing more: an argument of the program that names an existing file grants reading that file, under the name
 * that was typed and under its real path. Whoever types the name wants it read; folders and anything to be
 * written take a flag. */
#ifndef CLI_GRANTS_H
#define CLI_GRANTS_H

#include "cli/command.h"
#include "coracle.h"

/* Grants all that and passes arguments and environment.  False: reported. */
bool grants_apply(CoracleIsolate *isolate, const Settings *settings, int count, char **arguments);

#endif
