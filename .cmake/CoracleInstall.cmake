# libcoracle, shared and static, and what `cmake --install` and `cpack` make of the project.

include(GNUInstallDirs)

# The code generator is found beside libcoracle, in ../lib of the command, or here.
set_source_files_properties(vm/runtime/tier_library.c PROPERTIES COMPILE_DEFINITIONS
    "CORACLE_LIBRARY_FOLDER=\"${CMAKE_INSTALL_FULL_LIBDIR}\"")

# What libcoracle needs of the system; a program that links it statically needs these, too.
set(CORACLE_SYSTEM_LIBRARIES gc ffi mpfr gmp m pthread dl)

# coracle_embedders_library(): the targets coracle-shared and coracle-static. Both are one object, in which everything that
# coracle.h does not declare is local.
function(coracle_embedders_library)
    set(parts coracle_vm coracle_compiler coracle_bytecode coracle_embedded)
    set(object "${CMAKE_BINARY_DIR}/lib/coracle.o")
    set(files "")
    foreach(part IN LISTS parts)
        list(APPEND files "$<TARGET_FILE:${part}>")
    endforeach()
    add_custom_command(OUTPUT "${object}"
        COMMAND "${CMAKE_LINKER}" -r --whole-archive ${files} -o "${object}"
        COMMAND "${CMAKE_OBJCOPY}" --localize-hidden "${object}"
        DEPENDS ${parts} ${files}
        COMMENT "" VERBATIM)
    add_custom_target(coracle-object DEPENDS "${object}")
    foreach(kind IN ITEMS SHARED STATIC)
        string(TOLOWER "coracle-${kind}" name)
        add_library(${name} ${kind} "${object}")
        add_dependencies(${name} coracle-object)
        set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
        set_target_properties(${name} PROPERTIES OUTPUT_NAME coracle LINKER_LANGUAGE C
            LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
    endforeach()
    set_target_properties(coracle-shared PROPERTIES VERSION "${PROJECT_VERSION}" SOVERSION "${PROJECT_VERSION_MAJOR}"
        LINK_DEPENDS "${CMAKE_SOURCE_DIR}/.cmake/coracle.map")
    target_link_options(coracle-shared PRIVATE "LINKER:--version-script=${CMAKE_SOURCE_DIR}/.cmake/coracle.map" LINKER:-z,defs
        LINKER:-z,pack-relative-relocs LINKER:--gc-sections)
    target_link_libraries(coracle-shared PRIVATE Coracle::Gc Coracle::Ffi Coracle::Mpfr Coracle::Gmp Threads::Threads m ${CMAKE_DL_LIBS})
    install(TARGETS coracle-shared coracle-static LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
    coracle_install_descriptions()
endfunction()

# The header, and how pkg-config and CMake find the library.
function(coracle_install_descriptions)
    list(TRANSFORM CORACLE_SYSTEM_LIBRARIES PREPEND -l OUTPUT_VARIABLE options)
    list(JOIN options " " CORACLE_SYSTEM_OPTIONS)
    file(RELATIVE_PATH CORACLE_INCLUDE_FROM_PC "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
    configure_file(.cmake/coracle.pc.in coracle.pc @ONLY)
    configure_file(.cmake/coracle-config.cmake.in coracle-config.cmake @ONLY)
    include(CMakePackageConfigHelpers)
    write_basic_package_version_file("${CMAKE_BINARY_DIR}/coracle-config-version.cmake" COMPATIBILITY SameMinorVersion)
    install(FILES include/coracle.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
    install(FILES "${CMAKE_BINARY_DIR}/coracle.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
    install(FILES "${CMAKE_BINARY_DIR}/coracle-config.cmake" "${CMAKE_BINARY_DIR}/coracle-config-version.cmake"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/coracle")
endfunction()

# coracle_help_file(FILE FOLDER OPTION): what `coracle help OPTION` writes is installed as FOLDER/FILE.
function(coracle_help_file file folder option)
    set(output "${CMAKE_BINARY_DIR}/share/${folder}/${file}")
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/share/${folder}")
    add_custom_command(OUTPUT "${output}"
        COMMAND ${CORACLE_RUNNABLE} help ${option} > "${output}"
        DEPENDS ${CORACLE_RUNNABLE}
        COMMENT "" VERBATIM)
    add_custom_target(coracle-help-${file} ALL DEPENDS "${output}")
    install(FILES "${output}" DESTINATION "${CMAKE_INSTALL_DATADIR}/${folder}")
endfunction()

if(TARGET coracle)
    install(TARGETS coracle RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    coracle_help_file(coracle.1 man/man1 --man)
    coracle_help_file(coracle bash-completion/completions --completion=bash)
    coracle_help_file(_coracle zsh/vendor-completions --completion=zsh)
    install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/coracle" RENAME copyright)
endif()
if(TARGET coracle-bindgen) # a package of its own, since libclang is large
    install(TARGETS coracle-bindgen RUNTIME DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}" COMPONENT bindgen)
endif()
if(TARGET coracle-jit)
    install(TARGETS coracle-jit LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()

# ---- The package -------------------------------------------------------------------------------

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME coracle)
set(CPACK_PACKAGE_CONTACT "The Coracle project")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Application virtual machine with the language Cora")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Runs, checks, tests and compiles programs written in Cora, a statically typed
language, in an interpreter and as native code. A program can touch what it was
granted, and nothing else. With the library and the header to embed it in C.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libgc-dev, libffi-dev, libmpfr-dev, libgmp-dev") # to link libcoracle.a
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEB_COMPONENT_INSTALL ON) # bindgen is one; all else is of none
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_NAME coracle)
set(CPACK_DEBIAN_BINDGEN_PACKAGE_NAME coracle-bindgen)
set(CPACK_DEBIAN_BINDGEN_PACKAGE_DEPENDS "coracle, libclang-common-19-dev") # the latter has clang's own headers
set(CPACK_COMPONENT_BINDGEN_DESCRIPTION "Makes modules of Cora from headers of C: what `coracle bindgen` starts.")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
include(CPack)
