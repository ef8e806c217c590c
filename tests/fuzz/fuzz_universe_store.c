/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stored universe with damage: no damaged file passes the check, a head that looks right is mapped without
 * harm, and what passes is what was stored. The input is a list of changes to a good file, five bytes each:
 * three of a place, one of a value, one that says what to do there: set, add, cut, or swap two blocks.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pkg/universe_store.h"

#define TAIL 64 /* the checksum's block: whoever may write that one too can write a good file */

static struct fs_map good;
static struct digest key;
static struct strbuf dump;

static void begin(struct universe *u)
{
	universe_init(u, FAMILY_DEB, SV("amd64"));
	universe_add_repo(u, &(struct universe_repo){ .label = SV("only") });
}

static void fill(struct universe *u)
{
	begin(u);
	for (unsigned i = 0; i < 9; i++) {
		char name[2] = { (char)('a' + i), '\0' };
		struct package p = { .name = universe_str(u, sv_from(name)),
				     .version = universe_str(u, SV("1.0")),
				     .arch = u->native_arch,
				     .filename = universe_text(u, sv_from(name)) };
		struct dep need = { .op = DEP_ATOM, .rel = REL_GT | REL_EQ, .version = p.version };
		dep_id dep;
		pkg_id id = universe_add(u, &p);

		name[0] = (char)('a' + (i + 1) % 9);
		need.name = universe_str(u, sv_from(name));
		dep = universe_dep(u, &need);
		universe_set_deps(u, id, DEPK_REQUIRES, &dep, 1);
	}
}

/* The good file, written once by the product's own writer. */
static void make_good(void)
{
	struct fs_out out = FS_OUT_INIT;
	struct err e = ERR_INIT;
	struct universe u;
	char path[64];

	snprintf(path, sizeof(path), "/tmp/kindling-fuzz-store-%d", getpid());
	digest_bytes(DIGEST_SHA256, "key", 3, &key);
	fill(&u);
	if (universe_finish(&u, &e) < 0 || fs_out_open(&out, AT_FDCWD, path, 0600, &e) < 0 ||
	    universe_store_write(&u, &key, &out, &e) < 0 || fs_out_publish(&out, &e) < 0 ||
	    fs_map(AT_FDCWD, path, UNIVERSE_STORE_MAX, &good, &e) < 0)
		abort();
	unlink(path);
	universe_dump(&u, &dump);
	universe_done(&u);
	fs_out_done(&out);
}

/* Returns the size that is left. */
static size_t change(char *file, size_t n, const uint8_t *data, size_t size)
{
	for (; size >= 5; data += 5, size -= 5) {
		size_t at = (size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2];

		if (n <= TAIL + 16)
			break;
		at %= n - TAIL - 16;
		switch (data[4] % 4) {
		case 0:
			file[at] = (char)data[3];
			break;
		case 1:
			file[at] = (char)(file[at] + data[3]);
			break;
		case 2:
			n = at + 1;
			break;
		default:
			memmove(file + at, file + data[3] % (n - TAIL - 16), 16);
		}
	}
	return n;
}

static void use(struct fs_map *map, bool sound)
{
	struct strbuf again = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct universe u;

	begin(&u);
	if (universe_store_use(&u, &key, map, &e) < 0) {
		if (sound || e.code != E_FORMAT || !map->p || universe_count(&u) != 0)
			abort();
	} else if (sound) {
		universe_dump(&u, &again);
		if (!sv_eq(strbuf_sv(&again), strbuf_sv(&dump)))
			abort();
		strbuf_done(&again);
	}
	universe_done(&u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;
	struct fs_map map;
	char *file;
	bool same, sound;

	if (!good.p)
		make_good();
	file = mmap(NULL, good.n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (file == MAP_FAILED)
		abort();
	memcpy(file, good.p, good.n);
	map = (struct fs_map){ .p = file, .n = change(file, good.n, data, size) };
	same = map.n == good.n && memcmp(file, good.p, good.n) == 0;
	sound = universe_store_check(&map, &e) == 0;
	if (sound != same)
		abort();
	use(&map, sound);
	fs_map_done(&map);
	return 0;
}
