/* Which build of the VM this is. */
#ifndef COR_RUNTIME_BUILD_ID_H
#define COR_RUNTIME_BUILD_ID_H

/* A hash, as text, of the sources of the VM and of the code generator, and of how they were compiled: made by the build. */
extern const char cor_build_id[];

#endif
