/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_modules.h"

#include <string.h>

#include <yaml.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "repo/rpm/rpm_package.h"

/* What of a document is of interest. */
enum field { FIELD_NONE, FIELD_DOCUMENT, FIELD_NAME, FIELD_MODULE, FIELD_STREAM, FIELD_ARTIFACT };

static const struct {
	const char *path[3]; /* keys from the root on */
	enum field field;
	bool in_list;
} fields[] = {
	{ { "document" }, FIELD_DOCUMENT, false },
	{ { "data", "name" }, FIELD_NAME, false },
	{ { "data", "module" }, FIELD_MODULE, false },
	{ { "data", "stream" }, FIELD_STREAM, false },
	{ { "data", "artifacts", "rpms" }, FIELD_ARTIFACT, true },
};

/* An open collection. key is the one whose value comes next (its beginning, where it is longer than all
 * we look for); empty: a key comes next. */
struct level {
	bool is_list;
	uint8_t key_n;
	char key[30];
};

struct reader {
	struct rpm_modules *m;
	const char *shown;
	struct level levels[RPM_MODULES_DEPTH];
	unsigned depth;
	struct sv document, name, module, stream; /* of the document being read */
	uint32_t first, line;                     /* of its artifacts; of itself */
};

static int fail_at(const struct reader *r, const yaml_mark_t *at, struct err *e)
{
	return err_wrap(e, "%s:%zu:%zu", r->shown, at->line + 1, at->column + 1);
}

/* Which field the scalar at this place is. */
static enum field field_here(const struct reader *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		unsigned n = 0;

		while (n < ARRAY_SIZE(fields[i].path) && fields[i].path[n] && n < r->depth &&
		       !r->levels[n].is_list &&
		       sv_eq(sv_of(r->levels[n].key, r->levels[n].key_n),
			     sv_from(fields[i].path[n])))
			n++;
		if (n < ARRAY_SIZE(fields[i].path) && fields[i].path[n])
			continue;
		if (fields[i].in_list ? r->depth == n + 1 && r->levels[n].is_list : r->depth == n)
			return fields[i].field;
	}
	return FIELD_NONE;
}

static void set_key(struct level *l, struct sv key)
{
	if (key.n == 0)
		key = SV("?");
	key = sv_head(key, sizeof(l->key));
	memcpy(l->key, key.p, key.n);
	l->key_n = (uint8_t)key.n;
}

static void take_scalar(struct reader *r, struct sv text)
{
	struct arena *a = &r->m->arena;
	struct level *top = r->depth ? &r->levels[r->depth - 1] : NULL;

	if (!top)
		return;
	if (!top->is_list && top->key_n == 0) {
		set_key(top, text);
		return;
	}
	switch (field_here(r)) {
	case FIELD_DOCUMENT:
		r->document = arena_sv(a, text);
		break;
	case FIELD_NAME:
		r->name = arena_sv(a, text);
		break;
	case FIELD_MODULE:
		r->module = arena_sv(a, text);
		break;
	case FIELD_STREAM:
		r->stream = arena_sv(a, text);
		break;
	case FIELD_ARTIFACT:
		vec_push(&r->m->artifacts, arena_sv(a, text));
		break;
	case FIELD_NONE:
		break;
	}
	top->key_n = 0;
}

static void end_value(struct reader *r)
{
	if (r->depth)
		r->levels[r->depth - 1].key_n = 0;
}

static int open_level(struct reader *r, bool is_list, struct err *e)
{
	if (r->depth == RPM_MODULES_DEPTH)
		return err_set(e, E_LIMIT, "nests deeper than %d", RPM_MODULES_DEPTH);
	if (r->depth && !r->levels[r->depth - 1].is_list && r->levels[r->depth - 1].key_n == 0)
		return err_set(e, E_FORMAT, "a key is no plain word");
	r->levels[r->depth++] = (struct level){ .is_list = is_list };
	return 0;
}

static void begin_document(struct reader *r, const yaml_mark_t *at)
{
	r->depth = 0;
	r->document = r->name = r->module = r->stream = SV("");
	r->first = (uint32_t)r->m->artifacts.n;
	r->line = (uint32_t)at->line + 1;
}

