/* A module in memory: what the reader makes from the bytes of a .corm file, the emitter and the assembler
 * build, and the verifier, the linker, the disassembler and the compiler's importer read.
 *
 * Everything is index based and immutable after construction, so threads share it freely.  All arrays live in
 * the module's own arena and end with cor_module_free.  Indices are in the order of the file; three index
 * spaces start with the imported entities: definitions, functions and globals.  The string, type and function
 * reference tables are interned: equal entries have equal indices.
 *
 * Strings are indices into `strings`; index 0 is the empty string.  Debug data (lines, register names) is
 * optional. */
#ifndef COR_BYTECODE_MODULE_H
#define COR_BYTECODE_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/bytecode/opcode.h"

/* No index: an absent optional reference. */
#define COR_NONE UINT32_MAX

typedef enum CorTypeKind {
    COR_TYPE_VOID, /* only as a function's result */
    COR_TYPE_NEVER,
    COR_TYPE_BOOL,
    COR_TYPE_I8,
    COR_TYPE_I16,
    COR_TYPE_I32,
    COR_TYPE_I64,
    COR_TYPE_U8,
    COR_TYPE_U16,
    COR_TYPE_U32,
    COR_TYPE_U64,
    COR_TYPE_F32,
    COR_TYPE_F64,
    COR_TYPE_CHAR,
    COR_TYPE_STRING,
    COR_TYPE_ANY,
    COR_TYPE_OPTIONAL, /* args[0] */
    COR_TYPE_ARRAY,    /* args[0] */
    COR_TYPE_CELL,     /* args[0]; never in a field, a signature or a type argument */
    COR_TYPE_TUPLE,    /* args, two or more */
    COR_TYPE_FUNCTION, /* args: the parameters, then the result (which may be void) */
    COR_TYPE_NAMED,    /* index: the definition; args: its type arguments */
    COR_TYPE_PARAM     /* index: the type parameter: the owner's first, then the function's own */
} CorTypeKind;

/* A type table entry.  Arguments stand before their users in the table, so that it is acyclic. */
typedef struct CorTypeEntry {
    CorTypeKind kind;
    uint32_t index; /* NAMED: definition; PARAM: number; else 0 */
    uint32_t arg_count;
    const uint32_t *args; /* type indices */
} CorTypeEntry;

typedef struct CorString {
    const char *bytes; /* UTF-8, not terminated */
    uint32_t length;   /* bytes */
} CorString;

typedef struct CorTypeParam {
    uint32_t name;
    uint32_t bound_count;
    const uint32_t *bounds; /* type indices of interfaces; may mention the parameters themselves */
} CorTypeParam;

enum {
    COR_FIELD_VAR = 1 << 0, /* may be assigned after construction */
    COR_FIELD_PRIVATE = 1 << 1,
    COR_FIELD_HAS_DEFAULT = 1 << 2, /* optional in the memberwise constructor */
    COR_FIELD_FLAGS = COR_FIELD_VAR | COR_FIELD_PRIVATE | COR_FIELD_HAS_DEFAULT,
    COR_FIELD_COUNT_SHIFT =
        3, /* above the flags: how many elements of an array lie inside a struct of C; 0: none */
    COR_FIELD_COUNT_MOST = 16384,
};

typedef struct CorField {
    uint32_t name;
    uint32_t type;
    uint32_t flags;
    uint32_t doc;
} CorField;

typedef struct CorCase { /* of an enum */
    uint32_t name;
    uint32_t field_count;
    const CorField *fields; /* the payload; a name may be empty */
    uint32_t doc;
} CorCase;

typedef enum CorDefinitionKind {
    COR_DEF_STRUCT,
    COR_DEF_CLASS,
    COR_DEF_ENUM,
    COR_DEF_INTERFACE
} CorDefinitionKind;

enum {
    COR_DEF_PUBLIC = 1 << 0,
    COR_DEF_OPEN = 1 << 1,     /* a class that may be extended */
    COR_DEF_ABSTRACT = 1 << 2, /* a class that cannot be constructed */
    COR_DEF_HOST = 1 << 3,     /* a class of which only the host makes objects */
};

