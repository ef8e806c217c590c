/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/plan.h"

#include <inttypes.h>
#include <stdlib.h>

#include "build/json.h"

void plan_done(struct plan *p)
{
	vec_done(&p->items);
	arena_done(&p->arena);
}

const char *plan_role(const struct plan_item *it)
{
	return it->kernel ? "kernel" : it->removed ? "removed" : "image";
}

/* Labels are words for people; in a line of columns their blanks become slashes. */
static void add_word(struct strbuf *out, struct sv text)
{
	for (size_t i = 0; i < text.n; i++)
		strbuf_addc(out, ascii_isspace(text.p[i]) ? '/' : text.p[i]);
}

void plan_text(const struct plan *p, struct strbuf *out)
{
	strbuf_adds(out, "# name version architecture size digest origin role reason\n");
	for (size_t i = 0; i < p->items.n; i++) {
		const struct plan_item *it = &p->items.v[i];
		char hex[DIGEST_MAX * 2 + 1] = "";

		strbuf_addf(out, SV_FMT " " SV_FMT " " SV_FMT " %" PRIu64 " ", SV_ARG(it->name),
			    SV_ARG(it->version), SV_ARG(it->arch), it->size);
		if (it->digest.kind == DIGEST_SHA256) {
			digest_hex(&it->digest, hex);
			strbuf_addf(out, "sha256:%s", hex);
		} else {
			strbuf_addc(out, '-');
		}
		strbuf_addc(out, ' ');
		add_word(out, it->origin);
		strbuf_addf(out, " %s " SV_FMT "\n", plan_role(it), SV_ARG(it->reason));
	}
}

int plan_json(const struct plan *p, struct strbuf *out, struct err *e)
{
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_array(&j, "packages");
	for (size_t i = 0; i < p->items.n; i++) {
		const struct plan_item *it = &p->items.v[i];

		json_object(&j, NULL);
		json_text(&j, "package", it->name);
		json_text(&j, "version", it->version);
		json_text(&j, "architecture", it->arch);
		json_number(&j, "size", (int64_t)it->size);
		json_digest(&j, &it->digest);
		json_text(&j, "filename", it->filename);
		json_text(&j, "origin", it->origin);
		json_text(&j, "role", sv_from(plan_role(it)));
		json_text(&j, "reason", it->reason);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	return json_finish(&j, out, e);
}
