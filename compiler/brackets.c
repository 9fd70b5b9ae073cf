// Most files are balanced and need one pass with a stack. If that fails, a second pass decides what to insert and
// what to remove, led by the layout: a line that is not indented further than the line of an open brace, or a
// statement keyword at the beginning of a line inside parentheses, shows where a bracket was forgotten. Braces are
// trusted more than parentheses and brackets, which never reach across one.
#include "compiler/brackets.h"

#include <assert.h>
#include <stdlib.h>

// How far the repair looks for a brace whose line is indented like a closing one.
#define LAYOUT_SEARCH 64u

#define NO_TOKEN UINT32_MAX

typedef struct Opener {
    uint32_t index;  // of the token
    uint32_t indent; // of the line it stands on
    uint32_t likely; // the first token directly inside before which the closer may be missing; or NO_TOKEN
    uint32_t parens, squares, braces; // open since the last interpolation, this one included
} Opener;

typedef struct Insertion {
    uint32_t before; // index of a token
    uint32_t order;
    TokenKind kind;
} Insertion;

typedef struct Repair {
    TokenList *list;
    const SourceFile *file;
    Arena *arena;
    DiagnosticSink *sink;
    Opener *stack;
    uint32_t depth, stack_capacity;
    Insertion *insertions;
    uint32_t insertion_count, insertion_capacity;
    bool more_open_braces; // than closing ones in the whole file
    uint32_t indent;       // of the current line
    uint32_t line_start;   // index of the first token of the current line
    uint32_t broken;       // index of the last broken string; it may have swallowed brackets
} Repair;

// Sets `match` of all pairs; false if they do not nest.
static bool match_all(TokenList *list, Arena *arena) {
    uint32_t *stack = NULL, depth = 0, capacity = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        TokenKind kind = list->items[i].kind;
        if (token_closer(kind) != TOKEN_INVALID) {
            ARENA_PUSH(arena, stack, depth, capacity, i);
        } else if (token_is_closer(kind)) {
            if (!depth || token_closer(list->items[stack[depth - 1]].kind) != kind)
                return false;
            uint32_t opener = stack[--depth];
            list->items[opener].match = i;
            list->items[i].match = opener;
        }
    }
    return depth == 0;
}

static Span token_span(const Repair *repair, uint32_t index) {
    const Token *token = &repair->list->items[index];
    return source_span(repair->file->id, token->start, token->end);
}

static TokenKind opener_kind(const Repair *repair, const Opener *opener) {
    return repair->list->items[opener->index].kind;
}

static void push(Repair *repair, uint32_t index) {
    TokenKind kind = repair->list->items[index].kind;
    Opener opener = {.index = index, .indent = repair->indent, .likely = NO_TOKEN};
    if (repair->depth && kind != TOKEN_INTERPOLATION_BEGIN) {
        const Opener *outer = &repair->stack[repair->depth - 1];
        opener.parens = outer->parens;
        opener.squares = outer->squares;
        opener.braces = outer->braces;
    }
    if (kind == TOKEN_LEFT_BRACE) // parentheses do not reach across braces
        opener.parens = opener.squares = 0;
    opener.parens += kind == TOKEN_LEFT_PAREN;
    opener.squares += kind == TOKEN_LEFT_BRACKET;
    opener.braces += kind == TOKEN_LEFT_BRACE;
    ARENA_PUSH(repair->arena, repair->stack, repair->depth, repair->stack_capacity, opener);
}

// Whether some open bracket can be closed by `closer`.
static bool can_close(const Repair *repair, TokenKind closer) {
    if (!repair->depth)
        return false;
    const Opener *top = &repair->stack[repair->depth - 1];
    switch (closer) {
    case TOKEN_RIGHT_PAREN: return top->parens;
    case TOKEN_RIGHT_BRACKET: return top->squares;
    case TOKEN_RIGHT_BRACE: return top->braces;
    default: return true; // the lexer pairs strings and interpolations itself
    }
}

