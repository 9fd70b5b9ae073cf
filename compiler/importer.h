// Inside of the importer: what its two files share.
#ifndef COMPILER_IMPORTER_H
#define COMPILER_IMPORTER_H

#include "compiler/declarations.h"

// The type parameters that PARAM types stand for: those of the definition, function or extension being read.
typedef struct ImportContext {
    TypeParameter **parameters;
    uint32_t count;
} ImportContext;

#define IMPORT_EVERYWHERE UINT32_MAX // the stamp of a type that mentions no type parameter

// An extension put together again from the functions that name what they extend.
typedef struct ImportedExtension {
    Extension *extension;
    const CorTypeParam *params; // NULL: made for a static, which has none
    uint32_t param_count;
    uint32_t method_capacity, static_capacity, constant_capacity;
    struct ImportedExtension *next; // with the same target
} ImportedExtension;

typedef struct Importer {
    Checker *checker;
    const CorModule *binary;
    ModuleSymbol *module;
    const char *message; // why the module cannot be used
    TypeDecl **definitions;
    Function **functions; // own ones by index; NULL for imported ones and lambdas
    bool *is_hidden;      // functions that only defaults mention
    const char **names;   // by string; NULL: not asked for yet
    // Types already read: valid where `stamps` has the number of the current context, or IMPORT_EVERYWHERE.
    const Type **types;
    uint32_t *stamps;
    uint32_t stamp;
    ImportContext context;
    NameTable extensions; // target's type entry -> ImportedExtension chain
    uint32_t extension_capacity;
} Importer;

// Records why the module cannot be used; the first reason stays.
void importer_fail(Importer *, const char *format, ...) ARENA_PRINTF_LIKE(2, 3);
const char *importer_name(Importer *, uint32_t string);
void importer_enter(Importer *, TypeParameter **parameters, uint32_t count);
const Type *importer_type(Importer *, uint32_t index);
TypeParameter **importer_parameters(Importer *, const CorTypeParam *params, uint32_t count, uint32_t start);
// The bounds are read in the current context, which must hold the parameters.
void importer_bounds(Importer *, TypeParameter *const *parameters, const CorTypeParam *params,
                     uint32_t count);

// importer_members.c
void importer_functions(Importer *);
void importer_globals(Importer *);
void importer_constants(Importer *);
void importer_conformances(Importer *);

#endif
