// What names mean: modules, type declarations, functions, variables.  Symbols made from source and symbols
// imported
// from a .corm are the same structures, so the checker never asks where one came from (ast is NULL for
// imported ones).
// All live in the compilation's arena.
#ifndef COMPILER_SYMBOLS_H
#define COMPILER_SYMBOLS_H

#include "compiler/ast.h"
#include "compiler/types.h"
#include "vm/bytecode/module.h"

typedef struct TypeDecl TypeDecl;
typedef struct Function Function;
typedef struct Variable Variable;
typedef struct ModuleSymbol ModuleSymbol;
typedef struct Extension Extension;
struct TreeExpr;
struct NameTable;

// How far something whose type may have to be inferred has come (Function, Field, Variable, NamedConstant).
// Lookups
// answer only with known types: the declaration half infers on demand and reports cycles.
enum { SYMBOL_UNKNOWN, SYMBOL_IN_PROGRESS, SYMBOL_KNOWN };

// A constant's value, folded by the checker.
typedef struct Constant {
    const Type *type;
    union {
        int64_t integer; // integers (u64 as its bits), bool, char
        double real;     // f64, f32
        struct {
            const char *bytes;
            uint32_t length;
        } string;
    };
} Constant;

typedef enum VariableKind {
    VARIABLE_LOCAL,
    VARIABLE_PARAMETER,
    VARIABLE_GLOBAL,
    VARIABLE_STATIC
} VariableKind;

struct Variable {
    VariableKind kind;
    const char *name;
    const Type *type;
    Span span;
    bool is_let; // never reassigned after its initialisation
    bool is_public, is_private;
    // captured by a closure and assigned after capture (or anywhere but its declaration): lives in a
    // cell
    bool in_cell;
    Function *function;           // LOCAL, PARAMETER: the function (or lambda) it belongs to
    TypeDecl *owner;              // STATIC
    Extension *extension;         // STATIC of an extension
    ModuleSymbol *module;         // GLOBAL, STATIC
    uint32_t number;              // unique within the compilation, from 1; deterministic
    struct TreeExpr *initializer; // STATIC and GLOBAL with one; locals: in their TREE_LET
    const AstDecl *ast;           // GLOBAL, STATIC from source: the BINDING or FIELD that declares it
    int state;                    // of its type: SYMBOL_*
    void *emitter;                // the emitter's note: register or global handle
    void *checker;                // the checker's note (assignment and narrowing state)
    const char *doc;
};

typedef struct Parameter {
    const char *name;
    const Type *type;
    bool has_default;
    Variable *variable;             // in a function with a body
    struct TreeExpr *default_value; // from source: may mention the parameters before it
    // the hidden function that computes it: made by the checker, body = default_value; imported too
    Function *default_function;
    const AstParameter *ast;
    Span span;
} Parameter;

typedef enum FunctionKind {
    FUNCTION_PLAIN,
    FUNCTION_METHOD, // has self
    FUNCTION_STATIC, // in a type, without self
    FUNCTION_INIT,   // constructor; self is a Variable too
    FUNCTION_GETTER,
    FUNCTION_SETTER,
    FUNCTION_LAMBDA,
    FUNCTION_DEFAULT, // computes a default argument
    FUNCTION_MODULE_INIT
} FunctionKind;

// What a function of a C library is there.
typedef struct ForeignFunction {
    const char *library; // as the `extern` block names it
    const char *symbol;
    bool is_variadic;
    uint32_t fixed; // parameters before those of `...`
} ForeignFunction;

struct Function {
    FunctionKind kind;
    const char *name; // operators: as in the contract: "+", "[]=", "neg" ... ; init: "init"
    Span span;        // of the name
    ModuleSymbol *module;
    TypeDecl *owner; // of a member
    // of an extension's member (owner is then the extended declaration, or NULL for a built-in type)
    Extension *extension;
    TypeParameter **type_params; // the owner's or extension's first, then its own
    uint32_t type_param_count, own_type_param_start;
    Parameter *parameters; // without self
    uint32_t parameter_count;
    const Type *result;    // void type when none; of a lambda inferred
    const Type *self_type; // of a member with self, over the owner's parameters
    bool is_public, is_private, is_open, is_abstract, is_override, is_mut, is_operator, is_hidden, is_derived,
        is_test;              // @test or @bench: the host may call it
    bool is_memberwise;       // an init that the compiler made
    bool is_default_method;   // of an interface, with a body
    const char *intrinsic;    // @intrinsic("name"), else NULL
    const char *syscall;      // @syscall("name"), else NULL
    bool is_host;             // stands in `extern "host"`
    ForeignFunction *foreign; // stands in `extern "library"`, else NULL
    Function *overrides; // the method of the superclass or interface it replaces or implements (first found)
    // body, made by the checker from source; NULL when abstract, intrinsic or imported
    Variable *self; // the variable of self
    Variable **
        // LAMBDA: the enclosing variables it uses (directly or for inner lambdas), in order of first use
        captures;
    uint32_t capture_count;
    Function *enclosing;   // LAMBDA: the function it stands in
    struct TreeExpr *body; // its value is the result, unless void
    const AstDecl *ast;
    const AstExpr *ast_lambda; // LAMBDA
    const char *doc;
    uint32_t number; // unique, deterministic
    int state;       // of its result: SYMBOL_*
    void *emitter;
};

