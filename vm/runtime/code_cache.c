#include "vm/runtime/code_cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/sha256.h"
#include "vm/native/host.h"
#include "vm/native/machine.h"
#include "vm/runtime/build_id.h"
#include "vm/runtime/code_entry.h"
#include "vm/runtime/engine_internal.h"

enum {
    CACHE_HASH = 32,
    CACHE_NAME = 2 * CACHE_HASH + 1,
    CACHE_MOST_FILE = 64 << 20, /* bytes of a file */
    CACHE_TEXT = 256,
    CACHE_LOOKS = 64, /* looks at the size of the folder while as much is written as it may have */
};
static const uint64_t cache_most = 256 << 20; /* bytes of the folder, by default */
static const char cache_magic[8] = "CORCODE1";
static const char cache_temporary[] = "new-"; /* a name begins with it until the file is written */

struct CorCodeCache {
    CorEngine *engine;
    const CorHost *host;
    const CorTierOptions *options;
    CorHostFile folder;
    CorCodeCacheReport report;
    char processor[CACHE_TEXT], features[CACHE_TEXT];
    /* the object that was found last */
    CorCodeObject object;
    CorArena *arena;
    uint8_t *bytes;
};

/* What a file begins with; the key follows, and the entry. */
typedef struct CacheHeader {
    char magic[sizeof cache_magic];
    uint8_t checksum[CACHE_HASH]; /* of the rest */
} CacheHeader;

static void note_problem(CorCodeCache *cache, const char *what, const char *why) {
    snprintf(cache->report.problem, sizeof cache->report.problem, "%.60s: %.80s", what, why);
}

/* ---- Keys -------------------------------------------------------------------------------------- */

static bool make_key(const CorCodeCache *cache, const CorCompileRequest *request, uint8_t key[CACHE_HASH]) {
    const CorTierOptions *options = cache->options;
    CorByteBuffer buffer = {0};
    cor_byte_buffer_add(&buffer, cor_build_id, strlen(cor_build_id) + 1);
    cor_byte_buffer_add(&buffer, cache->processor, strlen(cache->processor) + 1);
    cor_byte_buffer_add(&buffer, cache->features, strlen(cache->features) + 1);
    cor_byte_buffer_add_number(&buffer, options->fail_every);
    cor_byte_buffer_add_number(&buffer, options->quick);
    cor_byte_buffer_add_number(&buffer, options->unmetered);
    cor_byte_buffer_add_number(&buffer, options->perf || options->gdb); /* they want frame pointers */
    cor_byte_buffer_add_number(&buffer, cache->engine->options.plain_lowering);
    cor_byte_buffer_add_number(&buffer, request->tier);
    cor_byte_buffer_add_number(&buffer, request->index);
    bool made = cor_code_entry_identify(&buffer, request->function);
    CorSha256 hash;
    cor_sha256_begin(&hash);
    if (made)
        cor_sha256_add(&hash, buffer.bytes, buffer.size);
    cor_sha256_end(&hash, key);
    cor_byte_buffer_free(&buffer);
    return made;
}

static void make_name(const uint8_t key[CACHE_HASH], char name[CACHE_NAME]) {
    for (int i = 0; i < CACHE_HASH; i++)
        snprintf(name + 2 * i, 3, "%02x", key[i]);
}

static void checksum(const uint8_t *bytes, size_t size, uint8_t sum[CACHE_HASH]) {
    CorSha256 hash;
    cor_sha256_begin(&hash);
    cor_sha256_add(&hash, bytes, size);
    cor_sha256_end(&hash, sum);
}

/* ---- Finding ----------------------------------------------------------------------------------- */

static void forget(CorCodeCache *cache) {
    cor_arena_free(cache->arena);
    free(cache->bytes);
    cache->arena = NULL;
    cache->bytes = NULL;
}

/* The whole file, from malloc; NULL: *status, OK when memory or bytes are missing. */
static uint8_t *read_file(const CorCodeCache *cache, const char *name, size_t *size, CorHostStatus *status) {
    const CorHost *host = cache->host;
    CorHostFile file;
    CorHostFileInfo info;
    *status = host->open(host, cache->folder, name, COR_HOST_OPEN_READ | COR_HOST_OPEN_PRIVATE, &file);
    if (*status != COR_HOST_OK)
        return NULL;
    *status = host->info(host, file, &info);
    bool is_good = *status == COR_HOST_OK && info.kind == COR_HOST_REGULAR && info.size <= CACHE_MOST_FILE;
    uint8_t *bytes = is_good ? malloc(info.size + 1) : NULL;
    if (bytes != NULL)
        *status = cor_host_read_whole(host, file, bytes, info.size, size);
    host->close(host, file);
    return bytes;
}