// Closes the top of the stack, which has no closer of its own, at the latest before the token `index`.
static void close_missing(Repair *repair, uint32_t index) {
    Opener opener = repair->stack[--repair->depth];
    TokenKind kind = opener_kind(repair, &opener);
    uint32_t before = opener.likely != NO_TOKEN ? opener.likely : index;
    Insertion insertion = {before, repair->insertion_count, token_closer(kind)};
    ARENA_PUSH(repair->arena, repair->insertions, repair->insertion_count, repair->insertion_capacity,
               insertion);
    const Token *found = &repair->list->items[index];
    bool inside_broken = found->kind == TOKEN_INTERPOLATION_END && found->start == found->end;
    if (inside_broken || repair->broken > opener.index)
        return; // a string is not closed, which has been reported, and this may follow from it
    Diagnostic *d = diagnostic_add(repair->sink, DIAGNOSTIC_UNCLOSED_BRACKET,
                                   token_span(repair, opener.index), token_spelling(kind), NULL);
    diagnostic_label(d, "this `%s` is not closed", token_spelling(kind));
    if (repair->list->items[before].kind != TOKEN_END)
        diagnostic_secondary(d, token_span(repair, before), "`%s` is missing before this",
                             token_spelling(token_closer(kind)));
}

// A brace that begins a line closes the brace whose line is indented like it, if there is one.
static void close_by_layout(Repair *repair, uint32_t index) {
    const Token *token = &repair->list->items[index];
    if (!repair->more_open_braces || !(token->flags & TOKEN_STARTS_LINE))
        return;
    uint32_t searched = 0;
    for (uint32_t i = repair->depth; i-- > 0 && searched < LAYOUT_SEARCH; searched++) {
        const Opener *opener = &repair->stack[i];
        TokenKind kind = opener_kind(repair, opener);
        if (kind == TOKEN_INTERPOLATION_BEGIN ||
            (kind == TOKEN_LEFT_BRACE && opener->indent < repair->indent))
            return;
        if (kind == TOKEN_LEFT_BRACE && opener->indent == repair->indent) {
            while (repair->depth > i + 1)
                close_missing(repair, index);
            return;
        }
    }
}

// In `f(x => { a )` of a file that lacks a closing brace, the parenthesis shows where.
static void close_lost_brace(Repair *repair, uint32_t index) {
    if (!repair->more_open_braces || repair->depth < 2)
        return;
    const Opener *top = &repair->stack[repair->depth - 1], *outer = top - 1;
    if (opener_kind(repair, top) == TOKEN_LEFT_BRACE &&
        token_closer(opener_kind(repair, outer)) == (TokenKind)repair->list->items[index].kind)
        close_missing(repair, index);
}

static void close_bracket(Repair *repair, uint32_t index) {
    Token *token = &repair->list->items[index];
    if (token->kind != TOKEN_RIGHT_BRACE)
        close_lost_brace(repair, index);
    if (!can_close(repair, token->kind)) {
        Diagnostic *d = diagnostic_add(repair->sink, DIAGNOSTIC_STRAY_BRACKET, token_span(repair, index),
                                       token_spelling(token->kind), NULL);
        diagnostic_label(d, "nothing is open that this could close");
        token->kind = TOKEN_INVALID; // removed by rebuild
        token->match = NO_TOKEN;
        return;
    }
    if (token->kind == TOKEN_RIGHT_BRACE)
        close_by_layout(repair, index);
    while (token_closer(opener_kind(repair, &repair->stack[repair->depth - 1])) != token->kind)
        close_missing(repair, index);
    repair->depth--;
}

static bool begins_statement(TokenKind kind) {
    switch (kind) {
    case TOKEN_LET:
    case TOKEN_VAR:
    case TOKEN_CONST:
    case TOKEN_FN:
    case TOKEN_CLASS:
    case TOKEN_STRUCT:
    case TOKEN_ENUM:
    case TOKEN_INTERFACE:
    case TOKEN_EXTEND:
    case TOKEN_EXTERN:
    case TOKEN_IMPORT:
    case TOKEN_PUB:
    case TOKEN_PRIVATE:
    case TOKEN_OPEN:
    case TOKEN_OVERRIDE:
    case TOKEN_ABSTRACT:
    case TOKEN_STATIC:
    case TOKEN_FOR:
    case TOKEN_WHILE:
    case TOKEN_RETURN:
    case TOKEN_GUARD:
    case TOKEN_DEFER: return true;
    default: return false;
    }
}

