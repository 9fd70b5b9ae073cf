// Inside of the declaration half: the state its files share and the steps that checker.c runs in order.
//
// A module is declared in steps, each over the whole module, so that declarations may refer to later ones:
// names (declare_names), headers (declare_headers: type parameters' bounds, supertypes, what extensions
// extend), members (declare_members: fields and signatures), then the rules that need all of it
// (conformance.c, inherit.c). Types that the source leaves out are inferred when something asks for them
// first (infer.c).
#ifndef COMPILER_DECLARATIONS_H
#define COMPILER_DECLARATIONS_H

#include "compiler/checker.h"
#include "compiler/name_table.h"

// A name that a module declares at its top level.
typedef struct ModuleName {
    Symbol symbol;
    const char *name;
    Span span;
    bool is_public;
    struct ModuleName *next; // of the module, in order of declaration
} ModuleName;

// What an import binds.
typedef struct ImportedName {
    ModuleSymbol *module; // NULL if it could not be loaded; that has been reported
    Span span;
    bool is_used; // some name was looked up through it
} ImportedName;

// The names that code of the module being checked can see besides its own.
typedef struct ModuleScope {
    NameTable imports; // name -> ImportedName
    ImportedName **imported;
    const char **imported_names;
    uint32_t import_count, import_capacity;
    ModuleName *first, *last; // own names in order
} ModuleScope;

// A member by name. A getter and a setter of one name are one entry.
typedef struct MemberEntry {
    Member member; // kind and what it is; no owner or arguments
    const char *name;
    Span span;
    bool of_type; // static, constant or case: found by lookup_static
    bool is_private;
    Extension *extension;     // of an extension's member
    struct MemberEntry *next; // in an ExtensionIndex: another extension's member of that name
} MemberEntry;

// All extensions of one declaration or built-in type constructor.
typedef struct ExtensionIndex {
    NameTable members; // name -> MemberEntry chain, in order of declaration
    MemberEntry **entries;
    uint32_t entry_count, entry_capacity;
    Extension **conforming; // those that implement interfaces
    uint32_t conforming_count, conforming_capacity;
} ExtensionIndex;

// A check of type arguments that has to wait until every supertype is known.
typedef struct PendingBounds {
    const Type *type;
    const AstType *ast; // that names it, with its arguments
} PendingBounds;

// A claim that a type implements an interface, being proved. Claims are proved coinductively: one that comes
// up in its own proof holds, so that recursive types are equatable if nothing in them is not.
typedef struct Goal {
    const Type *type;
    const void *rule; // an interface (by the parts of the type) or an extension
    const struct Goal *outer;
} Goal;

// A module that is being checked, because the one before it imports it.
typedef struct ModuleInProgress {
    const char *name;
    const struct ModuleInProgress *importer;
} ModuleInProgress;

typedef struct Declarations {
    NameTable modules;    // name -> ModuleSymbol, of those in Checker.loaded
    NameTable extensions; // declaration or constructor -> ExtensionIndex
    NameTable builtins;   // name -> Type; `Array` is absent
    const char *array_name, *core_name, *init_name;
    int constructors[3]; // addresses stand for Array, tuples and functions; see extension_head
    int optional_constructor;
    PendingBounds *pending;
    uint32_t pending_count, pending_capacity;
    bool types_too_large; // types_overflowed before it was asked for another reason
    bool bounds_wait;     // while headers and members of a module are being declared
    const ModuleInProgress *in_progress;
    const Goal *goals;
    uint32_t goal_depth, goal_steps;
    uint32_t inference_depth;
} Declarations;

// ---- checker.c
Declarations *checker_declarations(Checker *);

// ---- scope.c
void scope_import_modules(Checker *, const AstModule *ast);
// Warns about imports that nothing was looked up in.
void scope_report_unused(Checker *);
// Registers a loaded module: its extensions, and std.core's types.
void scope_add_module(Checker *, ModuleSymbol *module);
ModuleSymbol *scope_load_module(Checker *, const char *name, const char **message);
// Declares a name of the module being checked; a second declaration is reported and false.
bool scope_declare(Checker *, const char *name, Symbol symbol, Span span, bool is_public);
// Declares a name of an imported module.
void scope_declare_imported(Checker *, ModuleSymbol *module, const char *name, Symbol symbol, bool is_public);
void scope_note_core_type(Checker *, TypeDecl *decl);
void scope_note_core_function(Checker *, Function *function);
// As lookup_name and lookup_in_module, without inferring the types of what is found.
Symbol scope_find(Checker *, const char *name);
ModuleName *scope_find_in(const ModuleSymbol *module, const char *name);
const char *scope_suggest_type(Checker *, const TypeScope *scope, const char *name);

