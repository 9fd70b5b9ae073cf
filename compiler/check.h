// The body half of the checker: types for expressions and statements, and the typed tree (tree.h).
//
// Checking is bidirectional. Every expression is checked once, with a *hint*: the type that its context will
// demand. NULL means that nothing is known; a hint with inference variables is known in part; the void type
// means that the value is thrown away. Literals, lambdas, `.Case` and branches use the hint to choose their
// type; nothing is obliged to follow it. Whoever demands a type calls `check_value`, which also inserts the
// conversion or reports the mismatch. Types of finished trees never hold inference variables.
//
// The flow state (flow.h) of the current point is carried along in `Body.flow`: assignment, narrowing and
// reachability are decided in the same walk.
//
//   check_function.c   entry points: functions, defaults, inferred results
//   check_module.c     the module initialiser and `main`
//   check_scope.c      local names, captures, contexts, variables of the tree
//   check_prescan.c    which names loops and closures assign
//   check_expr.c       dispatch, names, small forms     check_branch.c   if, match, try, blocks as values
//   check_literal.c    literals and collections         check_string.c   interpolation and format specs
//   check_reference.c  what a name or member names      check_member.c   reading members, chains
//   check_call.c       arguments and calls              check_construct.c  constructors
//   check_infer.c      type arguments                   check_lambda.c   lambdas, function values
//   check_operator.c   operators                        check_convert.c  conversions, casts
//   check_narrow.c     conditions and narrowing         check_place.c    assignment
//   check_stmt.c       statements                       check_loop.c     loops
//   check_pattern.c    patterns; exhaustive.c proves `match` complete
//   check_init.c       constructors' bodies             check_report.c   diagnostics used in several places
//   constants.c        constant folding over typed trees
#ifndef COMPILER_CHECK_H
#define COMPILER_CHECK_H

#include "compiler/checker.h"
#include "compiler/flow.h"
#include "compiler/name_table.h"

typedef struct Body Body;
typedef struct Context Context;

// The `?.` of one chain that have been passed, outermost first.
typedef struct ChainLink {
    TreeExpr *object; // optional
    Variable *variable;
} ChainLink;

typedef struct ChainScope {
    struct ChainScope *outer;
    ChainLink *links;
    uint32_t count, capacity;
    Flow before; // after the first object
} ChainScope;

// A loop that `break` and `continue` may leave, innermost first.
typedef struct LoopScope {
    struct LoopScope *outer;
    const char *label; // or NULL
    TreeLoop *loop;
    Flow break_flow, continue_flow; // joined; dead while there is none
} LoopScope;

// What the checker knows about a local variable (Variable.checker).
typedef struct VariableInfo {
    uint32_t flow_index;
    bool is_loop_variable;
    bool is_used;          // read somewhere
    bool is_captured;      // mentioned in a closure
    bool is_reassigned;    // assigned other than to initialise it
    bool closure_assigned; // some closure may assign it: never narrowed
    bool warn_unused;
    bool is_reported;           // used before it had a value: no more is said about it
    bool mentioned_by_function; // a global: by a function, a type's member, anything but the initialiser
    bool is_declared;           // a global: its statement has been passed
    Function *local_function;   // the variable is this function, whose body is being checked
    Span assigned_at;           // last; end == 0: nowhere
} VariableInfo;

// The function, lambda, default value or initialiser whose code is being checked.
struct Context {
    Context *outer; // of a lambda: where it stands
    Function *function;
    TypeScope scope;
    const Type *result; // NULL: inferred from the returns
    bool is_lambda;
    TreeExpr **returns; // the returns seen while the result is being inferred
    uint32_t return_count, return_capacity;
    LoopScope *loops;
    const char *sealed;               // "defer" or "finally" while inside one: nothing may jump out
    LoopScope *sealed_loops;          // loops outside of it
    struct InitState *init;           // a constructor whose `self` is not complete yet; NULL elsewhere
    const char *const *closure_names; // names that closures of this function assign
    uint32_t closure_name_count;
    uint32_t next_flow_index; // in the outermost context
    Variable **variables;     // all of the function and its lambdas, in the outermost context
    uint32_t variable_count, variable_capacity;
};

