/* Objects of the host: classes that a module of the host declares, their finalisers, what they cost. */
#include <gc.h>

#include "tests/api/program.h"

static const char declarations[] = "pub interface Named { get name: string }\n"
                                   "extern \"host\" {\n"
                                   "    /// A picture that moves.\n"
                                   "    pub class Sprite : Named {\n"
                                   "        fn move(dx: float, dy: float): Sprite\n"
                                   "        get x: float\n"
                                   "        set x(value: float)\n"
                                   "        get name: string\n"
                                   "        fn meet(other: Sprite?): bool\n"
                                   "        static fn load(name: string): Sprite\n"
                                   "        static fn big(bytes: int): Sprite\n"
                                   "    }\n"
                                   "    pub class Sound { fn play(): int }\n"
                                   "    pub fn sound(): Sound\n"
                                   "}\n"
                                   "extend Sprite { fn twice(d: float): float { self.move(d, d).move(d, d)\n"
                                   "    return self.x } }\n";

typedef struct Scene {
    int made, freed; /* sprites */
    CoracleEngine *engine;
    CoracleModule *program;
    CoracleStatus inside;      /* of a call of the isolate in a finaliser */
    CoracleFunction *prepared; /* that finalisers call; NULL: none */
    int calls;                 /* of it that were not refused */
} Scene;

typedef struct Sprite {
    Scene *scene;
    double x, y;
    char name[24];
    CoracleIsolate *touches; /* in its finaliser */
} Sprite;

static void sprite_free(void *pointer) {
    Sprite *sprite = pointer;
    sprite->scene->freed++;
    if (sprite->touches)
        sprite->scene->inside =
            coracle_isolate_call(sprite->touches, sprite->scene->program, "idle", NULL, 0, NULL);
    CoracleScalar value = {.integer = 1};
    if (sprite->scene->prepared)
        sprite->scene->calls +=
            coracle_function_call_scalars(sprite->scene->prepared, &value) != CORACLE_MISMATCH;
    free(sprite);
}

static Sprite *sprite_new(Scene *scene, const char *name, size_t length) {
    Sprite *sprite = calloc(1, sizeof *sprite);
    assert_non_null(sprite);
    sprite->scene = scene;
    scene->made++;
    snprintf(sprite->name, sizeof sprite->name, "%.*s", (int)length, name);
    return sprite;
}

static CoracleStatus give(CoracleObject *object, CoracleValue *result) {
    *result = (CoracleValue){.kind = CORACLE_OBJECT, .object = coracle_object_release_on_return(object)};
    return CORACLE_OK;
}

static CoracleStatus make(CoracleIsolate *isolate, Scene *scene, CoracleText name, size_t bytes,
                          CoracleValue *result) {
    CoracleObject *object;
    CoracleStatus status = coracle_object_new_host(
        isolate, "scene.Sprite", sprite_new(scene, name.bytes, name.length), bytes, sprite_free, &object);
    return status == CORACLE_OK ? give(object, result) : status;
}

#define NATIVE(function_name)                                                                                \
    static CoracleStatus function_name(void *context, CoracleIsolate *isolate,                               \
                                       const CoracleValue *arguments, CoracleValue *result)

NATIVE(sprite_load) {
    return make(isolate, context, arguments[0].string, 0, result);
}

NATIVE(sprite_big) {
    return make(isolate, context, (CoracleText){"big", 3}, (size_t)arguments[0].integer, result);
}

NATIVE(sprite_move) {
    (void)context, (void)isolate;
    Sprite *sprite = coracle_object_host(arguments[0].object, "scene.Sprite");
    assert_non_null(sprite);
    sprite->x += arguments[1].number;
    sprite->y += arguments[2].number;
    *result = arguments[0];
    return CORACLE_OK;
}

NATIVE(sprite_get_x) {
    (void)context, (void)isolate;
    const Sprite *sprite = coracle_object_host(arguments[0].object, "scene.Sprite");
    *result = (CoracleValue){.kind = CORACLE_FLOAT, .number = sprite->x};
    return CORACLE_OK;
}

NATIVE(sprite_set_x) {
    (void)context, (void)isolate, (void)result;
    Sprite *sprite = coracle_object_host(arguments[0].object, "scene.Sprite");
    sprite->x = arguments[1].number;
    return CORACLE_OK;
}

NATIVE(sprite_name) {
    (void)context, (void)isolate;
    const Sprite *sprite = coracle_object_host(arguments[0].object, "scene.Sprite");
    *result = (CoracleValue){.kind = CORACLE_STRING, .string = {sprite->name, strlen(sprite->name)}};
    return CORACLE_OK;
}

