/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/universe_store.h"

#include "base/macros.h"

#define STORE_FORMAT 1u
#define ALIGN 64u

enum section {
	SECTION_STRING_BYTES,
	SECTION_STRING_STARTS,
	SECTION_STRING_SLOTS,
	SECTION_PACKAGES,
	SECTION_DEPS,
	SECTION_DEP_REFS,
	SECTION_TEXTS,
	SECTION_PROVIDER_STARTS,
	SECTION_PROVIDERS,
	SECTION_NAMES,
	SECTION_COUNT,
};

static const uint32_t item_sizes[SECTION_COUNT] = {
	[SECTION_STRING_BYTES] = 1,
	[SECTION_STRING_STARTS] = sizeof(uint32_t),
	[SECTION_STRING_SLOTS] = sizeof(struct intern_slot),
	[SECTION_PACKAGES] = sizeof(struct package),
	[SECTION_DEPS] = sizeof(struct dep),
	[SECTION_DEP_REFS] = sizeof(dep_id),
	[SECTION_TEXTS] = 1,
	[SECTION_PROVIDER_STARTS] = sizeof(uint32_t),
	[SECTION_PROVIDERS] = sizeof(struct provider),
	[SECTION_NAMES] = sizeof(str_id),
};

#define NO_PADDING(type, sum) _Static_assert(sizeof(type) == (sum), #type " has padding")
NO_PADDING(struct dep, 2 + 2 + 5 * 4);
NO_PADDING(struct provider, 3 * 4 + 2 + 2);
NO_PADDING(struct package, 4 * 4 + DEPK_COUNT * sizeof(struct dep_list) + 3 * 8 +
				   sizeof(struct digest) + 2 + 4 + 6);

struct store_head {
	char magic[12]; /* "kindling-uni" */
	uint32_t format;
	uint64_t size; /* of the file */
	struct digest key;
	uint32_t item_size[SECTION_COUNT];
	uint64_t n[SECTION_COUNT];
};

static const char store_magic[12] = { 'k', 'i', 'n', 'd', 'l', 'i', 'n', 'g', '-', 'u', 'n', 'i' };