/* NULL, or what is wrong. */
static const char *read_entry(CorCodeCache *cache, const uint8_t *bytes, size_t size, const uint8_t *key,
                              const CorCompileRequest *request) {
    CacheHeader header;
    uint8_t sum[CACHE_HASH];
    if (size < sizeof header + CACHE_HASH)
        return "it is too short";
    memcpy(&header, bytes, sizeof header);
    bytes += sizeof header, size -= sizeof header;
    checksum(bytes, size, sum);
    if (memcmp(header.magic, cache_magic, sizeof cache_magic) != 0 ||
        memcmp(header.checksum, sum, sizeof sum) != 0 || memcmp(bytes, key, CACHE_HASH) != 0)
        return "it is damaged";
    return cor_code_entry_read(bytes + CACHE_HASH, size - CACHE_HASH, cache->arena, request->function,
                               request->tier, request->index, &cache->object);
}

static const CorCodeObject *refuse(CorCodeCache *cache, const char *name, const char *why) {
    cache->report.unusable++;
    note_problem(cache, name, why);
    return NULL;
}

const CorCodeObject *cor_code_cache_find(CorCodeCache *cache, const CorCompileRequest *request) {
    uint8_t key[CACHE_HASH];
    char name[CACHE_NAME];
    CorHostStatus status;
    size_t size;
    forget(cache);
    if (!make_key(cache, request, key))
        return NULL;
    make_name(key, name);
    cache->bytes = read_file(cache, name, &size, &status);
    cache->arena = cor_arena_new();
    if (status == COR_HOST_NOT_FOUND) {
        cache->report.missing++;
        return NULL;
    }
    if (status != COR_HOST_OK || cache->bytes == NULL || cache->arena == NULL)
        return refuse(cache, name,
                      status == COR_HOST_REFUSED ? "it is not the user's alone" : "it cannot be read");
    const char *wrong = read_entry(cache, cache->bytes, size, key, request);
    if (wrong != NULL)
        return refuse(cache, name, wrong);
    cache->report.found++;
    return &cache->object;
}

/* ---- The size of the folder -------------------------------------------------------------------- */

typedef struct CacheFile {
    char name[CACHE_NAME];
    uint64_t size;
    int64_t modified_ns;
} CacheFile;

typedef struct CacheFiles {
    const CorCodeCache *cache;
    CacheFile *files; /* from malloc */
    size_t count, capacity;
    uint64_t size;
} CacheFiles;

/* Whether a file of that name is the cache's, be it left behind by a process that was killed: others are never removed. */
static bool is_own_name(const char *name) {
    size_t length = strlen(name);
    bool is_entry = length == CACHE_NAME - 1 && strspn(name, "0123456789abcdef") == length;
    bool is_temporary =
        length < CACHE_NAME && strncmp(name, cache_temporary, sizeof cache_temporary - 1) == 0;
    return is_entry || is_temporary;
}

static bool note_file(void *context, const char *name, CorHostFileKind kind) {
    CacheFiles *files = context;
    const CorHost *host = files->cache->host;
    CorHostFileInfo info;
    if (kind != COR_HOST_REGULAR || !is_own_name(name) ||
        host->path_info(host, files->cache->folder, name, &info) != COR_HOST_OK)
        return true;
    if (files->count == files->capacity) {
        size_t capacity = files->capacity == 0 ? 256 : files->capacity * 2;
        CacheFile *larger = realloc(files->files, capacity * sizeof *larger);
        if (larger == NULL)
            return false;
        files->files = larger;
        files->capacity = capacity;
    }
    CacheFile *file = &files->files[files->count++];
    *file = (CacheFile){.size = info.size, .modified_ns = info.modified_ns};
    strcpy(file->name, name);
    files->size += info.size;
    return true;
}

static int compare_age(const void *a, const void *b) {
    const CacheFile *left = a, *right = b;
    return (left->modified_ns > right->modified_ns) - (left->modified_ns < right->modified_ns);
}

/* Makes a folder with more than `most` bytes a quarter smaller than that. */
static void remove_oldest(const CorCodeCache *cache, uint64_t most) {
    CacheFiles files = {.cache = cache};
    cache->host->list(cache->host, cache->folder, ".", note_file, &files);
    if (files.size > most) {
        qsort(files.files, files.count, sizeof *files.files, compare_age);
        for (size_t i = 0; i < files.count && files.size > most / 4 * 3; i++) {
            cache->host->remove(cache->host, cache->folder, files.files[i].name);
            files.size -= files.files[i].size;
        }
    }
    free(files.files);
}

