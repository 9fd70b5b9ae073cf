/* coracle-bindgen: an `extern` module of Cora from a header of C. `coracle bindgen` starts it; nothing else links libclang.
 *
 * header.c reads the header and collects its declarations, types.c says what its types are in Cora, constants.c finds the values
 * of enums and macros, module.c writes it all down. */
#ifndef CLI_BINDGEN_BINDGEN_H
#define CLI_BINDGEN_BINDGEN_H

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stddef.h>

#include "cli/bindgen/text.h"

typedef enum ExitCode {
    EXIT_OK = 0,
#define EXIT_CODE(name, code, when) EXIT_##name = code,
#include "cli/exit_codes.def"
#undef EXIT_CODE
} ExitCode;

/* What the command line says. */
typedef struct Options {
    const char *header, *library, *output; /* a library or an output of NULL: the default */
    const char **includes;                 /* patterns of --include */
    int include_count;
    const char *const *arguments; /* of clang */
    int argument_count;
} Options;

typedef struct Cursors {
    CXCursor *items;
    size_t count;
} Cursors;

/* A struct or union that functions may take by value. */
typedef struct Record {
    CXCursor definition; /* or a declaration, when there is none */
    const char *name;    /* in Cora; NULL until it is emitted or named by a type */
    const char *why_not; /* C's layout has no equal in Cora; NULL: it has */
    bool examined;
} Record;

typedef struct Header {
    const Options *options;
    CXIndex index;
    CXTranslationUnit unit;
    CXFile file;
    Cursors functions, enums, macros; /* in the order of the header, each once */
    Cursors variables, constants;     /* those of the library, and static ones */
    Cursors typedefs;                 /* of all headers, for the names of structs */
    Record *records;
    size_t record_count;
    const char **names; /* that the module has given */
    size_t name_count;
} Header;

/* Reports a failure on standard error: `coracle: message`. */
void bindgen_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads the header. EXIT_OK, or the exit code after a report. */
int header_read(Header *header, const Options *options);
/* Parses a source of C with the options' arguments; NULL when libclang cannot. */
CXTranslationUnit header_parse(const Header *header, const char *source, unsigned flags);
/* The struct or union of that declaration, which is added when it is new. The pointer is valid until the next call. */
Record *header_record(Header *header, CXCursor declaration);
/* The name of a struct or enum: of a typedef for it, or its tag; NULL: it has none. */
const char *header_type_name(const Header *header, CXCursor declaration);

/* A name of C as Cora can have it: what is reserved gets a `_`. */
const char *name_of(const char *name);
/* Whether the module has no such name so far; from now on it has. */
bool name_take(Header *header, const char *name);

/* What the type is as a number, `bool`, `Ptr` or struct; NULL: Cora has no such type. */
const char *type_value(Header *header, CXType type);
/* What it is as a field of a struct: `count` elements of an array, or one value when that is 0. A type of NULL: Cora has none. */
typedef struct Field {
    const char *type;
    long long count;
} Field;
Field type_field(Header *header, CXType type);
/* What it is as a parameter or the result of a function, "" for void; NULL likewise. */
const char *type_parameter(Header *header, CXType type);
const char *type_result(Header *header, CXType type);
/* What C calls it. */
const char *type_spelling(CXType type);
/* Why a struct cannot be passed by value; NULL: it can. */
const char *type_record_problem(Header *header, CXCursor declaration);

/* Writes the constants. */
void constants_add(Header *header, Text *out);

/* Writes the module. False: the header has no function that can be called. */
bool module_add(Header *header, Text *out);
/* Writes the documentation comment of a declaration, if it has one, each line behind the prefix. */
bool module_add_documentation(CXCursor cursor, const char *prefix, Text *out);

#endif
