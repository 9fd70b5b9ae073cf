/* The end of the process.
 *
 * A host may return from main without freeing its engines, whose threads then compile on while exit destroys what is global.  So
 * LLVM's global objects are never destroyed: the code generator's C++ is linked with this in place of the C++ ABI's function of that name,
 * which registers a destructor.  (A shared LLVM registers its own all the same.) */
int __cxa_atexit(void (*destroy)(void *), void *object, void *library);

__attribute__((visibility("hidden"))) int __cxa_atexit(void (*destroy)(void *), void *object, void *library) {
    (void)destroy, (void)object, (void)library;
    return 0;
}
