// The typed tree: what the checker hands to the emitter.
//
// Every name is resolved, every type known, every implicit conversion explicit, every default argument,
// narrowing,
// memberwise constructor and operator function spelled out.  The emitter decides nothing about the language:
// it only
// chooses registers, labels and instructions.  Nodes live in the compilation's arena; a node belongs to one
// parent.
#ifndef COMPILER_TREE_H
#define COMPILER_TREE_H

#include "compiler/symbols.h"

typedef struct TreeExpr TreeExpr;
typedef struct TreePattern TreePattern;

typedef enum TreeKind {
    // values
    TREE_CONSTANT,    // constant
    TREE_NULL,        // type: an optional
    TREE_VARIABLE,    // variable (local, parameter, self, global, static, captured)
    TREE_FIELD,       // a: class instance or struct; field.  As a place: assignable
    TREE_TUPLE_FIELD, // a, index
    TREE_ELEMENT,     // a: Array<T>, b: int
    // a: receiver (NULL for static), function: getter, setter or NULL; type_args; flag: called virtually;
    // read as a getter call
    TREE_PROPERTY,
    // a: receiver, args: indices; function: operator [] (may be NULL), setter: operator []= or NULL;
    // type_args of the receiver; flag: called virtually
    TREE_SUBSCRIPT,
    TREE_HOLE,      // inside TREE_COMPOUND: the current value of its place
    TREE_ENUM_CASE, // enum_case, args (payload; empty for a plain case)
    TREE_STRUCT,    // args: every field in order (memberwise construction in the own module)
    TREE_TUPLE,     // args
    TREE_ARRAY,     // args: an Array<T> literal
    TREE_LIST,      // args: a List<T> literal
    TREE_SET,       // args: a Set<T> literal
    TREE_MAP,       // args: key, value, key, value ...: a Map<K, V> literal
    // a: length, b: fill value (evaluated once), or, when `flag`, a function int -> T called for each index
    TREE_ARRAY_NEW,
    // function (FUNCTION_LAMBDA); a local function that mentions itself makes another closure of its own
    // function
    TREE_LAMBDA,
    TREE_FUNCTION, // function as a value (plain or static, not capturing), type_args
    // calls
    TREE_CALL, // function, type_args (all: owner's first), args (self first for a method): direct
    // the same, by the receiver's class, interface, or (receiver of parameter type) at instantiation
    TREE_CALL_VIRTUAL,
    TREE_CALL_MUT,   // mut method of a value: args[0] is a place: evaluated once, copied in, written back
    TREE_CALL_VALUE, // a: function value, args
    TREE_NEW, // function: an init of a class (type_args: the class's) or of a struct; args without self
    TREE_SUPER_INIT, // function: an init of the superclass; args without self
    TREE_PRINT,      // args of any type: joined by spaces, newline
    // only as an element of args: parameter `index` of the call's function takes its default
    TREE_DEFAULT_ARGUMENT,
    // operators on built-in types
    TREE_UNARY, // op: TOKEN-independent TreeOperator; a
    // op, a, b: arithmetic, bitwise, shifts, comparison (==, != on any type; < <= > >= on numbers, chars,
    // strings; === !==)
    TREE_BINARY,
    TREE_COMPARE, // op (< <= > >=), a, b of a Comparable type (tuples included): compare(a, b) op 0
    TREE_AND,
    TREE_OR,       // a, b: short circuit
    TREE_COALESCE, // a ?? b
    // a: optional; variable: bound to its value; b: evaluated when present; type: optional of b's type (b's
    // own when it is optional: flag), or void
    TREE_OPTIONAL_CHAIN,
    TREE_CONCAT,    // args: all strings
    TREE_TO_STRING, // a of any type, as print writes it
    TREE_FORMAT,    // a, text: the checked format spec
    // conversions
    TREE_CONVERT,  // a: number, char, bool, plain enum to the number or char `type`
    TREE_UPCAST,   // a to a supertype, any or interface (boxes values)
    TREE_SOME,     // a to `type`, an optional of its type
    TREE_UNWRAP,   // a!: NullError; flag: narrowing, known to succeed
    TREE_CAST,     // a as type: CastError; flag: narrowing, known to succeed
    TREE_TRY_CAST, // a as? T; type T?
    TREE_IS,       // a is test_type
    TREE_TEST,     // a matches `pattern`: bool; binds its variables when true
    // control: all are expressions; void or never ones have that type
    TREE_BLOCK, // args: statements; a: value or NULL; may hold TREE_DEFER among its statements
    TREE_LET,   // pattern (irrefutable; usually a single binding), a: initial value or NULL (assigned later)
    // a: place, b: value (already converted); flag: a variable or own field that has no value yet
    TREE_ASSIGN,
    TREE_COMPOUND, // a: place (evaluated once), b: new value, with TREE_HOLE for the current one
    TREE_IF,       // a: condition, b: then, c: else or NULL
    TREE_MATCH,    // a: subject, arms; exhaustive (proved): the last resort is a trap
    TREE_WHILE,    // a: condition, b: body, loop
    // variable; a: start, b: end, c: positive step or NULL (1); range_inclusive, range_reversed; d: body; loop
    TREE_FOR_RANGE,
    TREE_FOR_ARRAY, // pattern; a: array; d: body; loop
    // pattern; a: an Iterator<T> value (the call of iterator() included); function: its next, type_args;
    // flag: called virtually; d: body; loop
    TREE_FOR_ITERATE,
    TREE_BREAK,
    TREE_CONTINUE,     // loop
    TREE_RETURN,       // a or NULL
    TREE_THROW,        // a: an Error
    TREE_TRY,          // a: body; catches; b: finally or NULL
    TREE_TRY_OPTIONAL, // try? a: type optional (a's own when it is optional: flag), or void
    TREE_DEFER         // a: runs when the enclosing TREE_BLOCK is left in any way
} TreeKind;

