/* What an isolate has been granted.
 *
 * Authorities are the words of the table of syscalls ("stdout", "clock", ...).  Files are reached through
 * grants: an open directory of the host, a name under which the program sees it, and rights.  A path of the
 * program is made absolute and its `.` and `..` are removed; the grant with the longest name that leads to it
 * is chosen, and the rest of the path is resolved by the host beneath the directory.  So the comparison of
 * names only chooses; what keeps a program inside is the kernel's resolution beneath an open directory,
 * symbolic links included. */
#ifndef COR_SYSCALL_POLICY_H
#define COR_SYSCALL_POLICY_H

#include "vm/native/host.h"

typedef enum PolicyAuthority {
#define AUTHORITY(name, text, granted) POLICY_##name,
#include "vm/syscall/authorities.def"
#undef AUTHORITY
    POLICY_AUTHORITY_COUNT
} PolicyAuthority;

/* The authority of that name; POLICY_AUTHORITY_COUNT: none. */
PolicyAuthority policy_authority(const char *name);

/* How it is granted, for messages. */
const char *policy_granted_by(PolicyAuthority authority);

enum { POLICY_READ = 1 << 0, POLICY_WRITE = 1 << 1 };

typedef struct PolicyGrant {
    char *name; /* owned; absolute, without a slash at its end; "./..." where there is no working directory */
    CorHostFile directory; /* owned */
    char *file; /* owned; the only entry of the directory that is granted, or NULL: all beneath it */
    unsigned rights;
} PolicyGrant;

typedef struct Policy {
    const CorHost *host;
    uint32_t authorities;    /* bits, 1 << PolicyAuthority */
    char *working_directory; /* owned; where relative paths start; NULL: they stay apart from absolute ones */
    PolicyGrant *grants;
    uint32_t grant_count, grant_capacity;
} Policy;

void policy_free(Policy *policy);

/* Where relative paths start; before any grant.  False: host memory exhausted. */
bool policy_set_working_directory(Policy *policy, const char *path);

/* Grants what lies beneath the host's directory, or of it only `file`, as `name`. */
CorHostStatus policy_grant(Policy *policy, const char *name, const char *directory, const char *file,
                           unsigned rights);

enum { POLICY_PATH_SIZE = 4096 };

/* A path, resolved to what the host understands. */
typedef struct PolicyPlace {
    CorHostFile directory;
    char path[POLICY_PATH_SIZE]; /* beneath the directory */
} PolicyPlace;

/* COR_HOST_REFUSED: not granted.  COR_HOST_INVALID: the path has a zero byte; NOT_FOUND: it is empty;
 * NAME_TOO_LONG. */
CorHostStatus policy_resolve(const Policy *policy, const char *path, size_t length, unsigned right,
                             PolicyPlace *place);

#endif
