/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The index as text, for a cache. A line each:
 *
 *	kindling-kmod-index 1 DIGEST-OF-THE-GROUP-TABLES
 *	kernel KVER
 *	count MODULES STRINGS
 *	m|b PATH	a module, or a builtin one; sorted
 *	g GROUPS ORDER	hexadecimal; left out when empty and not in modules.order
 *	d|a|s|w|f|x TEXT	depends, alias, softdep, weakdep, firmware, export; in this order
 *	end
 *
 * Everything else follows from these. The strings of a kernel are some 60000; loading makes views of
 * one copy of the text.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "base/num.h"
#include "kmod/kmodsel_int.h"

static const char list_letters[] = "daswfx";

static struct kmodsel_names *list_of(struct kmodsel_module *m, size_t which)
{
	struct kmodsel_names *lists[] = { &m->depends, &m->aliases,  &m->softdep,
					  &m->weakdep, &m->firmware, &m->symbols };

	return lists[which];
}

static void save_list(char letter, const struct kmodsel_names *names, struct strbuf *out)
{
	for (size_t i = 0; i < names->n; i++) {
		strbuf_addc(out, letter);
		strbuf_addc(out, ' ');
		strbuf_add(out, names->v[i]);
		strbuf_addc(out, '\n');
	}
}

void kmodsel_index_save(const struct kmodsel_index *x, struct strbuf *out)
{
	size_t strings = 0;

	for (size_t i = 0; i < x->modules.n; i++)
		for (size_t k = 0; list_letters[k]; k++)
			strings += list_of(&x->modules.v[i], k)->n;
	strbuf_addf(out, "kindling-kmod-index 1 %016llx\nkernel ",
		    (unsigned long long)kmodsel_group_digest());
	strbuf_add(out, x->kver);
	strbuf_addf(out, "\ncount %zu %zu\n", x->modules.n, strings);
	for (size_t i = 0; i < x->modules.n; i++) {
		struct kmodsel_module *m = &x->modules.v[i];

		strbuf_adds(out, m->builtin ? "b " : "m ");
		strbuf_add(out, m->path);
		strbuf_addc(out, '\n');
		if (m->groups || m->order != UINT32_MAX)
			strbuf_addf(out, "g %x %x\n", m->groups, m->order);
		for (size_t k = 0; list_letters[k]; k++)
			save_list(list_letters[k], list_of(m, k), out);
	}
	strbuf_adds(out, "end\n");
}

struct loading {
	struct kmodsel_index *x;
	struct sv rest;
	size_t line;
	struct sv *strings; /* all lists, one behind the other */
	size_t n_strings, max_strings, max_modules;
	size_t list; /* which list the module's last line was of */
};

static int next_line(struct loading *l, struct sv *ret, struct err *e)
{
	const char *nl = l->rest.n > 0 ? memchr(l->rest.p, '\n', l->rest.n) : NULL;

	l->line++;
	if (!nl)
		return err_set(e, E_FORMAT, "unexpected end");
	*ret = sv_of(l->rest.p, (size_t)(nl - l->rest.p));
	l->rest = sv_from_pos(l->rest, ret->n + 1);
	return 0;
}

static int expect_words(struct loading *l, struct sv first, struct sv *ret_a, struct sv *ret_b,
			struct err *e)
{
	struct sv line, word;
	int r = next_line(l, &line, e);

	if (r < 0)
		return r;
	if (!sv_word(&line, &word) || !sv_eq(word, first) || !sv_word(&line, ret_a) ||
	    (ret_b && !sv_word(&line, ret_b)) || sv_word(&line, &word))
		return err_set(e, E_FORMAT, "expected '" SV_FMT "'", SV_ARG(first));
	return 0;
}

static int load_head(struct loading *l, struct err *e)
{
	struct sv a, b;
	uint64_t v;
	int r;

	r = expect_words(l, SV("kindling-kmod-index"), &a, &b, e);
	if (r == 0)
		r = num_parse_u64(b, 16, UINT64_MAX, &v, e);
	if (r < 0)
		return r;
	if (!sv_eq(a, SV("1")) || v != kmodsel_group_digest())
		return err_set(e, E_FORMAT, "index of another release");
	r = expect_words(l, SV("kernel"), &l->x->kver, NULL, e);
	if (r == 0)
		r = expect_words(l, SV("count"), &a, &b, e);
	if (r == 0)
		r = num_parse_u64(a, 10, KMODSEL_MODULES_MAX, &v, e);
	if (r < 0)
		return r;
	l->max_modules = (size_t)v;
	/* A string takes three bytes at least, so the text bounds what is allocated. */
	r = num_parse_u64(b, 10, l->rest.n / 3, &v, e);
	if (r < 0)
		return r;
	l->max_strings = (size_t)v;
	l->strings = l->x->strings = xmalloc((l->max_strings + 1) * sizeof(*l->strings));
	vec_reserve(&l->x->modules, MIN(l->max_modules, l->rest.n / 3) + 1);
	return 0;
}