// A constructor in progress: own fields without default, and the call of the superclass's constructor.
typedef struct InitState {
    TypeDecl *decl;
    uint32_t first_index; // flow index of field 0; fields with defaults are not tracked but have an index
    uint32_t super_index; // FLOW_UNTRACKED when there is no superclass
    bool super_implied;   // no super(...) is written
    Function *super_init; // the implied one
    Span *assigned_at;    // by field
    const AstExpr *body;  // its statements are where an implied super() can stand
} InitState;

// A place inside a local function that mentions it; it makes a new closure over the same variables.
typedef struct Recursion {
    struct Recursion *next;
    Function *function; // the local function
    Function *user;     // where it is mentioned
} Recursion;

typedef struct Local {
    const char *name;
    Variable *variable;       // or
    const Constant *constant; // of a local `const`
    uint32_t hides;           // one more than the index of the local of this name that it hides; 0: of none
} Local;

// One assignment of something tracked or narrowable, in the order of the code: what a `try` or a loop may have done.
typedef struct Assignment {
    Variable *variable; // NULL: a field of self
    uint32_t flow_index;
    bool once; // a `let`
    const char *name;
    Span span;
} Assignment;

// Arguments of a call that were checked while a constructor was chosen; NULL: not yet.
typedef struct KnownArguments {
    const AstExpr *call;
    TreeExpr *const *trees;
} KnownArguments;

// An inference variable: the type parameter it stands for and what is known.
typedef struct InferenceVariable {
    TypeParameter *parameter;
    const Type *solution; // or NULL
    // it is the type of an argument, and becomes a wider one where another argument asks for it
    bool by_value;
} InferenceVariable;

struct Body {
    Checker *checker;
    Arena *arena;
    TypeTable *types;
    Context *context; // NULL between functions
    Flow flow;
    Local *locals;
    uint32_t local_count, local_capacity;
    NameTable local_names; // name -> the index of its newest local, as check_scope.c encodes it
    ChainScope *chain;
    const struct KnownArguments *known;
    Assignment *assignments;
    uint32_t assignment_count, assignment_capacity;
    InferenceVariable *variables;
    uint32_t variable_count, variable_capacity;
    struct Recursion *recursions; // uses of a local function inside itself, while it is checked
    uint32_t errors_before;       // of the sink when the current function was begun
    uint32_t inferring;           // > 0 while only a type is wanted: nothing is registered or warned about
    bool module_level;            // a top-level binding: its names are the module's variables
    bool unreachable_reported;    // in the current run of dead statements
};

// The body half's state of a checker, made when first needed.
Body *check_body(Checker *checker);

// ------------------------------------------------------------------------------------------------ helpers

static inline const Type *check_builtin(Body *b, TypeKind kind) {
    return types_builtin(b->types, kind);
}
static inline bool check_is(const Type *type, TypeKind kind) {
    return type && type->kind == kind;
}
static inline bool check_has_error(const Type *type) {
    return type && type->has_error;
}
// The type without one level of `?`.
static inline const Type *check_strip(const Type *type) {
    return type && type->kind == TYPE_OPTIONAL ? type->args[0] : type;
}

Diagnostic *check_report(Body *b, DiagnosticCode code, Span span, const char *first, const char *second);
const char *check_name_of(Body *b, const Type *type); // types_name
// "expected `a`, found `b`" with the usual repairs; `value` may be NULL.
void check_help_no_value(Diagnostic *d, const TreeExpr *value);
Diagnostic *check_report_mismatch(Body *b, Span span, const TreeExpr *value, const Type *expected,
                                  const Type *found);
const char *check_source_text(Body *b, Span span); // the source of a span

TreeExpr *check_tree(Body *b, TreeKind kind, const Type *type, Span span);
TreeExpr *check_error_tree(Body *b, Span span); // of the error type
TreeExpr *check_constant_tree(Body *b, Constant constant, Span span);
TreeExpr *check_integer_tree(Body *b, int64_t value, Span span); // an `int`
TreeExpr *check_variable_tree(Body *b, Variable *variable, Span span);
TreeExpr *check_unary_tree(Body *b, TreeKind kind, const Type *type, TreeExpr *a, Span span);
TreeExpr *check_block_tree(Body *b, TreeExpr **statements, uint32_t count, TreeExpr *value, Span span);
TreeExpr *check_let_tree(Body *b, Variable *variable, TreeExpr *value, Span span);
// LET of a fresh hidden variable; `*variable` receives it.
TreeExpr *check_temporary(Body *b, TreeExpr *value, Variable **variable);