// Remembers the token if a closer of the innermost bracket may be missing before it.
static void note_likely(Repair *repair, uint32_t index) {
    const Token *token = &repair->list->items[index];
    if (!repair->depth || !(token->flags & TOKEN_STARTS_LINE) || !begins_statement(token->kind))
        return;
    Opener *top = &repair->stack[repair->depth - 1];
    TokenKind kind = opener_kind(repair, top);
    bool inside_parens = kind == TOKEN_LEFT_PAREN || kind == TOKEN_LEFT_BRACKET;
    bool outdented = kind == TOKEN_LEFT_BRACE && repair->indent <= top->indent;
    if (top->likely == NO_TOKEN && (inside_parens || outdented))
        top->likely = index;
}

// After a line that ends in a broken string, parentheses that were opened on it are taken for closed.
static void close_after_broken(Repair *repair, uint32_t index) {
    bool broken_line =
        repair->broken > repair->line_start && repair->list->items[index - 1].kind == TOKEN_STRING_END;
    while (broken_line && repair->depth && !token_is_closer(repair->list->items[index].kind)) {
        const Opener *top = &repair->stack[repair->depth - 1];
        TokenKind kind = opener_kind(repair, top);
        if (top->index < repair->line_start || (kind != TOKEN_LEFT_PAREN && kind != TOKEN_LEFT_BRACKET))
            return;
        close_missing(repair, index);
    }
}

// Blanks before the first token of a line.
static uint32_t measure_indent(const SourceFile *file, uint32_t offset) {
    uint32_t start = offset;
    while (start > 0 && (file->text[start - 1] == ' ' || file->text[start - 1] == '\t'))
        start--;
    return offset - start;
}

static int compare_insertions(const void *left, const void *right) {
    const Insertion *a = left, *b = right;
    if (a->before != b->before)
        return a->before < b->before ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static Token inserted_token(const TokenList *list, const Insertion *insertion) {
    uint32_t at = insertion->before ? list->items[insertion->before - 1].end : 0;
    return (Token){.kind = (uint8_t)insertion->kind, .flags = TOKEN_INSERTED, .start = at, .end = at};
}

// The list with the insertions made and the stray brackets removed.
static void rebuild(Repair *repair) {
    TokenList *list = repair->list;
    Token *items = ARENA_ARRAY(repair->arena, Token, (size_t)list->count + repair->insertion_count);
    uint32_t count = 0, next = 0, doc = 0;
    if (repair->insertion_count > 1)
        qsort(repair->insertions, repair->insertion_count, sizeof *repair->insertions, compare_insertions);
    for (uint32_t i = 0; i < list->count; i++) {
        for (; next < repair->insertion_count && repair->insertions[next].before == i; next++)
            items[count++] = inserted_token(list, &repair->insertions[next]);
        if (doc < list->doc_count && list->docs[doc].token == i)
            list->docs[doc++].token = count;
        bool stray = list->items[i].kind == TOKEN_INVALID && list->items[i].match == NO_TOKEN;
        if (!stray)
            items[count++] = list->items[i];
        else if (i + 1 < list->count)
            list->items[i + 1].flags |= list->items[i].flags & TOKEN_STARTS_LINE;
    }
    list->items = items;
    list->count = count;
}

void brackets_balance(TokenList *list, const SourceFile *file, Arena *arena, DiagnosticSink *sink) {
    if (match_all(list, arena))
        return;
    Repair repair = {.list = list, .file = file, .arena = arena, .sink = sink};
    uint32_t opened = 0, closed = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        opened += list->items[i].kind == TOKEN_LEFT_BRACE;
        closed += list->items[i].kind == TOKEN_RIGHT_BRACE;
    }
    repair.more_open_braces = opened > closed;
    for (uint32_t i = 0; i < list->count; i++) {
        TokenKind kind = list->items[i].kind;
        if (list->items[i].flags & TOKEN_STARTS_LINE) {
            close_after_broken(&repair, i);
            repair.indent = measure_indent(file, list->items[i].start);
            repair.line_start = i;
        }
        if (kind == TOKEN_STRING_BEGIN && (list->items[i].flags & TOKEN_BROKEN))
            repair.broken = i;
        note_likely(&repair, i);
        if (token_is_closer(kind))
            close_bracket(&repair, i);
        else if (token_closer(kind) != TOKEN_INVALID)
            push(&repair, i);
        else if (kind == TOKEN_END)
            while (repair.depth)
                close_missing(&repair, i);
    }
    rebuild(&repair);
    bool balanced = match_all(list, arena);
    assert(balanced);
    (void)balanced;
}
