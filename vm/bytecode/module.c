#include "vm/bytecode/module.h"

#include "vm/bytecode/arena.h"

void cor_module_free(CorModule *module) {
    if (module != NULL) {
        cor_arena_free(module->arena); /* the module itself lies in it */
    }
}