// ------------------------------------------------------------------------------------------------- scopes

uint32_t check_scope_open(Body *b);
void check_push_local(Body *b, Local local);    // visible from now on
void check_pop_locals(Body *b, uint32_t mark);  // visible no more, without a warning
void check_scope_close(Body *b, uint32_t mark); // warns about unused variables
// A new local of the current context; visible from now on unless its name is NULL.
Variable *check_declare(Body *b, const char *name, const Type *type, Span span, bool is_let);
VariableInfo *check_info(Body *b, Variable *variable);
const Local *check_find_local(Body *b, const char *name);
const char *check_suggest_value(Body *b, const char *name); // the nearest local or module-level name
// Notes that the current code mentions the variable: captures on the way to its context.
void check_mention(Body *b, Variable *variable);
// A local function's body is done: the places in it that mention it capture what it captures.
void check_close_recursion(Body *b, Function *function);
// The value of a variable as it is known here: read, narrowed, checked for assignment.
TreeExpr *check_read_variable(Body *b, Variable *variable, Span span);
TreeExpr *check_narrowed(Body *b, TreeExpr *value, const Type *narrowed); // casts that narrowing has proved
void check_track(Body *b, Variable *variable); // declared without a value: starts its tracking

// The variables of parameters and self, made and put in scope.
void check_declare_parameters(Body *b, Function *function);
void check_context_enter(Body *b, Context *context, Function *function);
void check_context_leave(Body *b, Context *context);
Context *check_outermost(Body *b);
// The context of the function whose `self` is meant here (lambdas see their surroundings'); NULL when there is none.
Context *check_self_context(Body *b);

typedef struct NameSet {
    const char **names;
    uint32_t count, capacity;
} NameSet;
bool check_names_contain(const char *const *names, uint32_t count, const char *name);
// Names that lambdas and local functions inside the code assign but do not declare.
NameSet check_closure_assigned(Body *b, const AstExpr *body);
NameSet check_closure_assigned_items(Body *b, AstStmt *const *items, uint32_t count);
// Names that the code of a loop assigns.
void check_assigned_names(Body *b, const AstExpr *code, NameSet *out);
void check_forget_assigned(Body *b, const NameSet *names); // narrowings of what a loop assigns
void check_log_assignment(Body *b, Assignment assignment);
// The state where control may come from anywhere since `mark` of the assignments, when it started as `before`.
Flow check_interrupted(Body *b, Flow before, uint32_t mark);

// -------------------------------------------------------------------------------------------- expressions

// The tree of an expression, with a hint. Its type may be void, never or null.
TreeExpr *check_expr(Body *b, const AstExpr *e, const Type *hint);
// The same; void is reported: a value is needed here.
TreeExpr *check_operand(Body *b, const AstExpr *e, const Type *hint);
// Converted to `target` (concrete), or reported.
TreeExpr *check_value(Body *b, const AstExpr *e, const Type *target);

