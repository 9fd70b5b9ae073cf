// The syntax tree: what the source text says, before anything is known about its meaning.
//
// Five kinds of node (types, patterns, expressions, statements, declarations), each a tagged union with a
// span. Nodes live in the compilation's arena and are never changed by the parser once built; a later phase
// may hang its result on the `info` slot, which the parser leaves NULL. Lists are arrays with a count. Names
// are interned (intern.h), so they compare by pointer; an absent name has `text == NULL`.
//
// After a syntax error the tree is still complete: an AST_*_ERROR node stands where something could not be
// read, and later phases treat it as a thing of unknown type about which a diagnostic has been given already.
#ifndef COMPILER_AST_H
#define COMPILER_AST_H

#include "compiler/arena.h"
#include "compiler/source.h"
#include <stdbool.h>

typedef struct AstType AstType;
typedef struct AstPattern AstPattern;
typedef struct AstExpr AstExpr;
typedef struct AstStmt AstStmt;
typedef struct AstDecl AstDecl;

typedef struct AstName {
    const char *text; // interned; NULL if absent
    Span span;
} AstName;

// ---------------------------------------------------------------------------------------------------- types

typedef enum AstTypeKind {
    AST_TYPE_ERROR,
    AST_TYPE_NAMED,    // int, List<T>, shapes.Circle
    AST_TYPE_OPTIONAL, // T?
    AST_TYPE_TUPLE,    // (A, B); at least two elements; `(A)` is just A
    AST_TYPE_FUNCTION, // fn(A, B): R
    AST_TYPE_BOUNDED,  // T: A & B, only as an argument in the header of an `extend`, where it declares T
} AstTypeKind;

struct AstType {
    AstTypeKind kind;
    Span span;
    void *info; // for the checker
    union {
        struct {
            AstName *path; // qualifiers first; `arguments` belong to the last
            uint32_t path_count;
            AstType **arguments;
            uint32_t argument_count;
        } named;
        struct {
            AstType *element;
        } optional;
        struct {
            AstType **elements;
            uint32_t count;
        } tuple;
        struct {
            AstType **parameters;
            uint32_t parameter_count;
            AstType *result; // NULL: void
        } function;
        struct {
            AstName name;
            AstType **bounds;
            uint32_t bound_count;
        } bounded;
    };
};

// ------------------------------------------------------------------------------------------------- patterns

typedef enum AstPatternKind {
    AST_PATTERN_ERROR,
    AST_PATTERN_WILDCARD, // _
    AST_PATTERN_LITERAL,  // 1, -1, 'a', "text", true, null
    AST_PATTERN_RANGE,    // 1..10, 'a'..='z'
    AST_PATTERN_NAME,     // x: a case of the matched enum, a constant, or a new binding; the checker decides
    AST_PATTERN_CASE,     // .Red, Color.Red, Num(v), .Bin(left: l, ..)
    AST_PATTERN_TUPLE,    // (a, b)
    AST_PATTERN_TYPE,     // c: Circle
    AST_PATTERN_ALTERNATIVES, // a | b
} AstPatternKind;

typedef struct AstPatternField {
    AstName name; // absent: positional
    AstPattern *pattern;
} AstPatternField;

struct AstPattern {
    AstPatternKind kind;
    Span span;
    void *info; // for the checker
    union {
        struct {
            AstExpr *value; // a literal, or AST_EXPR_UNARY AST_UNARY_NEGATE of a number
        } literal;
        struct {
            AstExpr *low;  // literals as above, or names of constants
            AstExpr *high; // included if `inclusive`
            bool inclusive;
        } range;
        struct {
            AstName name;
        } name;
        struct {
            bool leading_dot; // then `path` has one name
            bool has_payload; // parentheses are present, perhaps empty
            bool has_rest;    // `..` at the end: the other fields are ignored
            AstName *path;    // the case is the last name; before it the enum, and perhaps a module
            uint32_t path_count;
            AstPatternField *fields;
            uint32_t field_count;
        } variant;
        struct {
            AstPattern **elements; // at least two
            uint32_t count;
        } tuple;
        struct {
            AstName name; // "_" binds nothing
            AstType *type;
        } type_test;
        struct {
            AstPattern **options; // at least two
            uint32_t count;
        } alternatives;
    };
};