// ---- resolve.c
// Type parameters from the syntax, numbered from `start`, without bounds yet.
TypeParameter **resolve_declare_parameters(Checker *, const AstTypeParameter *ast, uint32_t count,
                                           uint32_t start);
void resolve_bounds(Checker *, const TypeScope *scope, TypeParameter *parameter, AstType *const *bounds,
                    uint32_t count);
// Target and type parameters of an extension.
void resolve_extension_header(Checker *, Extension *extension);
// A type that a value can have: not void.
const Type *resolve_value_type(Checker *, const TypeScope *scope, const AstType *ast);
void resolve_pending_bounds(Checker *);
TypeParameter **resolve_join_parameters(Checker *, TypeParameter *const *outer, uint32_t outer_count,
                                        TypeParameter *const *own, uint32_t own_count);

// ---- modifiers.c
typedef enum DeclContext {
    CONTEXT_MODULE,
    CONTEXT_STRUCT,
    CONTEXT_CLASS,
    CONTEXT_ENUM,
    CONTEXT_INTERFACE,
    CONTEXT_EXTENSION,
    CONTEXT_COUNT
} DeclContext;
// Reports modifiers that mean nothing on this declaration; returns those that do.
uint32_t modifiers_check(Checker *, const AstDecl *decl, DeclContext context);
Span modifiers_span(const AstDecl *decl, AstModifier modifier);
// Applies @intrinsic, @syscall and @hidden; reports the others.
void modifiers_attributes(Checker *, Function *function, const AstDecl *decl);
void modifiers_no_attributes(Checker *, const AstDecl *decl);
// Of a type: whether it is a `@c` struct.
bool modifiers_of_type(Checker *, const AstDecl *decl);
// The number that a field's `@count` gives; 0: it has none.
uint32_t modifiers_of_field(Checker *, const TypeDecl *owner, const AstDecl *decl);

// ---- foreign.c
void foreign_check_library(Checker *, const AstDecl *block);
// What a function of the block is in its library; reports wrong attributes.
ForeignFunction *foreign_new_function(Checker *, const AstDecl *block, const AstDecl *function);
bool foreign_is_attribute(const char *name);
// `@c` on a type: whether it can stand there.
bool foreign_take_c(Checker *, const AstDecl *type, const AstAttribute *attribute);
// `@count` of a field: how many elements of its array lie in the struct.
uint32_t foreign_take_count(Checker *, const AstAttribute *attribute);
// Report types that C does not have.
void foreign_check_function(Checker *, const Function *function, const AstDecl *ast);
void foreign_check_struct(Checker *, const TypeDecl *decl);

// ---- declare.c, declare_members.c, signature.c
void declare_names(Checker *, const AstModule *ast);
void declare_headers(Checker *, const AstModule *ast);
void declare_members(Checker *, const AstModule *ast);
// Reports what cannot stand in `extern "host"`.
void declare_reject_extern(Checker *, const AstDecl *member);
DeclContext declare_context(const TypeDecl *decl);
// A function, method, init, getter, setter from the syntax: parameters and result resolved.
typedef struct MemberSite {
    DeclContext context;
    TypeDecl *owner;
    Extension *extension;
    TypeScope scope;
} MemberSite;
void signature_fill(Checker *, Function *function, const MemberSite *site, const AstDecl *ast); // signature.c
Function *declare_function(Checker *, const MemberSite *site, const AstDecl *ast);
bool declare_duplicate(Checker *, const char *what, const char *name, Span span, Span earlier);

// ---- derive.c
void derive_methods(Checker *, TypeDecl *decl); // equals, hash, toString, ordinal, name
// The method of this name that is written for the type itself and that the language calls; NULL when it is
// derived.
Function *derive_find_written(Checker *, const TypeDecl *decl, const char *name, bool takes_other);
void derive_init(Checker *, TypeDecl *decl);            // the memberwise init, if none is written
void derive_parameter_types(Checker *, TypeDecl *decl); // of that init, where fields' types are inferred
void derive_default_functions(Checker *, Function *init);

