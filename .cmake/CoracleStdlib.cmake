# The standard library: every module of stdlib/ is compiled to stdlib/NAME.corm in the build folder, in
# the order of the imports, and embedded into the command by a generated table (declared by
# vm/runtime/embedded.h). One command does it all: a library module takes milliseconds, and the order
# then needs no second description here.

set(CORACLE_EMBED_STDLIB "${CMAKE_SOURCE_DIR}/.cmake/embed_stdlib.py")
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# coracle_embedded_none(): the target coracle_embedded_none, a table without modules.
function(coracle_embedded_none)
    set(output "${CMAKE_BINARY_DIR}/stdlib/embedded_none.c")
    add_custom_command(OUTPUT "${output}"
        COMMAND Python3::Interpreter "${CORACLE_EMBED_STDLIB}" --none --output "${output}"
        DEPENDS "${CORACLE_EMBED_STDLIB}"
        VERBATIM)
    coracle_embedded_library(coracle_embedded_none "${output}")
endfunction()

# coracle_embedded(COMPILER FILE): the target coracle_embedded, compiled by the target or file COMPILER,
# whose path is FILE.
function(coracle_embedded compiler file)
    set(output "${CMAKE_BINARY_DIR}/stdlib/embedded.c")
    file(GLOB_RECURSE modules CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/stdlib/*.cora"
        "${CMAKE_SOURCE_DIR}/stdlib/*/parts.txt")
    add_custom_command(OUTPUT "${output}"
        COMMAND Python3::Interpreter "${CORACLE_EMBED_STDLIB}" --compiler "${file}"
            --source "${CMAKE_SOURCE_DIR}/stdlib" --output "${output}"
        DEPENDS "${CORACLE_EMBED_STDLIB}" "${compiler}" ${modules}
        COMMENT "Compiling the standard library"
        VERBATIM)
    coracle_embedded_library(coracle_embedded "${output}")
endfunction()

function(coracle_embedded_library name source)
    add_library(${name} STATIC EXCLUDE_FROM_ALL "${source}")
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
endfunction()