// ---------------------------------------------------------------------------------------------- expressions

typedef enum AstExprKind {
    AST_EXPR_ERROR,
    // literals
    AST_EXPR_INT,
    AST_EXPR_FLOAT,
    AST_EXPR_CHAR,
    AST_EXPR_STRING,
    AST_EXPR_INTERPOLATION,
    AST_EXPR_BOOL,
    AST_EXPR_NULL,
    AST_EXPR_TUPLE, // (a, b); at least two elements
    AST_EXPR_LIST,  // [a, b], []
    AST_EXPR_MAP,   // [k: v], [:]
    // names and access
    AST_EXPR_NAME,
    AST_EXPR_SELF,
    AST_EXPR_SUPER,           // only as the callee of a call or the object of a member access
    AST_EXPR_IMPLICIT_MEMBER, // .Red
    AST_EXPR_MEMBER,          // a.b, a?.b
    AST_EXPR_TUPLE_MEMBER,    // t.0, t?.0
    AST_EXPR_OPTIONAL_CHAIN,  // the extent of a?.b.c(): null if a `?.` inside meets null
    AST_EXPR_INSTANTIATE,     // parse<int>, Map<string, int>: a name or member with type arguments
    AST_EXPR_CALL,
    AST_EXPR_INDEX,
    AST_EXPR_SLICE,  // a[x..y], a[x..], a[..y]
    AST_EXPR_UNWRAP, // a!
    // operators
    AST_EXPR_UNARY,
    AST_EXPR_BINARY,
    AST_EXPR_RANGE,        // a..b, a..=b
    AST_EXPR_CAST,         // a as T, a as? T
    AST_EXPR_IS,           // a is T
    AST_EXPR_TRY_OPTIONAL, // try? a
    // functions and control
    AST_EXPR_LAMBDA,
    AST_EXPR_BLOCK,
    AST_EXPR_IF,
    AST_EXPR_MATCH,
    AST_EXPR_TRY,
    AST_EXPR_THROW,
    AST_EXPR_RETURN,
    AST_EXPR_BREAK,
    AST_EXPR_CONTINUE,
    // concurrency
    AST_EXPR_SPAWN,
    AST_EXPR_SCOPE,
    AST_EXPR_SELECT,
} AstExprKind;

typedef enum AstUnaryOperator { AST_UNARY_NEGATE, AST_UNARY_NOT, AST_UNARY_COMPLEMENT } AstUnaryOperator;

typedef enum AstBinaryOperator {
#define AST_BINARY_ROW(operator, precedence, spelling) AST_BINARY_##operator,
#include "compiler/operators.def"
#undef AST_BINARY_ROW
    AST_BINARY_COUNT
} AstBinaryOperator;

// A condition of if, while or guard: `pattern` is NULL for a boolean one, else it is `let pattern = value`.
typedef struct AstCondition {
    AstPattern *pattern;
    AstExpr *value;
    Span span;
} AstCondition;

typedef struct AstArgument {
    AstName name; // absent: positional
    AstExpr *value;
    Span span;
} AstArgument;

// [[fill]align][sign][#][0][width][.precision][type]
typedef struct AstFormatSpec {
    Span span;
    uint32_t fill;  // a scalar value; ' ' unless given
    char align;     // '<' '^' '>' or 0
    bool plus;      // sign is always shown
    bool alternate; // #
    bool zero;      // pad with zeros after the sign
    bool has_width;
    bool has_precision;
    char type;      // 'x' 'X' 'o' 'b' 'e' 'E' 'f' '?' or 0
    uint32_t width; // in Unicode scalars
    uint32_t precision;
} AstFormatSpec;