static int end_document(struct reader *r, struct err *e)
{
	if (sv_eq(r->document, SV("modulemd"))) {
		struct rpm_stream s = { .module = r->name,
					.stream = r->stream,
					.first = r->first,
					.n = (uint32_t)r->m->artifacts.n - r->first,
					.line = r->line };

		if (r->name.n == 0 || r->stream.n == 0)
			return err_set(e, E_FORMAT, "modulemd of line %u has no %s", r->line,
				       r->name.n ? "stream" : "name");
		vec_push(&r->m->streams, s);
		return 0;
	}
	r->m->artifacts.n = r->first;
	if (sv_eq(r->document, SV("modulemd-defaults"))) {
		if (r->module.n == 0)
			return err_set(e, E_FORMAT, "modulemd-defaults of line %u has no module",
				       r->line);
		/* without a stream: the module has no default */
		vec_push(&r->m->defaults, ((struct rpm_module_default){ r->module, r->stream }));
	}
	return 0;
}

/* 1: the last event. */
static int take_event(struct reader *r, const yaml_event_t *v, struct err *e)
{
	switch (v->type) {
	case YAML_DOCUMENT_START_EVENT:
		begin_document(r, &v->start_mark);
		return 0;
	case YAML_DOCUMENT_END_EVENT:
		return end_document(r, e);
	case YAML_SCALAR_EVENT:
		take_scalar(r, sv_of(v->data.scalar.value, v->data.scalar.length));
		return 0;
	case YAML_ALIAS_EVENT: /* stands for a scalar of no interest */
		take_scalar(r, SV("*"));
		return 0;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return open_level(r, v->type == YAML_SEQUENCE_START_EVENT, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		end_value(r);
		return 0;
	case YAML_STREAM_END_EVENT:
		return 1;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
		return 0;
	}
	return 0;
}

static int read_events(struct reader *r, yaml_parser_t *p, struct err *e)
{
	for (;;) {
		yaml_event_t v;
		int k;

		if (!yaml_parser_parse(p, &v)) {
			err_set(e, E_FORMAT, "%s", p->problem ? p->problem : "not YAML");
			return fail_at(r, &p->problem_mark, e);
		}
		k = take_event(r, &v, e);
		if (k < 0)
			(void)fail_at(r, &v.start_mark, e);
		yaml_event_delete(&v);
		if (k)
			return k < 0 ? k : 0;
	}
}

int rpm_modules_read(struct rpm_modules *m, struct sv text, const char *shown, struct err *e)
{
	_cleanup_free_ struct reader *r = xcalloc(1, sizeof(*r));
	yaml_parser_t p;
	int k;

	r->m = m;
	r->shown = shown;
	if (text.n > RPM_MODULES_MAX)
		return err_set(e, E_LIMIT, "'%s' has %zu bytes, at most %u are accepted", shown,
			       text.n, RPM_MODULES_MAX);
	if (!yaml_parser_initialize(&p))
		return err_set(e, E_FAIL, "no memory for a YAML parser");
	yaml_parser_set_input_string(&p, (const unsigned char *)(text.n ? text.p : ""), text.n);
	k = read_events(r, &p, e);
	yaml_parser_delete(&p);
	return k;
}

void rpm_modules_done(struct rpm_modules *m)
{
	vec_done(&m->streams);
	vec_done(&m->artifacts);
	vec_done(&m->defaults);
	arena_done(&m->arena);
}

/* ---- what is active -------------------------------------------------------------------------------- */

/* The stream of a module that the words enable, or empty. */
static struct sv enabled_stream(struct sv enabled, struct sv module)
{
	struct sv word, name;

	while (enabled.n && (sv_split(&enabled, ',', &word), true))
		if (sv_split(&word, ':', &name) && sv_eq(name, module))
			return word;
	return SV_NULL;
}

static bool is_active(const struct rpm_modules *m, const struct rpm_stream *s)
{
	struct sv active = enabled_stream(m->enabled, s->module);

	for (size_t i = 0; i < m->defaults.n && !active.p; i++)
		if (sv_eq(m->defaults.v[m->defaults.n - 1 - i].module, s->module))
			active = m->defaults.v[m->defaults.n - 1 - i].stream;
	return sv_eq(active, s->stream);
}

int rpm_modules_check(const struct rpm_modules *m, struct sv enabled, struct err *e)
{
	struct sv word;

	while (enabled.n && (sv_split(&enabled, ',', &word), true)) {
		bool found = false;

		for (size_t i = 0; i < m->streams.n && !found; i++) {
			const struct rpm_stream *s = &m->streams.v[i];
			struct sv rest = word;

			found = sv_skip(&rest, s->module) && sv_skip(&rest, SV(":")) &&
				sv_eq(rest, s->stream);
		}
		if (!found)
			return err_set(e, E_NOTFOUND, "no module has stream '" SV_FMT "'",
				       SV_ARG(word));
	}
	return 0;
}

/* As artifacts are written: always with an epoch. */
static void package_nevra(const struct universe *u, const struct package *p, struct strbuf *out)
{
	struct version_evr v;

	version_cut_rpm(universe_sv(u, p->version), &v);
	strbuf_clear(out);
	strbuf_add(out, universe_sv(u, p->name));
	strbuf_addc(out, '-');
	strbuf_add(out, v.epoch.n ? v.epoch : SV("0"));
	strbuf_addc(out, ':');
	strbuf_add(out, v.version);
	strbuf_addc(out, '-');
	strbuf_add(out, v.release);
	strbuf_addc(out, '.');
	strbuf_add(out, universe_sv(u, p->arch));
}

void rpm_modules_join(struct rpm_modules *all, const struct rpm_modules *m)
{
	uint32_t before = (uint32_t)all->artifacts.n;

	for (size_t i = 0; i < m->streams.n; i++) {
		struct rpm_stream s = m->streams.v[i];

		s.first += before;
		vec_push(&all->streams, s);
	}
	for (size_t i = 0; i < m->artifacts.n; i++)
		vec_push(&all->artifacts, m->artifacts.v[i]);
	for (size_t i = 0; i < m->defaults.n; i++)
		vec_push(&all->defaults, m->defaults.v[i]);
}

void rpm_modules_enable(struct rpm_modules *m, struct sv words)
{
	if (words.n)
		m->enabled = arena_printf(&m->arena, SV_FMT "%s" SV_FMT, SV_ARG(m->enabled),
					  m->enabled.n ? "," : "", SV_ARG(words));
}

/* Is the package called like one of an active stream, or does it provide that? */
static bool is_displaced(const struct universe *u, const struct package *p, const struct map *names)
{
	const struct dep_list *l = &p->deps[DEPK_PROVIDES];

	if (map_get(names, universe_sv(u, p->name), NULL))
		return true;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct dep *d = universe_dep_at(u, u->dep_refs.v[l->first + i]);

		if (map_get(names, universe_sv(u, d->name), NULL))
			return true;
	}
	return false;
}

void rpm_modules_apply(const struct rpm_modules *m, struct universe *u)
{
	struct map active = MAP_INIT; /* artifact -> 1: of an active stream, 0: of others only */
	struct map names = MAP_INIT;  /* of artifacts of active streams */
	_cleanup_strbuf_ struct strbuf nevra = STRBUF_INIT;

	for (size_t i = 0; i < m->streams.n; i++) {
		const struct rpm_stream *s = &m->streams.v[i];
		uint32_t on = is_active(m, s);

		for (uint32_t k = 0; k < s->n; k++) {
			struct sv artifact = m->artifacts.v[s->first + k];
			struct sv name = rpm_name_part(artifact);

			*map_slot(&active, artifact, 0) |= on;
			if (on && name.n && !sv_ends(artifact, SV(".src")))
				map_put(&names, name, 1);
		}
	}
	for (pkg_id id = 1; id <= universe_count(u) && active.n; id++) {
		struct package *p = &u->pkgs.v[id];
		uint32_t on;

		package_nevra(u, p, &nevra);
		if (map_get(&active, strbuf_sv(&nevra), &on) ? !on : is_displaced(u, p, &names))
			p->hidden = true;
	}
	map_done(&active);
	map_done(&names);
}
