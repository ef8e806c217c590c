/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * depmod's files, from the index alone (modules.dep(5)). libkmod reads the .bin forms and softdep,
 * weakdep and devname; the other texts are for people.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "base/num.h"
#include "kmod/kmodsel_int.h"

/* The selected modules in modprobe's order of preference: as in modules.order, the others behind. */
struct depmod {
	const struct kmodsel_index *x;
	struct arena arena;
	VEC(const struct kmodsel_module *) list;
	struct map by_name;        /* -> position in list */
	struct kmodsel_ids *needs; /* direct ones, by position */
	uint32_t *sequence;        /* by position: users before what they use */
};

static int compare_order(const void *a, const void *b)
{
	const struct kmodsel_module *x = *(const struct kmodsel_module *const *)a;
	const struct kmodsel_module *y = *(const struct kmodsel_module *const *)b;

	return x->order != y->order ? (x->order < y->order ? -1 : 1) : sv_cmp(x->path, y->path);
}

static void find_needs(struct depmod *d)
{
	for (size_t i = 0; i < d->list.n; i++)
		(void)map_put(&d->by_name, d->list.v[i]->name, (uint32_t)i);
	d->needs = xcalloc(d->list.n + 1, sizeof(*d->needs));
	for (size_t i = 0; i < d->list.n; i++) {
		const struct kmodsel_names *names = &d->list.v[i]->depends;
		uint32_t at;

		for (size_t k = 0; k < names->n; k++)
			if (map_get(&d->by_name, names->v[k], &at) && at != i)
				vec_push(&d->needs[i], at);
	}
}

/*
 * Topological order, users first. Which of the possible ones shows in every line of modules.dep; this
 * is depmod's: a stack that starts with the modules nobody uses. Rings, which a kernel cannot load,
 * come last.
 */
