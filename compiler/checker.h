// The checker: from syntax trees to symbols and typed trees.
//
// Two halves meet here.  The *declaration* half (declare*.c, resolve*.c, members*.c, conformance*.c,
// importer.c, types.c)
// knows what names, types and members mean; the *body* half (check_*.c) gives types to expressions and
// statements and
// builds the typed tree.  Phases for one module: import what it names; declare types; resolve headers
// (parameters, bounds,
// supertypes); resolve members and signatures; check inheritance and conformances; fold constants on demand;
// check
// bodies; number captures and cells.  Every phase goes on after errors; TYPE_ERROR keeps them from spreading.
//
// One Checker serves one compilation (one package or file): several source modules, each checked after those
// it
// imports. It is used by one thread.
#ifndef COMPILER_CHECKER_H
#define COMPILER_CHECKER_H

#include "compiler/diagnostic.h"
#include "compiler/intern.h"
#include "compiler/symbols.h"
#include "compiler/tree.h"

// The declarations of std.core that the language itself uses; filled when std.core is imported, or as they
// are declared
// while std.core itself is compiled.  A missing one is reported once where it is first needed.
typedef struct CoreTypes {
#define CORE_TYPE(name) TypeDecl *name;
#include "compiler/core_types.def"
#undef CORE_TYPE
    Function *print_line, *format_int, *format_unsigned, *format_signed, *format_float, *format_f32,
        *format_text;
} CoreTypes;

// How the checker finds the modules that an import names.
typedef struct ModuleLoader {
    // Returns the symbols of module `name` (dotted), or NULL when there is none; `*message` may then say why.
    ModuleSymbol *(*load)(void *context, const char *name, const char **message);
    void *context;
    // The names of library modules, by number; NULL behind the last. May be NULL.
    const char *(*name)(size_t index);
} ModuleLoader;

typedef struct Checker {
    Arena *arena;
    Arena *scratch; // for what lives no longer than the work on one function
    InternTable *names;
    SourceSet *sources;
    DiagnosticSink *sink;
    TypeTable *types;
    ModuleLoader loader;
    CoreTypes core;
    ModuleSymbol *module;  // being checked
    ModuleSymbol **loaded; // every module reachable, for extensions and conformances
    uint32_t loaded_count, loaded_capacity;
    uint32_t next_number;              // of variables, functions, types: deterministic
    struct ModuleScope *scope;         // names of the module being checked
    struct Declarations *declarations; // the declaration half's state; NULL before the first module
    void *body;                        // the body half's state
} Checker;

// New symbols with their number and the module being checked; everything else is zero.
Function *checker_new_function(Checker *, FunctionKind kind, const char *name, Span span);
Variable *checker_new_variable(Checker *, VariableKind kind, const char *name, const Type *type, Span span);
// Appends a lambda or hidden function to the functions of the module being checked.
void checker_add_function(Checker *, Function *function);

// Checks one parsed module whose dotted name is `name` and returns its symbols with typed bodies (usable by
// the emitter when
// no error was reported). Imports are resolved through the loader.
ModuleSymbol *checker_check_module(Checker *, const AstModule *ast, const char *name);

// Reads the declarations of a compiled module (importer.c). The CorModule must outlive the checker.
ModuleSymbol *importer_import(Checker *, const CorModule *binary, const char **message);

// ------------------------------------------------------------------ the declaration half, used by the body
// half

// Where a type name is looked up: type parameters of the function and its owner, then the module.
typedef struct TypeScope {
    TypeParameter **parameters;
    uint32_t parameter_count;
    const Type *self_type; // or NULL
} TypeScope;

// The type that the syntax names; reports and returns the error type when it is none. Checks arity and
// bounds.
const Type *resolve_type(Checker *, const TypeScope *, const AstType *);

// The type scope inside a function: its type parameters and its self type.
TypeScope function_type_scope(const Function *);
// The symbol of a function declared inside a function body: type parameters (after `outer`'s), parameters
// and result from
// the syntax. It is FUNCTION_LAMBDA; its captures, variables and body are the caller's.
Function *declare_local_function(Checker *, const TypeScope *outer, const AstDecl *decl);

typedef enum SymbolKind {
    SYMBOL_NONE,
    SYMBOL_TYPE,
    SYMBOL_BUILTIN_TYPE,
    SYMBOL_FUNCTION,
    SYMBOL_GLOBAL,
    SYMBOL_CONSTANT,
    SYMBOL_MODULE
} SymbolKind;

typedef struct Symbol {
    SymbolKind kind;
    union {
        TypeDecl *type;
        const Type *builtin; // int, string ...; Array is SYMBOL_BUILTIN_TYPE with builtin == NULL
        Function *function;
        Variable *global;
        NamedConstant *constant;
        ModuleSymbol *module; // an import's name or alias
    };
} Symbol;

