/* SPDX-License-Identifier: MIT */
/*
 * cfi_program: looks through the instructions of an entry before libdw runs them. It would make room for any register
 * that they name, and keep any number of states.
 */
#include <dwarf.h>

#include "elf/cfi.h"
#include "elf/cfi_private.h"

#define REG_BX 3

/* Operands: r a register, u and s LEB128, b a block behind its length, a an address, digits
 * bytes (DWARF 5, 7.24, and GNU's). */
static const char *const operands[64] = {
	[DW_CFA_nop] = "",
	[DW_CFA_set_loc] = "a",
	[DW_CFA_advance_loc1] = "1",
	[DW_CFA_advance_loc2] = "2",
	[DW_CFA_advance_loc4] = "4",
	[DW_CFA_offset_extended] = "ru",
	[DW_CFA_restore_extended] = "r",
	[DW_CFA_undefined] = "r",
	[DW_CFA_same_value] = "r",
	[DW_CFA_register] = "ru",
	[DW_CFA_remember_state] = "",
	[DW_CFA_restore_state] = "",
	[DW_CFA_def_cfa] = "uu",
	[DW_CFA_def_cfa_register] = "u",
	[DW_CFA_def_cfa_offset] = "u",
	[DW_CFA_def_cfa_expression] = "b",
	[DW_CFA_expression] = "rb",
	[DW_CFA_offset_extended_sf] = "rs",
	[DW_CFA_def_cfa_sf] = "us",
	[DW_CFA_def_cfa_offset_sf] = "s",
	[DW_CFA_val_offset] = "ru",
	[DW_CFA_val_offset_sf] = "rs",
	[DW_CFA_val_expression] = "rb",
	[DW_CFA_MIPS_advance_loc8] = "8",
	[DW_CFA_GNU_window_save] = "",
	[DW_CFA_GNU_args_size] = "u",
	[DW_CFA_GNU_negative_offset_extended] = "ru",
};

bool cfi_read_uleb(const uint8_t **at, const uint8_t *end, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; *at < end && shift < 64; shift += 7) {
		uint8_t byte = *(*at)++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*ret = value;
			return true;
		}
	}
	return false;
}

/* One operand; its value is wanted only of numbers. */
static bool read_operand(char kind, size_t address_size, const uint8_t **at, const uint8_t *end, uint64_t *ret)
{
	uint64_t size;

	switch (kind) {
	case 'r':
	case 'u':
	case 's':
		return cfi_read_uleb(at, end, ret);
	case 'b':
		if (!cfi_read_uleb(at, end, &size))
			return false;
		break;
	case 'a':
		size = address_size;
		break;
	default:
		size = (uint64_t)(kind - '0');
	}
	if (size > (uint64_t)(end - *at))
		return false;
	*at += size;
	return true;
}

static const char *operands_of(uint8_t op)
{
	if ((op & 0xc0) == DW_CFA_offset)
		return "u";
	return op & 0xc0 ? "" : operands[op];
}

unsigned int cfi_program_look(const uint8_t *at, const uint8_t *end, size_t address_size)
{
	unsigned int seen = 0, states = 0;

	while (at < end) {
		uint8_t op = *at++;
		const char *kinds = operands_of(op);
		uint64_t value = 0;

		if (!kinds)
			return seen; /* libdw comes no further either */
		for (const char *kind = kinds; *kind; kind++) {
			if (!read_operand(*kind, address_size, &at, end, &value))
				return seen | CFI_REFUSED; /* libdw reads longer numbers, and may go on behind it */
			if (*kind == 'r' && value > CFI_REGISTER_MAX)
				return seen | CFI_REFUSED;
			if (*kind == 'r' && op == DW_CFA_undefined && value == REG_BX)
				seen |= CFI_BX_LOST;
		}
		states += op == DW_CFA_remember_state;
		states -= op == DW_CFA_restore_state && states > 0;
		if (states > CFI_STATES_MAX)
			return seen | CFI_REFUSED;
	}
	return seen;
}
