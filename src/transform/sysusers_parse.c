/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of sysusers.d(5), read as systemd 257 does (its src/sysusers/sysusers.c was read for it). */
#include "base/macros.h"
#include "base/num.h"
#include "transform/sysusers_int.h"

enum {
	FIELDS = 6,
	NAME_MAX_BYTES = 31, /* UT_NAMESIZE - 1 */
	ENTRIES_MAX = 8192,  /* keeps the work on hostile input small */
};

void sysusers_init(struct sysusers *s, struct transform_context *c)
{
	*s = (struct sysusers){ .c = c, .user_index = MAP_INIT, .group_index = MAP_INIT };
}

void sysusers_done(struct sysusers *s)
{
	vec_done(&s->users);
	vec_done(&s->groups);
	vec_done(&s->members);
	vec_done(&s->ranges);
	map_done(&s->user_index);
	map_done(&s->group_index);
}

/* The strict names of systemd.io/USER_NAMES. */
bool sysusers_name_valid(struct sv name)
{
	if (name.n == 0 || name.n > NAME_MAX_BYTES ||
	    (!ascii_isalpha(name.p[0]) && name.p[0] != '_'))
		return false;
	for (size_t i = 1; i < name.n; i++)
		if (!ascii_isalpha(name.p[i]) && !ascii_isdigit(name.p[i]) && name.p[i] != '_' &&
		    name.p[i] != '-')
			return false;
	return true;
}

/* Next word with shell-like quotes. False at the end of the line; E_FORMAT through *ret_bad. */
static bool next_field(struct arena *a, struct sv *rest, struct sv *ret, bool *ret_bad)
{
	struct sv in = sv_trim(*rest);
	char *to, quote = '\0';
	size_t n = 0, i = 0;

	*ret_bad = false;
	*rest = SV("");
	if (in.n == 0)
		return false;
	to = arena_alloc(a, in.n + 1);
	for (; i < in.n; i++) {
		char c = in.p[i];

		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? '\0' : c;
			continue;
		}
		if (!quote && ascii_isspace(c))
			break;
		if (c == '\\') {
			if (i + 1 == in.n) {
				*ret_bad = true;
				return false;
			}
			c = in.p[++i];
		}
		to[n++] = c;
	}
	*ret_bad = quote != '\0';
	*rest = sv_from_pos(in, i);
	*ret = sv_of(to, n);
	return !*ret_bad;
}

static bool is_default(struct sv field)
{
	return field.n == 0 || sv_eq(field, SV("-"));
}

/* parse_uid: 65535 is the 16 bit word for "none", as is the 32 bit one. */
static int parse_id(struct sv text, uint32_t *ret, struct err *e)
{
	uint64_t v = 0;
	int r = num_parse_u64(text, 10, UINT32_MAX - 1, &v, e);

	if (r < 0)
		return err_wrap(e, "id '" SV_FMT "'", SV_ARG(text));
	if (v == 65535)
		return err_set(e, E_FORMAT, "id '" SV_FMT "' is reserved", SV_ARG(text));
	*ret = (uint32_t)v;
	return 0;
}

static int parse_range(struct sysusers *s, const struct sv *f, struct err *e)
{
	struct sysusers_range range = { .first = 0 };
	struct sv low = f[2], high = f[2];
	ptrdiff_t dash;
	int r;

	if (!is_default(f[1]))
		return err_set(e, E_FORMAT, "lines of type 'r' have no name");
	if (is_default(f[2]))
		return err_set(e, E_FORMAT, "lines of type 'r' need a range of ids");
	dash = sv_chr(f[2], '-');
	if (dash >= 0) {
		low = sv_head(f[2], (size_t)dash);
		high = sv_from_pos(f[2], (size_t)dash + 1);
	}
	r = parse_id(low, &range.first, e);
	if (r == 0)
		r = parse_id(high, &range.last, e);
	if (r < 0)
		return r;
	if (range.first > range.last)
		return err_set(e, E_FORMAT, "range '" SV_FMT "' ends before it begins",
			       SV_ARG(f[2]));
	vec_push(&s->ranges, range);
	return 0;
}

