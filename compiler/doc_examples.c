// Examples in documentation comments: indented blocks, and the expectations in them.
#include "compiler/documentation_internal.h"
#include "compiler/parser.h"

#include <string.h>

// A block, and its text with the other lines of the file emptied.
typedef struct Block {
    DocReader *reader;
    DocExample *example;
    const AstModule *module; // of the text
    char *text;
    uint32_t length, capacity;
} Block;

typedef struct DocLine {
    uint32_t start, end;   // of the file, without the line end
    uint32_t content;      // behind the slashes and one blank
    bool is_doc, is_blank; // a documentation comment; without content
    bool is_code;          // indented by four blanks more
} DocLine;

// ---- Programs ----------------------------------------------------------------------------------------------

// What an item of the example's module gets before and behind it.
typedef struct Wrapping {
    const DocExpectation *value, *error, *output;
} Wrapping;

static const char *text_before(Arena *arena, Wrapping wrapping) {
    const char *text = "";
    if (wrapping.output)
        text = arena_printf(arena, "print(\"\\u{1}%u<\\u{2}\"); ", wrapping.output->line);
    if (wrapping.error)
        text = arena_printf(arena, "%stry { ", text);
    if (wrapping.value)
        text = arena_printf(arena, "%sprint(\"\\u{1}%u=\", [", text, wrapping.value->line);
    return text;
}

static const char *text_behind(Arena *arena, Wrapping wrapping) {
    const char *text = "";
    if (wrapping.value)
        text = "], \"\\u{2}\")";
    if (wrapping.error) {
        uint32_t line = wrapping.error->line;
        text = arena_printf(
            arena,
            "%s; print(\"\\u{1}%u-\\u{2}\") } catch error: %s { print(\"\\u{1}%u!\", error, \"\\u{2}\") } "
            "catch error { print(\"\\u{1}%u?\", error, \"\\u{2}\") }",
            text, line, wrapping.error->text, line, line);
    }
    if (wrapping.output)
        text = arena_printf(arena, "%s; print(\"\\u{1}%u>\\u{2}\")", text, wrapping.output->line);
    return text;
}

static bool imports(const AstModule *module, const char *name) {
    for (uint32_t i = 0; i < module->item_count; i++) {
        const AstDecl *decl = module->items[i]->kind == AST_STMT_DECL ? module->items[i]->decl.decl : NULL;
        if (!decl || decl->kind != AST_DECL_IMPORT || !decl->import.segment_count)
            continue;
        const AstName *bound = &decl->import.alias;
        if (!bound->text)
            bound = &decl->import.segments[decl->import.segment_count - 1];
        if (bound->text && strcmp(bound->text, name) == 0)
            return true;
    }
    return false;
}

// The line that imports the module, unless the example does itself.
static const char *import_line(const Block *block) {
    const char *path = block->reader->import;
    if (!path)
        return "";
    const char *name = path;
    for (const char *at = path; *at; at++)
        if (*at == '.' || *at == '/')
            name = at + 1;
    return imports(block->module, name) ? "" : arena_printf(&block->reader->arena, "\nimport %s\n", path);
}

// Where a statement begins: its span leaves out the parentheses before its first operand.
static uint32_t statement_start(const Block *block, uint32_t item, uint32_t limit) {
    uint32_t start = block->module->items[item]->span.start;
    for (uint32_t at = start; at > limit && strchr(" \t(", block->text[at - 1]); at--)
        start = block->text[at - 1] == '(' ? at - 1 : start;
    return start;
}

static void make_program(Block *block, const Wrapping *wrappings) {
    Arena *arena = &block->reader->arena;
    uint32_t count = block->module->item_count;
    const char **before = ARENA_ARRAY(arena, const char *, count + 1),
               **behind = ARENA_ARRAY(arena, const char *, count + 1);
    const char *end = import_line(block);
    size_t length = block->length + strlen(end);
    for (uint32_t i = 0; i < count; i++) {
        before[i] = text_before(arena, wrappings[i]);
        behind[i] = text_behind(arena, wrappings[i]);
        length += strlen(before[i]) + strlen(behind[i]);
    }
    char *program = arena_allocate(arena, length + 1), *out = program;
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t start = statement_start(block, i, at), stop = block->module->items[i]->span.end;
        memcpy(out, block->text + at, start - at);
        out = stpcpy(out + (start - at), before[i]);
        memcpy(out, block->text + start, stop - start);
        out = stpcpy(out + (stop - start), behind[i]);
        at = stop;
    }
    memcpy(out, block->text + at, block->length - at);
    memcpy(out + (block->length - at), end, strlen(end) + 1);
    block->example->program = program;
    block->example->program_length = length;
    block->example->text = arena_printf(arena, "%s%s", block->text, end);
    block->example->length = block->length + strlen(end);
}

// ---- Expectations ------------------------------------------------------------------------------------------

static void fail(Block *block, uint32_t line, const char *problem) {
    if (!block->example->problem) {
        block->example->problem = problem;
        block->example->problem_line = line;
    }
}

static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || (unsigned char)c >= 0x80;
}