NATIVE(sprite_meet) {
    (void)context, (void)isolate;
    bool same =
        arguments[1].kind == CORACLE_OBJECT && coracle_object_host(arguments[0].object, "scene.Sprite") ==
                                                   coracle_object_host(arguments[1].object, "scene.Sprite");
    *result = (CoracleValue){.kind = CORACLE_BOOL, .boolean = same};
    return CORACLE_OK;
}

NATIVE(sound_play) {
    (void)context, (void)isolate;
    const int *sound = coracle_object_host(arguments[0].object, "scene.Sound");
    assert_null(coracle_object_host(arguments[0].object, "scene.Sprite"));
    assert_null(coracle_object_host(arguments[0].object, "Sound"));
    *result = program_integer(*sound);
    return CORACLE_OK;
}

NATIVE(sound_new) {
    static int sound = 7;
    (void)context, (void)arguments;
    CoracleObject *object;
    CoracleStatus status = coracle_object_new_host(isolate, "scene.Sound", &sound, 0, NULL, &object);
    return status == CORACLE_OK ? give(object, result) : status;
}

static const char program[] =
    "import scene\n"
    "var kept: scene.Sprite? = null\n"
    "class Sprite { let x: int = 3 }\n"
    "pub fn idle() { }\n"
    "pub fn next(n: int): int => n + 1\n"
    "pub fn moved(): float {\n"
    "    let s = scene.Sprite.load(\"hero\")\n"
    "    s.x = 2.0\n"
    "    s.move(1.0, 1.0).x += 0.5\n"
    "    return s.x + s.twice(10.0)\n"
    "}\n"
    "pub fn shown(): string {\n"
    "    let s = scene.Sprite.load(\"hero\")\n"
    "    let other: any = s\n"
    "    let named: scene.Named = s\n"
    "    let again = [s].map(x => x.name)[0]\n"
    "    return \"{s} {named.name} {other is scene.Sprite} {other is Sprite} {s.meet(s)} {s.meet(null)} \"\n"
    "        + \"{s === s} {s === scene.Sprite.load(\"hero\")} {again} {scene.sound().play()}\"\n"
    "}\n"
    "pub fn sum(n: int): float {\n"
    "    let s = scene.Sprite.load(\"sum\")\n"
    "    for i in 0..n { s.move(1.0, 0.0)\n        s.x += 1.0 }\n"
    "    return s.x\n"
    "}\n"
    "pub fn many(n: int): int {\n"
    "    var length = 0\n"
    "    for i in 0..n { length += scene.Sprite.load(\"n{i}\").name.length }\n"
    "    return length\n"
    "}\n"
    "pub fn textures(n: int, bytes: int) { for i in 0..n { scene.Sprite.big(bytes) } }\n"
    "pub fn hoard(bytes: int): int {\n"
    "    let all: List<scene.Sprite> = []\n"
    "    try { while true { all.push(scene.Sprite.big(bytes)) } } catch e: OutOfMemoryError { return "
    "all.length }\n"
    "}\n"
    "pub fn keep(): scene.Sprite { let s = scene.Sprite.load(\"kept\")\n    kept = s\n    return s }\n"
    "pub fn own(): any => Sprite()\n";

static void scene_open(Scene *scene, CoracleTier tier) {
    const CoracleNativeFunction functions[] = {
        {"Sprite.load", sprite_load, scene}, {"Sprite.big", sprite_big, scene},
        {"Sprite.move", sprite_move, scene}, {"Sprite.x", sprite_get_x, scene},
        {"Sprite.x=", sprite_set_x, scene},  {"Sprite.name", sprite_name, scene},
        {"Sprite.meet", sprite_meet, scene}, {"Sound.play", sound_play, scene},
        {"sound", sound_new, scene},
    };
    const CoracleEngineOptions options = {
        .tier = tier, .stress_eager = tier != CORACLE_TIER_INTERPRETER, .stress_quick = true};
    CoracleMessage message = {""};
    *scene = (Scene){.engine = coracle_engine_new(&options)};
    assert_non_null(scene->engine);
    CoracleStatus status = coracle_engine_add_module(scene->engine, "scene", declarations, functions,
                                                     sizeof functions / sizeof *functions, NULL, &message);
    if (status == CORACLE_OK)
        status = coracle_engine_compile(scene->engine, "game.cora", program, strlen(program), &scene->program,
                                        &message);
    if (status != CORACLE_OK)
        fail_msg("%s", message.text);
}

