/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The universe: every package of every mirror, as ids into interned strings. It keeps its own copies
 * of them, packed closely, so the text of an index can go once it is read, and dies as a whole.
 * Filled by repo, then closed by universe_finish, after which packages are read-only and only requests
 * of users add strings, dependencies and, on demand, packages; universe_store.h keeps it in a file and
 * maps it again.
 *
 * Invariants: package ids count from 1 in the order added; strings are compared by id; nothing here
 * depends on the order of mirrors except `repo` priority.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/intern.h"
#include "base/map.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "pkg/dep.h"
#include "pkg/version.h"

enum multi_arch { MULTI_ARCH_NO, MULTI_ARCH_SAME, MULTI_ARCH_FOREIGN, MULTI_ARCH_ALLOWED };

/* Debian's Priority, best first; also the order in which providers of a virtual name are tried. */
enum pkg_priority {
	PRIO_REQUIRED,
	PRIO_IMPORTANT,
	PRIO_STANDARD,
	PRIO_OPTIONAL,
	PRIO_EXTRA,
	PRIO_UNKNOWN
};

struct dep_list {
	uint32_t first, n; /* range of universe.dep_refs */
};

/* A place in universe.texts. */
struct text_ref {
	uint64_t at : 40, n : 24;
};

/* Without pointers and without padding: a stored universe is used where it is mapped, and equal ones are
 * equal files. */
struct package {
	str_id name, version, arch;
	str_id source; /* source package name, 0: same as name */
	struct dep_list deps[DEPK_COUNT];
	struct text_ref filename; /* relative to the mirror folder */
	uint64_t size;            /* of the package file, bytes */
	uint64_t installed_size;  /* bytes, 0 when not told */
	struct digest digest;     /* of the package file */
	uint16_t repo;            /* index into universe.repos */
	uint8_t multi_arch;       /* enum multi_arch */
	uint8_t priority;         /* enum pkg_priority */
	bool essential; /* Essential: yes (not Important or Protected: those are not installed unasked) */
	bool hidden; /* exact duplicate, or of a module's inactive stream: no providers, never a candidate */
	uint8_t unused[6];
};

/* One loaded mirror as the universe sees it. */
struct universe_repo {
	struct sv label; /* origin and suite for people and the manifest: "Debian trixie main" */
	struct sv origin, suite, codename, component, version;
	int priority;  /* smaller is preferred */
	int order;     /* of the mirrors on the command line: decides between equals */
	bool verified; /* signature checked */
	int64_t date;  /* seconds since 1970 of the Release; 0 unknown */
	struct digest index_digest;
};

struct universe {
	enum pkg_family family;
	str_id native_arch;
	str_id word_all, word_any, word_native; /* "all" (rpm: "noarch"), "any", "native" */
	struct arena arena;
	struct intern strings;
	VEC(struct package) pkgs; /* [0] unused */
	VEC(struct dep) deps;     /* by dep_id - n_stored_deps; [0] unused when none are stored */
	VEC(dep_id) dep_refs;
	VEC(char) texts;
	VEC(struct universe_repo) repos;
	VEC(char *) kept;   /* texts that views in repos point into */
	struct map clauses; /* text of a clause -> its dep_id; see universe_clause_find */
	VEC(struct universe_source) sources; /* universe_source.h */
	/* made by universe_finish */
	uint32_t provider_names;  /* ids below this can have providers */
	uint32_t *provider_start; /* by str_id, provider_names + 1 entries: range of providers */
	struct provider *providers;
	str_id *names; /* of packages, each once, sorted */
	uint32_t n_names;
	/* of a mapped one: strings.frozen, pkgs, dep_refs, texts, provider_*, names and these lie in it */
	struct fs_map map;
	const struct dep *stored_deps;
	uint32_t n_stored_deps;
};

/* `pkg` offers a name: its own (version = its own version) or through Provides. */
struct provider {
	pkg_id pkg;
	str_id version; /* 0: unversioned provide; on deb it satisfies only REL_ANY */
	str_id arch;    /* Provides: name:arch; 0: as the package */
	uint8_t rel;    /* REL_EQ, REL_ANY without version, or rpm's range */
	bool own_name;
};

#define UNIVERSE_PACKAGES_MAX 4000000u
#define UNIVERSE_DEPS_MAX 200000000u /* dependency references of all packages together */