typedef enum TreeOperator {
    OPERATOR_ADD,
    OPERATOR_SUB,
    OPERATOR_MUL,
    OPERATOR_DIV,
    OPERATOR_REM,
    OPERATOR_AND,
    OPERATOR_OR,
    OPERATOR_XOR,
    OPERATOR_SHL,
    OPERATOR_SHR,
    OPERATOR_USHR,
    OPERATOR_EQ,
    OPERATOR_NE,
    OPERATOR_LT,
    OPERATOR_LE,
    OPERATOR_GT,
    OPERATOR_GE,
    OPERATOR_SAME,
    OPERATOR_NOT_SAME,
    OPERATOR_NEG,
    OPERATOR_NOT /* bool */,
    OPERATOR_COMPLEMENT // ~
} TreeOperator;

typedef struct TreeLoop { // identity of a loop, target of break and continue
    bool has_break, has_continue;
    void *emitter;
} TreeLoop;

typedef struct TreeArm {
    TreePattern *pattern;
    TreeExpr *guard; // or NULL
    TreeExpr *body;  // of the match's type, or never
    Span span;
} TreeArm;

typedef struct TreeCatch {
    const Type *type;   // Error or a subclass
    Variable *variable; // of that type; NULL when unnamed
    TreeExpr *body;
} TreeCatch;

// Most nodes are small: the fields that only few kinds have stand behind, and nodes of other kinds end before them
// (tree_new).
struct TreeExpr {
    uint8_t kind; // TreeKind
    uint8_t op;   // TreeOperator
    bool flag;
    bool range_inclusive : 1, range_reversed : 1;
    uint32_t index;
    const Type *type; // void and never included
    Span span; // its main position (operator, callee's name) is `span.start`: lines in traces come from it
    uint32_t arg_count;
    TreeExpr *a, *b;
    Variable *variable;
    // not in operators, variables, conversions and the like:
    union {
        struct {
            TreeExpr **args;
            const Type **type_args;
            Function *function;
        };
        Constant constant; // of TREE_CONSTANT
    };
    union {
        Field *field;
        EnumCase *enum_case;
        const Type *test_type;
    };
    uint32_t type_arg_count;
    // nor in calls, fields, blocks, constants, literals:
    uint32_t arm_count, catch_count;
    TreeExpr *c, *d;
    Function *setter;
    TreePattern *pattern;
    TreeArm *arms;
    TreeCatch *catches;
    TreeLoop *loop;
    struct {
        const char *bytes;
        uint32_t length;
    } text;
};

// A node with nothing else set; it may become one of a kind with no more fields.
TreeExpr *tree_new(Arena *arena, TreeKind kind, const Type *type, Span span);

typedef enum PatternKind {
    PATTERN_WILDCARD,
    PATTERN_BIND, // variable := subject; sub: further pattern or NULL
    // subject == constant (number, char, bool, string); when the subject is optional it is wrapped in
    // PATTERN_SOME
    PATTERN_CONSTANT,
    PATTERN_RANGE,      // low .. high; inclusive; either end may be absent
    PATTERN_CASE,       // enum_case; subs by payload index, NULL: ignored
    PATTERN_TUPLE,      // subs, NULL: ignored
    PATTERN_STRUCT,     // subs by field index, NULL: ignored
    PATTERN_NULL,       // subject is null
    PATTERN_SOME,       // subject is present; sub matches its value
    PATTERN_TYPE,       // subject is a `type`; sub matches it as that type, or NULL
    PATTERN_ALTERNATIVE // subs; all bind the same variables (the same Variable objects)
} PatternKind;

struct TreePattern {
    PatternKind kind;
    const Type *type; // of the subject; PATTERN_TYPE: the type tested
    Span span;
    Variable *variable;
    TreePattern *sub;
    TreePattern **subs;
    uint32_t sub_count;
    EnumCase *enum_case;
    Constant low, high; // CONSTANT: low
    bool has_low, has_high, inclusive;
    bool boxes; // TYPE, of a type parameter: its value is tested as an `any`
};

// The module initialiser: its body has one TREE_LET for every global and static with a value, statics with
// constant values
// first, the rest in source order; Variable.initializer points to the same value. Top-level variables that
// no function
// mentions are locals of it and no longer among the module's globals.
// Arguments that stand for self may have a subtype of the method's self type only in virtual calls;
// elsewhere a
// TREE_UPCAST makes them exact. TREE_CONSTANT and TREE_CONCAT use `flag` for the checker's own purposes.

// Class constructors (FUNCTION_INIT of a class): assignments to own fields are TREE_ASSIGN of TREE_FIELD on
// self;
// before the body's own code the emitter stores the fields' defaults (fields assigned in the body keep this
// order).
// Struct constructors: the same tree; the emitter keeps the fields in registers until self is complete.
// Derived methods (toString, equals, hash of structs and enums): Function with is_derived and no
// body: the
// emitter makes their code.

#endif