typedef struct Field {
    const char *name;
    const Type *type;
    TypeDecl *owner;
    uint32_t index; // among the own fields
    uint32_t count; // elements of an array that lies inside a `@c` struct; 0: none
    bool is_let, is_private;
    bool has_default;
    struct TreeExpr *default_value; // from source; evaluated once per construction, without self
    Span span;
    const AstDecl *ast;
    const char *doc;
    int state; // of its type: SYMBOL_*
} Field;

typedef struct EnumCase {
    const char *name;
    TypeDecl *owner;
    uint32_t ordinal;
    Field *fields; // the payload
    uint32_t field_count;
    Span span;
    const char *doc;
} EnumCase;

typedef struct NamedConstant {
    const char *name;
    Constant value;
    bool is_public, is_private;
    TypeDecl *owner; // `static const`, or NULL
    Extension *extension;
    ModuleSymbol *module;
    Span span;
    const AstDecl *ast;
    const char *doc;
    int state; // SYMBOL_*
} NamedConstant;

// How a type implements one interface.
typedef struct Conformance {
    TypeParameter **type_params; // the declaration's or the extension's
    uint32_t type_param_count;
    const Type *type;      // the implementing type
    const Type *interface; // NAMED
    Function **methods;    // by the interface's method order; NULL: the interface's default
    uint32_t method_count;
} Conformance;

struct Extension {
    ModuleSymbol *module;
    TypeParameter **type_params;
    uint32_t type_param_count;
    const Type *target; // over type_params
    const Type **interfaces;
    uint32_t interface_count;
    Function **methods; // methods, getters, setters, operators, statics
    uint32_t method_count;
    Variable **statics;
    uint32_t static_count;
    NamedConstant **constants;
    uint32_t constant_count;
    Conformance **conformances;
    uint32_t conformance_count;
    const AstDecl *ast;
    struct NameTable *members; // members.c
};

struct TypeDecl {
    CorDefinitionKind kind;
    const char *name;
    Span span;
    ModuleSymbol *module;
    bool is_public, is_open, is_abstract;
    bool is_host; // a class in `extern "host"`: without fields, and only the host makes objects of it
    bool is_c;    // @c struct, from source
    // a supertype could not be resolved, which was reported: what seems to be missing may be there
    bool is_broken;
    TypeParameter **type_params;
    uint32_t type_param_count;
    const Type *self_type; // NAMED with its own parameters
    const Type *super;     // class, or NULL
    const Type **interfaces;
    uint32_t interface_count;
    Field *fields;
    uint32_t field_count;
    EnumCase *cases;
    uint32_t case_count;
    bool has_payload;   // enum: some case has one
    Function **methods; // methods, getters, setters, operators, statics: own ones, in source order
    uint32_t method_count;
    Function **inits; // at least one for a struct or class; memberwise when none is written
    uint32_t init_count;
    Variable **statics;
    uint32_t static_count;
    NamedConstant **constants;
    uint32_t constant_count;
    Conformance **conformances; // of its own interface list (inherited interfaces included)
    uint32_t conformance_count;
    const AstDecl *ast;
    const char *doc;
    uint32_t number;
    int state;                 // inherit.c: how many types are above it, itself included
    bool is_checked;           // inheritance and conformances
    struct NameTable *members; // own members by name (members.c)
    void *emitter;
};

struct ModuleSymbol {
    const char *name;
    ModuleSymbol **imports; // in source order; std.core first
    uint32_t import_count;
    TypeDecl **types;
    uint32_t type_count;
    Function **
        // top-level functions; for a source module also every lambda and hidden function, after them
        functions;
    uint32_t function_count, function_capacity;
    Variable **globals; // top-level let and var
    uint32_t global_count;
    NamedConstant **constants;
    uint32_t constant_count;
    Extension **extensions;
    uint32_t extension_count;
    Function *initializer; // FUNCTION_MODULE_INIT, or NULL when there is nothing to do
    Function *main_function;
    const CorModule *binary; // imported
    const AstModule *ast;    // from source
    const char *source_file; // as shown in traces
    const char *doc;
    uint8_t hash[32];        // imported: content hash
    struct NameTable *names; // what it declares at the top level (scope.c)
};

#endif