/* A type definition.  An imported one (module != COR_NONE) declares what this module relies on: the linker
 * checks kind, flags, type parameters, bounds, superclass, the interfaces listed, the fields and cases listed
 * by name and type.  Its methods are imported functions. */
typedef struct CorDefinition {
    CorDefinitionKind kind;
    uint32_t module; /* imported: the module's name; else COR_NONE */
    uint32_t name;
    uint32_t flags;
    uint32_t param_count;
    const CorTypeParam *params;
    uint32_t super; /* class: a NAMED type, or COR_NONE */
    uint32_t interface_count;
    const uint32_t *interfaces; /* NAMED types: implemented, or extended by an interface */
    uint32_t field_count;
    const CorField *fields; /* own fields of a struct or class, in declaration order */
    uint32_t case_count;
    const CorCase *cases;
    uint32_t doc;
} CorDefinition;

enum {
    COR_FN_PUBLIC = 1 << 0,
    COR_FN_PRIVATE = 1 << 1,
    COR_FN_METHOD = 1 << 2,   /* the first parameter is self, of the owner's type */
    COR_FN_VIRTUAL = 1 << 3,  /* open, abstract or of an interface: has a slot */
    COR_FN_ABSTRACT = 1 << 4, /* has no code */
    COR_FN_OVERRIDE = 1 << 5, /* takes over the slot of the inherited method of that name */
    COR_FN_INIT = 1 << 6,     /* constructor of a class: parameter 0 is self, uninitialised; no result */
    COR_FN_MUT = 1 << 7,      /* a mut fn: its result is self, or (self, result) */
    COR_FN_GETTER = 1 << 8,
    COR_FN_SETTER = 1 << 9,
    COR_FN_OPERATOR = 1 << 10,
    COR_FN_STATIC = 1 << 11,      /* owner, but no self */
    COR_FN_INTRINSIC = 1 << 12,   /* has no code: calls are emitted as the intrinsic named by `intrinsic` */
    COR_FN_HIDDEN = 1 << 13,      /* not shown in stack traces; attributed to its caller */
    COR_FN_DERIVED = 1 << 14,     /* made by the compiler (toString, equals, hash, compare of a value type) */
    COR_FN_SYSCALL = 1 << 15,     /* has no code: calls are emitted as the syscall named by `intrinsic` */
    COR_FN_LAMBDA = 1 << 16,      /* a closure's body; may have captures */
    COR_FN_STRUCT_INIT = 1 << 17, /* constructor of a struct: static, returns the struct */
    COR_FN_HOST = 1 << 18,        /* has no code: the host's function named by `intrinsic` */
    COR_FN_FOREIGN =
        1 << 19, /* has no code: the function of a C library named by `intrinsic`, see foreign_name.h */

    COR_FN_LEAF = COR_FN_INTRINSIC | COR_FN_SYSCALL | COR_FN_HOST | COR_FN_FOREIGN,
    COR_FN_CODELESS = COR_FN_ABSTRACT | COR_FN_LEAF,
};

typedef struct CorParameter {
    uint32_t name;
    uint32_t type;
    uint32_t default_function; /* computes the default from the parameters before it; or COR_NONE */
} CorParameter;

/* An exception range: covers [start, end) of the code; ranges are in order of search, innermost first. */
typedef struct CorHandler {
    uint32_t start, end; /* byte offsets */
    uint32_t target;     /* byte offset, not before end */
    uint32_t type;       /* a class, Error or a subclass; catches its subclasses too */
    uint32_t reg;        /* receives the error; has that class as its type */
} CorHandler;

typedef struct CorLine { /* position of the code from `offset` up to the next entry */
    uint32_t offset;
    uint32_t line, column; /* from 1; columns count scalars */
} CorLine;

