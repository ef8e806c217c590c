/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is in an image and where it came from. The manifest inside the image holds nothing of the
 * machine that built it; the full one beside it adds what was done with the image's bytes. Both are a
 * pure function of the inputs: packages, recipe, command line.
 */
#include "build/build_int.h"
#include "build/json.h"

#define MANIFEST_PATH "usr/lib/kindling/manifest.json"

static void add_packages(struct json *j, const struct build *b, bool full)
{
	json_array(j, "packages");
	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];

		if (it->removed && !full)
			continue;
		json_object(j, NULL);
		json_text(j, "name", it->name);
		json_text(j, "version", it->version);
		json_text(j, "architecture", it->arch);
		json_digest(j, &it->digest);
		json_text(j, "origin", it->origin);
		if (it->kernel)
			json_bool(j, "kernel", true);
		if (full) {
			json_number(j, "size", (int64_t)it->size);
			json_text(j, "reason", it->reason);
			if (it->removed)
				json_bool(j, "removed", true);
		}
		json_end(j);
	}
	json_end(j);
}

static void add_origins(struct json *j, const struct build *b)
{
	json_array(j, "origins");
	for (size_t i = 0; i < b->universe.repos.n; i++) {
		const struct universe_repo *r = &b->universe.repos.v[i];

		json_object(j, NULL);
		json_text(j, "label", r->label);
		json_text(j, "origin", r->origin);
		json_text(j, "suite", r->suite);
		json_text(j, "codename", r->codename);
		json_text(j, "component", r->component);
		json_text(j, "version", r->version);
		json_number(j, "date", r->date);
		json_bool(j, "signature-verified", r->verified);
		json_end(j);
	}
	json_end(j);
}

static void add_kernels(struct json *j, const struct build *b, bool full)
{
	json_array(j, "kernels");
	for (size_t i = 0; i < b->kernels.n; i++) {
		const struct build_kernel *k = &b->kernels.v[i];

		json_object(j, NULL);
		json_text(j, "version", k->version);
		if (full) {
			json_array(j, "modules");
			for (size_t m = 0; m < k->selection.modules.n; m++)
				json_text(j, NULL,
					  kmodsel_index_module(k->index, k->selection.modules.v[m])
						  ->path);
			json_end(j);
		} else {
			json_number(j, "modules", (int64_t)k->selection.modules.n);
		}
		json_end(j);
	}
	json_end(j);
}

static void add_head(struct json *j, const struct build *b)
{
	json_number(j, "manifest-version", 1);
	json_text(j, "generator", SV("kindling"));
	json_text(j, "release", sv_from(b->o->release));
	json_text(j, "distribution", b->distribution);
	json_text(j, "distribution-release", b->release);
	json_text(j, "architecture", sv_from(b->arch->deb));
	json_number(j, "source-date-epoch", b->source_date);
	json_array(j, "recipes");
	for (size_t i = 0; i < b->recipe.names.n; i++)
		json_text(j, NULL, b->recipe.names.v[i].text);
	json_end(j);
}

int manifest_embed(struct build *b, struct err *e)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct json j;
	int r;

	json_init(&j);
	json_object(&j, NULL);
	add_head(&j, b);
	add_origins(&j, b);
	add_kernels(&j, b, false);
	add_packages(&j, b, false);
	json_end(&j);
	r = json_finish(&j, &text, e);
	return r < 0 ? r : tree_write(b->tree, SV(MANIFEST_PATH), strbuf_sv(&text), 0644, e);
}

int manifest_full(struct build *b, struct strbuf *out, struct err *e)
{
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	add_head(&j, b);
	json_object(&j, "image");
	json_text(&j, "sha256", sv_from(b->summary.image_sha256));
	json_number(&j, "size", (int64_t)b->summary.image_size);
	json_number(&j, "entries", (int64_t)b->summary.files);
	json_text(&j, "compression", sv_from(codec_name(b->codec.kind)));
	json_number(&j, "compression-level", b->codec.level);
	json_end(&j);
	add_origins(&j, b);
	add_kernels(&j, b, true);
	add_packages(&j, b, true);
	json_end(&j);
	return json_finish(&j, out, e);
}
