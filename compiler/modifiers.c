// Modifiers and attributes: which may stand on which declaration.
//
// One table says which modifiers each kind of declaration takes in each context; a second one lists the pairs
// that exclude each other. A modifier that means nothing is ignored; the parser has reported it where the
// kind of declaration alone decides, and it is reported here where the kind of type decides.
#include "compiler/declarations.h"

#include "compiler/suggest.h"

#include <string.h>

#define PUB      AST_MODIFIER_PUB
#define PRIVATE  AST_MODIFIER_PRIVATE
#define OPEN     AST_MODIFIER_OPEN
#define ABSTRACT AST_MODIFIER_ABSTRACT
#define OVERRIDE AST_MODIFIER_OVERRIDE
#define STATIC   AST_MODIFIER_STATIC
#define MUT      AST_MODIFIER_MUT
#define OPERATOR AST_MODIFIER_OPERATOR
#define MEMBER   (PUB | PRIVATE)

// By context: MODULE, STRUCT, CLASS, ENUM, INTERFACE, EXTENSION.
static const uint32_t allowed[AST_DECL_EXTERN + 1][CONTEXT_COUNT] = {
    [AST_DECL_BINDING] = {PUB, MEMBER | STATIC, MEMBER | STATIC, MEMBER | STATIC, MEMBER | STATIC,
                          MEMBER | STATIC},
    [AST_DECL_FIELD] = {0, MEMBER | STATIC, MEMBER | STATIC, MEMBER | STATIC, 0, MEMBER | STATIC},
    [AST_DECL_FUNCTION] = {PUB, MEMBER | STATIC | MUT | OPERATOR | OVERRIDE,
                           MEMBER | STATIC | OPERATOR | OVERRIDE | OPEN | ABSTRACT,
                           MEMBER | STATIC | MUT | OPERATOR | OVERRIDE, PUB | OPERATOR | OVERRIDE | ABSTRACT,
                           MEMBER | STATIC | MUT | OPERATOR | OVERRIDE},
    [AST_DECL_INIT] = {0, MEMBER, MEMBER, 0, 0, 0},
    [AST_DECL_GETTER] = {0, MEMBER | STATIC | OVERRIDE, MEMBER | STATIC | OVERRIDE | OPEN | ABSTRACT,
                         MEMBER | STATIC | OVERRIDE, PUB | OVERRIDE | ABSTRACT, MEMBER | STATIC | OVERRIDE},
    [AST_DECL_SETTER] = {0, MEMBER | STATIC | OVERRIDE | MUT, MEMBER | STATIC | OVERRIDE | OPEN | ABSTRACT,
                         MEMBER | STATIC | OVERRIDE | MUT, PUB | OVERRIDE | ABSTRACT,
                         MEMBER | STATIC | OVERRIDE | MUT},
    [AST_DECL_STRUCT] = {PUB, 0, 0, 0, 0, 0},
    [AST_DECL_CLASS] = {PUB | OPEN | ABSTRACT, 0, 0, 0, 0, 0},
    [AST_DECL_ENUM] = {PUB, 0, 0, 0, 0, 0},
    [AST_DECL_INTERFACE] = {PUB, 0, 0, 0, 0, 0},
    [AST_DECL_EXTERN] = {PUB, 0, 0, 0, 0, 0},
};

static const struct {
    uint32_t first, second;
} conflicts[] = {
    {PUB, PRIVATE},     {PRIVATE, OPEN},    {PRIVATE, ABSTRACT}, {PRIVATE, OVERRIDE}, {STATIC, OPEN},
    {STATIC, ABSTRACT}, {STATIC, OVERRIDE}, {STATIC, MUT},       {STATIC, OPERATOR},  {MUT, OVERRIDE},
};

static const char *const context_names[CONTEXT_COUNT] = {
    "of a module", "of a struct", "of a class", "of an enum", "of an interface", "of an extension",
};

static uint32_t bit_number(uint32_t modifier) {
    uint32_t bit = 0;
    while (modifier >>= 1)
        bit++;
    return bit;
}