static CoracleValue call(CoracleIsolate *isolate, const Scene *scene, const char *name, int64_t a, int64_t b,
                         size_t count) {
    CoracleValue result = {.kind = CORACLE_VOID};
    const CoracleValue arguments[] = {program_integer(a), program_integer(b)};
    CoracleStatus status = coracle_isolate_call(isolate, scene->program, name, arguments, count, &result);
    if (status != CORACLE_OK)
        fail_msg("%s: %d %s%s", name, (int)status, coracle_isolate_message(isolate),
                 coracle_isolate_error(isolate) ? coracle_isolate_error(isolate)->text : "");
    return result;
}

static void test_methods(void **state) {
    (void)state;
    for (CoracleTier tier = CORACLE_TIER_INTERPRETER; tier <= CORACLE_TIER_TWO; tier++) {
        Scene scene;
        scene_open(&scene, tier);
        CoracleIsolate *isolate = coracle_isolate_new(scene.engine, NULL);
        assert_true(call(isolate, &scene, "moved", 0, 0, 0).number == 27);
        CoracleValue shown = call(isolate, &scene, "shown", 0, 0, 0);
        assert_string_equal(shown.string.bytes, "<Sprite> hero true false true false true false hero 7");
        assert_true(call(isolate, &scene, "sum", 5000, 0, 1).number == 10000);
        coracle_isolate_free(isolate);
        assert_int_equal(scene.made, 4);
        assert_int_equal(scene.freed, 4);
        coracle_engine_free(scene.engine);
    }
}

/* Most of what is garbage is freed while the program runs, everything in the end, nothing that is alive before. */
static void test_finalisers(void **state) {
    (void)state;
    for (CoracleTier tier = CORACLE_TIER_INTERPRETER; tier <= CORACLE_TIER_TWO; tier++) {
        Scene scene;
        scene_open(&scene, tier);
        CoracleIsolate *isolate =
            coracle_isolate_new(scene.engine, &(CoracleIsolateOptions){.stress_collect_every = 100});
        CoracleObject *kept = call(isolate, &scene, "keep", 0, 0, 0).object;
        Sprite *sprite = coracle_object_host(kept, "scene.Sprite");
        assert_string_equal(sprite->name, "kept");
        call(isolate, &scene, "many", 2000, 0, 1);
        assert_int_equal(scene.made, 2001);
        assert_in_range(scene.freed, 1000, 2000);
        assert_ptr_equal(coracle_object_host(kept, "scene.Sprite"), sprite);
        coracle_object_release(kept);
        call(isolate, &scene, "many", 1000, 0, 1);
        assert_string_equal(sprite->name, "kept"); /* by a variable of the program */
        sprite->touches = isolate;
        coracle_isolate_free(isolate);
        assert_int_equal(scene.freed, scene.made);
        assert_int_equal(scene.inside, CORACLE_MISMATCH);
        coracle_engine_free(scene.engine);
    }
}

/* They run where the isolate has been left, too. */
static void test_finalisers_call_nothing(void **state) {
    (void)state;
    Scene scene;
    scene_open(&scene, CORACLE_TIER_TWO);
    CoracleIsolate *isolate = coracle_isolate_new(scene.engine, NULL);
    CoracleFunction *next;
    assert_int_equal(coracle_isolate_function(isolate, scene.program, "next", &next), CORACLE_OK);
    for (int64_t i = 0; i < 100; i++) { /* by its native code */
        CoracleScalar value = {.integer = i};
        assert_int_equal(coracle_function_call_scalars(next, &value), CORACLE_OK);
        assert_int_equal(value.integer, i + 1);
    }
    for (int i = 0; i < 20; i++) {
        call(isolate, &scene, "many", 3, 0, 1);
        scene.prepared = next;
        GC_gcollect();
        call(isolate, &scene, "idle", 0, 0, 0);
        scene.prepared = NULL;
    }
    assert_true(scene.freed > 0);
    assert_int_equal(scene.calls, 0);
    coracle_isolate_free(isolate);
    assert_int_equal(scene.freed, scene.made);
    coracle_engine_free(scene.engine);
}