// A part of an interpolated string is text or an expression.
typedef struct AstStringPart {
    const char *text; // NULL for an expression
    uint32_t length;  // of the text in bytes
    AstExpr *value;
    AstFormatSpec *format; // NULL if none is given
} AstStringPart;

typedef struct AstMapEntry {
    AstExpr *key;
    AstExpr *value;
} AstMapEntry;

typedef struct AstParameter {
    AstName name;  // "_" binds nothing
    AstType *type; // NULL in a lambda (or a setter) that leaves it out
    AstExpr *default_value;
    Span span;
    void *info; // for the checker
} AstParameter;

typedef struct AstMatchArm {
    AstPattern *pattern;
    AstExpr *guard; // NULL if none
    AstExpr *body;
    Span span;
    void *info; // for the checker
} AstMatchArm;

typedef struct AstCatch {
    AstName name;  // absent or "_" binds nothing
    AstType *type; // NULL: any error
    AstExpr *body; // a block
    Span span;
    void *info; // for the checker
} AstCatch;

typedef struct AstSelectArm {
    AstName name;       // v in `v = channel.receive() => ...`; may be absent
    bool is_after;      // `after duration => ...`
    AstExpr *operation; // the duration, if `is_after`
    AstExpr *body;
    Span span;
} AstSelectArm;

struct AstExpr {
    AstExprKind kind;
    bool parenthesised; // stood in parentheses of its own
    Span span;
    void *info; // for the checker
    union {
        struct {
            uint64_t value;
            bool overflow; // more than 64 bits; `value` is UINT64_MAX
        } integer;
        struct {
            const char *text; // digits without underscores, as strtod reads them
        } floating;
        struct {
            uint32_t scalar;
        } character;
        struct {
            const char *bytes; // UTF-8, may contain NUL; a terminating NUL follows
            uint32_t length;
        } string;
        struct {
            AstStringPart *parts; // at least one expression
            uint32_t count;
        } interpolation;
        struct {
            bool value;
        } boolean;
        struct {
            AstExpr **elements;
            uint32_t count;
        } list; // LIST and TUPLE
        struct {
            AstMapEntry *entries;
            uint32_t count;
        } map;
        struct {
            AstName name;
        } name; // NAME and IMPLICIT_MEMBER
        struct {
            AstExpr *object;
            AstName name;
            bool optional; // ?.
        } member;
        struct {
            AstExpr *object;
            uint32_t index;
            Span index_span;
            bool optional;
        } tuple_member;
        struct {
            AstExpr *operand;
        } operand; // OPTIONAL_CHAIN, UNWRAP, TRY_OPTIONAL, THROW, RETURN (NULL: no value), SPAWN, SCOPE
        struct {
            AstExpr *operand; // a NAME or a MEMBER
            AstType **arguments;
            uint32_t argument_count;
        } instantiate;
        struct {
            AstExpr *callee;
            AstArgument *arguments;
            uint32_t argument_count;
        } call;
        struct {
            AstExpr *object;
            AstExpr *index;
        } index;
        struct {
            AstExpr *object;
            AstExpr *low;  // NULL: from the start
            AstExpr *high; // NULL: to the end
            bool inclusive;
        } slice;
        struct {
            AstUnaryOperator operator;
            AstExpr *operand;
        } unary;
        struct {
            AstBinaryOperator operator;
            AstExpr *left;
            AstExpr *right;
            Span operator_span;
        } binary;
        struct {
            AstExpr *low;
            AstExpr *high;
            bool inclusive;
        } range;
        struct {
            AstExpr *operand;
            AstType *type;
            bool optional; // as?
        } cast;            // CAST and IS
        struct {
            AstParameter *parameters;
            uint32_t parameter_count;
            AstType *result; // NULL: inferred
            AstExpr *body;   // a BLOCK for `=> { ... }`
        } lambda;
        struct {
            AstStmt **statements;
            uint32_t count;
        } block;
        struct {
            AstCondition *condition;
            AstExpr *then_body; // a BLOCK
            AstExpr *else_body; // a BLOCK or an IF; NULL if absent
        } if_;
        struct {
            AstExpr *subject;
            AstMatchArm *arms;
            uint32_t count;
        } match;
        struct {
            AstExpr *body; // blocks
            AstCatch *catches;
            uint32_t catch_count;
            AstExpr *finally_body; // NULL if absent
        } try_;
        struct {
            AstName label; // may be absent
        } jump;            // BREAK and CONTINUE
        struct {
            AstSelectArm *arms;
            uint32_t count;
        } select;
    };
};

