/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Users and groups from the lines: groups first, then users, each in the order of the lines, so that
 * the numbers depend on nothing else. Free numbers are handed out from the top of the range (999) down,
 * one at a time for users and groups alike, so that a user and the group of its name get the same one.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/macros.h"
#include "transform/sysusers_int.h"

enum { SYSTEM_FIRST = 1, SYSTEM_LAST = 999 };

struct applier {
	struct sysusers *s;
	struct userdb *db;
	uint64_t search; /* next number to try is below it */
};

/* Nobody has the number; with `also_users` no user of another name either. */
static bool gid_is_free(const struct applier *a, uint32_t gid, struct sv name, bool also_users)
{
	const struct userdb_line *user = also_users ? userdb_find_id(&a->db->passwd, gid) : NULL;

	return !userdb_find_id(&a->db->group, gid) && (!user || sv_eq(user->name, name));
}

static bool uid_is_free(const struct applier *a, uint32_t uid, struct sv name, bool also_groups)
{
	const struct userdb_line *group = also_groups ? userdb_find_id(&a->db->group, uid) : NULL;

	return !userdb_find_id(&a->db->passwd, uid) && (!group || sv_eq(group->name, name));
}

/* The highest number of the ranges below *search. */
static bool next_lower(struct applier *a, uint32_t *ret)
{
	static const struct sysusers_range standard = { SYSTEM_FIRST, SYSTEM_LAST };
	const struct sysusers_range *ranges = a->s->ranges.n ? a->s->ranges.v : &standard;
	size_t n = a->s->ranges.n ? a->s->ranges.n : 1;
	bool found = false;
	uint32_t best = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t top;

		if (ranges[i].first >= a->search)
			continue;
		top = ranges[i].last < a->search ? ranges[i].last : (uint32_t)(a->search - 1);
		if (!found || top > best)
			best = top;
		found = true;
	}
	if (!found)
		return false;
	a->search = best;
	*ret = best;
	return true;
}

static bool owner_of(const struct applier *a, struct sv path, bool group, uint32_t *ret)
{
	const struct tree_node *n = tree_follow(a->s->c->tree, path);
	const struct userdb_line *named = NULL;
	struct sv name;

	if (!n)
		return false;
	name = group ? n->inode->gname : n->inode->uname;
	if (name.n > 0)
		named = userdb_find(group ? &a->db->group : &a->db->passwd, name);
	*ret = named ? named->id : group ? n->inode->gid : n->inode->uid;
	return true;
}

/* A number for a new group. False when there is none. */
static bool choose_gid(struct applier *a, struct sysusers_item *i, struct sv name)
{
	uint32_t id = 0;

	if (i->gid_set && !gid_is_free(a, i->gid, name, false)) {
		tf_note(a->s->c, NOTE_WARNING,
			SV_FMT ": group number %" PRIu32 " for '" SV_FMT
			       "' is taken, another is used",
			SV_ARG(i->place), i->gid, SV_ARG(name));
		i->gid_set = false;
	}
	if (!i->gid_set && i->uid_set && gid_is_free(a, i->uid, name, true)) {
		i->gid = i->uid;
		i->gid_set = true;
	}
	if (!i->gid_set && i->id_path.n > 0 && owner_of(a, i->id_path, true, &id) &&
	    gid_is_free(a, id, name, true)) {
		i->gid = id;
		i->gid_set = true;
	}
	while (!i->gid_set && next_lower(a, &id))
		if (gid_is_free(a, id, name, true)) {
			i->gid = id;
			i->gid_set = true;
		}
	return i->gid_set;
}

static bool add_group(struct applier *a, struct sysusers_item *i, struct sv name)
{
	const struct userdb_line *there = userdb_find(&a->db->group, name);
	struct arena *arena = &a->s->c->arena;

	if (there) {
		i->gid = there->id;
		i->gid_set = true;
		return true;
	}
	if (i->gid_strict) {
		if (userdb_find_id(&a->db->group, i->gid))
			return true;
		tf_note(a->s->c, NOTE_WARNING,
			SV_FMT ": user '" SV_FMT "' is left out: there is no group %" PRIu32,
			SV_ARG(i->place), SV_ARG(i->name), i->gid);
		return false;
	}
	if (i->group_name.n > 0) {
		tf_note(a->s->c, NOTE_WARNING,
			SV_FMT ": user '" SV_FMT "' is left out: there is no group '" SV_FMT "'",
			SV_ARG(i->place), SV_ARG(i->name), SV_ARG(i->group_name));
		return false;
	}
	if (!choose_gid(a, i, name)) {
		tf_note(a->s->c, NOTE_WARNING, SV_FMT ": no number is free for group '" SV_FMT "'",
			SV_ARG(i->place), SV_ARG(name));
		return false;
	}
	userdb_add(&a->db->group,
		   arena_printf(arena, SV_FMT ":x:%" PRIu32 ":", SV_ARG(name), i->gid));
	if (!userdb_find(&a->db->gshadow, name))
		userdb_add(&a->db->gshadow, arena_printf(arena, SV_FMT ":!*::", SV_ARG(name)));
	return true;
}