static void test_bytes(void **state) {
    (void)state;
    Scene scene;
    scene_open(&scene, CORACLE_TIER_INTERPRETER);
    /* with a limit: garbage does not reach it, what is alive does */
    CoracleIsolate *isolate =
        coracle_isolate_new(scene.engine, &(CoracleIsolateOptions){.heap_bytes = 8 << 20});
    call(isolate, &scene, "textures", 500, 1 << 20, 2);
    /* words that are left on the machine stack may keep some of those */
    assert_in_range(call(isolate, &scene, "hoard", 1 << 20, 0, 1).integer, 4, 8);
    assert_int_equal(call(isolate, &scene, "hoard", 9 << 20, 0, 1).integer, 0);
    call(isolate, &scene, "textures", 100, 1 << 10, 2); /* the list may still be on a stack */
    coracle_isolate_free(isolate);
    assert_int_equal(scene.freed, scene.made);
    /* without: large things are a reason to collect, too */
    isolate = coracle_isolate_new(scene.engine, NULL);
    int alive = scene.made - scene.freed;
    call(isolate, &scene, "textures", 1000, 1 << 20, 2);
    assert_in_range(scene.made - scene.freed - alive, 0, 100);
    coracle_isolate_free(isolate);
    assert_int_equal(scene.freed, scene.made);
    coracle_engine_free(scene.engine);
}

static void test_failures(void **state) {
    (void)state;
    Scene scene;
    scene_open(&scene, CORACLE_TIER_INTERPRETER);
    CoracleIsolate *isolate =
        coracle_isolate_new(scene.engine, &(CoracleIsolateOptions){.heap_bytes = 8 << 20});
    static const char *const names[] = {"scene.Nothing", "scene.Named", "game.Sprite", "Sprite",
                                        "none.Sprite",   "scene.",      ".",           ""};
    CoracleObject *object;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(
            coracle_object_new_host(isolate, names[i], sprite_new(&scene, "x", 1), 0, sprite_free, &object),
            CORACLE_NOT_FOUND);
    assert_int_equal(coracle_object_new_host(isolate, "scene.Sprite", NULL, 0, NULL, &object),
                     CORACLE_MISMATCH);
    assert_int_equal(coracle_object_new_host(isolate, "scene.Sprite", sprite_new(&scene, "x", 1), SIZE_MAX,
                                             sprite_free, &object),
                     CORACLE_THROWN);
    assert_string_equal(coracle_isolate_error(isolate)->type, "OutOfMemoryError");
    assert_int_equal(scene.freed, scene.made);
    CoracleObject *own = call(isolate, &scene, "own", 0, 0, 0).object;
    assert_null(coracle_object_host(own, "game.Sprite"));
    assert_null(coracle_object_host(own, "scene.Sprite"));
    coracle_isolate_free(isolate);
    for (uint64_t n = 1; n < 4; n++) { /* the object itself cannot be made */
        isolate = coracle_isolate_new(scene.engine, &(CoracleIsolateOptions){.stress_fail_at = n});
        CoracleStatus status = coracle_object_new_host(isolate, "scene.Sprite", sprite_new(&scene, "x", 1), 0,
                                                       sprite_free, &object);
        assert_int_equal(status, n == 1 ? CORACLE_THROWN : CORACLE_OK);
        coracle_isolate_free(isolate);
        assert_int_equal(scene.freed, scene.made);
    }
    coracle_engine_free(scene.engine);
}

/* The declarations of a module that does not fit. */
static void test_declarations(void **state) {
    (void)state;
    static const struct {
        const char *source;
        CoracleStatus status;
    } rows[] = {
        {"extern \"host\" { pub class A { fn f(): int } }", CORACLE_OK},
        {"extern \"host\" { pub class A { fn f(): int }\npub class B { } }", CORACLE_OK},
        {"extern \"host\" { pub class B { fn f(): int } }", CORACLE_REJECTED},
        {"extern \"host\" { pub class A { fn f(): int\nfn g() } }", CORACLE_REJECTED},
        {"extern \"host\" { pub class A { fn f(): (int, int) } }", CORACLE_MISMATCH},
        {"extern \"host\" { pub class A { } }", CORACLE_MISMATCH},
    };
    const CoracleNativeFunction function = {"A.f", sound_play, NULL};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CoracleEngine *engine = coracle_engine_new(NULL);
        CoracleMessage message = {""};
        CoracleStatus status =
            coracle_engine_add_module(engine, "own", rows[i].source, &function, 1, NULL, &message);
        if (status != rows[i].status)
            fail_msg("%zu: %d: %s", i, (int)status, message.text);
        coracle_engine_free(engine);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_finalisers),
        cmocka_unit_test(test_finalisers_call_nothing),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_declarations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
