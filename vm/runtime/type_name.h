/* Types by their names, for hosts. */
#ifndef COR_RUNTIME_TYPE_NAME_H
#define COR_RUNTIME_TYPE_NAME_H

#include "vm/runtime/isolate.h"

/* The type of a name, complete: as in source, "Map<string, List<int?>>", where names are those of std.core or stand behind the name of
 * their module, "game.units.Unit".  No tuples and functions.  OK with NULL in *type: there is none, or type arguments do not fit; else
 * an error is thrown. */
CorStatus cor_type_of_name(CorIsolate *isolate, const char *name, const CorType **type);

/* Makes an object by the constructor of a class that takes nothing; runs it.  OK with NULL in *object: it has none that is public. */
CorStatus cor_type_construct(CorIsolate *isolate, const CorType *type, CorObject **object);

#endif