// A name at module level: own declarations, then imports' names, then std.core's public names.
Symbol lookup_name(Checker *, const char *name);
// A public name of another module.
Symbol lookup_in_module(Checker *, ModuleSymbol *module, const char *name);
// The nearest known name to suggest, or NULL.
bool suggest_is_tired(const Checker *); // there are too many errors to search names for each
const char *suggest_name(Checker *, const char *name);
const char *suggest_in_module(Checker *, const ModuleSymbol *module, const char *name);
// Says where an unknown name, of a type or of anything, is public: in an imported module, or else in one of the library. Whether it is.
bool suggest_elsewhere(Checker *, Diagnostic *diagnostic, AstName name, bool only_types);
// Whether the module declares the name, though not for others: to say so instead of "not found".
bool hidden_in_module(const ModuleSymbol *module, const char *name);

typedef enum MemberKind {
    MEMBER_NONE,
    MEMBER_FIELD,
    MEMBER_METHOD,
    MEMBER_PROPERTY,
    MEMBER_STATIC,
    MEMBER_CONSTANT,
    MEMBER_CASE
} MemberKind;

// A member found on a type. `type_args` are the arguments for the type parameters of the member's owner or
// extension;
// the member's own type parameters follow after them and are the caller's to infer. Conditional extensions
// are found
// only where their bounds hold; `unmet` then names the reason for MEMBER_NONE.
typedef struct Member {
    MemberKind kind;
    Field *field;
    Function *method;          // METHOD: also statics
    Function *getter, *setter; // PROPERTY
    Variable *variable;        // STATIC
    NamedConstant *constant;
    EnumCase *enum_case;
    // the type that declares it, with arguments: a superclass or interface of the receiver, or the
    // extended type
    const Type *owner;
    const Type **type_args;
    uint32_t type_arg_count;
    bool is_virtual;        // a call through a receiver of this type must be TREE_CALL_VIRTUAL
    bool is_hidden_private; // exists, but private to another type: report instead of using
    const char *unmet;
} Member;

// Instance members of a value of type `receiver` (fields, methods, properties, operators by their contract
// names): own,
// inherited, extensions in scope, interface defaults; for a TYPE_PARAM those of its bounds.
Member lookup_member(Checker *, const Type *receiver, const char *name);
// Members of the type itself: statics, constants, cases. `receiver` may lack arguments (decl's own
// parameters stand for them).
Member lookup_static(Checker *, const Type *receiver, const char *name);
const char *suggest_member(Checker *, const Type *receiver, const char *name, bool of_type);
// The loaded module whose extension, not imported here, has the member; or NULL.
const char *suggest_module(Checker *, const Type *receiver, const char *name, bool of_type);
// May the code being checked (inside `from`, or NULL; in `extension`, or NULL) touch a private member of
// `owner`?
bool member_accessible(Checker *, const TypeDecl *from, const Extension *extension, const TypeDecl *owner);

// Field type, method signature etc. seen through the receiver: substitutes owner->args.
const Type *member_type(Checker *, const Type *owner, const Type *declared);
// The constructor that an implied super() calls, which needs no argument; NULL when there is none.
Function *implied_init(const TypeDecl *);
// Whether the type has a memberwise constructor that cannot call that of its superclass: it is reported where it stands.
bool inherit_lacks_init(const TypeDecl *);
Substitution substitution_of(Checker *, const Type *named); // declaration's parameters -> named->args

// T <: U without conversion of representation: equal, subclass, class to interface, reference to any, never
// to all.
bool is_subtype(Checker *, const Type *from, const Type *to);
// Whether a value of `from` can become `to` (any or an interface) by boxing or subtyping.
bool implements(Checker *, const Type *type, const Type *interface);
// The instance of interface `decl` that `type` implements, e.g. List<int>, Iterable -> Iterable<int>; NULL
// when none.
const Type *find_interface(Checker *, const Type *type, const TypeDecl *decl);
// The superclass or interface instance of `decl` above `type`, or NULL.
const Type *find_supertype(Checker *, const Type *type, const TypeDecl *decl);
// Structural and declared rules of LANGUAGE.md; `*reason` (may be NULL) receives a phrase for a note.
bool is_equatable(Checker *, const Type *, const char **reason);
bool is_hashable(Checker *, const Type *, const char **reason);
bool is_comparable(Checker *, const Type *, const char **reason);
// Checks arguments against the bounds of parameters; reports at span.
bool check_bounds(Checker *, TypeParameter *const *parameters, const Type *const *arguments, uint32_t count,
                  Span span);
// Unreported reads of a class's full field list including supers, in construction order, etc. are plain
// walks of symbols.h.

// ------------------------------------------------------------------ the body half, used by the declaration
// half

// Builds function->body (and parameters' default functions) of one function, method, init, getter or setter
// with ast.
void check_function(Checker *, Function *function);
// The default of a field, converted to its type; sets field->default_value.
void check_field_default(Checker *, Field *field);
// The type of an unannotated field, global or constant initialiser, or of a `=>` function without a result
// type. Order-independent: on demand, cycles reported.
const Type *infer_initializer_type(Checker *, const TypeScope *, const AstExpr *value);
const Type *infer_function_result(Checker *, Function *function);
// Folds a constant expression (literals, other constants, operators, conversions, string concatenation) to
// `expected` (NULL: its own type). Reports what is not constant.
bool fold_constant(Checker *, const AstExpr *value, const Type *expected, Constant *out);
// Checks the top-level statements and global initialisers in order and makes module->initializer.
void check_module_initializer(Checker *, const AstModule *ast);

#endif