// Whether a comment names an error's type, `TYPE` or `TYPE: PART`, and so is not prose.
static bool read_error(Arena *arena, const char *text, DocExpectation *expectation) {
    size_t length = 0, last = 0;
    while (is_word_byte(text[length])) {
        if (text[length] == '.')
            last = length + 1;
        length++;
    }
    bool is_type = text[last] >= 'A' && text[last] <= 'Z';
    if (!is_type || (text[length] && text[length] != ':'))
        return false;
    expectation->kind = DOC_EXPECT_ERROR;
    expectation->text = arena_copy_text(arena, text, length);
    const char *part = text + length + (text[length] == ':');
    part += *part == ' ';
    expectation->part = *part ? part : NULL;
    return true;
}

// The text behind `//`, without blanks at its end.
static bool read_comment(Block *block, const char *comment, size_t length, DocExpectation *expectation) {
    Arena *arena = &block->reader->arena;
    while (length && (*comment == ' ' || *comment == '\t'))
        comment++, length--;
    while (length &&
           (comment[length - 1] == ' ' || comment[length - 1] == '\t' || comment[length - 1] == '\r'))
        length--;
    const char *text = arena_copy_text(arena, comment, length);
    if (strncmp(text, "=>", 2) == 0) {
        expectation->kind = DOC_EXPECT_VALUE;
        expectation->text = text + 2 + (text[2] == ' ');
        return true;
    }
    if (strcmp(text, "prints") == 0 || strncmp(text, "prints ", 7) == 0) {
        expectation->kind = DOC_EXPECT_OUTPUT;
        expectation->text = text[6] ? text + 7 : "";
        return true;
    }
    return strncmp(text, "throws ", 7) == 0 && read_error(arena, text + 7, expectation);
}

static DocExpectation *add_expectation(Block *block, DocExpectation expectation) {
    DocExample *example = block->example;
    ARENA_PUSH(&block->reader->arena, example->expectations, example->expectation_count,
               example->expectation_capacity, expectation);
    return &example->expectations[example->expectation_count - 1];
}

// The expectation of an item that a new one adds a line to, by its index; -1: none.
static int find_output(const Block *block, const uint32_t *owners, uint32_t item) {
    for (uint32_t i = 0; i < block->example->expectation_count; i++)
        if (owners[i] == item && block->example->expectations[i].kind == DOC_EXPECT_OUTPUT)
            return (int)i;
    return -1;
}

// Reads the comment of a line, which stands behind the item with that number.
static void read_expectation(Block *block, uint32_t line, uint32_t item, const char *comment, size_t length,
                             uint32_t *owners) {
    DocExpectation expectation = {.line = line};
    if (!read_comment(block, comment, length, &expectation))
        return;
    if (item == UINT32_MAX) {
        fail(block, line, "there is no statement before this expectation");
        return;
    }
    const AstStmt *statement = block->module->items[item];
    if (expectation.kind == DOC_EXPECT_VALUE && statement->kind != AST_STMT_EXPR) {
        fail(block, line, "`// =>` stands behind an expression, and this statement is none");
        return;
    }
    int output = expectation.kind == DOC_EXPECT_OUTPUT ? find_output(block, owners, item) : -1;
    if (output >= 0) {
        DocExpectation *first = &block->example->expectations[output];
        first->text = arena_printf(&block->reader->arena, "%s\n%s", first->text, expectation.text);
        return;
    }
    owners[block->example->expectation_count] = item;
    add_expectation(block, expectation);
}

