// What a source file documents: its public names with their comments, and the examples in these.
//
// An example is an indented block of a documentation comment, a program of its own in which the documented module is
// imported. Comments in it say what comes out:
//
//     EXPRESSION   // => TEXT            its value, as it prints inside a collection
//     STATEMENT    // throws TYPE: PART  an error of that type, with that part of its message (if any is given)
//     STATEMENT    // prints TEXT        what the statement writes to standard output
//
// Such a comment stands behind a statement of the example's top level, or on lines of its own below it. The program
// of an example has the statements on the lines and, but for what is put around them, in the columns in which the
// file has them; it writes for each expectation what came out between two control characters (DOC_MARK_*).
#ifndef COMPILER_DOCUMENTATION_H
#define COMPILER_DOCUMENTATION_H

#include "compiler/ast.h"

#define DOC_MARK_BEGIN '\x01'
#define DOC_MARK_END   '\x02'

// What a mark begins with, behind DOC_MARK_BEGIN and the line of the expectation.
typedef enum DocMark {
    DOC_MARK_VALUE = '=',       // then a blank, and the value in a list
    DOC_MARK_THROWN = '!',      // then a blank, and an error of the type
    DOC_MARK_OTHER_ERROR = '?', // likewise, of another type
    DOC_MARK_NO_ERROR = '-',
    DOC_MARK_OUTPUT = '<', // output of the statement follows
    DOC_MARK_OUTPUT_END = '>',
} DocMark;

typedef enum DocExpectationKind { DOC_EXPECT_VALUE, DOC_EXPECT_ERROR, DOC_EXPECT_OUTPUT } DocExpectationKind;

typedef struct DocExpectation {
    DocExpectationKind kind;
    uint32_t line;    // from 1
    const char *text; // of the value; the error's type; the output, lines joined by '\n'
    const char *part; // of the error's message; NULL: any
} DocExpectation;

typedef struct DocExample {
    uint32_t line;    // the first one, from 1
    const char *text; // as the file has it, at its place among empty lines
    size_t length;
    const char *program; // with what reports the results
    size_t program_length;
    DocExpectation *expectations;
    uint32_t expectation_count, expectation_capacity;
    const char *problem; // NULL, or why an expectation cannot be understood
    uint32_t problem_line;
} DocExample;

// A documented thing, or one that could be: the module, a public declaration, an extension, a member that is visible
// outside; but no member that is `@hidden` and has no comment, which only its module has a use for.
typedef struct DocEntry {
    const AstDecl *decl;   // NULL: the module
    const AstDecl *owner;  // the type or extension of a member; NULL
    const char *name;      // "Random.below"; "" for the module
    const char *signature; // as the source has it, without body; NULL: the module
    const char *doc;       // NULL: none
    uint32_t line;         // of the declaration
    DocExample *examples;
    uint32_t example_count, example_capacity;
} DocEntry;

typedef struct Documentation {
    const SourceFile *file;
    const AstModule *module; // is_broken: the file has syntax errors, and there may be entries missing
    DocEntry *entries;
    uint32_t entry_count, entry_capacity;
} Documentation;

// What a reader misses of an entry.
typedef enum DocMissing { DOC_COMPLETE, DOC_NO_COMMENT, DOC_NO_EXAMPLE } DocMissing;

// Every public name has a comment with an example, but for: the module and abstract methods, fields and constructors,
// which need no example, the latter no comment either; cases, setters and operators; what overrides, implements an
// interface of the same file, or is of a protocol that everybody knows (`toString`, `equals`, ...). A type may have its
// example at a member.
DocMissing documentation_missing(const Documentation *documentation, const DocEntry *entry);

// Reads a file. `import` is how an example imports its module, such as "std.random" or "./shapes"; NULL: it does not.
// The result is freed by documentation_free; NULL: out of memory. Any bytes may stand in the file.
Documentation *documentation_read(const char *path, const char *text, size_t length, const char *import);
void documentation_free(Documentation *documentation);

#endif