// ----------------------------------------------------------------------------------------------- statements

typedef enum AstStmtKind {
    AST_STMT_ERROR,
    AST_STMT_EXPR, // also return, throw, break, continue, if, match, try, blocks: they are expressions
    AST_STMT_DECL, // let, var, const, a local function, and all declarations of a module
    AST_STMT_ASSIGN,
    AST_STMT_WHILE,
    AST_STMT_FOR,
    AST_STMT_GUARD,
    AST_STMT_DEFER,
} AstStmtKind;

struct AstStmt {
    AstStmtKind kind;
    Span span;
    void *info; // for the checker
    union {
        struct {
            AstExpr *value;
        } expr;
        struct {
            AstDecl *decl;
        } decl;
        struct {
            AstExpr *target; // an expression; a TUPLE of targets in `(a, b) = (b, a)`
            AstExpr *value;
            bool compound;              // `target operator= value`
            AstBinaryOperator operator; // if compound
            Span operator_span;         // of `=` or `+=`
        } assign;
        struct {
            AstName label; // may be absent
            AstCondition *condition;
            AstExpr *body; // a BLOCK
        } while_;
        struct {
            AstName label; // may be absent
            AstPattern *pattern;
            AstExpr *iterable;
            AstExpr *body; // a BLOCK
        } for_;
        struct {
            AstCondition *condition;
            AstExpr *else_body; // a BLOCK
        } guard;
        struct {
            AstExpr *body; // a BLOCK
        } defer;
    };
};

// --------------------------------------------------------------------------------------------- declarations

typedef enum AstDeclKind {
    AST_DECL_ERROR,
    AST_DECL_IMPORT,
    AST_DECL_BINDING,  // const, let, var of a module, a function or (const only) a type
    AST_DECL_FIELD,    // a field of a struct or class, static ones included
    AST_DECL_FUNCTION, // function, method or operator
    AST_DECL_INIT,
    AST_DECL_GETTER, // get name: T { }
    AST_DECL_SETTER, // set name(value) { }
    AST_DECL_STRUCT,
    AST_DECL_CLASS,
    AST_DECL_ENUM,
    AST_DECL_CASE, // of an enum
    AST_DECL_INTERFACE,
    AST_DECL_EXTEND,
    AST_DECL_EXTERN,
} AstDeclKind;

typedef enum AstModifier {
    AST_MODIFIER_PUB = 1 << 0,
    AST_MODIFIER_PRIVATE = 1 << 1,
    AST_MODIFIER_OPEN = 1 << 2,
    AST_MODIFIER_ABSTRACT = 1 << 3,
    AST_MODIFIER_OVERRIDE = 1 << 4,
    AST_MODIFIER_STATIC = 1 << 5,
    AST_MODIFIER_MUT = 1 << 6,
    AST_MODIFIER_OPERATOR = 1 << 7,
} AstModifier;

#define AST_MODIFIER_COUNT 8

typedef enum AstBindingKind {
    AST_BINDING_PLAIN, // a field without keyword, `x: float`: like var
    AST_BINDING_LET,
    AST_BINDING_VAR,
    AST_BINDING_CONST,
} AstBindingKind;

typedef struct AstAttribute {
    AstName name; // without the @
    AstArgument *arguments;
    uint32_t argument_count;
    Span span;
} AstAttribute;