// The forms.
TreeExpr *check_literal(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_negative_literal(Body *b, const AstExpr *e, const Type *hint); // -1, as one constant
bool check_is_literal_expr(const AstExpr *e); // number and character literals, and operators on them
TreeExpr *check_list(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_map(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_tuple(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_interpolation(Body *b, const AstExpr *e);
TreeExpr *check_to_string(Body *b, TreeExpr *value);
TreeExpr *check_block(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_if(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_match(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_try(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_try_optional(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_lambda(Body *b, const AstExpr *e, const Type *hint);
// Whether its number of parameters is that of a function type, or that of the parts of the only one.
bool check_lambda_fits(Body *b, const AstExpr *e, const Type *shape);
TreeExpr *check_unary(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_binary(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_range(Body *b, const AstExpr *e);
TreeExpr *check_cast(Body *b, const AstExpr *e);
TreeExpr *check_is_test(Body *b, const AstExpr *e);
TreeExpr *check_call(Body *b, const AstExpr *e, const Type *hint);
// `reads` unless it is only assigned.
TreeExpr *check_index(Body *b, const AstExpr *e, bool reads);
TreeExpr *check_slice(Body *b, const AstExpr *e);
TreeExpr *check_as_reference(Body *b,
                             TreeExpr *value); // a value of parameter type as `any`, to be tested or cast
TreeExpr *check_unwrap(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_chain(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_tuple_member(Body *b, const AstExpr *e);
TreeExpr *check_return(Body *b, const AstExpr *e);
TreeExpr *check_throw(Body *b, const AstExpr *e);
TreeExpr *check_jump(Body *b, const AstExpr *e);

// One type for several branches: the hint when it is concrete, else what all convert to. Converts them in place.
const Type *check_join_branches(Body *b, TreeExpr **values, const Span *spans, uint32_t count,
                                const Type *hint);
// The result type of a context that inferred it: returns and the final value joined; converts them in place.
const Type *check_finish_returns(Body *b, Context *context, TreeExpr **value, Span span);
// An expression outside of any function, for its value alone; converted when `expected` is not NULL.
TreeExpr *check_standalone(Body *b, const AstExpr *e, const Type *expected);
// The code of a function's body, converted to its result; reports a path without a value.
TreeExpr *check_code(Body *b, const AstExpr *body, const Type *result, Span name);

// ---------------------------------------------------------------------------------------------- references

typedef enum ReferenceKind {
    REFERENCE_ERROR, // reported
    REFERENCE_VALUE,
    REFERENCE_TYPE,
    REFERENCE_MODULE,
    REFERENCE_FUNCTION, // top-level or static
    REFERENCE_METHOD,   // of `receiver`
    REFERENCE_CASE
} ReferenceKind;

// What a name, member or instantiation names.
typedef struct Reference {
    ReferenceKind kind;
    Span span; // of the last name
    TreeExpr *value;
    const Type *type; // TYPE; of a generic one without arguments its self type, and `is_open`
    bool is_open;     // the owner's arguments are not given: to be inferred
    bool is_array;    // `Array` without arguments
    ModuleSymbol *module;
    Function *function; // FUNCTION, METHOD
    EnumCase *enum_case;
    const Type *owner;           // METHOD, CASE, static FUNCTION: the declaring type
    TreeExpr *receiver;          // METHOD
    const AstExpr *receiver_ast; // METHOD: where it came from, to make a place of it; NULL for super
    bool is_virtual, is_super;
    const Type **owner_args; // known arguments of the owner or extension
    uint32_t owner_arg_count;
    AstType **explicit_args; // of the function itself
    uint32_t explicit_arg_count;
} Reference;

Reference check_reference(Body *b, const AstExpr *e, const Type *hint);
TreeExpr *check_reference_value(Body *b, Reference *reference, const AstExpr *e, const Type *hint);
// The member `name` of a value.
Reference check_member_of(Body *b, TreeExpr *object, const AstExpr *object_ast, AstName name);
Reference check_static_member(Body *b, const Type *type, bool is_open, AstName name);
Reference check_implicit_member(Body *b, const AstExpr *e, const Type *hint);
// The object of `?.`, present: noted in the chain around.
TreeExpr *check_chain_link(Body *b, TreeExpr *object, Span span);
void check_chain_open(Body *b, ChainScope *chain);
TreeExpr *check_chain_close(Body *b, ChainScope *chain, TreeExpr *body, Span span);
// A type of the member's declaration as the receiver's arguments make it.
const Type *check_through(Body *b, const Member *member, const Function *function, const Type *declared);
TreeExpr *check_read_property(Body *b, TreeExpr *receiver, const Member *member, Span span);
// A member that may be private to another type: reported, then treated as an error.
// Whether a member that may be private to `owner` can be named here.
bool check_sees(Body *b, const TypeDecl *owner, bool is_private);
bool check_accessible(Body *b, const TypeDecl *owner, bool is_private, const char *name, Span span);
const TypeDecl *check_current_decl(Body *b);
const Extension *check_current_extension(Body *b);

// ---------------------------------------------------------------------------------------------- calls

TreeExpr *check_call_reference(Body *b, Reference *reference, const AstExpr *call, const Type *hint);
TreeExpr *check_construct(Body *b, const Type *type, bool is_open, const AstExpr *call, Span name,
                          const Type *hint);
TreeExpr *check_super_init(Body *b, const AstExpr *call);
TreeExpr *check_case_call(Body *b, Reference *reference, const AstExpr *call, const Type *hint);
TreeExpr *check_array_new(Body *b, const Type *type, const AstExpr *call, const Type *hint);
// A call whose arguments are finished trees: receiver (or NULL) and arguments converted to the parameters' types.
const Type *check_operator_hint(Body *b, const Member *member);
bool check_infer_operator(Body *b, Member *member, const TreeExpr *operand, Span span);
TreeExpr *check_make_call(Body *b, const Member *member, TreeExpr *receiver, TreeExpr **args, uint32_t count,
                          Span span);
// The member that a construct of the language needs (`iterator`, `next`, `slice`), or reported.
bool check_need_method(Body *b, const Type *type, const char *name, Member *out);

// A list of parameters that arguments are matched with.
typedef struct Signature {
    const char *name;            // for messages
    const Parameter *parameters; // names and defaults; NULL for a function value
    const Field *fields;         // of an enum case instead
    const Type *const *types;    // over inference variables
    uint32_t count;
    const Type *result;
    Span declared; // where it is declared; file == UINT32_MAX: nowhere
} Signature;

// Checks the arguments of a call against the signature: `out` receives one tree for each parameter.
// `first_variable`: inference variables from here on belong to the call. False when something was reported.
bool check_arguments(Body *b, const Signature *signature, const AstExpr *call, uint32_t first_variable,
                     const Type *hint, Span name, TreeExpr **out);
// Where to say that an inferred type argument does not meet its bounds: at an argument that decided it.
Span check_bounded_span(const Signature *signature, const AstExpr *call, Span name);
// Matches arguments with parameters by position and name: slots[i] is the argument or NULL. Reports when `report`.
bool check_bind_arguments(Body *b, const Signature *signature, const AstArgument *arguments, uint32_t count,
                          Span call, bool report, const AstArgument **slots);

uint32_t check_infer_begin(Body *b, TypeParameter *const *parameters, uint32_t count);
// Known type arguments go into the fresh variables of a call; false when reported.
bool check_known_arguments(Body *b, const Reference *reference, uint32_t first);
void check_infer_end(Body *b, uint32_t first);
const Type *check_infer_variable(Body *b, uint32_t number);
const Type *check_resolve(Body *b, const Type *type); // what is solved put in
bool check_concrete(Body *b, const Type **type);      // resolves; whether nothing is open
void check_infer(Body *b, const Type *pattern, const Type *actual);
// Infers from what the result must be, where it must be exactly that (inside type arguments).
void check_infer_invariant(Body *b, const Type *pattern, const Type *expected);

// ------------------------------------------------------------------------------------------- conversions

// Whether a value converts to the type without loss; literals adapt.
bool check_converts(Body *b, const TreeExpr *value, const Type *target);
bool check_type_converts(Body *b, const Type *from, const Type *target);
// The converted value; reports when it does not convert.
TreeExpr *check_convert(Body *b, TreeExpr *value, const Type *target, Span span);
// The literal constant as one of `target`, which may be optional; NULL when it cannot be, `*out_of_range` tells why.
TreeExpr *check_adapt(Body *b, const TreeExpr *value, const Type *target, bool *out_of_range);

// A lambda with the given parameter types whose body is made by `build` from its parameters' values.
typedef TreeExpr *CheckWrapperBody(Body *b, void *context, TreeExpr **parameters, uint32_t count);
TreeExpr *check_wrapper(Body *b, const Type *type, Span span, CheckWrapperBody *build, void *context);

// -------------------------------------------------------------------------------------------- conditions

// A boolean expression; the states when it is true and when it is false.
TreeExpr *check_condition_expr(Body *b, const AstExpr *e, Flow *when_true, Flow *when_false);
// `cond` or `let pattern = value`, whose names are declared in the open scope.
TreeExpr *check_condition(Body *b, const AstCondition *condition, Flow *when_true, Flow *when_false);

// -------------------------------------------------------------------------------------------- places

typedef enum PlaceUse { PLACE_ASSIGN, PLACE_COMPOUND, PLACE_MUTATE } PlaceUse;
// A place that may be changed, or reported; the flow effect is `check_assigned`'s. NULL: reported.
TreeExpr *check_place(Body *b, const AstExpr *e, PlaceUse use);
// An already checked tree as a place: whether it may be changed; reported at span.
bool check_mutable(Body *b, const TreeExpr *place, PlaceUse use, Span span);
void check_assigned(Body *b, TreeExpr *assignment, const TreeExpr *place, Span span);
TreeExpr *check_assignment(Body *b, const AstStmt *statement);

// --------------------------------------------------------------------------------------------- operators

TreeOperator check_tree_operator(AstBinaryOperator operator);
// `left operator right` of checked operands; `right_ast` for messages. NULL left hint etc. handled by the caller.
TreeExpr *check_apply_binary(Body *b, AstBinaryOperator operator, TreeExpr * left, TreeExpr *right, Span span,
                             Span operator_span);
// The right operand of `left operator ...`, with the best hint.
// `left ?? right`; also what `left ??= right` assigns.
TreeExpr *check_coalesce_with(Body *, TreeExpr *left, const AstExpr *right, const Type *hint,
                              Span operator_span);
TreeExpr *check_right_operand(Body *b, AstBinaryOperator operator, const TreeExpr * left,
                              const AstExpr *right);

// --------------------------------------------------------------------------------------------- statements

// Statements of a block: appended to `out`. The value of the last one goes to `*value` when it has one.
typedef struct TreeList {
    TreeExpr **items;
    uint32_t count, capacity;
} TreeList;
void check_append(Body *b, TreeList *list, TreeExpr *tree);
void check_statement(Body *b, const AstStmt *s, TreeList *out);
void check_binding(Body *b, const AstDecl *decl, TreeList *out);
void check_local_function(Body *b, const AstDecl *decl, TreeList *out);
TreeExpr *check_while(Body *b, const AstStmt *s);
TreeExpr *check_for(Body *b, const AstStmt *s);
// Warns once when a statement cannot be reached.
void check_reachable(Body *b, Span span);

// ---------------------------------------------------------------------------------------------- patterns

// A pattern against a subject type: declares its variables in the open scope.
TreePattern *check_pattern(Body *b, const AstPattern *p, const Type *subject, bool is_let);
// One that must match always (let, for): otherwise reported with a value that does not.
TreePattern *check_irrefutable(Body *b, const AstPattern *p, const Type *subject, bool is_let,
                               const char *where);
TreePattern *check_bind_pattern(Body *b, Variable *variable, Span span);

// exhaustive.c: what a list of patterns, taken one by one, covers of a type.
typedef struct Coverage Coverage;
Coverage *exhaustive_begin(Body *b, const Type *subject);
void exhaustive_cover(Coverage *coverage, TreePattern *pattern);
// Whether the pattern matches anything that those taken so far do not.
bool exhaustive_useful(Coverage *coverage, TreePattern *pattern);
// Examples of values that are not covered, as text with their number, or NULL.
const char *exhaustive_missing(Coverage *coverage, uint32_t *count);

// ------------------------------------------------------------------------------------------- constructors

void check_init_begin(Body *b, Function *function, const AstExpr *body, InitState *state);
bool check_init_complete(Body *b); // self may be used: outside constructors always
// `self` as a value: reported while it is not complete.
void check_self_use(Body *b, Span span);
// A tracked or defaulted own field of self in a constructor.
bool check_init_field(Body *b, const TreeExpr *place, uint32_t *index);
void check_init_assign_field(Body *b, const TreeExpr *place, Span span, TreeExpr *assignment);
// At a return and at the end: everything assigned; inserts an implied super().
void check_init_exit(Body *b, Span span, TreeList *out);
void check_init_super_called(Body *b, Span span);                 // by super(...): once, after the own fields
void check_init_implied_super(Body *b, Span span, TreeList *out); // as soon as all own fields are assigned

// -------------------------------------------------------------------------------------------- constants

// Folds a typed tree; false when it is not constant: `*where` is the first part that is not.
bool constant_fold(Body *b, const TreeExpr *tree, Constant *out, const TreeExpr **where, const char **why);
bool constant_fits(const Type *type, bool negative, uint64_t magnitude); // an integer literal
Constant constant_integer(const Type *type, int64_t value);              // wrapped to the type
bool constant_equal(const Constant *a, const Constant *b);
int constant_compare(const Constant *a, const Constant *b);
const char *constant_text(Body *b, const Constant *constant); // as in source

#endif
