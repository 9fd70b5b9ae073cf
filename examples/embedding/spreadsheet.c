/* A spreadsheet whose formulas are Cora.
 *
 *     gcc spreadsheet.c $(pkg-config --cflags --libs coracle) -o spreadsheet
 *
 * Reads lines from standard input: `A1 = 3` or `B1 = A1 * 2 + math.max(A1, 4.0)` sets a cell, a name alone shows it.  A formula is
 * compiled to a function of its own when it is set; the names of cells in it are calls of the host's function `cell`, which
 * computes what they show, so that a cell is computed once, after those it needs.  Each formula may spend so much fuel. */
#include <coracle.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 26, ROWS = 100, FUEL = 1000000 };

typedef enum State { STATE_EMPTY, STATE_STALE, STATE_BUSY, STATE_DONE } State;

typedef struct Cell {
    State state;
    CoracleModule *formula; /* has the function `value`; NULL: it did not compile */
    double value;
    char error[200]; /* instead of a value */
} Cell;

typedef struct Sheet {
    CoracleEngine *engine;
    Cell cells[COLUMNS][ROWS];
} Sheet;

/* The cell that a text begins with, like "B12"; *length is how long its name is.  NULL: it is none. */
static Cell *find_cell(Sheet *sheet, const char *text, size_t *length) {
    size_t at = 1;
    unsigned row = 0;
    if (text[0] < 'A' || text[0] > 'Z' || !isdigit((unsigned char)text[1]))
        return NULL;
    while (isdigit((unsigned char)text[at]) && at < 4)
        row = 10 * row + (unsigned)(text[at++] - '0');
    *length = at;
    bool is_name = !isalnum((unsigned char)text[at]) && text[at] != '_';
    return is_name && row < ROWS ? &sheet->cells[text[0] - 'A'][row] : NULL;
}

/* ---- Computing --------------------------------------------------------------------------------- */

static void keep_error(Cell *cell, const char *text) {
    snprintf(cell->error, sizeof cell->error, "%.*s", (int)strcspn(text, "\n"), text);
}

/* Formulas that need each other would never end: who asks for a cell that is being computed gets an error. */
static void compute(Sheet *sheet, Cell *cell) {
    CoracleIsolate *isolate = coracle_isolate_new(sheet->engine, &(CoracleIsolateOptions){.fuel = FUEL});
    CoracleValue result;
    cell->state = STATE_BUSY;
    CoracleStatus status =
        isolate ? coracle_isolate_call(isolate, cell->formula, "value", NULL, 0, &result) : CORACLE_NO_MEMORY;
    cell->state = STATE_DONE;
    if (status == CORACLE_OK)
        cell->value = result.number;
    else if (status == CORACLE_THROWN)
        keep_error(cell, coracle_isolate_error(isolate)->message);
    else
        keep_error(cell,
                   status == CORACLE_OUT_OF_FUEL ? "it takes too long" : coracle_isolate_message(isolate));
    coracle_isolate_free(isolate);
}

/* The host's function `cell(name: string): float`. */
static CoracleStatus get_cell(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                              CoracleValue *result) {
    Sheet *sheet = context;
    size_t length;
    Cell *cell = find_cell(sheet, arguments[0].string.bytes, &length);
    if (!cell)
        return coracle_isolate_throw(isolate, "ValueError", "there is no such cell");
    if (cell->state == STATE_BUSY)
        return coracle_isolate_throw(isolate, "StateError", "it needs itself");
    if (cell->state == STATE_STALE)
        compute(sheet, cell);
    if (cell->state == STATE_EMPTY)
        return coracle_isolate_throw(isolate, "ValueError", "it needs an empty cell");
    if (cell->error[0])
        return coracle_isolate_throw(isolate, "ValueError", cell->error);
    *result = (CoracleValue){.kind = CORACLE_FLOAT, .number = cell->value};
    return CORACLE_OK;
}

/* ---- Setting ----------------------------------------------------------------------------------- */

/* The formula as a module: names of cells become calls. */
static char *make_source(Sheet *sheet, const char *formula) {
    char *source = NULL;
    size_t size, length;
    FILE *out = open_memstream(&source, &size);
    if (!out)
        return NULL;
    fputs("import sheet\nimport std.math\npub fn value(): float {\n    return ", out);
    bool in_word = false, in_text = false;
    for (const char *at = formula; *at; at++) {
        in_text ^= *at == '"';
        if (!in_word && !in_text && find_cell(sheet, at, &length)) {
            fprintf(out, "sheet.cell(\"%.*s\")", (int)length, at);
            at += length - 1;
        } else {
            fputc(*at, out);
        }
        in_word = isalnum((unsigned char)*at) || *at == '_';
    }
    fputs("\n}\n", out);
    fclose(out);
    return source;
}

static void set_cell(Sheet *sheet, Cell *cell, const char *name, const char *formula) {
    CoracleMessage message = {"out of memory"};
    char *source = make_source(sheet, formula);
    *cell = (Cell){.state = STATE_STALE};
    if (!source || coracle_engine_compile(sheet->engine, name, source, strlen(source), &cell->formula,
                                          &message) != CORACLE_OK) {
        const char *what = strstr(message.text, "]: ");
        keep_error(cell, what ? what + 3 : message.text);
        cell->state = STATE_DONE;
    }
    free(source);
    for (int column = 0; column < COLUMNS; column++)
        for (int row = 0; row < ROWS; row++) {
            Cell *other = &sheet->cells[column][row];
            if (other->formula) {
                other->state = STATE_STALE;
                other->error[0] = '\0';
            }
        }
}

static void show_cell(Sheet *sheet, Cell *cell, const char *name) {
    if (cell->state == STATE_STALE)
        compute(sheet, cell);
    if (cell->state == STATE_EMPTY)
        printf("%s: empty\n", name);
    else if (cell->error[0])
        printf("%s: error: %s\n", name, cell->error);
    else
        printf("%s: %g\n", name, cell->value);
}

static void handle_line(Sheet *sheet, char *line) {
    size_t length;
    line[strcspn(line, "\r\n")] = '\0';
    Cell *cell = find_cell(sheet, line, &length);
    if (!cell) {
        if (line[0])
            printf("? %s\n", line);
        return;
    }
    const char *rest = line + length + strspn(line + length, " ");
    bool is_set = *rest == '=';
    line[length] = '\0';
    if (is_set)
        set_cell(sheet, cell, line, rest + 1);
    else
        show_cell(sheet, cell, line);
}

int main(void) {
    Sheet *sheet = calloc(1, sizeof *sheet);
    CoracleMessage message = {"out of memory"};
    const CoracleNativeFunction functions[] = {{"cell", get_cell, sheet}};
    static const char declarations[] = "extern \"host\" {\n    pub fn cell(name: string): float\n}\n";
    if (!sheet || !(sheet->engine = coracle_engine_new(NULL)) ||
        coracle_engine_add_module(sheet->engine, "sheet", declarations, functions, 1, NULL, &message) !=
            CORACLE_OK) {
        fprintf(stderr, "%s\n", message.text);
        return 1;
    }
    char line[500];
    while (fgets(line, sizeof line, stdin))
        handle_line(sheet, line);
    coracle_engine_free(sheet->engine);
    free(sheet);
    return 0;
}