typedef struct AstTypeParameter {
    AstName name;
    AstType **bounds; // T: A & B
    uint32_t bound_count;
    Span span;
    void *info; // for the checker
} AstTypeParameter;

struct AstDecl {
    AstDeclKind kind;
    uint32_t modifiers;   // AstModifier bits
    Span span;            // attributes and modifiers included, doc comment not
    Span *modifier_spans; // by bit number, of those that are present; NULL if there is none
    AstName name; // absent for BINDING, IMPORT, EXTEND, EXTERN; "init" for INIT; "+", "[]=" ... for operators
    const char *doc; // text of the /// lines, without the slashes and one space, joined by '\n'; or NULL
    uint32_t doc_start, doc_end; // where they stand in the file
    AstAttribute *attributes;
    uint32_t attribute_count;
    void *info; // for the checker
    union {
        struct {
            bool relative;    // `./a/b`: segments are path components; else dotted
            uint32_t parents; // number of leading `..` in a relative import: `../a` has 1
            AstName *segments;
            uint32_t segment_count;
            AstName alias; // may be absent
            Span path_span;
        } import;
        struct {
            AstBindingKind kind; // LET, VAR or CONST
            AstPattern *pattern; // a NAME in the common case
            AstType *type;       // NULL: inferred
            AstExpr *value;      // NULL if absent
        } binding;
        struct {
            AstBindingKind kind; // PLAIN, LET or VAR
            AstType *type;       // NULL: inferred
            AstExpr *value;      // NULL if absent
        } field;
        struct {
            AstTypeParameter *type_parameters;
            uint32_t type_parameter_count;
            AstParameter *parameters;
            uint32_t parameter_count;
            AstType *result;     // NULL: void, or inferred for `=>` (the checker's choice); a getter's type
            AstExpr *body;       // NULL if absent; a BLOCK, or any expression after `=>`
            bool has_arrow;      // the body was given after `=>`
            Span signature_span; // from the first modifier to the result type
        } function;              // FUNCTION, INIT, GETTER, SETTER
        struct {
            AstTypeParameter *type_parameters;
            uint32_t type_parameter_count;
            AstType **supertypes; // superclass and interfaces, in source order
            uint32_t supertype_count;
            AstDecl **members; // an enum's cases are among them
            uint32_t member_count;
        } type; // STRUCT, CLASS, ENUM, INTERFACE
        struct {
            AstParameter *fields;
            uint32_t field_count;
            bool has_payload; // parentheses are present
        } variant;            // CASE
        struct {
            AstType *target; // arguments may be BOUNDED or plain names that the checker takes for parameters
            AstType **interfaces;
            uint32_t interface_count;
            AstDecl **members;
            uint32_t member_count;
        } extend;
        struct {
            const char *library; // NUL-terminated
            Span library_span;
            AstDecl **members; // functions without bodies
            uint32_t member_count;
        } extern_;
    };
};

// A module: its declarations and, for a script, its statements, in source order.
typedef struct AstModule {
    const SourceFile *file; // the first one, of a module in parts
    AstStmt **items;
    uint32_t item_count;
    const char *doc; // the /// lines at the top that belong to no declaration, like AstDecl.doc
    uint32_t doc_start, doc_end;
    bool is_broken; // syntax errors were reported: code may be lost
} AstModule;

// The spelling of an operator: "+", "&&", "??".
const char *ast_binary_spelling(AstBinaryOperator operator);
const char *ast_unary_spelling(AstUnaryOperator operator);
// The keyword of a modifier bit: "pub".
const char *ast_modifier_spelling(AstModifier modifier);
// What a declaration is called in messages: "class", "function", "enum case".
const char *ast_decl_kind_name(AstDeclKind kind);

// How many bytes of a node its kind uses: what the parser allocates.
size_t ast_expr_size(AstExprKind kind);
size_t ast_stmt_size(AstStmtKind kind);

#endif