// Whether a line inside of a statement looks as if it held an expectation.
static bool has_lost_expectation(const char *line, size_t length) {
    static const char *const marks[] = {"// => ", "// throws ", "// prints "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (memmem(line, length, marks[i], strlen(marks[i])))
            return true;
    return false;
}

static void read_expectations(Block *block, uint32_t *owners) {
    const AstModule *module = block->module;
    uint32_t next = 0, line = block->example->line;
    for (uint32_t start = line - 1; start < block->length; line++) {
        const char *newline = memchr(block->text + start, '\n', block->length - start);
        uint32_t end = newline ? (uint32_t)(newline - block->text) : block->length;
        while (next < module->item_count && module->items[next]->span.end <= end)
            next++;
        bool is_inside = next < module->item_count && module->items[next]->span.start < end;
        uint32_t from = next ? module->items[next - 1]->span.end : start;
        from = from < start ? start : from;
        const char *comment = memmem(block->text + from, end - from, "//", 2);
        if (is_inside && has_lost_expectation(block->text + start, end - start))
            fail(block, line, "this expectation stands inside of a statement; put it behind the whole of it");
        else if (!is_inside && comment)
            read_expectation(block, line, next ? next - 1 : UINT32_MAX, comment + 2,
                             (size_t)(block->text + end - comment - 2), owners);
        start = end + 1;
    }
}

// Wraps each item in what reports on its expectations.
static void check_items(Block *block) {
    Arena *arena = &block->reader->arena;
    uint32_t line_count = 1;
    for (uint32_t i = 0; i < block->length; i++)
        line_count += block->text[i] == '\n';
    uint32_t *owners = ARENA_ARRAY(arena, uint32_t, line_count + 1);
    read_expectations(block, owners);
    Wrapping *wrappings = ARENA_ARRAY(arena, Wrapping, block->module->item_count + 1);
    for (uint32_t i = 0; i < block->example->expectation_count; i++) {
        const DocExpectation *expectation = &block->example->expectations[i];
        Wrapping *wrapping = &wrappings[owners[i]];
        const DocExpectation **slot = expectation->kind == DOC_EXPECT_VALUE   ? &wrapping->value
                                      : expectation->kind == DOC_EXPECT_ERROR ? &wrapping->error
                                                                              : &wrapping->output;
        bool is_second = *slot != NULL;
        *slot = expectation;
        if (is_second || (wrapping->value && wrapping->error))
            fail(block, expectation->line, "the statement has another expectation of this kind");
    }
    make_program(block, wrappings);
}

// ---- Blocks ------------------------------------------------------------------------------------------------

static void put(Block *block, const char *text, uint32_t length) {
    memcpy(block->text + block->length, text, length);
    block->length += length;
}

static void finish_block(Block *block) {
    Arena *arena = &block->reader->arena;
    DocExample *example = block->example;
    example->text = example->program = block->text;
    example->length = example->program_length = block->length;
    DiagnosticSink sink;
    SourceSet sources;
    source_set_init(&sources, arena);
    diagnostic_sink_init(&sink, arena, &sources);
    const SourceFile *file = source_add(&sources, "", block->text, block->length);
    block->module = parser_parse(file, arena, &block->reader->names, &sink);
    if (!block->module->is_broken) // else its diagnostics are to be seen
        check_items(block);
}

static void add_block(DocReader *reader, DocEntry *entry, const DocLine *lines, uint32_t count) {
    const SourceFile *file = reader->documentation.file;
    uint32_t first = source_position(file, lines[0].start).line;
    size_t capacity = first + 1;
    for (uint32_t i = 0; i < count; i++)
        capacity += lines[i].end - lines[i].start + 1;
    DocExample example = {.line = first};
    Block block = {.reader = reader, .example = &example, .text = arena_allocate(&reader->arena, capacity)};
    memset(block.text, '\n', first - 1);
    block.length = first - 1;
    for (uint32_t i = 0; i < count; i++) {
        if (lines[i].is_code) {
            uint32_t code = lines[i].content + 4;
            memset(block.text + block.length, ' ', code - lines[i].start);
            block.length += code - lines[i].start;
            put(&block, file->text + code, lines[i].end - code);
        }
        put(&block, "\n", 1);
    }
    finish_block(&block);
    ARENA_PUSH(&reader->arena, entry->examples, entry->example_count, entry->example_capacity, example);
}

static DocLine read_line(const SourceFile *file, uint32_t start, uint32_t end) {
    DocLine line = {.start = start, .end = start};
    while (line.end < end && file->text[line.end] != '\n')
        line.end++;
    if (line.end > start && file->text[line.end - 1] == '\r')
        line.end--;
    uint32_t at = start;
    while (at < line.end && (file->text[at] == ' ' || file->text[at] == '\t'))
        at++;
    line.is_doc = line.end - at >= 3 && memcmp(file->text + at, "///", 3) == 0 && file->text[at + 3] != '/';
    if (line.is_doc) {
        at += 3;
        at += at < line.end && file->text[at] == ' ';
    }
    line.content = at;
    uint32_t code = at;
    while (code < line.end && file->text[code] == ' ')
        code++;
    line.is_blank = code == line.end;
    line.is_code = line.is_doc && !line.is_blank && code - at >= 4;
    return line;
}

// The offset behind a line, its end included.
static uint32_t behind(const SourceFile *file, const DocLine *line) {
    uint32_t at = line->end + (file->text[line->end] == '\r');
    return at + (file->text[at] == '\n');
}

void doc_examples_find(DocReader *reader, DocEntry *entry, uint32_t start, uint32_t end) {
    const SourceFile *file = reader->documentation.file;
    while (start > 0 && file->text[start - 1] != '\n') // the comment's indentation
        start--;
    DocLine *lines = NULL;
    uint32_t count = 0, capacity = 0, code_count = 0; // of the block that is open
    bool in_fence = false, after_blank = true;
    for (uint32_t at = start; at < end;) {
        DocLine line = read_line(file, at, end);
        at = behind(file, &line);
        if (!line.is_doc)
            continue;
        bool is_fence = line.end - line.content >= 3 && memcmp(file->text + line.content, "```", 3) == 0;
        bool is_code = line.is_code && !in_fence && (after_blank || count);
        if (is_code || (line.is_blank && count)) {
            ARENA_PUSH(&reader->arena, lines, count, capacity, line);
            code_count = is_code ? count : code_count;
        } else if (count) {
            add_block(reader, entry, lines, code_count);
            count = code_count = 0;
        }
        in_fence ^= is_fence;
        after_blank = line.is_blank;
    }
    if (count)
        add_block(reader, entry, lines, code_count);
}
