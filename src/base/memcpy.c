/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memcpy and memmove in place of the C library's. Its own for x86_64 start a string instruction, which takes longer
 * than nearly all copies here: names, versions, words of XML, matches of a decompressor. For other
 * processors, and beside the sanitizers, the C library's stay.
 */
#include <string.h>

#if defined(__x86_64__) && !defined(__GLIBC__)

#define STRING_INSTRUCTION_FROM 4096u /* bytes from which it is the faster way */

typedef char v16 __attribute__((vector_size(16)));

struct v32 {
	v16 a, b;
};

struct v64 {
	v16 a, b, c, d;
};

#define LOAD(type, p)                                   \
	__extension__({                                 \
		type _v;                                \
		__builtin_memcpy(&_v, (p), sizeof(_v)); \
		_v;                                     \
	})
#define STORE(p, v) __builtin_memcpy((p), &(v), sizeof(v))

/* Both halves, which may overlap, are loaded before one is stored. */
#define MOVE_ENDS(type, to, from, n)                                  \
	do {                                                          \
		type _head = LOAD(type, from);                        \
		type _tail = LOAD(type, (from) + (n) - sizeof(type)); \
		STORE(to, _head);                                     \
		STORE((to) + (n) - sizeof(type), _tail);              \
	} while (0)

/* At most 64 bytes, wherever they overlap. */
static void move_small(char *to, const char *from, size_t n)
{
	if (n > 32)
		MOVE_ENDS(struct v32, to, from, n);
	else if (n >= 16)
		MOVE_ENDS(v16, to, from, n);
	else if (n >= 8)
		MOVE_ENDS(unsigned long, to, from, n);
	else if (n >= 4)
		MOVE_ENDS(unsigned, to, from, n);
	else if (n >= 2)
		MOVE_ENDS(unsigned short, to, from, n);
	else if (n)
		*to = *from;
}

/* More than 64 bytes, to a place before `from` or that does not overlap it. */
static void move_up(char *to, const char *from, size_t n)
{
	struct v64 tail = LOAD(struct v64, from + n - 64);
	char *end = to + n - 64;

	for (; to < end; to += 64, from += 64) {
		struct v64 v = LOAD(struct v64, from);

		STORE(to, v);
		__asm__ volatile("" : "+r"(to)); /* the compiler would see a memmove here */
	}
	STORE(end, tail);
}

static void move_down(char *to, const char *from, size_t n)
{
	struct v64 head = LOAD(struct v64, from);
	size_t at = n;

	for (; at > 64; at -= 64) {
		struct v64 v = LOAD(struct v64, from + at - 64);

		STORE(to + at - 64, v);
		__asm__ volatile("" : "+r"(to));
	}
	STORE(to, head);
}

void *memmove(void *to, const void *from, size_t n)
{
	void *at = to;

	if (n <= 64)
		move_small(to, from, n);
	else if ((size_t)to - (size_t)from < n)
		move_down(to, from, n);
	else if (n < STRING_INSTRUCTION_FROM || (size_t)from - (size_t)to < n)
		move_up(to, from, n);
	else
		__asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(n) : : "memory");
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
	__attribute__((alias("memmove")));

#endif
