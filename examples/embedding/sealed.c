/* A program in a world of its own: files in memory, a clock that only sleep moves, random bytes of a seed.
 *
 *     gcc sealed.c $(pkg-config --cflags --libs coracle) -o sealed
 *
 * Reads a program from standard input and runs it; its files are the folder `box`.  Whatever it does, it does the same every time,
 * on every machine, and leaves nothing behind: what it wrote is shown at the end. */
#include <coracle.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES = 16, NAME = 64, CONTENT = 4096 };

typedef struct File {
    char name[NAME]; /* empty: none */
    char content[CONTENT];
    size_t size;
} File;

typedef struct World {
    int64_t now; /* nanoseconds */
    uint64_t random;
    File files[FILES]; /* of the only folder, "/" */
} World;

/* An open file. */
typedef struct Cursor {
    File *file;
    size_t at;
} Cursor;

/* ---- Time and chance --------------------------------------------------------------------------- */

static int64_t world_now(void *context) {
    return ((World *)context)->now;
}

static void world_sleep(void *context, int64_t duration) {
    ((World *)context)->now += duration;
}

static bool world_random(void *context, void *bytes, size_t size) {
    World *world = context;
    for (size_t i = 0; i < size; i++) {
        world->random = world->random * 6364136223846793005u + 1442695040888963407u;
        ((unsigned char *)bytes)[i] = (unsigned char)(world->random >> 56);
    }
    return true;
}

/* ---- Files ------------------------------------------------------------------------------------- */

static File *find(World *world, const char *name) {
    for (int i = 0; i < FILES; i++)
        if (strcmp(world->files[i].name, name) == 0)
            return &world->files[i];
    return NULL;
}

static CoracleFileStatus world_info(void *context, const char *path, CoracleFileInfo *info) {
    const File *file = find(context, path + 1);
    *info = (CoracleFileInfo){.is_directory = path[1] == '\0', .size = file ? file->size : 0};
    return file || info->is_directory ? CORACLE_FILE_OK : CORACLE_FILE_NOT_FOUND;
}

static CoracleFileStatus world_open(void *context, const char *path, CoracleFileMode mode, void **opened) {
    File *file = find(context, path + 1);
    if (file && mode == CORACLE_FILE_NEW)
        return CORACLE_FILE_EXISTS;
    if (!file && mode == CORACLE_FILE_READ)
        return CORACLE_FILE_NOT_FOUND;
    if (!file && (strlen(path) > NAME || !(file = find(context, "")))) /* the first place without a name */
        return CORACLE_FILE_NO_SPACE;
    Cursor *cursor = malloc(sizeof *cursor);
    if (!cursor)
        return CORACLE_FILE_FAILED;
    strcpy(file->name, path + 1);
    if (mode == CORACLE_FILE_REPLACE)
        file->size = 0;
    *cursor = (Cursor){file, mode == CORACLE_FILE_APPEND ? file->size : 0};
    *opened = cursor;
    return CORACLE_FILE_OK;
}

static CoracleFileStatus world_read(void *context, void *opened, char *bytes, size_t size, size_t *got) {
    Cursor *cursor = opened;
    size_t left = cursor->file->size - cursor->at;
    (void)context;
    *got = size < left ? size : left;
    memcpy(bytes, cursor->file->content + cursor->at, *got);
    cursor->at += *got;
    return CORACLE_FILE_OK;
}

static CoracleFileStatus world_write(void *context, void *opened, const char *bytes, size_t size) {
    Cursor *cursor = opened;
    (void)context;
    if (size > CONTENT - cursor->at)
        return CORACLE_FILE_NO_SPACE;
    memcpy(cursor->file->content + cursor->at, bytes, size);
    cursor->file->size = cursor->at += size;
    return CORACLE_FILE_OK;
}

static CoracleFileStatus world_close(void *context, void *opened) {
    (void)context;
    free(opened);
    return CORACLE_FILE_OK;
}

static CoracleFileStatus world_list(void *context, const char *path, CoracleTakeName *take,
                                    void *take_context) {
    World *world = context;
    if (path[1] != '\0')
        return find(world, path + 1) ? CORACLE_FILE_NOT_DIRECTORY : CORACLE_FILE_NOT_FOUND;
    for (int i = 0; i < FILES; i++)
        if (world->files[i].name[0])
            take(take_context, world->files[i].name);
    return CORACLE_FILE_OK;
}

/* ---- The program ------------------------------------------------------------------------------- */

static bool print(void *context, const char *bytes, size_t length) {
    (void)context;
    return fwrite(bytes, 1, length, stdout) == length;
}

static int run(CoracleEngine *engine, CoracleModule *module, World *world) {
    CoracleSystem system = {.context = world,
                            .wall_ns = world_now,
                            .monotonic_ns = world_now,
                            .sleep_ns = world_sleep,
                            .random = world_random,
                            .info = world_info,
                            .open = world_open,
                            .read = world_read,
                            .write = world_write,
                            .close = world_close,
                            .list = world_list}; /* without the others, they fail */
    CoracleIsolate *isolate = coracle_isolate_new(engine, &(CoracleIsolateOptions){.system = &system});
    CoracleGrant grant = {.name = "box", .directory = "/", .read = true, .write = true};
    if (!isolate || coracle_isolate_grant(isolate, &grant, NULL) != CORACLE_OK)
        return 1;
    coracle_isolate_allow(isolate, CORACLE_ALLOW_STDOUT | CORACLE_ALLOW_CLOCK | CORACLE_ALLOW_RANDOM);
    coracle_isolate_set_output(isolate, print, NULL);
    CoracleStatus status = coracle_isolate_run(isolate, module, NULL);
    if (status == CORACLE_THROWN)
        fputs(coracle_isolate_error(isolate)->text, stderr);
    coracle_isolate_free(isolate);
    return status != CORACLE_OK;
}

int main(void) {
    static char source[1 << 16];
    static World world = {.now = 1000000000000000000, .random = 1};
    CoracleModule *module;
    CoracleMessage message;
    size_t length = fread(source, 1, sizeof source, stdin);
    CoracleEngine *engine = coracle_engine_new(NULL);
    if (!engine ||
        coracle_engine_compile(engine, "sealed.cora", source, length, &module, &message) != CORACLE_OK) {
        fprintf(stderr, "%s\n", engine ? message.text : "out of memory");
        return 1;
    }
    int code = run(engine, module, &world);
    coracle_engine_free(engine);
    for (int i = 0; i < FILES; i++)
        if (world.files[i].name[0])
            printf("%s:\n%.*s", world.files[i].name, (int)world.files[i].size, world.files[i].content);
    return code;
}