static int parse_user_id(struct sysusers_item *i, struct sv id, struct err *e)
{
	ptrdiff_t colon;
	int r;

	if (sv_starts(id, SV("/"))) {
		i->id_path = id;
		return 0;
	}
	colon = sv_chr(id, ':');
	if (colon >= 0) {
		struct sv group = sv_from_pos(id, (size_t)colon + 1);

		if (group.n > 0 && ascii_isdigit(group.p[0])) {
			r = parse_id(group, &i->gid, e);
			if (r < 0)
				return r;
			i->gid_set = i->gid_strict = true;
		} else if (sysusers_name_valid(group)) {
			i->group_name = group;
		} else {
			return err_set(e, E_FORMAT, "bad group '" SV_FMT "'", SV_ARG(group));
		}
		id = sv_head(id, (size_t)colon);
	}
	if (sv_eq(id, SV("-")))
		return 0;
	r = parse_id(id, &i->uid, e);
	i->uid_set = r == 0;
	return r;
}

static int check_text(struct sv text, const char *what, struct err *e)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ':' || text.p[i] == '\n' || text.p[i] == '\0')
			return err_set(e, E_FORMAT, "bad %s '" SV_FMT "'", what, SV_ARG(text));
	return 0;
}

static int parse_user(struct sysusers_item *i, const struct sv *f, struct err *e)
{
	int r = is_default(f[2]) ? 0 : parse_user_id(i, f[2], e);

	i->gecos = is_default(f[3]) ? SV("") : f[3];
	i->home = is_default(f[4]) ? SV("") : f[4];
	i->shell = is_default(f[5]) ? SV("") : f[5];
	if (r == 0)
		r = check_text(i->gecos, "description", e);
	if (r == 0)
		r = check_text(i->home, "home folder", e);
	if (r == 0)
		r = check_text(i->shell, "shell", e);
	if (r == 0 &&
	    ((i->home.n > 0 && i->home.p[0] != '/') || (i->shell.n > 0 && i->shell.p[0] != '/')))
		r = err_set(e, E_FORMAT, "home folder and shell must be absolute paths");
	return r;
}

static int parse_group(struct sysusers_item *i, struct sv id, struct err *e)
{
	int r;

	if (is_default(id))
		return 0;
	if (sv_starts(id, SV("/"))) {
		i->id_path = id;
		return 0;
	}
	r = parse_id(id, &i->gid, e);
	i->gid_set = r == 0;
	return r;
}

static bool same_item(const struct sysusers_item *a, const struct sysusers_item *b)
{
	return a->uid_set == b->uid_set && a->uid == b->uid && a->gid_set == b->gid_set &&
	       a->gid == b->gid && a->locked == b->locked && sv_eq(a->group_name, b->group_name) &&
	       sv_eq(a->id_path, b->id_path) && sv_eq(a->gecos, b->gecos) &&
	       sv_eq(a->home, b->home) && sv_eq(a->shell, b->shell);
}

static void keep_item(struct sysusers *s, bool user, const struct sysusers_item *i)
{
	struct map *index = user ? &s->user_index : &s->group_index;
	const struct sysusers_item *old;
	uint32_t at = 0;

	if (map_get(index, i->name, &at)) {
		old = user ? &s->users.v[at] : &s->groups.v[at];
		if (!same_item(old, i))
			tf_note(s->c, NOTE_WARNING,
				SV_FMT ": conflict with an earlier line for %s '" SV_FMT
				       "' (" SV_FMT "), ignored",
				SV_ARG(i->place), user ? "user" : "group", SV_ARG(i->name),
				SV_ARG(old->place));
		return;
	}
	(void)map_put(index, i->name, (uint32_t)(user ? s->users.n : s->groups.n));
	if (user)
		vec_push(&s->users, *i);
	else
		vec_push(&s->groups, *i);
}

/* Fields that a type does not take must be left to their default. */
static int refuse_fields(const struct sv *f, char type, struct err *e)
{
	static const char *const what[] = { "description", "home folder", "shell" };

	for (size_t i = 3; i < FIELDS; i++)
		if (!is_default(f[i]))
			return err_set(e, E_FORMAT, "lines of type '%c' have no %s", type,
				       what[i - 3]);
	return 0;
}

