/* The cache of code objects: a folder of files, one for each function, entry and tier that has been compiled.
 *
 * A file's name is the hash of all that the object depends on and that is known before it is there: the function, the modules its
 * code comes from, the tier, the processor, this build of the VM, the options that change code.  What else went into it is
 * checked when it is read (code_entry.h).  Its contents begin with a hash of the rest.
 *
 * A file is written under another name and then renamed, so that writers and readers in other processes never see a part.
 * Code from the cache is trusted as the VM itself is: so only a folder and files are used that belong to the user, and that nobody
 * else can write.  Whatever is wrong with the cache, the program runs on; the report says what it was. */
#ifndef COR_RUNTIME_CODE_CACHE_H
#define COR_RUNTIME_CODE_CACHE_H

#include "vm/runtime/code_object.h"
#include "vm/runtime/tier.h"

typedef struct CorCodeCache CorCodeCache;

typedef struct CorCodeCacheReport {
    uint32_t found, missing, unusable, kept;
    uint64_t bytes;    /* of the files that were kept */
    char problem[160]; /* the last; empty: none */
} CorCodeCacheReport;

/* Opens the folder options->cache, which is made when it is missing.  The options outlive the cache.  NULL: *problem, of 160 bytes,
 * says why. */
CorCodeCache *cor_code_cache_open(CorEngine *engine, const CorTierOptions *options, char *problem);

void cor_code_cache_close(CorCodeCache *cache);

/* An object for the request; it is gone with the next one.  NULL: there is none that can be used.  Takes the engine's lock. */
const CorCodeObject *cor_code_cache_find(CorCodeCache *cache, const CorCompileRequest *request);

/* Keeps an object, in place of one for the same request; not every one can be.  Now and then removes the oldest files of a
 * folder that has become too large.  False: it could not be written. */
bool cor_code_cache_keep(CorCodeCache *cache, const CorCodeObject *object);

const CorCodeCacheReport *cor_code_cache_report(const CorCodeCache *cache);

#endif
