/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* systemd.preset(5). */
#include "base/glob.h"
#include "base/macros.h"
#include "transform/units_int.h"

enum { RULES_MAX = 65536 };

static const struct {
	const char *word;
	enum preset_action action;
} actions[] = { { "enable", PRESET_ENABLE },
		{ "disable", PRESET_DISABLE },
		{ "ignore", PRESET_IGNORE } };

static bool parse_rule(struct arena *a, struct sv line, struct preset_rule *ret)
{
	struct sv word;
	size_t i = 0;

	if (!sv_word(&line, &word))
		return false;
	while (i < ARRAY_SIZE(actions) && !sv_eq(word, sv_from(actions[i].word)))
		i++;
	if (i == ARRAY_SIZE(actions) || !sv_word(&line, &word))
		return false;
	*ret = (struct preset_rule){ .action = actions[i].action, .pattern = arena_sv(a, word) };
	/* Instances mean something for "enable TEMPLATE" only. */
	while (ret->action == PRESET_ENABLE && unit_name_kind(word) == UNIT_NAME_TEMPLATE) {
		struct sv instance;

		if (!sv_word(&line, &instance))
			break;
		vec_push(&ret->instances, arena_sv(a, instance));
	}
	return true;
}

void preset_parse(struct transform_context *c, struct sv text, struct sv path,
		  struct preset_rules *ret)
{
	unsigned number = 0;
	struct sv line;

	while (sv_line(&text, &line)) {
		struct preset_rule rule;

		number++;
		line = sv_trim(line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (ret->n < RULES_MAX && parse_rule(&c->arena, line, &rule))
			vec_push(ret, rule);
		else
			tf_note(c, NOTE_WARNING, SV_FMT ":%u: not a preset rule: line ignored",
				SV_ARG(path), number);
	}
}

/* "enable foo@.service a b" against foo@.service itself, or against foo@a.service. */
static bool match_instances(struct arena *a, const struct preset_rule *rule, struct sv name,
			    struct unit_names *ret)
{
	enum unit_name_kind kind = unit_name_kind(name);
	struct sv instance = unit_name_instance(name);

	if (rule->instances.n == 0 || (kind != UNIT_NAME_TEMPLATE && kind != UNIT_NAME_INSTANCE) ||
	    !sv_eq(rule->pattern, unit_name_template(a, name)))
		return false;
	for (size_t i = 0; i < rule->instances.n; i++) {
		if (kind == UNIT_NAME_TEMPLATE)
			vec_push(ret, unit_name_instantiate(a, name, rule->instances.v[i]));
		else if (sv_eq(rule->instances.v[i], instance))
			return true;
	}
	return kind == UNIT_NAME_TEMPLATE;
}

enum preset_action preset_query(struct arena *a, const struct preset_rules *rules, struct sv name,
				struct unit_names *ret_names)
{
	ret_names->n = 0;
	for (size_t i = 0; i < rules->n; i++)
		if (match_instances(a, &rules->v[i], name, ret_names) ||
		    glob_match(rules->v[i].pattern, name, GLOB_NOESCAPE))
			return rules->v[i].action;
	return PRESET_ENABLE;
}

void preset_rules_done(struct preset_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		vec_done(&rules->v[i].instances);
	vec_done(rules);
}