static void find_sequence(struct depmod *d)
{
	_cleanup_free_ uint32_t *users = xcalloc(d->list.n + 1, sizeof(*users));
	_cleanup_free_ uint32_t *stack = xcalloc(d->list.n + 1, sizeof(*stack));
	uint32_t next = 0;
	size_t top = 0;

	d->sequence = xcalloc(d->list.n + 1, sizeof(*d->sequence));
	for (size_t i = 0; i < d->list.n; i++) {
		d->sequence[i] = UINT32_MAX;
		for (size_t k = 0; k < d->needs[i].n; k++)
			users[d->needs[i].v[k]]++;
	}
	for (size_t i = 0; i < d->list.n; i++)
		if (users[i] == 0)
			stack[top++] = (uint32_t)i;
	while (top > 0) {
		uint32_t i = stack[--top];

		d->sequence[i] = next++;
		for (size_t k = 0; k < d->needs[i].n; k++)
			if (--users[d->needs[i].v[k]] == 0)
				stack[top++] = d->needs[i].v[k];
	}
	for (size_t i = 0; i < d->list.n; i++)
		if (d->sequence[i] == UINT32_MAX)
			d->sequence[i] = next++;
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Everything module i needs, directly or not, as sequence numbers in order. */
static void collect_needs(const struct depmod *d, uint32_t i, uint32_t *seen,
			  struct kmodsel_ids *out)
{
	out->n = 0;
	seen[i] = i + 1;
	vec_push(out, i);
	for (size_t at = 0; at < out->n; at++) {
		const struct kmodsel_ids *direct = &d->needs[out->v[at]];

		for (size_t k = 0; k < direct->n; k++) {
			if (seen[direct->v[k]] == i + 1)
				continue;
			seen[direct->v[k]] = i + 1;
			vec_push(out, direct->v[k]);
		}
	}
	out->n--;
	for (size_t k = 0; k < out->n; k++)
		out->v[k] = d->sequence[out->v[k + 1]];
	if (out->n > 0)
		qsort(out->v, out->n, sizeof(out->v[0]), compare_u32);
}

/* A file, and its index form: both are written at the end of each step. */
struct output {
	struct depmod *d;
	struct tree *t;
	struct sv kver;
	struct strbuf text, path;
	struct kmodsel_trie trie;
};

static int write_file(struct output *o, const char *name, struct sv content, struct err *e)
{
	strbuf_clear(&o->path);
	strbuf_adds(&o->path, "usr/lib/modules/");
	strbuf_add(&o->path, o->kver);
	strbuf_addc(&o->path, '/');
	strbuf_adds(&o->path, name);
	return tree_write(o->t, strbuf_sv(&o->path), content, 0644, e);
}

static int write_trie(struct output *o, const char *name, struct err *e)
{
	_cleanup_strbuf_ struct strbuf bin = STRBUF_INIT;
	int r = kmodsel_trie_write(&o->trie, &bin, e);

	if (r < 0)
		return err_wrap(e, "%s", name);
	return write_file(o, name, strbuf_sv(&bin), e);
}

static void begin(struct output *o, const char *head)
{
	strbuf_clear(&o->text);
	strbuf_adds(&o->text, head);
	o->trie.n = 0;
}

static struct sv underscored(struct arena *a, struct sv text)
{
	_cleanup_strbuf_ struct strbuf buf = STRBUF_INIT;

	kmodsel_normalise(text, '-', '_', &buf);
	return arena_sv(a, strbuf_sv(&buf));
}

static void add_entry(struct output *o, struct sv key, size_t priority, struct sv value)
{
	struct kmodsel_trie_entry entry = { .key = key,
					    .priority = (uint32_t)priority,
					    .value = value };

	vec_push(&o->trie, entry);
}

static int write_dep(struct output *o, struct err *e)
{
	struct depmod *d = o->d;
	_cleanup_free_ uint32_t *seen = xcalloc(d->list.n + 1, sizeof(*seen));
	_cleanup_free_ uint32_t *by_sequence = xcalloc(d->list.n + 1, sizeof(*by_sequence));
	struct kmodsel_ids needs = { 0 };
	int r;

	for (size_t i = 0; i < d->list.n; i++)
		by_sequence[d->sequence[i]] = (uint32_t)i;
	begin(o, "");
	for (size_t i = 0; i < d->list.n; i++) {
		size_t from = o->text.n;

		collect_needs(d, (uint32_t)i, seen, &needs);
		strbuf_add(&o->text, d->list.v[i]->path);
		strbuf_addc(&o->text, ':');
		for (size_t k = 0; k < needs.n; k++) {
			strbuf_addc(&o->text, ' ');
			strbuf_add(&o->text, d->list.v[by_sequence[needs.v[k]]]->path);
		}
		add_entry(o, d->list.v[i]->name, i,
			  arena_sv(&d->arena, sv_from_pos(strbuf_sv(&o->text), from)));
		strbuf_addc(&o->text, '\n');
	}
	vec_done(&needs);
	r = write_file(o, "modules.dep", strbuf_sv(&o->text), e);
	return r < 0 ? r : write_trie(o, "modules.dep.bin", e);
}

static int write_alias(struct output *o, struct err *e)
{
	struct depmod *d = o->d;
	int r;

	begin(o, "# Aliases extracted from modules themselves.\n");
	for (size_t i = 0; i < d->list.n; i++) {
		const struct kmodsel_module *m = d->list.v[i];

		for (size_t k = 0; k < m->aliases.n; k++) {
			strbuf_adds(&o->text, "alias ");
			strbuf_add(&o->text, m->aliases.v[k]);
			strbuf_addc(&o->text, ' ');
			strbuf_add(&o->text, m->name);
			strbuf_addc(&o->text, '\n');
			add_entry(o, underscored(&d->arena, m->aliases.v[k]), i, m->name);
		}
	}
	r = write_file(o, "modules.alias", strbuf_sv(&o->text), e);
	return r < 0 ? r : write_trie(o, "modules.alias.bin", e);
}

static int write_symbols(struct output *o, struct err *e)
{
	struct depmod *d = o->d;
	int r;

	begin(o, "# Aliases for symbols, used by symbol_request().\n");
	for (size_t i = 0; i < d->list.n; i++) {
		const struct kmodsel_module *m = d->list.v[i];

		for (size_t k = 0; k < m->symbols.n; k++) {
			size_t from = o->text.n + sizeof("alias ") - 1;
			struct sv key;

			strbuf_adds(&o->text, "alias symbol:");
			strbuf_add(&o->text, m->symbols.v[k]);
			key = arena_sv(&d->arena, sv_from_pos(strbuf_sv(&o->text), from));
			strbuf_addc(&o->text, ' ');
			strbuf_add(&o->text, m->name);
			strbuf_addc(&o->text, '\n');
			add_entry(o, key, i, m->name);
		}
	}
	r = write_file(o, "modules.symbols", strbuf_sv(&o->text), e);
	return r < 0 ? r : write_trie(o, "modules.symbols.bin", e);
}

static void add_texts(struct output *o, const char *word, const struct kmodsel_module *m,
		      const struct kmodsel_names *texts)
{
	for (size_t i = 0; i < texts->n; i++) {
		strbuf_adds(&o->text, word);
		strbuf_addc(&o->text, ' ');
		strbuf_add(&o->text, m->name);
		strbuf_addc(&o->text, ' ');
		strbuf_add(&o->text, texts->v[i]);
		strbuf_addc(&o->text, '\n');
	}
}

static int write_softdep(struct output *o, struct err *e)
{
	struct depmod *d = o->d;
	int r;

	begin(o, "# Soft dependencies extracted from modules themselves.\n");
	for (size_t i = 0; i < d->list.n; i++)
		add_texts(o, "softdep", d->list.v[i], &d->list.v[i]->softdep);
	r = write_file(o, "modules.softdep", strbuf_sv(&o->text), e);
	if (r < 0)
		return r;
	begin(o, "# Weak dependencies extracted from modules themselves.\n");
	for (size_t i = 0; i < d->list.n; i++)
		add_texts(o, "weakdep", d->list.v[i], &d->list.v[i]->weakdep);
	return write_file(o, "modules.weakdep", strbuf_sv(&o->text), e);
}

/* "char-major-10-203" -> c, 10, 203; wildcards are no device. */
static bool parse_major(struct sv alias, char *ret_type, uint64_t *ret_major, uint64_t *ret_minor)
{
	struct err ignored = ERR_INIT;
	struct sv major;

	if (sv_skip(&alias, SV("char-major-")))
		*ret_type = 'c';
	else if (sv_skip(&alias, SV("block-major-")))
		*ret_type = 'b';
	else
		return false;
	return sv_split(&alias, '-', &major) && alias.p &&
	       num_parse_u64(major, 10, UINT32_MAX, ret_major, &ignored) == 0 &&
	       num_parse_u64(alias, 10, UINT32_MAX, ret_minor, &ignored) == 0;
}

/* Static device nodes: an alias with the node's name and one with its numbers. */
static int write_devname(struct output *o, struct err *e)
{
	struct depmod *d = o->d;

	begin(o, "");
	for (size_t i = 0; i < d->list.n; i++) {
		const struct kmodsel_module *m = d->list.v[i];
		uint64_t major = 0, minor = 0;
		struct sv name = SV_NULL;
		char type = '\0';

		for (size_t k = 0; k < m->aliases.n && (!name.p || !type); k++) {
			struct sv alias = m->aliases.v[k];

			if (sv_skip(&alias, SV("devname:")))
				name = alias;
			else if (!parse_major(alias, &type, &major, &minor))
				type = '\0';
		}
		if (!name.p || !type)
			continue;
		if (o->text.n == 0)
			strbuf_adds(&o->text,
				    "# Device nodes to trigger on-demand module loading.\n");
		strbuf_addf(&o->text, SV_FMT " " SV_FMT " %c%llu:%llu\n", SV_ARG(m->name),
			    SV_ARG(name), type, (unsigned long long)major,
			    (unsigned long long)minor);
	}
	return write_file(o, "modules.devname", strbuf_sv(&o->text), e);
}

static int write_builtin(struct output *o, struct err *e)
{
	struct sv list = kmodsel_kver_file(o->t, o->kver, "modules.builtin"), line;
	struct sv records = kmodsel_kver_file(o->t, o->kver, "modules.builtin.modinfo");
	struct sv module, key, value;
	int r;

	begin(o, "");
	while (sv_line(&list, &line)) {
		struct sv name = kmodsel_name_of(&o->d->arena, sv_trim(line));

		if (name.n > 0)
			add_entry(o, name, 0, SV(""));
	}
	r = write_trie(o, "modules.builtin.bin", e);
	if (r < 0)
		return r;
	begin(o, "");
	while (kmodsel_builtin_record(&records, &module, &key, &value))
		if (sv_eq(key, SV("alias")) && value.n > 0)
			add_entry(o, underscored(&o->d->arena, value), 0,
				  underscored(&o->d->arena, module));
	return write_trie(o, "modules.builtin.alias.bin", e);
}

static int write_all(struct output *o, struct err *e)
{
	static int (*const steps[])(struct output * o, struct err * e) = {
		write_dep, write_alias, write_symbols, write_softdep, write_devname, write_builtin,
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		int r = steps[i](o, e);

		if (r < 0)
			return r;
	}
	return 0;
}

int kmodsel_depmod(struct tree *t, struct sv kver, const struct kmodsel_index *x,
		   const struct kmodsel_selection *s, struct err *e)
{
	struct depmod d = { .x = x, .arena = ARENA_INIT, .by_name = MAP_INIT };
	struct output o = {
		.d = &d, .t = t, .kver = kver, .text = STRBUF_INIT, .path = STRBUF_INIT
	};
	int r;

	if (!kmodsel_kver_dir(t, kver))
		return err_set(e, E_NOTFOUND, "no folder usr/lib/modules/" SV_FMT, SV_ARG(kver));
	for (size_t i = 0; i < s->modules.n; i++)
		vec_push(&d.list, kmodsel_index_module(x, s->modules.v[i]));
	if (d.list.n > 0)
		qsort(d.list.v, d.list.n, sizeof(d.list.v[0]), compare_order);
	find_needs(&d);
	find_sequence(&d);
	r = write_all(&o, e);
	for (size_t i = 0; i < d.list.n; i++)
		vec_done(&d.needs[i]);
	free(d.needs);
	free(d.sequence);
	vec_done(&d.list);
	vec_done(&o.trie);
	map_done(&d.by_name);
	strbuf_done(&o.text);
	strbuf_done(&o.path);
	arena_done(&d.arena);
	return r < 0 ? err_wrap(e, "indexing modules of kernel " SV_FMT, SV_ARG(kver)) : 0;
}