/* Looks by chance, for a process knows nothing of what others write, and may itself write only little. */
static void check_size(const CorCodeCache *cache, uint64_t written) {
    uint64_t most = cache->options->cache_bytes != 0 ? cache->options->cache_bytes : cache_most, number = 0;
    cache->host->random(cache->host, &number, sizeof number);
    if (number % (most / CACHE_LOOKS + 1) < written)
        remove_oldest(cache, most);
}

/* ---- Keeping ----------------------------------------------------------------------------------- */

static bool write_all(const CorHost *host, CorHostFile file, const uint8_t *bytes, size_t size) {
    CorHostStatus status = COR_HOST_OK;
    size_t written = 0;
    for (; size > 0 && status == COR_HOST_OK; bytes += written, size -= written)
        status = host->write(host, file, bytes, size, &written);
    return status == COR_HOST_OK;
}

/* A name that nobody else uses. */
static void temporary_name(const CorHost *host, char name[CACHE_NAME]) {
    uint64_t number = 0;
    host->random(host, &number, sizeof number);
    snprintf(name, CACHE_NAME, "%s%" PRIx64 "-%" PRIx64, cache_temporary, host->process_id(host), number);
}

static CorHostStatus write_file(const CorCodeCache *cache, const char *name, const uint8_t *bytes,
                                size_t size) {
    const CorHost *host = cache->host;
    char temporary[CACHE_NAME];
    CorHostFile file;
    temporary_name(host, temporary);
    uint32_t flags =
        COR_HOST_OPEN_WRITE | COR_HOST_OPEN_CREATE | COR_HOST_OPEN_EXCLUSIVE | COR_HOST_OPEN_PRIVATE;
    CorHostStatus status = host->open(host, cache->folder, temporary, flags, &file);
    if (status != COR_HOST_OK)
        return status;
    status = write_all(host, file, bytes, size) ? COR_HOST_OK : COR_HOST_NO_SPACE;
    CorHostStatus closed = host->close(host, file);
    status = status == COR_HOST_OK ? closed : status;
    if (status == COR_HOST_OK)
        status = host->rename(host, cache->folder, temporary, cache->folder, name);
    if (status != COR_HOST_OK)
        host->remove(host, cache->folder, temporary);
    return status;
}

bool cor_code_cache_keep(CorCodeCache *cache, const CorCodeObject *object) {
    CorCompileRequest request = {.function = object->function, .tier = object->tier, .index = object->index};
    CacheHeader header;
    CorByteBuffer buffer = {0};
    uint8_t key[CACHE_HASH];
    char name[CACHE_NAME];
    memcpy(header.magic, cache_magic, sizeof header.magic);
    cor_byte_buffer_add(&buffer, &header, sizeof header);
    CorHostStatus status = COR_HOST_OK;
    bool made = make_key(cache, &request, key);
    cor_byte_buffer_add(&buffer, key, sizeof key);
    made = made && cor_code_entry_write(&buffer, object) && !buffer.failed && buffer.size <= CACHE_MOST_FILE;
    if (made) {
        checksum(buffer.bytes + sizeof header, buffer.size - sizeof header, header.checksum);
        memcpy(buffer.bytes, &header, sizeof header);
        make_name(key, name);
        status = write_file(cache, name, buffer.bytes, buffer.size);
        cache->report.bytes += status == COR_HOST_OK ? buffer.size : 0;
        if (status != COR_HOST_OK)
            note_problem(cache, "writing", cor_host_status_text(status));
        else
            check_size(cache, buffer.size);
        cache->report.kept += status == COR_HOST_OK;
    }
    cor_byte_buffer_free(&buffer);
    return status == COR_HOST_OK;
}

/* ---- Life -------------------------------------------------------------------------------------- */

CorCodeCache *cor_code_cache_open(CorEngine *engine, const CorTierOptions *options, char *problem) {
    CorCodeCache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) {
        snprintf(problem, 160, "out of memory");
        return NULL;
    }
    cache->engine = engine;
    cache->host = engine->host;
    cache->options = options;
    cor_machine_processor(cache->processor, sizeof cache->processor);
    cor_machine_features(cache->features, sizeof cache->features);
    CorHostStatus status = cache->host->open_private(cache->host, options->cache, &cache->folder);
    if (status != COR_HOST_OK) {
        snprintf(problem, 160, "%.100s: %s", options->cache,
                 status == COR_HOST_REFUSED ? "it is not the user's alone" : cor_host_status_text(status));
        free(cache);
        return NULL;
    }
    return cache;
}

void cor_code_cache_close(CorCodeCache *cache) {
    if (cache == NULL)
        return;
    forget(cache);
    cache->host->close(cache->host, cache->folder);
    free(cache);
}

const CorCodeCacheReport *cor_code_cache_report(const CorCodeCache *cache) {
    return &cache->report;
}
