#include "cli/plugins.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* A name without `/` would be looked for by the system. */
static void *plugins_open(const char *path) {
    char beside[4096];
    if (strchr(path, '/') || (size_t)snprintf(beside, sizeof beside, "./%s", path) >= sizeof beside)
        return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    return dlopen(beside, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

static bool plugins_load_one(const char *path, CoracleEngine *engine) {
    void *library = plugins_open(path);
    if (!library) {
        command_report("--plugin=%s: %s", path, dlerror());
        return false;
    }
    void *symbol = dlsym(library, CORACLE_PLUGIN);
    if (!symbol) {
        command_report("--plugin=%s: it is no plugin, for it has no function `%s`", path, CORACLE_PLUGIN);
        return false;
    }
    CoraclePlugin *plugin;
    memcpy(&plugin, &symbol, sizeof plugin);
    CoracleMessage message = {{0}};
    if (plugin(engine, &message))
        return true;
    command_report("--plugin=%s: %s", path, message.text[0] ? message.text : "it has failed");
    return false;
}

bool plugins_load(const Settings *settings, CoracleEngine *engine) {
    for (size_t i = 0; i < settings->plugin_count; i++)
        if (!plugins_load_one(settings->plugins[i], engine))
            return false;
    return true;
}
