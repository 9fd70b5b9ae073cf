# cmake -DOUT=FILE -DSOURCES=FILES -DTEXT=TEXT -P build_id.cmake: writes a C file with cor_build_id (vm/runtime/build_id.h),
# the hash of the contents of the files, a list, and of a text that says how they are compiled.
set(all "${TEXT}")
foreach(source IN LISTS SOURCES)
    file(SHA256 "${source}" hash)
    string(APPEND all " ${hash}")
endforeach()
string(SHA256 id "${all}")
file(WRITE "${OUT}" "#include \"vm/runtime/build_id.h\"\n\nconst char cor_build_id[] = \"${id}\";\n")
