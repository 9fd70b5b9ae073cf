/* cor_machine_enter: registers and results of swiftcc, System V. */
#include "vm/native/machine.h"

const uint32_t cor_machine_arguments = 4;

__asm__(".text\n"
        ".p2align 4\n"
        ".globl cor_machine_enter\n"
        ".hidden cor_machine_enter\n"
        ".type cor_machine_enter, @function\n"
        "cor_machine_enter:\n"
        ".cfi_startproc\n"
        "    pushq %r9\n"
        "    pushq %r8\n"
        "    pushq %rcx\n"
        "    pushq %rdx\n"
        "    subq $8, %rsp\n"
        ".cfi_def_cfa_offset 48\n"
        "    movq %rsi, (%r13)\n" /* isolate->budget */
        "    movq %rdi, %rsi\n"
        "    movq %r13, %rdi\n"
        "    movq %r10, %rdx\n"
        "    leaq 8(%rsp), %rcx\n"
        "    leaq 48(%rsp), %r8\n"
        "    call cor_native_enter\n"
        "    movq 8(%rsp), %rdx\n"
        "    movq 16(%rsp), %rcx\n"
        "    movq (%r13), %r8\n"
        "    addq $40, %rsp\n"
        ".cfi_def_cfa_offset 8\n"
        "    ret\n"
        ".cfi_endproc\n"
        ".size cor_machine_enter, .-cor_machine_enter\n");
