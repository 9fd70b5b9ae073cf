# Cross-compilation for 64-bit RISC-V Linux with Debian's gcc-riscv64-linux-gnu. The libraries come from
# build-riscv64/sysroot, which ./dev fills with the unpacked riscv64 packages of Debian 13 (12 has none): nothing is installed on
# the machine, and qemu-riscv64 -L finds them there when the tests run. They may need a newer libc than that of the compiler, which
# is there, too.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR riscv64)
set(CMAKE_C_COMPILER riscv64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER riscv64-linux-gnu-gcc)

get_filename_component(coracle_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(sysroot "${coracle_root}/build-riscv64/sysroot")
set(CMAKE_LIBRARY_ARCHITECTURE riscv64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH "${sysroot}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--allow-shlib-undefined -Wl,-rpath-link,${sysroot}/usr/lib/riscv64-linux-gnu:${sysroot}/lib/riscv64-linux-gnu")
set(CMAKE_CROSSCOMPILING_EMULATOR "qemu-riscv64;-L;${sysroot}")