static bool choose_uid(struct applier *a, struct sysusers_item *i)
{
	uint32_t id = 0;

	/* A number that was asked for together with its group may be the number of another group. */
	if (i->uid_set &&
	    !uid_is_free(a, i->uid, i->name, !i->gid_strict && i->group_name.n == 0)) {
		tf_note(a->s->c, NOTE_WARNING,
			SV_FMT ": user number %" PRIu32 " for '" SV_FMT
			       "' is taken, another is used",
			SV_ARG(i->place), i->uid, SV_ARG(i->name));
		i->uid_set = false;
	}
	if (!i->uid_set && i->id_path.n > 0 && owner_of(a, i->id_path, false, &id) &&
	    uid_is_free(a, id, i->name, true)) {
		i->uid = id;
		i->uid_set = true;
	}
	if (!i->uid_set && i->gid_set && uid_is_free(a, i->gid, i->name, true)) {
		i->uid = i->gid;
		i->uid_set = true;
	}
	while (!i->uid_set && next_lower(a, &id))
		if (uid_is_free(a, id, i->name, true)) {
			i->uid = id;
			i->uid_set = true;
		}
	return i->uid_set;
}

static void add_user(struct applier *a, struct sysusers_item *i)
{
	struct transform_context *c = a->s->c;
	const char *nologin = "/usr/sbin/nologin";
	struct sv home = i->home.n ? i->home : SV("/"), shell = i->shell;

	if (userdb_find(&a->db->passwd, i->name))
		return;
	if (!add_group(a, i, i->group_name.n ? i->group_name : i->name))
		return;
	if (!choose_uid(a, i)) {
		tf_note(c, NOTE_WARNING, SV_FMT ": no number is free for user '" SV_FMT "'",
			SV_ARG(i->place), SV_ARG(i->name));
		return;
	}
	if (shell.n == 0)
		shell = sv_from(i->uid == 0 ? (tree_follow(c->tree, SV("bin/bash")) ? "/bin/bash"
										    : "/bin/sh")
					    : nologin);
	userdb_add(&a->db->passwd,
		   arena_printf(&c->arena,
				SV_FMT ":x:%" PRIu32 ":%" PRIu32 ":" SV_FMT ":" SV_FMT ":" SV_FMT,
				SV_ARG(i->name), i->uid, i->gid, SV_ARG(i->gecos), SV_ARG(home),
				SV_ARG(shell)));
	/* Locked, changed on the day of the source date; "u!" is expired since the day after the epoch. */
	if (!userdb_find(&a->db->shadow, i->name))
		userdb_add(&a->db->shadow,
			   arena_printf(&c->arena,
					SV_FMT ":!*:%" PRId64 ":::::%s:", SV_ARG(i->name),
					c->source_date > 0 ? c->source_date / 86400 : 0,
					i->locked ? "1" : ""));
}

/* "m" lines make the user and the group they name when no line does. */
static void add_implicit(struct sysusers *s)
{
	for (size_t i = 0; i < s->members.n; i++) {
		struct sysusers_item user = { .name = s->members.v[i].user,
					      .place = SV("member line") };
		struct sysusers_item group = { .name = s->members.v[i].group,
					       .place = SV("member line") };

		if (map_put(&s->user_index, user.name, 0))
			vec_push(&s->users, user);
		if (!map_get(&s->user_index, group.name, NULL) &&
		    map_put(&s->group_index, group.name, 0))
			vec_push(&s->groups, group);
	}
}

static bool has_member(struct sv list, struct sv name)
{
	struct sv one;

	while (sv_split(&list, ',', &one))
		if (sv_eq(one, name))
			return true;
	return false;
}

static struct sv sorted_members(struct arena *a, struct sv list, struct sv more)
{
	VEC(struct sv) names = { .v = NULL };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct sv one;

	vec_push(&names, more);
	while (list.n > 0 && sv_split(&list, ',', &one))
		if (one.n > 0)
			vec_push(&names, one);
	qsort(names.v, names.n, sizeof(*names.v), sv_qsort_cmp);
	for (size_t i = 0; i < names.n; i++) {
		if (i > 0)
			strbuf_addc(&out, ',');
		strbuf_add(&out, names.v[i]);
	}
	vec_done(&names);
	return arena_sv(a, strbuf_sv(&out));
}

static void add_member(struct applier *a, const struct sysusers_member *m)
{
	struct userdb_file *files[] = { &a->db->group, &a->db->gshadow };

	if (!userdb_find(&a->db->passwd, m->user))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct userdb_line *l = userdb_find(files[i], m->group);
		struct sv list;

		if (!l)
			continue;
		list = userdb_field(l->line, 3);
		if (!has_member(list, m->user))
			userdb_set_field(files[i], l, 3,
					 sorted_members(&a->s->c->arena, list, m->user));
	}
}

void sysusers_apply(struct sysusers *s, struct userdb *db)
{
	struct applier a = { .s = s, .db = db, .search = UINT64_MAX };

	add_implicit(s);
	for (size_t i = 0; i < s->groups.n; i++)
		(void)add_group(&a, &s->groups.v[i], s->groups.v[i].name);
	for (size_t i = 0; i < s->users.n; i++)
		add_user(&a, &s->users.v[i]);
	for (size_t i = 0; i < s->members.n; i++)
		add_member(&a, &s->members.v[i]);
}