Span modifiers_span(const AstDecl *decl, AstModifier modifier) {
    return decl->modifier_spans ? decl->modifier_spans[bit_number(modifier)] : (Span){0};
}

static bool is_reported_here(const AstDecl *decl, DeclContext context) {
    bool is_function =
        decl->kind == AST_DECL_FUNCTION || decl->kind == AST_DECL_GETTER || decl->kind == AST_DECL_SETTER;
    return is_function && context != CONTEXT_MODULE;
}

// Why a modifier is not allowed, where there is more to say than that.
static void explain(Diagnostic *d, AstModifier modifier, DeclContext context) {
    switch (modifier) {
    case AST_MODIFIER_MUT:
        if (context == CONTEXT_CLASS)
            diagnostic_help(d, "methods of a class can always assign its fields: remove `mut`");
        break;
    case AST_MODIFIER_OPEN:
        if (context == CONTEXT_INTERFACE)
            diagnostic_help(d, "methods of an interface can always be overridden");
        else
            diagnostic_help(d, "only methods of classes can be overridden");
        break;
    default: break;
    }
}

static void report_invalid(Checker *checker, const AstDecl *decl, AstModifier modifier, DeclContext context) {
    Span span = modifiers_span(decl, modifier);
    const char *what =
        arena_printf(checker->arena, "a %s %s", ast_decl_kind_name(decl->kind), context_names[context]);
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_INVALID_MODIFIER, span,
                                   ast_modifier_spelling(modifier), what, NULL);
    diagnostic_label(d, "means nothing here");
    explain(d, modifier, context);
}

uint32_t modifiers_check(Checker *checker, const AstDecl *decl, DeclContext context) {
    uint32_t valid = decl->modifiers;
    for (uint32_t bit = 0; bit < AST_MODIFIER_COUNT; bit++) {
        uint32_t modifier = 1u << bit;
        if ((decl->modifiers & modifier) && !(allowed[decl->kind][context] & modifier)) {
            if (is_reported_here(decl, context))
                report_invalid(checker, decl, modifier, context);
            valid &= ~modifier;
        }
    }
    for (size_t i = 0; i < sizeof conflicts / sizeof *conflicts; i++) {
        uint32_t first = conflicts[i].first, second = conflicts[i].second;
        if (!(valid & first) || !(valid & second))
            continue;
        Diagnostic *d =
            diagnostic_add(checker->sink, DIAGNOSTIC_CONFLICTING_MODIFIERS, modifiers_span(decl, second),
                           ast_modifier_spelling(first), ast_modifier_spelling(second), NULL);
        diagnostic_label(d, "cannot stand with `%s`", ast_modifier_spelling(first));
        diagnostic_secondary(d, modifiers_span(decl, first), "`%s` stands here",
                             ast_modifier_spelling(first));
        valid &= ~second;
    }
    return valid;
}

// ---------------------------------------------------------------------------------------------- attributes

static void report_unknown(Checker *checker, const AstAttribute *attribute) {
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_UNKNOWN_ATTRIBUTE, attribute->name.span,
                                   attribute->name.text, NULL);
    diagnostic_label(d, "no attribute of this name exists here");
    static const struct {
        const char *name, *owner;
    } known[] = {
        {"bench", "functions"},
        {"c", "structs"},
        {"count", "fields of `@c` structs"},
        {"hidden", "functions"},
        {"intrinsic", "functions"},
        {"symbol", "functions in an `extern` block of a library"},
        {"syscall", "functions"},
        {"test", "functions"},
        {"variadic", "functions in an `extern` block of a library"},
    };
    Suggestion suggestion = suggest_begin(attribute->name.text);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(attribute->name.text, known[i].name) == 0) {
            diagnostic_help(d, "it is an attribute of %s", known[i].owner);
            return;
        }
        suggest_consider(&suggestion, known[i].name);
    }
    if (suggestion.best)
        diagnostic_suggest(d, attribute->name.span, suggestion.best, "did you mean `@%s`?", suggestion.best);
}

