# Helpers that keep CMakeLists.txt a description of the layers.

# coracle_sources(OUT FOLDER...): the C and assembly sources directly in the folders.
function(coracle_sources out)
    set(patterns "")
    foreach(folder IN LISTS ARGN)
        list(APPEND patterns "${CMAKE_SOURCE_DIR}/${folder}/*.c" "${CMAKE_SOURCE_DIR}/${folder}/*.S")
    endforeach()
    file(GLOB found CONFIGURE_DEPENDS ${patterns})
    set(${out} "${found}" PARENT_SCOPE)
endfunction()

# coracle_library(NAME FOLDER...): a static library of the folders; without sources, an empty interface.
function(coracle_library name)
    coracle_sources(sources ${ARGN})
    if(sources)
        add_library(${name} STATIC ${sources})
        set(visibility PUBLIC)
    else()
        add_library(${name} INTERFACE)
        set(visibility INTERFACE)
    endif()
    target_include_directories(${name} ${visibility} "${CMAKE_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}/include")
endfunction()

# coracle_link(NAME LIBRARY...): what users of NAME link too.
function(coracle_link name)
    get_target_property(type ${name} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY")
        target_link_libraries(${name} INTERFACE ${ARGN})
    else()
        target_link_libraries(${name} PUBLIC ${ARGN})
    endif()
endfunction()

# coracle_layer_options(NAME OPTION...): compile options of a whole layer.
function(coracle_layer_options name)
    get_target_property(type ${name} TYPE)
    if(NOT type STREQUAL "INTERFACE_LIBRARY")
        target_compile_options(${name} PRIVATE ${ARGN})
    endif()
endfunction()

# coracle_folder_options(FOLDER OPTION...): compile options of one folder's sources.
function(coracle_folder_options folder)
    coracle_sources(sources ${folder})
    if(sources)
        set_property(SOURCE ${sources} APPEND PROPERTY COMPILE_OPTIONS ${ARGN})
    endif()
endfunction()

# coracle_program(NAME TABLE...): the command, with one of the two pairs of tables of embedded modules and pages.
function(coracle_program name)
    add_executable(${name} $<TARGET_OBJECTS:coracle_cli>)
    target_link_libraries(${name} PRIVATE coracle_compiler coracle_vm ${ARGN})
endfunction()

# coracle_find_library(NAME HEADER h LIBRARY l PACKAGE p): the imported target Coracle::NAME.
function(coracle_find_library name)
    cmake_parse_arguments(wanted "" "HEADER;LIBRARY;PACKAGE" "" ${ARGN})
    find_path(CORACLE_${name}_INCLUDE ${wanted_HEADER})
    find_library(CORACLE_${name}_LIBRARY ${wanted_LIBRARY})
    if(NOT CORACLE_${name}_INCLUDE OR NOT CORACLE_${name}_LIBRARY)
        message(FATAL_ERROR "${wanted_HEADER} not found: install ${wanted_PACKAGE}")
    endif()
    add_library(Coracle::${name} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(Coracle::${name} PROPERTIES
        IMPORTED_LOCATION "${CORACLE_${name}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${CORACLE_${name}_INCLUDE}")
endfunction()

# coracle_find_llvm(MAJOR): the imported target Coracle::Llvm, its shared library with the C interface, if that is installed; and
# Coracle::LlvmParts, which is as much of it as code for this machine takes, linked statically: it opens in half of the time.
# Where the archives are missing, or what they need, it is the shared library.
function(coracle_find_llvm major)
    find_program(CORACLE_Llvm_CONFIG llvm-config-${major})
    set(folders "/usr/lib/llvm-${major}")
    if(CORACLE_Llvm_CONFIG AND NOT CMAKE_CROSSCOMPILING)
        execute_process(COMMAND "${CORACLE_Llvm_CONFIG}" --prefix OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE)
        list(PREPEND folders "${prefix}")
    endif()
    list(TRANSFORM folders APPEND /include OUTPUT_VARIABLE include_folders)
    list(TRANSFORM folders APPEND /lib OUTPUT_VARIABLE library_folders)
    find_path(CORACLE_Llvm_INCLUDE llvm-c/TargetMachine.h PATHS ${include_folders} NO_DEFAULT_PATH)
    find_library(CORACLE_Llvm_LIBRARY LLVM-${major} PATHS ${library_folders} NO_DEFAULT_PATH)
    if(CORACLE_Llvm_INCLUDE AND CORACLE_Llvm_LIBRARY)
        add_library(Coracle::Llvm UNKNOWN IMPORTED GLOBAL)
        set_target_properties(Coracle::Llvm PROPERTIES
            IMPORTED_LOCATION "${CORACLE_Llvm_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${CORACLE_Llvm_INCLUDE}")
        coracle_llvm_parts()
    endif()
endfunction()

function(coracle_llvm_parts)
    add_library(Coracle::LlvmParts INTERFACE IMPORTED GLOBAL)
    set_property(TARGET Coracle::LlvmParts PROPERTY INTERFACE_LINK_LIBRARIES Coracle::Llvm)
    if(NOT CORACLE_Llvm_CONFIG OR CMAKE_CROSSCOMPILING)
        return()
    endif()
    execute_process(COMMAND "${CORACLE_Llvm_CONFIG}" --link-static --libfiles passes native
        OUTPUT_VARIABLE archives OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
    if(failed)
        return()
    endif()
    separate_arguments(archives)
    foreach(name IN ITEMS stdc++ z zstd)
        find_library(CORACLE_Llvm_${name} NAMES ${name} lib${name}.so.6 lib${name}.so.1)
        if(NOT CORACLE_Llvm_${name})
            return()
        endif()
        list(APPEND archives "${CORACLE_Llvm_${name}}")
    endforeach()
    set_target_properties(Coracle::LlvmParts PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${CORACLE_Llvm_INCLUDE}"
        INTERFACE_LINK_LIBRARIES "${archives}"
        INTERFACE_LINK_OPTIONS "LINKER:--exclude-libs,ALL;LINKER:--gc-sections;LINKER:-z,pack-relative-relocs")
endfunction()

# coracle_find_clang(MAJOR): the imported target Coracle::Clang, the C interface of clang, if that is installed.
function(coracle_find_clang major)
    find_path(CORACLE_Clang_INCLUDE clang-c/Index.h PATHS "/usr/lib/llvm-${major}/include" NO_DEFAULT_PATH)
    find_library(CORACLE_Clang_LIBRARY NAMES clang clang-${major} PATHS "/usr/lib/llvm-${major}/lib" NO_DEFAULT_PATH)
    if(CORACLE_Clang_INCLUDE AND CORACLE_Clang_LIBRARY)
        add_library(Coracle::Clang UNKNOWN IMPORTED GLOBAL)
        set_target_properties(Coracle::Clang PROPERTIES
            IMPORTED_LOCATION "${CORACLE_Clang_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${CORACLE_Clang_INCLUDE}")
    endif()
endfunction()

# coracle_build_id(LIBRARY FOLDER...): adds cor_build_id (vm/runtime/build_id.h), made of the sources in the folders and of what
# they are compiled with.
function(coracle_build_id library)
    set(patterns "")
    foreach(folder IN LISTS ARGN)
        foreach(suffix IN ITEMS c h def inc S)
            list(APPEND patterns "${CMAKE_SOURCE_DIR}/${folder}/*.${suffix}")
        endforeach()
    endforeach()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${patterns})
    set(text "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} ${CMAKE_BUILD_TYPE} ${CMAKE_C_FLAGS} ${CORACLE_SANITIZE}")
    if(TARGET Coracle::Llvm)
        file(STRINGS "${CORACLE_Llvm_INCLUDE}/llvm/Config/llvm-config.h" version REGEX "define LLVM_VERSION_STRING")
        string(APPEND text " ${version}")
    endif()
    string(MAKE_C_IDENTIFIER "${text}" text)
    set(out "${CMAKE_BINARY_DIR}/generated/build_id.c")
    add_custom_command(OUTPUT "${out}" DEPENDS ${sources} "${CMAKE_SOURCE_DIR}/.cmake/build_id.cmake" VERBATIM
        COMMAND "${CMAKE_COMMAND}" "-DOUT=${out}" "-DTEXT=${text}" "-DSOURCES=${sources}" -P "${CMAKE_SOURCE_DIR}/.cmake/build_id.cmake"
        COMMENT "")
    target_sources(${library} PRIVATE "${out}")
endfunction()
