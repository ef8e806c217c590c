/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Units of the tree as `systemctl --root enable, disable, mask, preset-all` sees them (systemd 257's
 * src/shared/install.c was read for it): search in the unit folders, aliases, masks, [Install] sections
 * with drop-ins, links in etc/systemd/system. Strings live in the context's arena; readers take any
 * bytes.
 */
#pragma once

#include "base/map.h"
#include "base/vec.h"
#include "transform/transform_int.h"

/* Best first. */
extern const char *const unit_dirs[];

enum unit_name_kind { UNIT_NAME_BAD, UNIT_NAME_PLAIN, UNIT_NAME_TEMPLATE, UNIT_NAME_INSTANCE };
enum unit_name_kind unit_name_kind(struct sv name);
/* "foo@bar.service" -> "foo@.service"; only for templates and instances. */
struct sv unit_name_template(struct arena *a, struct sv name);
/* "bar"; empty unless an instance. */
struct sv unit_name_instance(struct sv name);
/* Puts an instance into a template's name. */
struct sv unit_name_instantiate(struct arena *a, struct sv name, struct sv instance);
/* ".service" */
struct sv unit_name_suffix(struct sv name);

VEC_TYPE(unit_names, struct sv);

enum unit_state { UNIT_ABSENT, UNIT_MASKED, UNIT_LOADED };

struct unit {
	struct sv name; /* after aliases were followed */
	struct sv path; /* of its file or its template's, without leading slash */
	enum unit_state state;
	struct unit_names wanted_by, required_by, upheld_by, alias, also;
	struct sv default_instance;
};

/* [Install] of a unit file's text added to u: lists grow, an empty assignment clears them. */
void unit_parse_install(struct arena *a, struct sv text, struct unit *u);
/* Finds and reads a unit. Always sets *ret; the caller ends it with unit_done. */
void unit_load(struct transform_context *c, struct sv name, struct unit *ret);
void unit_done(struct unit *u);

/* Links made by [Install]; what cannot be linked is a note. Also= units follow. *ret_links counts new and
 * existing ones. */
int unit_enable(struct transform_context *c, const struct unit_names *names, size_t *ret_links,
		struct err *e);
/* Removes links in etc/systemd/system that are named or lead to one of the names; those a recipe brought
 * stay when `packages_only`. Also= of the units is followed. Returns how many. */
size_t unit_disable(struct transform_context *c, const struct unit_names *names,
		    bool packages_only);

/* Rules of systemd.preset(5). */
enum preset_action { PRESET_ENABLE, PRESET_DISABLE, PRESET_IGNORE };
struct preset_rule {
	enum preset_action action;
	struct sv pattern;
	struct unit_names instances; /* "enable foo@.service a b" */
};
VEC_TYPE(preset_rules, struct preset_rule);
/* Adds the rules of a file's text; bad lines are notes with their place. */
void preset_parse(struct transform_context *c, struct sv text, struct sv path,
		  struct preset_rules *ret);
/* First matching rule wins, none is enable. Names to enable for a template with instances go to *ret_names
 * (cleared first). */
enum preset_action preset_query(struct arena *a, const struct preset_rules *rules, struct sv name,
				struct unit_names *ret_names);
void preset_rules_done(struct preset_rules *rules);
