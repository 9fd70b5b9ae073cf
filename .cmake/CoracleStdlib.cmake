# The standard library: every module of stdlib/ is compiled to stdlib/NAME.corm in the build folder, in
# the order of the imports, and embedded into the command by a generated table (declared by
# vm/runtime/embedded.h), their documentation by another (cli/pages.h). One command does it all: a library module takes milliseconds, and the order
# then needs no second description here.

set(CORACLE_EMBED_STDLIB "${CMAKE_SOURCE_DIR}/.cmake/embed_stdlib.py")
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# coracle_embedded_none(): the targets coracle_embedded_none and coracle_pages_none, tables without modules.
function(coracle_embedded_none)
    coracle_embedded_tables(_none --none)
endfunction()

# coracle_embedded(COMPILER FILE): the targets coracle_embedded and coracle_pages, compiled by the target or file COMPILER,
# whose path is FILE.
function(coracle_embedded compiler file)
    file(GLOB_RECURSE modules CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/stdlib/*.cora"
        "${CMAKE_SOURCE_DIR}/stdlib/*/parts.txt")
    coracle_embedded_tables("" --compiler "${file}" --source "${CMAKE_SOURCE_DIR}/stdlib" DEPENDS "${compiler}" ${modules})
endfunction()

# coracle_embedded_tables(SUFFIX OPTION... [DEPENDS FILE...])
function(coracle_embedded_tables suffix)
    cmake_parse_arguments(tables "" "" "DEPENDS" ${ARGN})
    set(modules "${CMAKE_BINARY_DIR}/stdlib/embedded${suffix}.c")
    set(pages "${CMAKE_BINARY_DIR}/stdlib/pages${suffix}.c")
    add_custom_command(OUTPUT "${modules}" "${pages}"
        COMMAND Python3::Interpreter "${CORACLE_EMBED_STDLIB}" ${tables_UNPARSED_ARGUMENTS} --output "${modules}" --pages "${pages}"
        DEPENDS "${CORACLE_EMBED_STDLIB}" ${tables_DEPENDS}
        COMMENT "Compiling the standard library"
        VERBATIM)
    add_custom_target(coracle_stdlib${suffix} DEPENDS "${modules}" "${pages}")
    coracle_embedded_library(coracle_embedded${suffix} "${modules}")
    coracle_embedded_library(coracle_pages${suffix} "${pages}")
    add_dependencies(coracle_embedded${suffix} coracle_stdlib${suffix})
    add_dependencies(coracle_pages${suffix} coracle_stdlib${suffix})
endfunction()

function(coracle_embedded_library name source)
    add_library(${name} STATIC EXCLUDE_FROM_ALL "${source}")
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
endfunction()