static int parse_member(struct sysusers *s, const struct sv *f, struct err *e)
{
	struct sysusers_member m = { .user = f[1], .group = f[2] };

	if (!sysusers_name_valid(m.group))
		return err_set(e, E_FORMAT, "bad group name '" SV_FMT "'", SV_ARG(m.group));
	for (size_t i = 0; i < s->members.n; i++)
		if (sv_eq(s->members.v[i].user, m.user) && sv_eq(s->members.v[i].group, m.group))
			return 0;
	vec_push(&s->members, m);
	return 0;
}

static int take_fields(struct sysusers *s, const struct sv *f, struct sv place, struct err *e)
{
	struct sysusers_item i = { .name = f[1], .place = place };
	char type = f[0].p[0];
	int r;

	i.locked = f[0].n == 2 && f[0].p[1] == '!';
	if (f[0].n > 2 || (f[0].n == 2 && !i.locked) || sv_chr(SV("ugmr"), type) < 0)
		return err_set(e, E_FORMAT, "unknown line type '" SV_FMT "'", SV_ARG(f[0]));
	if (s->users.n + s->groups.n + s->members.n + s->ranges.n >= ENTRIES_MAX)
		return err_set(e, E_LIMIT, "more than %d users, groups, members and ranges",
			       ENTRIES_MAX);
	if (i.locked && type != 'u')
		return err_set(e, E_FORMAT, "the '!' flag is for lines of type 'u' only");
	if (type != 'u') {
		r = refuse_fields(f, type, e);
		if (r < 0)
			return r;
	}
	if (type == 'r')
		return parse_range(s, f, e);
	if (!sysusers_name_valid(i.name))
		return err_set(e, E_FORMAT, "bad name '" SV_FMT "'", SV_ARG(i.name));
	if (type == 'm')
		return parse_member(s, f, e);
	r = type == 'u' ? parse_user(&i, f, e) : parse_group(&i, f[2], e);
	if (r == 0)
		keep_item(s, type == 'u', &i);
	return r;
}

/* Words of a line with specifiers replaced. */
static int split_line(struct sysusers *s, struct sv line, struct sv *f, struct err *e)
{
	size_t n = 0;
	struct sv word;
	bool bad = false;
	int r;

	for (size_t i = 0; i < FIELDS; i++)
		f[i] = SV("");
	while (next_field(&s->c->arena, &line, &word, &bad)) {
		if (n == FIELDS)
			return err_set(e, E_FORMAT, "more than %d fields", FIELDS);
		f[n] = word;
		/* The type has none, and a '%' there is wrong anyway. */
		r = n == 0 ? 0 : tf_specifiers(s->c, word, &f[n], e);
		if (r < 0)
			return r;
		n++;
	}
	if (bad)
		return err_set(e, E_FORMAT, "a quote or escape does not end");
	return f[0].n > 0 && n >= 2 ? 0
				    : err_set(e, E_FORMAT, "a line has at least a type and a name");
}

int sysusers_parse_line(struct sysusers *s, struct sv line, struct sv place, struct err *e)
{
	struct sv f[FIELDS];
	int r;

	line = sv_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return 0;
	r = split_line(s, line, f, e);
	return r < 0 ? r : take_fields(s, f, place, e);
}

int sysusers_parse_fallback(struct sysusers *s, const struct userdb *db, struct sv line,
			    struct sv place, struct err *e)
{
	struct sv f[FIELDS];
	int r = split_line(s, line, f, e);

	if (r < 0)
		return r;
	if (f[0].p[0] == 'u' &&
	    (map_get(&s->user_index, f[1], NULL) || userdb_find(&db->passwd, f[1])))
		return 0;
	if (f[0].p[0] == 'g' &&
	    (map_get(&s->group_index, f[1], NULL) || map_get(&s->user_index, f[1], NULL) ||
	     userdb_find(&db->group, f[1])))
		return 0;
	return take_fields(s, f, place, e);
}