static uint64_t padded(uint64_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* ---- checksum -------------------------------------------------------------------------------------- */

/* Against torn and rotten files, not against people. Eight independent chains of rotate, xor and multiply
 * keep up with memory. */
#define LANES 8

struct checksum {
	uint64_t lane[LANES];
};

static void checksum_init(struct checksum *c)
{
	for (unsigned i = 0; i < LANES; i++)
		c->lane[i] = 0x9e3779b97f4a7c15u * (2 * i + 1);
}

static inline uint64_t mix(uint64_t lane, uint64_t word)
{
	lane ^= word;
	return (lane << 29 | lane >> 35) * 0xff51afd7ed558ccdu;
}

/* n is a multiple of ALIGN. */
static void checksum_add(struct checksum *c, const void *p, size_t n)
{
	const unsigned char *at = p;
	uint64_t l0 = c->lane[0], l1 = c->lane[1], l2 = c->lane[2], l3 = c->lane[3];
	uint64_t l4 = c->lane[4], l5 = c->lane[5], l6 = c->lane[6], l7 = c->lane[7];

	for (; n >= ALIGN; n -= ALIGN, at += ALIGN) {
		uint64_t w[LANES];

		memcpy(w, at, sizeof(w));
		l0 = mix(l0, w[0]);
		l1 = mix(l1, w[1]);
		l2 = mix(l2, w[2]);
		l3 = mix(l3, w[3]);
		l4 = mix(l4, w[4]);
		l5 = mix(l5, w[5]);
		l6 = mix(l6, w[6]);
		l7 = mix(l7, w[7]);
	}
	*c = (struct checksum){ { l0, l1, l2, l3, l4, l5, l6, l7 } };
}

static uint64_t checksum_end(const struct checksum *c)
{
	uint64_t h = 0;

	for (unsigned i = 0; i < LANES; i++)
		h = mix(h ^ h >> 32, c->lane[i]);
	return h;
}

/* ---- writing --------------------------------------------------------------------------------------- */

#define BUFFER_SIZE (1u << 16)

/* Collects into whole blocks, which are what is summed and written. */
struct writer {
	struct fs_out *out;
	struct checksum sum;
	char buffer[BUFFER_SIZE];
	size_t n;
};

static int flush(struct writer *w, struct err *e)
{
	int r = fs_out_write(w->out, w->buffer, w->n, e);

	checksum_add(&w->sum, w->buffer, w->n);
	w->n = 0;
	return r;
}

static int put(struct writer *w, const void *p, size_t n, struct err *e)
{
	const char *at = p;

	while (n > 0) {
		size_t some = MIN(n, BUFFER_SIZE - w->n);

		memcpy(w->buffer + w->n, at, some);
		w->n += some;
		at += some;
		n -= some;
		if (w->n == BUFFER_SIZE && flush(w, e) < 0)
			return e->code;
	}
	return 0;
}

static int pad(struct writer *w, uint64_t written, struct err *e)
{
	static const char zero[ALIGN];

	return put(w, zero, (size_t)(padded(written) - written), e);
}

static int put_strings(struct writer *w, const struct universe *u, struct err *e)
{
	uint32_t count = intern_count(&u->strings), at = 0;
	uint64_t bytes = 0;
	int r = 0;

	for (uint32_t id = 0; id < count && r == 0; id++) {
		struct sv s = universe_sv(u, id);

		bytes += s.n;
		r = put(w, s.p, s.n, e);
	}
	if (r == 0)
		r = pad(w, bytes, e);
	for (uint32_t id = 0; id <= count && r == 0; id++) {
		r = put(w, &at, sizeof(at), e);
		if (id < count)
			at += (uint32_t)universe_sv(u, id).n;
	}
	return r < 0 ? r : pad(w, (uint64_t)(count + 1) * sizeof(at), e);
}

static void fill_head(const struct universe *u, const struct digest *key, struct store_head *h)
{
	uint64_t size = padded(sizeof(*h));

	memset(h, 0, sizeof(*h));
	memcpy(h->magic, store_magic, sizeof(h->magic));
	h->format = STORE_FORMAT;
	h->key.kind = key->kind;
	memcpy(h->key.bytes, key->bytes, digest_size(key->kind));
	memcpy(h->item_size, item_sizes, sizeof(h->item_size));
	for (uint32_t id = 0; id < intern_count(&u->strings); id++)
		h->n[SECTION_STRING_BYTES] += universe_sv(u, id).n;
	h->n[SECTION_STRING_STARTS] = (uint64_t)intern_count(&u->strings) + 1;
	h->n[SECTION_STRING_SLOTS] = u->strings.cap;
	h->n[SECTION_PACKAGES] = u->pkgs.n;
	h->n[SECTION_DEPS] = u->deps.n;
	h->n[SECTION_DEP_REFS] = u->dep_refs.n;
	h->n[SECTION_TEXTS] = u->texts.n;
	h->n[SECTION_PROVIDER_STARTS] = (uint64_t)u->provider_names + 1;
	h->n[SECTION_PROVIDERS] = u->provider_start[u->provider_names];
	h->n[SECTION_NAMES] = u->n_names;
	for (size_t i = 0; i < SECTION_COUNT; i++)
		size += padded(h->n[i] * item_sizes[i]);
	h->size = size + ALIGN;
}

static int put_sections(struct writer *w, const struct universe *u, const struct store_head *h,
			struct err *e)
{
	const void *const parts[SECTION_COUNT] = {
		[SECTION_STRING_SLOTS] = u->strings.slots,
		[SECTION_PACKAGES] = u->pkgs.v,
		[SECTION_DEPS] = u->deps.v,
		[SECTION_DEP_REFS] = u->dep_refs.v,
		[SECTION_TEXTS] = u->texts.v,
		[SECTION_PROVIDER_STARTS] = u->provider_start,
		[SECTION_PROVIDERS] = u->providers,
		[SECTION_NAMES] = u->names,
	};
	int r = put_strings(w, u, e);

	for (size_t i = SECTION_STRING_SLOTS; i < SECTION_COUNT && r == 0; i++) {
		uint64_t bytes = h->n[i] * item_sizes[i];

		r = put(w, parts[i], (size_t)bytes, e);
		if (r == 0)
			r = pad(w, bytes, e);
	}
	return r;
}

int universe_store_write(const struct universe *u, const struct digest *key, struct fs_out *out,
			 struct err *e)
{
	struct writer *w = xcalloc(1, sizeof(*w));
	struct store_head head;
	uint64_t end[ALIGN / sizeof(uint64_t)] = { 0 };
	int r;

	ASSERT(u->providers && !u->map.p);
	w->out = out;
	checksum_init(&w->sum);
	fill_head(u, key, &head);
	if (head.n[SECTION_STRING_BYTES] > UINT32_MAX) {
		free(w);
		return err_set(e, E_LIMIT, "more than 4 GiB of strings");
	}
	r = put(w, &head, sizeof(head), e);
	if (r == 0)
		r = pad(w, sizeof(head), e);
	if (r == 0)
		r = put_sections(w, u, &head, e);
	if (r == 0)
		r = flush(w, e);
	end[0] = checksum_end(&w->sum);
	free(w);
	return r < 0 ? r : fs_out_write(out, end, sizeof(end), e);
}

/* ---- reading --------------------------------------------------------------------------------------- */

static int check_head(const struct fs_map *map, struct store_head *h, struct err *e)
{
	uint64_t size = padded(sizeof(*h)) + ALIGN;

	if (map->n < size)
		return err_set(e, E_FORMAT, "it is too short");
	memcpy(h, map->p, sizeof(*h));
	if (memcmp(h->magic, store_magic, sizeof(h->magic)) != 0 || h->format != STORE_FORMAT ||
	    memcmp(h->item_size, item_sizes, sizeof(item_sizes)) != 0)
		return err_set(e, E_FORMAT, "it is of another release");
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		if (h->n[i] > map->n)
			return err_set(e, E_FORMAT, "it is not whole");
		size += padded(h->n[i] * item_sizes[i]);
	}
	return h->size == map->n && size == map->n ? 0 : err_set(e, E_FORMAT, "it is not whole");
}