// The one string argument of an attribute; after a report, some name.
static const char *operation_name(Checker *checker, const AstAttribute *attribute) {
    if (attribute->argument_count == 1 && !attribute->arguments[0].name.text) {
        const AstExpr *value = attribute->arguments[0].value;
        if (value->kind == AST_EXPR_STRING && !memchr(value->string.bytes, 0, value->string.length))
            return intern_text(checker->names, value->string.bytes, value->string.length);
    }
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_BAD_ATTRIBUTE, attribute->span,
                                   attribute->name.text, "takes one string", NULL);
    diagnostic_label(d, "the name of the operation is expected: `@%s(\"name\")`", attribute->name.text);
    return attribute->name.text;
}

static void expect_no_arguments(Checker *checker, const AstAttribute *attribute) {
    if (attribute->argument_count == 0)
        return;
    Diagnostic *d = diagnostic_add(checker->sink, DIAGNOSTIC_BAD_ATTRIBUTE, attribute->span,
                                   attribute->name.text, "takes no arguments", NULL);
    diagnostic_label(d, "write `@%s`", attribute->name.text);
}

// `@test` and `@bench`: a host calls the function by its name, with nothing.
static void mark_test(Checker *checker, Function *function, const AstDecl *decl,
                      const AstAttribute *attribute) {
    expect_no_arguments(checker, attribute);
    function->is_test = function->kind == FUNCTION_PLAIN && !decl->function.parameter_count &&
                        !decl->function.type_parameter_count;
    if (function->is_test)
        return;
    Diagnostic *d =
        diagnostic_add(checker->sink, DIAGNOSTIC_BAD_ATTRIBUTE, attribute->span, attribute->name.text,
                       "belongs to a function of the module without parameters", NULL);
    diagnostic_label(d, function->kind == FUNCTION_PLAIN ? "nobody could give these arguments"
                                                         : "this is no function at the top of its file");
}

void modifiers_attributes(Checker *checker, Function *function, const AstDecl *decl) {
    for (uint32_t i = 0; i < decl->attribute_count; i++) {
        const AstAttribute *attribute = &decl->attributes[i];
        const char *name = attribute->name.text;
        if (!name)
            continue;
        if (!strcmp(name, "intrinsic")) {
            function->intrinsic = operation_name(checker, attribute);
        } else if (!strcmp(name, "syscall")) {
            function->syscall = operation_name(checker, attribute);
        } else if (!strcmp(name, "hidden")) {
            function->is_hidden = true;
            expect_no_arguments(checker, attribute);
        } else if (!strcmp(name, "test") || !strcmp(name, "bench")) {
            mark_test(checker, function, decl, attribute);
        } else if (!function->foreign || !foreign_is_attribute(name)) {
            report_unknown(checker, attribute);
        }
    }
}

bool modifiers_of_type(Checker *checker, const AstDecl *decl) {
    bool is_c = false;
    for (uint32_t i = 0; i < decl->attribute_count; i++) {
        const AstAttribute *attribute = &decl->attributes[i];
        if (attribute->name.text && !strcmp(attribute->name.text, "c"))
            is_c |= foreign_take_c(checker, decl, attribute);
        else if (attribute->name.text)
            report_unknown(checker, attribute);
    }
    return is_c;
}

uint32_t modifiers_of_field(Checker *checker, const TypeDecl *owner, const AstDecl *decl) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < decl->attribute_count; i++) {
        const AstAttribute *attribute = &decl->attributes[i];
        if (attribute->name.text && !strcmp(attribute->name.text, "count") && owner && owner->is_c)
            count = foreign_take_count(checker, attribute);
        else if (attribute->name.text)
            report_unknown(checker, attribute);
    }
    return count;
}

void modifiers_no_attributes(Checker *checker, const AstDecl *decl) {
    for (uint32_t i = 0; i < decl->attribute_count; i++) {
        if (decl->attributes[i].name.text)
            report_unknown(checker, &decl->attributes[i]);
    }
}
