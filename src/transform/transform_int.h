/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of src/transform share: the rows' functions and small helpers over tree and context. */
#pragma once

#include "base/vec.h"
#include "transform/transform.h"

#define tf_note(c, level, ...)                                       \
	do {                                                         \
		if ((c)->notes)                                      \
			notes_add((c)->notes, (level), __VA_ARGS__); \
	} while (0)

/* The rows, in the order of the table. */
int tf_base(struct transform_context *c, struct err *e);
int tf_varlinks(struct transform_context *c, struct err *e);
int tf_alternatives(struct transform_context *c, struct err *e);
int tf_libalternatives(struct transform_context *c, struct err *e);
int tf_conffiles(struct transform_context *c, struct err *e);
int tf_nsswitch(struct transform_context *c, struct err *e);
int tf_basepasswd(struct transform_context *c, struct err *e);
int tf_sysusers(struct transform_context *c, struct err *e);
int tf_osrelease(struct transform_context *c, struct err *e);
int tf_init(struct transform_context *c, struct err *e);
int tf_machineid(struct transform_context *c, struct err *e);
int tf_settings(struct transform_context *c, struct err *e);
int tf_rootpw(struct transform_context *c, struct err *e);
int tf_netroot(struct transform_context *c, struct err *e);
int tf_nmunits(struct transform_context *c, struct err *e);
int tf_emergency(struct transform_context *c, struct err *e);
int tf_presets(struct transform_context *c, struct err *e);
int tf_resolv(struct transform_context *c, struct err *e);
int tf_clockepoch(struct transform_context *c, struct err *e);
int tf_ldsoconf(struct transform_context *c, struct err *e);
int tf_overrides(struct transform_context *c, struct err *e);
int tf_files(struct transform_context *c, struct err *e);
int tf_owners(struct transform_context *c, struct err *e);

/* Is the package (exact name) in the plan? */
bool tf_has_package(const struct transform_context *c, struct sv name);
/* Is there a folder (links followed) at path? */
bool tf_is_dir(const struct tree *t, struct sv path);
/* New content for a file: attributes of a regular file that is there stay, a link is replaced. */
int tf_write_keep(struct tree *t, struct sv path, struct sv content, uint32_t mode, struct err *e);
/* Copies a regular file as a new entry when nothing lies at `to` yet; *ret says whether it did. */
int tf_copy_absent(struct tree *t, struct sv from, struct sv to, bool *ret, struct err *e);
/* Value of a key of the tree's os-release, unquoted; empty when absent. Lives in c->arena. */
struct sv tf_os_release(struct transform_context *c, struct sv key);
/*
 * Specifiers of systemd (%%, %a, %A, %B, %M, %o, %T, %V, %w, %W) from the tree; those that would name
 * facts of a build machine or a booted one (%b %H %l %m %q %v) are E_FORMAT, as is any other.
 */
int tf_specifiers(struct transform_context *c, struct sv text, struct sv *ret, struct err *e);

/* Configuration files of several folders, merged as systemd does it. */
struct conf_file {
	struct sv name; /* base name */
	struct sv path; /* where it was found */
	struct sv text; /* empty: masked */
	uint32_t origin;
};
VEC_TYPE(conf_files, struct conf_file);
/*
 * All NAME<suffix> of the folders (best first, NULL-terminated): of equal names the first counts, a link
 * to /dev/null or an empty file hides those of later folders; sorted by name. Strings live in the arena
 * or the tree. The caller ends *ret with vec_done.
 */
void conf_files_list(const struct tree *t, struct arena *a, const char *const *dirs,
		     struct sv suffix, struct conf_files *ret);