static int load_module(struct loading *l, bool builtin, struct sv path, struct err *e)
{
	struct kmodsel_index *x = l->x;
	struct kmodsel_module m = { .path = path, .builtin = builtin, .order = UINT32_MAX };
	const struct kmodsel_module *last = x->modules.n > 0 ? &x->modules.v[x->modules.n - 1]
							     : NULL;
	int c = last ? sv_cmp(last->path, path) : -1;

	if (x->modules.n >= l->max_modules)
		return err_set(e, E_FORMAT, "more modules than counted");
	if (c > 0 || (c == 0 && (last->builtin || !builtin)))
		return err_set(e, E_FORMAT, "modules are not sorted");
	if (path.p[0] == '/' || path.n > KMODSEL_STRING_MAX)
		return err_set(e, E_FORMAT, "malformed path");
	m.name = kmodsel_name_of(&x->arena, path);
	if (m.name.n == 0)
		return err_set(e, E_FORMAT, "malformed path");
	vec_push(&x->modules, m);
	l->list = 0;
	return 0;
}

static int load_groups(struct kmodsel_module *m, struct sv text, struct err *e)
{
	struct sv a, b;
	uint64_t groups, order;
	int r;

	if (!sv_word(&text, &a) || !sv_word(&text, &b) || sv_word(&text, &(struct sv){ 0 }))
		return err_set(e, E_FORMAT, "malformed groups");
	r = num_parse_u64(a, 16, UINT32_MAX, &groups, e);
	if (r == 0)
		r = num_parse_u64(b, 16, UINT32_MAX, &order, e);
	if (r < 0)
		return r;
	m->groups = (uint32_t)groups;
	m->order = (uint32_t)order;
	return 0;
}

static int load_string(struct loading *l, char letter, struct sv text, struct err *e)
{
	const char *at = memchr(list_letters, letter, sizeof(list_letters) - 1);
	size_t which = at ? (size_t)(at - list_letters) : 0;
	struct kmodsel_names *names;

	if (!at || which < l->list || l->x->modules.n == 0)
		return err_set(e, E_FORMAT, "unexpected '%c'", letter);
	if (l->n_strings >= l->max_strings)
		return err_set(e, E_FORMAT, "more strings than counted");
	if (text.n > KMODSEL_STRING_MAX)
		return err_set(e, E_FORMAT, "string of %zu bytes", text.n);
	l->list = which;
	names = list_of(&l->x->modules.v[l->x->modules.n - 1], which);
	if (names->n == 0)
		names->v = &l->strings[l->n_strings];
	l->strings[l->n_strings++] = text;
	names->n++;
	return 0;
}

static int load_line(struct loading *l, struct sv line, struct err *e)
{
	struct kmodsel_index *x = l->x;
	struct sv text;

	if (line.n < 3 || line.p[1] != ' ')
		return err_set(e, E_FORMAT, "malformed line");
	text = sv_from_pos(line, 2);
	switch (line.p[0]) {
	case 'm':
	case 'b':
		return load_module(l, line.p[0] == 'b', text, e);
	case 'g':
		if (x->modules.n == 0 || l->list > 0)
			return err_set(e, E_FORMAT, "unexpected 'g'");
		return load_groups(&x->modules.v[x->modules.n - 1], text, e);
	default:
		return load_string(l, line.p[0], text, e);
	}
}

static int load(struct loading *l, struct err *e)
{
	struct sv line;
	int r = load_head(l, e);

	while (r == 0) {
		r = next_line(l, &line, e);
		if (r == 0 && sv_eq(line, SV("end")))
			break;
		if (r == 0)
			r = load_line(l, line, e);
	}
	if (r < 0)
		return r;
	if (l->rest.n > 0)
		return err_set(e, E_FORMAT, "something behind the end");
	if (l->x->modules.n != l->max_modules || l->n_strings != l->max_strings)
		return err_set(e, E_FORMAT, "less than counted");
	for (size_t i = 0; i < l->x->modules.n; i++)
		kmodsel_split_softdep(&l->x->arena, &l->x->modules.v[i]);
	return 0;
}

/* Line feeds apart, nothing below a blank: names go into files where those would separate. */
static bool has_control(struct sv text)
{
	unsigned bad = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		bad |= (unsigned)(c < ' ') & (unsigned)(c != '\n');
	}
	return bad;
}

int kmodsel_index_load(struct sv text, struct kmodsel_index **ret, struct err *e)
{
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = xcalloc(1, sizeof(*x));
	struct loading l = { .x = x };
	int r;

	if (text.n > KMODSEL_LIST_MAX)
		return err_set(e, E_LIMIT, "module index of %zu bytes", text.n);
	if (has_control(text))
		return err_set(e, E_FORMAT, "module index holds a control byte");
	x->arena = ARENA_INIT;
	x->text = xmalloc(text.n + 1);
	if (text.n > 0)
		memcpy(x->text, text.p, text.n);
	l.rest = sv_of(x->text, text.n);
	r = load(&l, e);
	if (r < 0)
		return err_wrap(e, "module index: line %zu", l.line);
	*ret = TAKE_PTR(x);
	return 0;
}
