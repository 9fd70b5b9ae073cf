/* A game whose script is played step by step, and reloaded while it plays.
 *
 *     gcc game.c $(pkg-config --cflags --libs coracle) -o game
 *
 * Reads from standard input: `script`, the lines of a script, and `end` set the script, or replace it; `frames 3` plays three
 * frames.  A script has a function `play`, which goes on from frame to frame: it calls `world.frame()` to wait for the next one. One that
 * does not is paused when it has used its share of the frame, so that the game never hangs.  What the player does lives
 * in the module `world`, which is not reloaded: its objects survive a new script. */
#include <coracle.h>

#include <stdio.h>
#include <string.h>

enum { UNITS = 20000, SCRIPT = 4000 };

static const char world[] = "extern \"host\" {\n"
                            "    /// Waits for the next frame.\n"
                            "    pub fn frame()\n"
                            "}\n"
                            "pub class Monster {\n"
                            "    let name: string\n"
                            "    var x = 0\n"
                            "    init(name: string) { self.name = name }\n"
                            "}\n";

typedef struct Game {
    CoracleEngine *engine;
    CoracleIsolate *isolate;
    CoracleModule *script;
    CoracleRun *play;
    int frame;
} Game;

static CoracleStatus end_frame(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                               CoracleValue *result) {
    (void)context, (void)arguments, (void)result;
    return coracle_isolate_pause(isolate);
}

/* ---- Scripts ----------------------------------------------------------------------------------- */

static void report(const Game *game, CoracleStatus status) {
    if (status == CORACLE_THROWN)
        printf("! %s", coracle_isolate_error(game->isolate)->text);
    else
        printf("! status %d: %s\n", status, coracle_isolate_message(game->isolate));
}

/* Runs what the new script has beside the old one, and takes over. */
static CoracleStatus replace_script(Game *game, CoracleModule *script) {
    CoracleFunction *play;
    CoracleRun *run;
    CoracleStatus status =
        game->script ? coracle_isolate_reload(game->isolate, game->script, script) : CORACLE_OK;
    if (status == CORACLE_OK)
        status = coracle_isolate_function(game->isolate, script, "play", &play);
    if (status != CORACLE_OK)
        return status;
    status = coracle_function_start(play, NULL, 0, &run);
    coracle_function_release(play);
    if (status != CORACLE_OK)
        return status;
    coracle_run_release(game->play);
    game->play = run;
    game->script = script;
    return CORACLE_OK;
}

/* Where it is wrong, the game goes on with the one it has. */
static void set_script(Game *game, const char *source) {
    CoracleModule *script;
    CoracleMessage message;
    if (coracle_engine_compile(game->engine, "script.cora", source, strlen(source), &script, &message) !=
        CORACLE_OK) {
        printf("! %s\n", message.text);
        return;
    }
    CoracleStatus status = replace_script(game, script);
    if (status != CORACLE_OK)
        report(game, status);
}

static void read_script(char *source, size_t size) {
    size_t used = 0;
    source[0] = '\0';
    while (fgets(source + used, (int)(size - used), stdin) && strcmp(source + used, "end\n") != 0)
        used += strlen(source + used);
    source[used] = '\0';
}

/* ---- Frames ------------------------------------------------------------------------------------ */

static void play_frame(Game *game) {
    if (game->play && coracle_run_goes_on(game->play)) {
        CoracleStatus status = coracle_run_step(game->play, UNITS, NULL);
        if (status != CORACLE_PAUSED && status != CORACLE_OK)
            report(game, status);
    }
    CoracleValue text = {.kind = CORACLE_VOID};
    if (game->script)
        coracle_isolate_call(game->isolate, game->script, "show", NULL, 0, &text);
    printf("%d: %s\n", ++game->frame, text.kind == CORACLE_STRING ? text.string.bytes : "nothing");
}

int main(void) {
    Game game = {.engine = coracle_engine_new(NULL)};
    CoracleMessage message = {"out of memory"};
    const CoracleNativeFunction functions[] = {{"frame", end_frame, NULL}};
    if (!game.engine ||
        coracle_engine_add_module(game.engine, "world", world, functions, 1, NULL, &message) != CORACLE_OK) {
        fprintf(stderr, "%s\n", message.text);
        return 1;
    }
    game.isolate = coracle_isolate_new(game.engine, &(CoracleIsolateOptions){.heap_bytes = 16 << 20});
    char line[100], source[SCRIPT];
    int frames;
    while (game.isolate && fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "script\n") == 0) {
            read_script(source, sizeof source);
            set_script(&game, source);
        } else if (sscanf(line, "frames %d", &frames) == 1) {
            while (frames-- > 0)
                play_frame(&game);
        }
    }
    coracle_isolate_free(game.isolate);
    coracle_engine_free(game.engine);
    return 0;
}
