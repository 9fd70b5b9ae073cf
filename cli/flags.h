/* The flags that commands share; a command's table names those it knows. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include "cli/command.h"

/* Each sets what its name says, and returns what is wrong with the value or NULL. */
const char *flag_output_file(Settings *settings, const char *value);
const char *flag_stdlib_folder(Settings *settings, const char *value);
const char *flag_module_name(Settings *settings, const char *value);
const char *flag_strip(Settings *settings, const char *value);
const char *flag_native(Settings *settings, const char *value);
const char *flag_json(Settings *settings, const char *value);
const char *flag_tier(Settings *settings, const char *value);
const char *flag_native_tier(Settings *settings, const char *value);
const char *flag_loop(Settings *settings, const char *value);
const char *flag_run_first(Settings *settings, const char *value);
const char *flag_jit_stats(Settings *settings, const char *value);
const char *flag_jit_library(Settings *settings, const char *value);
const char *flag_cache(Settings *settings, const char *value);
const char *flag_perf(Settings *settings, const char *value);
const char *flag_gdb(Settings *settings, const char *value);
const char *flag_heap(Settings *settings, const char *value);
const char *flag_stack(Settings *settings, const char *value);
const char *flag_fuel(Settings *settings, const char *value);
const char *flag_show_fuel(Settings *settings, const char *value);
const char *flag_output(Settings *settings, const char *value);
const char *flag_read(Settings *settings, const char *value);
const char *flag_write(Settings *settings, const char *value);
const char *flag_filter(Settings *settings, const char *value);
const char *flag_missing(Settings *settings, const char *value);
const char *flag_list(Settings *settings, const char *value);
const char *flag_verbose(Settings *settings, const char *value);
const char *flag_junit(Settings *settings, const char *value);
const char *flag_jobs(Settings *settings, const char *value);
const char *flag_time(Settings *settings, const char *value);
const char *flag_timeout(Settings *settings, const char *value);
const char *flag_library(Settings *settings, const char *value);
const char *flag_include(Settings *settings, const char *value);
const char *flag_plugin(Settings *settings, const char *value);
const char *flag_ffi(Settings *settings, const char *value);
const char *flag_environment(Settings *settings, const char *value);
const char *flag_man(Settings *settings, const char *value);
const char *flag_completion(Settings *settings, const char *value);
const char *flag_stress(Settings *settings, const char *value);

/* A number of bytes such as 4096, 16K, 4M, 1G.  False: it is none. */
bool flag_read_size(const char *text, uint64_t *out);

#endif
