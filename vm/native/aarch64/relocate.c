/* Relocations of "ELF for the Arm 64-bit Architecture (AArch64)", section 5.7. */
#include <string.h>

#include "vm/native/machine.h"

enum {
    R_ABS64 = 257,
    R_PREL64 = 260,
    R_PREL32 = 261,
    R_LD_PREL_LO19 = 273,
    R_ADR_PREL_LO21 = 274,
    R_ADR_PREL_PG_HI21 = 275,
    R_ADR_PREL_PG_HI21_NC = 276,
    R_ADD_ABS_LO12_NC = 277,
    R_LDST8_ABS_LO12_NC = 278,
    R_TSTBR14 = 279,
    R_CONDBR19 = 280,
    R_JUMP26 = 282,
    R_CALL26 = 283,
    R_LDST16_ABS_LO12_NC = 284,
    R_LDST32_ABS_LO12_NC = 285,
    R_LDST64_ABS_LO12_NC = 286,
    R_LDST128_ABS_LO12_NC = 299,
    R_ADR_GOT_PAGE = 311,
    R_LD64_GOT_LO12_NC = 312,
    R_PLT32 = 314,
};

uint16_t cor_machine_elf(void) {
    return 183;
}

CorMachineReference cor_machine_reference(uint32_t type, uint32_t *width) {
    *width = type == R_ABS64 || type == R_PREL64 ? 8 : 4;
    switch (type) {
    case 0:
    case 256: *width = 0; return COR_REFERENCE_NONE;
    case R_ABS64:
    case R_PREL64:
    case R_PREL32:
    case R_LD_PREL_LO19:
    case R_ADR_PREL_LO21:
    case R_ADR_PREL_PG_HI21:
    case R_ADR_PREL_PG_HI21_NC:
    case R_ADD_ABS_LO12_NC:
    case R_LDST8_ABS_LO12_NC:
    case R_TSTBR14:
    case R_CONDBR19:
    case R_LDST16_ABS_LO12_NC:
    case R_LDST32_ABS_LO12_NC:
    case R_LDST64_ABS_LO12_NC:
    case R_LDST128_ABS_LO12_NC: return COR_REFERENCE_ADDRESS;
    case R_JUMP26:
    case R_CALL26:
    case R_PLT32: return COR_REFERENCE_CALL;
    case R_ADR_GOT_PAGE:
    case R_LD64_GOT_LO12_NC: return COR_REFERENCE_SLOT;
    default: return COR_REFERENCE_UNKNOWN;
    }
}

/* Whether it is a signed number of that many bits. */
static bool fits(int64_t value, unsigned bits) {
    int64_t limit = (int64_t)1 << (bits - 1);
    return value >= -limit && value < limit;
}

/* Replaces `bits` of the instruction from bit `at` on. */
static void set_bits(uint8_t *place, unsigned at, unsigned bits, uint64_t value) {
    uint32_t instruction, mask = (((uint32_t)1 << bits) - 1) << at;
    memcpy(&instruction, place, sizeof instruction);
    instruction = (instruction & ~mask) | ((uint32_t)(value << at) & mask);
    memcpy(place, &instruction, sizeof instruction);
}

/* A distance in instructions. */
static bool set_branch(uint8_t *place, unsigned at, unsigned bits, uint64_t target) {
    int64_t distance = (int64_t)(target - (uint64_t)(uintptr_t)place);
    set_bits(place, at, bits, (uint64_t)(distance >> 2));
    return (distance & 3) == 0 && fits(distance, bits + 2);
}

/* The 21 bits of ADR and ADRP. */
static void set_address(uint8_t *place, int64_t distance) {
    set_bits(place, 29, 2, (uint64_t)distance & 3);
    set_bits(place, 5, 19, (uint64_t)(distance >> 2));
}