// ---- members.c
void members_index_type(Checker *, TypeDecl *decl); // reports duplicates in source modules
void members_index_extension(Checker *, Extension *extension);
void members_add_method(Checker *, TypeDecl *decl, Function *method); // one made after that
MemberEntry *members_own(const TypeDecl *decl, const char *name);
// What extensions are indexed by: a declaration, or an address that stands for a built-in constructor.
const void *members_extension_head(Checker *, const Type *type);
ExtensionIndex *members_extensions(Checker *, const Type *type);      // or NULL
ExtensionIndex *members_extension_index(Checker *, const Type *type); // made if it has a head
// Whether `pattern` over `parameters` is `type` for some `arguments`, which are filled in (NULL where free).
bool members_match(const Type *pattern, const Type *type, TypeParameter *const *parameters,
                   const Type **arguments, uint32_t count);
// Whether the bounds of an extension hold for the arguments; `*unmet` says which does not.
bool members_bounds_hold(Checker *, TypeParameter *const *parameters, const Type *const *arguments,
                         uint32_t count, const char **unmet);
// Instance member without interfaces' defaults: what can implement an interface's method.
Member members_find_implementation(Checker *, const Type *type, const char *name);

// ---- inherit.c: classes and overriding
void inherit_check_headers(Checker *); // cycles, depth
// Overriding, hiding and abstract methods of a type whose supertypes are checked.
void inherit_check_type(Checker *, TypeDecl *decl);
// `override` in an extension, against the interfaces that it lists.
void inherit_check_extension(Checker *, Extension *extension);

// ---- conformance.c: how types implement interfaces
void conformance_index_extension(Checker *, Extension *extension);
void conformance_check_module(Checker *);

// ---- compare.c: whether one method can stand for another
// A method seen from a type: `type_args` replace the type parameters of its owner or extension.
typedef struct MethodView {
    Function *function;
    const Type *const *type_args;
} MethodView;
// NULL if `method` can stand for `model`; else what differs, as a phrase.
const char *compare_signatures(Checker *, MethodView method, MethodView model);
// `fn name(a: int): bool`, as a type that implements or overrides it would write it.
const char *compare_signature_text(Checker *, MethodView view);

// ---- implement.c: the function that implements an interface's method
// The method, getter or setter of `type` that could stand for `model`; kind NONE if there is none.
Member implement_find(Checker *, const Type *type, const Function *model);
Function *implement_function(const Member *member, const Function *model);
// A getter (or setter) of `decl` that reads (or assigns) a field, for an interface that declares a property.
Function *implement_by_field(Checker *, TypeDecl *decl, Field *field, const Type *field_type,
                             const Function *model);
// An abstract method of an abstract class for an interface's method that it leaves to its subclasses.
Function *implement_abstract(Checker *, TypeDecl *decl, MethodView model);
// A method that calls the default which a more special interface gives to the method of a more general one.
Function *implement_by_default(Checker *, TypeDecl *decl, const Type *interface, Function *method);

// ---- structure.c
bool limits_check_module(Checker *);    // numbers of parameters, fields, cases; false when one was reported
void structure_check_module(Checker *); // structs that contain themselves

// ---- relations.c: calls `visit` for every interface instance that `type` declares, inherits or gets from
// extensions, once per declaration, until it returns true.
typedef bool (*InterfaceVisitor)(void *context, const Type *interface);
bool relations_each_interface(Checker *, const Type *type, InterfaceVisitor visit, void *context);

// Checks the arguments of a type against the bounds of its parameters; reports each at its own place.
bool relations_check_written(Checker *, const Type *type, const AstType *ast);

// ---- infer.c: types that the source leaves out, on demand
void infer_function(Checker *, Function *function);
void infer_field(Checker *, Field *field);
void infer_variable(Checker *, Variable *variable);
void infer_constant(Checker *, NamedConstant *constant);
void infer_member(Checker *, Member *member);
void infer_symbol(Checker *, Symbol *symbol);

#endif