/* A function.  Registers 0 .. parameter_count - 1 hold the parameters. */
typedef struct CorFunction {
    uint32_t module; /* imported: the module's name; else COR_NONE */
    uint32_t name;   /* lambdas are "lambda", the initialiser "init" */
    uint32_t flags;
    uint32_t owner;   /* definition of a member; COR_NONE for a function and in an extension of a built-in */
    uint32_t extends; /* type that an extension's member extends (over its own parameters), else COR_NONE */
    uint32_t param_count; /* type parameters: the owner's or extension's first, then its own */
    const CorTypeParam *params;
    uint32_t own_param_start; /* how many of params are the owner's */
    uint32_t parameter_count;
    const CorParameter *parameters;
    uint32_t result;    /* type index; void allowed */
    uint32_t intrinsic; /* name of the leaf, or 0 */
    uint32_t doc;
    /* own functions with code: */
    uint32_t capture_count;
    const uint32_t *captures; /* type indices */
    uint32_t register_count;
    const uint32_t *registers; /* type indices */
    uint32_t code_size;        /* bytes */
    const uint8_t *code;
    uint32_t handler_count;
    const CorHandler *handlers;
    uint32_t line_count;
    const CorLine *lines;           /* debug; may be absent */
    const uint32_t *register_names; /* debug; register_count entries, or NULL */
    uint32_t source_file;           /* debug; 0: the module's */
} CorFunction;

typedef struct CorFunctionRef { /* a function with all its type arguments, the owner's first */
    uint32_t function;
    uint32_t arg_count;
    const uint32_t *args;
} CorFunctionRef;

enum {
    COR_GLOBAL_VAR = 1 << 0,
    COR_GLOBAL_PUBLIC = 1 << 1,
    COR_GLOBAL_STATIC = 1 << 2 /* of a type: owner */
};

typedef struct CorGlobal {
    uint32_t module; /* imported: the module's name; else COR_NONE */
    uint32_t name;
    uint32_t type;
    uint32_t flags;
    uint32_t owner;   /* definition, or COR_NONE */
    uint32_t extends; /* type index: static of an extension of that type, else COR_NONE */
    uint32_t doc;
} CorGlobal;

typedef struct CorConstant {
    uint32_t type; /* number, char, bool or string */
    union {
        uint64_t bits; /* integers sign- or zero-extended, f64 and f32 as IEEE bits, char, bool */
        uint32_t string;
    };
} CorConstant;

typedef struct CorNamedConstant { /* an exported const */
    uint32_t name, constant, flags, owner;
    uint32_t extends; /* as of a global */
    uint32_t doc;
} CorNamedConstant;

/* How a type implements an interface: for every method of the interface, in its declaration order, the
 * function that implements it (COR_NONE: the interface's default).  Present for struct, class and enum
 * definitions that list the interface and for every `extend T : I`. */
typedef struct CorConformance {
    uint32_t param_count; /* type parameters of an extension, with their bounds, or the definition's */
    const CorTypeParam *params;
    uint32_t type;      /* the implementing type, over those parameters */
    uint32_t interface; /* a NAMED type, over those parameters */
    uint32_t method_count;
    const uint32_t *methods; /* function indices */
    uint32_t module;         /* relied on, without methods: the name of the module that declares it; else 0 */
} CorConformance;

typedef struct CorModule {
    uint32_t name;
    uint32_t source_file; /* debug; as shown in traces, of functions that do not have their own */
    uint32_t string_count;
    const CorString *strings;
    uint32_t type_count;
    const CorTypeEntry *types;
    uint32_t import_count;
    const uint32_t *imports; /* names of the modules imported, in source order: initialised in this order */
    const uint8_t (*import_hashes)[32]; /* content hash each was compiled against; all zero: any */
    uint32_t definition_count, imported_definition_count;
    const CorDefinition *definitions; /* imported first */
    uint32_t function_count, imported_function_count;
    const CorFunction *functions; /* imported first */
    uint32_t global_count, imported_global_count;
    const CorGlobal *globals; /* imported first */
    uint32_t function_ref_count;
    const CorFunctionRef *function_refs;
    uint32_t constant_count;
    const CorConstant *constants;
    uint32_t named_constant_count;
    const CorNamedConstant *named_constants;
    uint32_t conformance_count;
    const CorConformance *conformances;
    uint32_t syscall_count;
    const uint32_t *syscalls; /* required syscall numbers, ascending */
    uint32_t initializer;     /* function index, no parameters, or COR_NONE */
    uint32_t main_function;   /* or COR_NONE */
    uint32_t doc;
    uint8_t hash[32]; /* of the content without debug sections; filled by writer and reader */
    void *arena;      /* owner of everything above */
} CorModule;

/* Frees a module and all it owns; NULL is allowed. */
void cor_module_free(CorModule *module);

#endif
