/* Plugins: shared libraries that add modules of their own to the engine, by which a program is compiled and run. */
#ifndef CLI_PLUGINS_H
#define CLI_PLUGINS_H

#include "cli/command.h"
#include "coracle.h"

/* Loads the plugins that the flags name. They stay until the process ends.  False: reported. */
bool plugins_load(const Settings *settings, CoracleEngine *engine);

#endif
