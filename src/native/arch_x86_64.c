/* SPDX-License-Identifier: MIT */
/* arch_x86_64: System V ABI, AMD64 Architecture Processor Supplement, figure 3.36 (DWARF register numbers). */
#include <asm/perf_regs.h>
#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/user.h>

#include "native/arch.h"

#define AT(reg) offsetof(struct user_regs_struct, reg)
#define BIT(reg) (1ull << PERF_REG_X86_##reg)

static const unsigned char endbr[] = {0xf3, 0x0f, 0x1e, 0xfa};

enum { RAX, RDX, RCX, RBX, RSI, RDI, RBP, RSP, R8, R9, R10, R11, R12, R13, R14, R15, RIP };

/* Intel SDM, vol. 2, CALL: E8 rel32, or FF /2 with its bytes of addressing, at least two and at most seven. */
static bool is_behind_call(const unsigned char before[ARCH_CODE])
{
	if (before[ARCH_CODE - 5] == 0xe8)
		return true;
	for (int at = ARCH_CODE - 2; at >= ARCH_CODE - 7; at--)
		if (before[at] == 0xff && (before[at + 1] >> 3 & 7) == 2)
			return true;
	return false;
}

static uint64_t relative(const unsigned char *displacement, uint64_t after)
{
	int32_t value;

	memcpy(&value, displacement, sizeof(value));
	return after + (uint64_t)(int64_t)value;
}

static bool target_of_call(const unsigned char before[ARCH_CODE], uint64_t after, uint64_t *ret)
{
	*ret = relative(before + ARCH_CODE - 4, after);
	return before[ARCH_CODE - 5] == 0xe8;
}

/* call *disp32(%rip): FF /2 with mod 0, r/m 5 */
static bool slot_of_call(const unsigned char before[ARCH_CODE], uint64_t after, uint64_t *ret)
{
	*ret = relative(before + ARCH_CODE - 4, after);
	return before[ARCH_CODE - 6] == 0xff && before[ARCH_CODE - 5] == 0x15;
}

/* An entry of a procedure linkage table: endbr64 and a bnd prefix or not, then jmp *disp32(%rip). */
static bool slot_of_stub(const unsigned char code[ARCH_CODE], uint64_t at, uint64_t *ret)
{
	const unsigned char *p = code;

	if (memcmp(p, endbr, sizeof(endbr)) == 0)
		p += sizeof(endbr);
	if (*p == 0xf2)
		p++;
	*ret = relative(p + 2, at + (uint64_t)(p + 6 - code));
	return p[0] == 0xff && p[1] == 0x25;
}

/* Before push %rbp, perhaps behind an endbr64; before mov %rsp,%rbp; before ret. */
static uint32_t frame_of_edge(const unsigned char code[ARCH_CODE])
{
	static const unsigned char mov[] = {0x48, 0x89, 0xe5};
	const unsigned char *at = code + 1;

	if (code[0] == 0x55 && memcmp(at, mov, sizeof(mov)) == 0)
		return 16;
	if (memcmp(at, endbr, sizeof(endbr)) == 0)
		at += sizeof(endbr);
	return at[0] == 0x55 || at[0] == 0xc3 ? 8 : 0;
}

/* push %rbp; mov %rsp,%rbp; pushes; sub $imm,%rsp: with imm8 48 83 ec, with imm32 48 81 ec. */
static uint32_t frame_of_prologue(const unsigned char code[ARCH_CODE])
{
	static const unsigned char begin[] = {0x55, 0x48, 0x89, 0xe5};
	const unsigned char *p = code;
	uint32_t size = 16, imm;

	if (memcmp(p, endbr, sizeof(endbr)) == 0)
		p += sizeof(endbr);
	if (memcmp(p, begin, sizeof(begin)) != 0)
		return 0;
	for (p += sizeof(begin); p < code + 20 && (p[0] == 0x53 || (p[0] == 0x41 && (p[1] & 0xfc) == 0x54)); size += 8)
		p += p[0] == 0x53 ? 1 : 2;
	if (p[0] != 0x48 || p[2] != 0xec)
		return 0;
	memcpy(&imm, p + 3, sizeof(imm));
	if (p[1] == 0x83)
		return p[3] < 0x80 ? size + p[3] : 0;
	return p[1] == 0x81 && imm < 1u << 20 ? size + imm : 0;
}

/* add $imm8, %rsp; ret: the trampolines of CPython's -X perf (Python/asm_trampoline.S). */
static uint32_t frame_of_tail(const unsigned char code[ARCH_CODE])
{
	static const unsigned char add_rsp[] = {0x48, 0x83, 0xc4};

	return memcmp(code, add_rsp, sizeof(add_rsp)) == 0 && code[3] < 0x80 && code[4] == 0xc3 ? code[3] + 8u : 0;
}

const struct arch arch_native = {
	.machine = EM_X86_64,
	.pc = RIP,
	.sp = RSP,
	.fp = RBP,
	.columns = {[CFIROWS_RA] = RIP,
		    [CFIROWS_BP] = RBP,
		    [CFIROWS_BX] = RBX,
		    [CFIROWS_R12] = R12,
		    [CFIROWS_R13] = R13,
		    [CFIROWS_R14] = R14,
		    [CFIROWS_R15] = R15},
	.perf_mask = BIT(AX) | BIT(BX) | BIT(CX) | BIT(DX) | BIT(SI) | BIT(DI) | BIT(BP) | BIT(SP) | BIT(IP) | BIT(R8) |
		     BIT(R9) | BIT(R10) | BIT(R11) | BIT(R12) | BIT(R13) | BIT(R14) | BIT(R15),
	/* enum perf_event_x86_regs: AX BX CX DX SI DI BP SP IP FLAGS CS SS DS ES FS GS R8 ... R15 */
	.perf_regs = {RAX, RBX, RCX, RDX, RSI, RDI, RBP, RSP, RIP, R8, R9, R10, R11, R12, R13, R14, R15},
	.call_args = {RDI, RSI, RDX, R10, R8, R9},
	.user_size = sizeof(struct user_regs_struct),
	.user_at = {AT(rax), AT(rdx), AT(rcx), AT(rbx), AT(rsi), AT(rdi), AT(rbp), AT(rsp), AT(r8), AT(r9), AT(r10),
		    AT(r11), AT(r12), AT(r13), AT(r14), AT(r15), AT(rip)},
	.n_regs = RIP + 1,
	.fp_saved_fp = 0,
	.fp_saved_pc = 8,
	.fp_cfa = 16,
	.is_behind_call = is_behind_call,
	.target_of_call = target_of_call,
	.slot_of_call = slot_of_call,
	.slot_of_stub = slot_of_stub,
	.frame_of_prologue = frame_of_prologue,
	.frame_of_edge = frame_of_edge,
	.frame_of_tail = frame_of_tail,
};
