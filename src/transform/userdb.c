/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transform/userdb_int.h"

#include "base/num.h"
#include "base/strbuf.h"
#include "transform/transform_int.h"

struct sv userdb_field(struct sv line, unsigned n)
{
	struct sv field = SV("");

	for (unsigned i = 0; i <= n; i++)
		if (!sv_split(&line, ':', &field))
			return SV("");
	return field;
}

static bool parse_id(struct sv text, uint32_t *ret)
{
	struct err e = ERR_INIT;
	uint64_t v = 0;

	if (num_parse_u64(text, 10, UINT32_MAX - 1, &v, &e) < 0)
		return false;
	*ret = (uint32_t)v;
	return true;
}

/* `line` stays where it is. */
static void push_line(struct userdb_file *f, struct sv line)
{
	struct userdb_line l = { .line = line };
	struct sv name = userdb_field(line, 0);
	bool entry = name.n > 0 && sv_chr(line, ':') > 0 && !strchr("#+-", name.p[0]);

	if (entry && f->has_ids)
		entry = parse_id(userdb_field(line, 2), &l.id);
	if (entry) {
		(void)parse_id(userdb_field(line, 3), &l.gid);
		l.name = name;
	}
	vec_push(&f->lines, l);
	if (entry)
		(void)map_slot(&f->names, name, (uint32_t)f->lines.n - 1);
}

static void load(struct userdb_file *f, const char *path, bool has_ids, const struct tree *t,
		 struct arena *a)
{
	struct sv text, line;

	*f = (struct userdb_file){ .path = path, .has_ids = has_ids, .arena = a, .names = MAP_INIT };
	if (!tree_read(t, sv_from(path), &text))
		return;
	/* A copy: storing replaces the blob that the lines would point into. */
	text = arena_sv(a, text);
	while (sv_line(&text, &line))
		push_line(f, line);
}

void userdb_load(struct userdb *db, const struct tree *t, struct arena *a)
{
	load(&db->passwd, "etc/passwd", true, t, a);
	load(&db->group, "etc/group", true, t, a);
	load(&db->shadow, "etc/shadow", false, t, a);
	load(&db->gshadow, "etc/gshadow", false, t, a);
}

static void done(struct userdb_file *f)
{
	vec_done(&f->lines);
	map_done(&f->names);
}

void userdb_done(struct userdb *db)
{
	done(&db->passwd);
	done(&db->group);
	done(&db->shadow);
	done(&db->gshadow);
}

static int store(struct userdb_file *f, struct tree *t, uint32_t mode, struct err *e)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	if (!f->changed)
		return 0;
	for (size_t i = 0; i < f->lines.n; i++) {
		strbuf_add(&out, f->lines.v[i].line);
		strbuf_addc(&out, '\n');
	}
	f->changed = false;
	return tf_write_keep(t, sv_from(f->path), strbuf_sv(&out), mode, e);
}

int userdb_store(struct userdb *db, struct tree *t, struct err *e)
{
	int r = store(&db->passwd, t, 0644, e);

	if (r == 0)
		r = store(&db->group, t, 0644, e);
	if (r == 0)
		r = store(&db->shadow, t, 0600, e);
	if (r == 0)
		r = store(&db->gshadow, t, 0600, e);
	return r;
}

struct userdb_line *userdb_find(const struct userdb_file *f, struct sv name)
{
	uint32_t at = 0;

	return map_get(&f->names, name, &at) ? &f->lines.v[at] : NULL;
}

struct userdb_line *userdb_find_id(const struct userdb_file *f, uint32_t id)
{
	for (size_t i = 0; i < f->lines.n; i++)
		if (f->lines.v[i].name.n > 0 && f->lines.v[i].id == id)
			return &f->lines.v[i];
	return NULL;
}

void userdb_add(struct userdb_file *f, struct sv line)
{
	push_line(f, arena_sv(f->arena, line));
	f->changed = true;
}

void userdb_set_field(struct userdb_file *f, struct userdb_line *l, unsigned n, struct sv value)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct sv rest = l->line, field;

	for (unsigned i = 0; rest.p || i <= n; i++) {
		if (!sv_split(&rest, ':', &field))
			field = SV("");
		if (i > 0)
			strbuf_addc(&out, ':');
		strbuf_add(&out, i == n ? value : field);
	}
	/* The name still points into the old line: it lives as long. */
	l->line = arena_sv(f->arena, strbuf_sv(&out));
	f->changed = true;
}
