// Packages: a folder with a `coracle.toml`, which names it and the packages it depends on.
//
//     name = "shop"
//     version = "1.2.3"
//
//     [dependencies]
//     geometry = "../geometry"
//
// The modules of a package are named after it: `shop.model.cart` is model/cart.cora in its folder. The
// manifest is
// TOML; the part that is read is keys with string values, in the top level (or a [package] table) and in
// [dependencies]. Other keys and tables are left alone.
#ifndef COMPILER_PACKAGE_H
#define COMPILER_PACKAGE_H

#include "compiler/diagnostic.h"

typedef struct PackageDependency {
    const char *name;
    const char *path; // of its folder, relative to the manifest's
} PackageDependency;

typedef struct Package {
    const char *name;
    const char *version; // "" when not given
    PackageDependency *dependencies;
    uint32_t dependency_count, dependency_capacity;
} Package;

// Reads a manifest, reporting what is wrong with it. The result lives in the arena; its name is "" when the
// manifest
// has none that can be a module name.
Package *package_parse(const SourceFile *manifest, Arena *arena, DiagnosticSink *sink);

#endif