int universe_store_check(const struct fs_map *map, struct err *e)
{
	struct store_head h;
	struct checksum sum;
	uint64_t found;
	int r = check_head(map, &h, e);

	if (r < 0)
		return r;
	checksum_init(&sum);
	checksum_add(&sum, map->p, map->n - ALIGN);
	memcpy(&found, map->p + map->n - ALIGN, sizeof(found));
	return found == checksum_end(&sum) ? 0 : err_set(e, E_FORMAT, "its checksum is wrong");
}

#define BORROW(vec, section)                                  \
	do {                                                  \
		(vec)->v = (void *)(uintptr_t)part[section];  \
		(vec)->n = (vec)->cap = (size_t)h.n[section]; \
	} while (0)

int universe_store_use(struct universe *u, const struct digest *key, struct fs_map *map,
		       struct err *e)
{
	const char *part[SECTION_COUNT], *at = map->p + padded(sizeof(struct store_head));
	struct store_head h;
	int r = check_head(map, &h, e);

	if (r < 0)
		return r;
	if (!digest_eq(&h.key, key))
		return err_set(e, E_FORMAT, "it is about other mirrors");
	ASSERT(!u->providers && universe_count(u) == 0);
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		part[i] = at;
		at += padded(h.n[i] * item_sizes[i]);
	}
	intern_done(&u->strings);
	intern_init_frozen(&u->strings, &(struct intern_frozen){
						.bytes = part[SECTION_STRING_BYTES],
						.start = (const void *)part[SECTION_STRING_STARTS],
						.slots = (const void *)part[SECTION_STRING_SLOTS],
						.n = (uint32_t)(h.n[SECTION_STRING_STARTS] - 1),
						.cap = (uint32_t)h.n[SECTION_STRING_SLOTS] });
	vec_done(&u->pkgs);
	vec_done(&u->dep_refs);
	vec_done(&u->texts);
	vec_done(&u->deps);
	BORROW(&u->pkgs, SECTION_PACKAGES);
	BORROW(&u->dep_refs, SECTION_DEP_REFS);
	BORROW(&u->texts, SECTION_TEXTS);
	u->stored_deps = (const void *)part[SECTION_DEPS];
	u->n_stored_deps = (uint32_t)h.n[SECTION_DEPS];
	u->provider_names = (uint32_t)(h.n[SECTION_PROVIDER_STARTS] - 1);
	u->provider_start = (void *)(uintptr_t)part[SECTION_PROVIDER_STARTS];
	u->providers = (void *)(uintptr_t)part[SECTION_PROVIDERS];
	u->names = (void *)(uintptr_t)part[SECTION_NAMES];
	u->n_names = (uint32_t)h.n[SECTION_NAMES];
	map_done(&u->clauses);
	u->map = *map;
	*map = (struct fs_map){ .p = NULL };
	return 0;
}
