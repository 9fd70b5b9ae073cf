#include "vm/syscall/policy.h"

#include <stdlib.h>
#include <string.h>

PolicyAuthority policy_authority(const char *name) {
    static const char *const names[POLICY_AUTHORITY_COUNT] = {
#define AUTHORITY(name, text, granted) [POLICY_##name] = text,
#include "vm/syscall/authorities.def"
#undef AUTHORITY
    };
    for (int i = 0; i < POLICY_AUTHORITY_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (PolicyAuthority)i;
    return POLICY_AUTHORITY_COUNT;
}

const char *policy_granted_by(PolicyAuthority authority) {
    static const char *const texts[POLICY_AUTHORITY_COUNT] = {
#define AUTHORITY(name, text, granted) [POLICY_##name] = granted,
#include "vm/syscall/authorities.def"
#undef AUTHORITY
    };
    return texts[authority];
}

/* ---- Names ------------------------------------------------------------------------------------- */

typedef struct PolicyName {
    char text[POLICY_PATH_SIZE];
    size_t length;
} PolicyName;

/* Takes the components of a path one by one.  False: too long. */
static bool policy_append(PolicyName *name, const char *path, size_t length, size_t root) {
    for (size_t at = 0; at < length;) {
        const char *slash = memchr(path + at, '/', length - at);
        size_t size = slash ? (size_t)(slash - path) - at : length - at;
        const char *component = path + at;
        at += size + 1;
        if (size == 0 || (size == 1 && component[0] == '.'))
            continue;
        if (size == 2 && memcmp(component, "..", 2) == 0) {
            while (name->length > root && name->text[--name->length] != '/') {
            }
            continue;
        }
        if (name->length + 1 + size >= sizeof name->text)
            return false;
        name->text[name->length++] = '/';
        memcpy(name->text + name->length, component, size);
        name->length += size;
    }
    return true;
}

/* "/a/b" of an absolute path ("" of the root), "./a/b" of a relative one without a working directory. */
static bool policy_normalise(const Policy *policy, const char *path, size_t length, PolicyName *name) {
    name->length = 0;
    bool fits = true;
    if (path[0] != '/' && policy->working_directory)
        fits = policy_append(name, policy->working_directory, strlen(policy->working_directory), 0);
    else if (path[0] != '/')
        name->text[name->length++] = '.';
    fits = fits && policy_append(name, path, length, path[0] == '/' || policy->working_directory ? 0 : 1);
    name->text[name->length] = '\0';
    return fits;
}

bool policy_set_working_directory(Policy *policy, const char *path) {
    free(policy->working_directory);
    policy->working_directory = strdup(path);
    return policy->working_directory != NULL;
}

/* ---- Grants ------------------------------------------------------------------------------------ */

static bool policy_grow(Policy *policy) {
    if (policy->grant_count < policy->grant_capacity)
        return true;
    uint32_t capacity = policy->grant_capacity ? policy->grant_capacity * 2 : 8;
    PolicyGrant *grants = realloc(policy->grants, capacity * sizeof *grants);
    if (!grants)
        return false;
    policy->grants = grants;
    policy->grant_capacity = capacity;
    return true;
}

static void policy_release(const Policy *policy, PolicyGrant *grant) {
    free(grant->name);
    free(grant->file);
    if (grant->directory != COR_HOST_NO_FILE)
        policy->host->close(policy->host, grant->directory);
}

void policy_free(Policy *policy) {
    for (uint32_t i = 0; i < policy->grant_count; i++)
        policy_release(policy, &policy->grants[i]);
    free(policy->grants);
    free(policy->working_directory);
}

CorHostStatus policy_grant(Policy *policy, const char *name, const char *directory, const char *file,
                           unsigned rights) {
    PolicyName normal;
    if (!policy_normalise(policy, name, strlen(name), &normal))
        return COR_HOST_NAME_TOO_LONG;
    PolicyGrant grant = {.directory = COR_HOST_NO_FILE, .rights = rights};
    CorHostStatus status = policy->host->open_root(policy->host, directory, &grant.directory);
    if (status != COR_HOST_OK)
        return status;
    grant.name = strdup(normal.text);
    grant.file = file ? strdup(file) : NULL;
    if (!grant.name || (file && !grant.file) || !policy_grow(policy)) {
        policy_release(policy, &grant);
        return COR_HOST_NO_MEMORY;
    }
    policy->grants[policy->grant_count++] = grant;
    return COR_HOST_OK;
}

static bool policy_leads_to(const PolicyGrant *grant, const PolicyName *name) {
    size_t length = strlen(grant->name);
    bool is_prefix = length <= name->length && memcmp(grant->name, name->text, length) == 0;
    if (!is_prefix || (name->text[length] != '/' && name->text[length] != '\0'))
        return false;
    return !grant->file || name->length == length;
}

CorHostStatus policy_resolve(const Policy *policy, const char *path, size_t length, unsigned right,
                             PolicyPlace *place) {
    PolicyName name;
    if (length == 0)
        return COR_HOST_NOT_FOUND;
    if (memchr(path, '\0', length))
        return COR_HOST_INVALID;
    if (!policy_normalise(policy, path, length, &name))
        return COR_HOST_NAME_TOO_LONG;
    const PolicyGrant *best = NULL;
    for (uint32_t i = 0; i < policy->grant_count; i++) {
        const PolicyGrant *grant = &policy->grants[i];
        if ((grant->rights & right) && policy_leads_to(grant, &name) &&
            (!best || strlen(grant->name) >= strlen(best->name)))
            best = grant;
    }
    if (!best)
        return COR_HOST_REFUSED;
    const char *rest = best->file ? best->file : name.text + strlen(best->name);
    rest += *rest == '/';
    place->directory = best->directory;
    strcpy(place->path, *rest ? rest : ".");
    return COR_HOST_OK;
}
