/* Relocations of "System V Application Binary Interface, AMD64 Architecture Processor Supplement", table 4.9. */
#include <string.h>

#include "vm/native/machine.h"

enum {
    R_64 = 1,
    R_PC32 = 2,
    R_PLT32 = 4,
    R_GOTPCREL = 9,
    R_32 = 10,
    R_32S = 11,
    R_PC64 = 24,
    R_GOTPCRELX = 41,
    R_REX_GOTPCRELX = 42,
};

uint16_t cor_machine_elf(void) {
    return 62;
}

CorMachineReference cor_machine_reference(uint32_t type, uint32_t *width) {
    *width = type == R_64 || type == R_PC64 ? 8 : 4;
    switch (type) {
    case 0: *width = 0; return COR_REFERENCE_NONE;
    case R_64:
    case R_PC64:
    case R_PC32:
    case R_32:
    case R_32S: return COR_REFERENCE_ADDRESS;
    case R_PLT32: return COR_REFERENCE_CALL;
    case R_GOTPCREL:
    case R_GOTPCRELX:
    case R_REX_GOTPCRELX: return COR_REFERENCE_SLOT;
    default: return COR_REFERENCE_UNKNOWN;
    }
}

static bool fits(int64_t value) {
    return value == (int32_t)value;
}

static bool write_word(uint8_t *place, uint64_t value) {
    memcpy(place, &value, sizeof value);
    return true;
}

static bool write_half(uint8_t *place, int64_t value, bool holds) {
    uint32_t half = (uint32_t)value;
    memcpy(place, &half, sizeof half);
    return holds;
}

/* A load of the address becomes its computation, when it is near: `mov slot(%rip), %r` is `lea symbol(%rip), %r`. */
static bool relax(const CorMachineRelocation *relocation) {
    enum { MOV = 0x8b, LEA = 0x8d };
    uint8_t *place = relocation->place;
    uint64_t target = relocation->symbol + (uint64_t)relocation->addend;
    int64_t distance = (int64_t)(target - (uint64_t)(uintptr_t)place);
    if (relocation->type == R_GOTPCREL || relocation->before < 2 || place[-2] != MOV ||
        relocation->addend != -4 || !fits(distance))
        return false;
    place[-2] = LEA;
    return write_half(place, distance, true);
}

bool cor_machine_relocate(const CorMachineRelocation *relocation) {
    uint8_t *place = relocation->place;
    uint64_t value = relocation->symbol + (uint64_t)relocation->addend, here = (uint64_t)(uintptr_t)place;
    int64_t distance = (int64_t)(value - here);
    switch (relocation->type) {
    case R_64: return write_word(place, value);
    case R_PC64: return write_word(place, (uint64_t)distance);
    case R_32: return write_half(place, (int64_t)value, value == (uint32_t)value);
    case R_32S: return write_half(place, (int64_t)value, fits((int64_t)value));
    case R_PC32: return write_half(place, distance, fits(distance));
    case R_PLT32:
        if (!fits(distance))
            distance = (int64_t)(relocation->stub + (uint64_t)relocation->addend - here);
        return write_half(place, distance, fits(distance));
    default:
        if (relax(relocation))
            return true;
        distance = (int64_t)(relocation->slot + (uint64_t)relocation->addend - here);
        return write_half(place, distance, fits(distance));
    }
}

bool cor_machine_write_stub(uint8_t *stub, const uint64_t *slot) {
    static const uint8_t jump[] = {0xff, 0x25}; /* jmp *slot(%rip) */
    int64_t distance = (int64_t)((uint64_t)(uintptr_t)slot - (uint64_t)(uintptr_t)(stub + 6));
    memcpy(stub, jump, sizeof jump);
    return write_half(stub + sizeof jump, distance, fits(distance));
}

enum { CALL_SIZE = 5 };

uint32_t cor_machine_leave_size(void) {
    return CALL_SIZE + sizeof(int32_t);
}

bool cor_machine_write_leave(uint8_t *place, const uint8_t *stub, const void *what) {
    enum { CALL = 0xe8 };
    uint8_t *behind = place + CALL_SIZE;
    int64_t to_stub = (int64_t)((uintptr_t)stub - (uintptr_t)behind);
    int64_t distance = (int64_t)((uintptr_t)what - (uintptr_t)behind);
    *place = CALL;
    return write_half(place + 1, to_stub, fits(to_stub)) && write_half(behind, distance, fits(distance));
}