void universe_init(struct universe *u, enum pkg_family family, struct sv native_arch);
void universe_done(struct universe *u);
/* In an index, one of each comes on so many bytes. Being wrong costs time or a few megabytes only. */
struct index_density {
	unsigned pkg, dep, dep_ref, clause, string, text;
};
void universe_reserve(struct universe *u, size_t index_bytes, const struct index_density *per);
/* Takes over a malloc'ed text that views in struct universe_repo point into. */
void universe_keep(struct universe *u, char *text);
str_id universe_str(struct universe *u, struct sv s); /* copies s; 0 for the empty one */
static inline struct sv universe_sv(const struct universe *u, str_id id)
{
	return intern_sv(&u->strings, id);
}
uint16_t universe_add_repo(struct universe *u, const struct universe_repo *r);
/* Adds a package with all fields but deps set; returns its id. */
pkg_id universe_add(struct universe *u, const struct package *p);
dep_id universe_dep(struct universe *u, const struct dep *d);
static inline const struct dep *universe_dep_at(const struct universe *u, dep_id d)
{
	return d < u->n_stored_deps ? &u->stored_deps[d] : &u->deps.v[d - u->n_stored_deps];
}
struct text_ref universe_text(struct universe *u, struct sv s); /* copies s */
/* A parser's memory: the dependency that a clause's text (with its map_hash) stands for, 0 when it is new.
 * The meaning of the text must not depend on where it stands. */
dep_id universe_clause_find(const struct universe *u, struct sv text, uint32_t hash);
void universe_clause_add(struct universe *u, struct sv text, dep_id id);
/* Sets a dependency list of the package added last. */
void universe_set_deps(struct universe *u, pkg_id p, enum dep_kind kind, const dep_id *list,
		       uint32_t n);
/* More provides for any package, before universe_finish. */
void universe_add_provides(struct universe *u, pkg_id p, const dep_id *list, uint32_t n);
/* Builds the provides index; merges exact duplicates (same name, version, architecture, digest) by hiding
 * all but the preferred one. Called again when packages were added since. E_LIMIT above
 * UNIVERSE_PACKAGES_MAX or _DEPS_MAX. */
int universe_finish(struct universe *u, struct err *e);

static inline const struct package *universe_pkg(const struct universe *u, pkg_id p)
{
	return &u->pkgs.v[p];
}
/* Relative to the mirror folder. Valid once the universe is finished. */
static inline struct sv universe_filename(const struct universe *u, const struct package *p)
{
	return p->filename.n ? sv_of(u->texts.v + p->filename.at, p->filename.n) : SV_NULL;
}
static inline uint32_t universe_count(const struct universe *u) /* highest pkg_id */
{
	return (uint32_t)u->pkgs.n - 1;
}

/* Providers of a name, in package id order. */
const struct provider *universe_providers(const struct universe *u, str_id name, uint32_t *ret_n);
/* Does the provider satisfy the atom, versions and architecture qualifier included? */
bool provider_satisfies(const struct universe *u, const struct provider *p, const struct dep *atom);
/* Does package p satisfy the whole expression by itself? (DEP_OR, DEP_AND, DEP_WITH... of one package) */
bool pkg_satisfies(const struct universe *u, pkg_id p, dep_id d);
int universe_version_cmp(const struct universe *u, str_id a, str_id b);
/* <0: a is the better mirror: by priority, then by order. */
static inline int universe_repo_cmp(const struct universe *u, uint16_t a, uint16_t b)
{
	const struct universe_repo *x = &u->repos.v[a], *y = &u->repos.v[b];

	return x->priority != y->priority ? (x->priority < y->priority ? -1 : 1)
	       : x->order != y->order     ? (x->order < y->order ? -1 : 1)
					  : 0;
}
/* For 'did you mean': the name of a package that is least unlike, first by name; empty when none is near. */
struct sv universe_near_name(const struct universe *u, struct sv name);
/* <0: a is preferred: better priority, newer version, first name, earlier mirror, first file name. */
int universe_preference(const struct universe *u, pkg_id a, pkg_id b);
/* The preferred package of that exact name, or 0. */
pkg_id universe_find(const struct universe *u, struct sv name);

/* "name:any (>= 1.2) | other": the dependency in the words of deb-control(5), or of rpm's. */
void dep_print(const struct universe *u, dep_id d, struct strbuf *out);
/* Text dump, one package a paragraph, sorted by name, version, arch (stage 'universe'). */
void universe_dump(const struct universe *u, struct strbuf *out);

/* One requirement as users write it in recipes and on the command line:
 * "name", "name=version", "name (>= v)", "name/arch"; glob and ^regex$ forms are handled by build. */
int dep_parse_request(struct universe *u, struct sv text, dep_id *ret, struct err *e);