static bool set_page(uint8_t *place, uint64_t target) {
    int64_t pages = (int64_t)((target >> 12) - ((uint64_t)(uintptr_t)place >> 12));
    set_address(place, pages);
    return fits(pages, 21);
}

/* The offset in the page, of an access of 1 << scale bytes. */
static bool set_page_offset(uint8_t *place, uint64_t target, unsigned scale) {
    uint64_t offset = target & 0xfff;
    set_bits(place, 10, 12, offset >> scale);
    return (offset & (((uint64_t)1 << scale) - 1)) == 0;
}

static bool set_half(uint8_t *place, int64_t distance) {
    uint32_t half = (uint32_t)distance;
    memcpy(place, &half, sizeof half);
    return fits(distance, 32);
}

static bool set_call(const CorMachineRelocation *relocation, uint64_t target) {
    if (relocation->type == R_PLT32)
        return set_half(relocation->place, (int64_t)(target - (uint64_t)(uintptr_t)relocation->place));
    return set_branch(relocation->place, 0, 26, target);
}

bool cor_machine_relocate(const CorMachineRelocation *relocation) {
    uint8_t *place = relocation->place;
    uint64_t value = relocation->symbol + (uint64_t)relocation->addend;
    uint64_t slot = relocation->slot + (uint64_t)relocation->addend;
    int64_t distance = (int64_t)(value - (uint64_t)(uintptr_t)place);
    switch (relocation->type) {
    case R_ABS64: memcpy(place, &value, sizeof value); return true;
    case R_PREL64: memcpy(place, &distance, sizeof distance); return true;
    case R_PREL32: return set_half(place, distance);
    case R_LD_PREL_LO19:
    case R_CONDBR19: return set_branch(place, 5, 19, value);
    case R_TSTBR14: return set_branch(place, 5, 14, value);
    case R_ADR_PREL_LO21: set_address(place, distance); return fits(distance, 21);
    case R_ADR_PREL_PG_HI21:
    case R_ADR_PREL_PG_HI21_NC: return set_page(place, value);
    case R_ADD_ABS_LO12_NC:
    case R_LDST8_ABS_LO12_NC: return set_page_offset(place, value, 0);
    case R_LDST16_ABS_LO12_NC: return set_page_offset(place, value, 1);
    case R_LDST32_ABS_LO12_NC: return set_page_offset(place, value, 2);
    case R_LDST64_ABS_LO12_NC: return set_page_offset(place, value, 3);
    case R_LDST128_ABS_LO12_NC: return set_page_offset(place, value, 4);
    case R_ADR_GOT_PAGE: return set_page(place, slot);
    case R_LD64_GOT_LO12_NC: return set_page_offset(place, slot, 3);
    default:
        return set_call(relocation, value) ||
               set_call(relocation, relocation->stub + (uint64_t)relocation->addend);
    }
}

bool cor_machine_write_stub(uint8_t *stub, const uint64_t *slot) {
    static const uint32_t jump[] = {
        0x90000010, /* adrp x16, slot */
        0xf9400210, /* ldr x16, [x16, #slot] */
        0xd61f0200, /* br x16 */
    };
    memcpy(stub, jump, sizeof jump);
    uint64_t address = (uint64_t)(uintptr_t)slot;
    return set_page(stub, address) && set_page_offset(stub + 4, address, 3);
}

static const uint32_t leave_call[] = {
    0xaa1e03f1, /* mov x17, x30 */
    0x94000000, /* bl stub */
};

uint32_t cor_machine_leave_size(void) {
    return sizeof leave_call + sizeof(int32_t);
}

bool cor_machine_write_leave(uint8_t *place, const uint8_t *stub, const void *what) {
    uint8_t *behind = place + sizeof leave_call;
    memcpy(place, leave_call, sizeof leave_call);
    return set_branch(place + 4, 0, 26, (uint64_t)(uintptr_t)stub) &&
           set_half(behind, (int64_t)((uintptr_t)what - (uintptr_t)behind));
}
