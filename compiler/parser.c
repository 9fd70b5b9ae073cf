#include "compiler/parser.h"

#include "compiler/lexer.h"
#include "compiler/parser_core.h"

AstModule *parser_parse(const SourceFile *file, Arena *arena, InternTable *names, DiagnosticSink *sink) {
    Parser parser = {.arena = arena, .names = names, .sink = sink, .file = file};
    uint32_t errors = sink->error_count;
    parser.tokens = lexer_lex(file, arena, sink);
    parser.token = parser.tokens.items[0];
    parser.context.lines_end = true;
    AstModule *module = ARENA_NEW(arena, AstModule);
    module->file = file;
    module->items = parser_statements(&parser, parser.tokens.count - 1, &module->item_count);
    if (parser.tokens.module_doc.start < parser.tokens.module_doc.end) {
        module->doc = parser_doc_text(&parser, &parser.tokens.module_doc);
        module->doc_start = parser.tokens.module_doc.start;
        module->doc_end = parser.tokens.module_doc.end;
    }
    module->is_broken = sink->error_count != errors;
    return module;
}
