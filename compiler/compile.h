// Compilation: from a path to modules of portable bytecode. The entry point of the compiler.
//
// A program is one file, or a package (package.h), with every module it reaches. Modules are compiled one at a time, each against the
// bytecode of what it imports, never against its source: a module from source is emitted, written and read back before anything
// that imports it is checked.
#ifndef COMPILER_COMPILE_H
#define COMPILER_COMPILE_H

#include "compiler/diagnostic.h"

#include <stdint.h>
#include <stdio.h>

// What the compiler asks of its surroundings. Any call may be made at any time during compile_program.
typedef struct CompileHost {
    // The content of a file, malloc'ed (freed by the compiler), or NULL when it cannot be read; *message
    // then says why.
    char *(*read)(void *context, const char *path, size_t *length, const char **message);
    // Whether the path is a folder.
    bool (*is_folder)(void *context, const char *path);
    // The bytes of a compiled module that does not come from source, such as std.json; NULL: there is none. They stay
    // valid during the compilation. *is_own, which is false, becomes true for what was built into the host and need
    // not be checked.
    const uint8_t *(*binary)(void *context, const char *name, size_t *length, bool *is_own);
    void *context;
    // The names of the modules that `binary` knows of, by number, to suggest them; NULL behind the last. May be NULL.
    const char *(*binary_name)(size_t index);
} CompileHost;

typedef struct CompileOptions {
    bool with_debug;         // lines and names, for stack traces
    const char *module_name; // of the file, when it is not named after the file; NULL otherwise
    // instead of the last part of the module's name, for a program that only stands in the place of the file;
    // NULL otherwise
    const char *program_name;
    // The bytes of a module that the host has compiled from its source already, to be taken instead of that; NULL: none.
    const uint8_t *(*compiled)(void *context, const char *name, size_t *length);
    char *const *parts; // further files of that module, in order
    size_t part_count;
    const char *source_text; // instead of reading `path`, which then only names it; NULL otherwise
    size_t source_length;
    size_t memory_limit;        // bytes; 0: none
    const char *current_folder; // absolute: a manifest is looked for above it too; NULL: not known
} CompileOptions;

typedef struct CompiledModule {
    const char *name; // dotted
    const char *path; // of its source
    uint8_t *bytes;   // of the .corm file
    size_t size;
} CompiledModule;

typedef enum CompileStatus {
    COMPILE_OK,
    COMPILE_ERRORS,     // diagnostics say what is wrong with the program
    COMPILE_UNREADABLE, // `message`: the file cannot be read, or is no program
    COMPILE_NO_MEMORY
} CompileStatus;

typedef struct CompileResult {
    CompileStatus status;
    const char *message;
    // from source, what is imported before what imports; the last is the program's own
    CompiledModule *modules;
    uint32_t module_count;
    uint32_t error_count, warning_count;
    struct Compilation *compilation; // owner of everything here
} CompileResult;

// Compiles the file or package at `path`. Always returns a result (NULL only when there is not even memory for one); free it with
// compile_free. Any bytes may stand in the files. Uses no global state.
CompileResult *compile_program(const CompileHost *host, const char *path, const CompileOptions *options);
void compile_free(CompileResult *result);

// What is left of an open file, malloc'ed, with a zero byte behind it; NULL: *message says why, errno is ENOMEM without memory.
char *compile_read_file(FILE *file, size_t *length, const char **message);

// Where the module of a file belongs.
typedef struct CompilePlace {
    char *name; // dotted; malloc'ed
    char *root; // the folder of its package, or of an unnamed one; malloc'ed
} CompilePlace;

// Finds that by the packages above the file. `current_folder` as in CompileOptions. False: out of memory.
bool compile_place(const CompileHost *host, const char *path, const char *current_folder, CompilePlace *out);

// One error or warning. Lines and columns count from 1, columns in Unicode scalars; the end is exclusive.
typedef struct CompileDiagnostic {
    bool is_error;
    const char *code; // "E0301"
    const char *message;
    const char *path; // of the source; NULL: it is about no place
    uint32_t line, column, end_line, end_column;
    const char *text; // as compile_render_text writes it, terminated
} CompileDiagnostic;
typedef void CompileTell(void *context, const CompileDiagnostic *diagnostic);

// Tells all of them, in order. False: out of memory, and not all were told.
bool compile_diagnostics(CompileResult *result, CompileTell *tell, void *context);

// Writes the diagnostics, errors and warnings, for a person or as JSON lines.
void compile_render_text(CompileResult *result, DiagnosticWriter writer, DiagnosticRenderOptions options);
void compile_render_json(CompileResult *result, DiagnosticWriter writer, DiagnosticRenderOptions options);

#endif
