/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modules.yaml: which packages belong to streams of modules. Packages of a stream are hidden unless the
 * stream is the module's default or was enabled by name (which then stands for the default); packages
 * that belong to no module are hidden where an active stream has one of their name, or of a name that they
 * provide. Sole user of libyaml, as events: aliases are not followed, so nothing grows.
 * Format: modulemd's "modulemd" v1 and v2, "modulemd-defaults" v1; other documents are passed over.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/sv.h"
#include "base/vec.h"
#include "pkg/universe.h"

#define RPM_MODULES_MAX (256u << 20) /* bytes of modules.yaml */
#define RPM_MODULES_DEPTH 64

struct rpm_stream {
	struct sv module, stream;
	uint32_t first, n; /* range of artifacts */
	uint32_t line;
};

struct rpm_module_default {
	struct sv module, stream;
};

struct rpm_modules {
	struct arena arena;
	VEC(struct rpm_stream) streams;
	VEC(struct sv) artifacts;                /* "name-epoch:version-release.arch" */
	VEC(struct rpm_module_default) defaults; /* later ones win */
	struct sv enabled;                       /* "module:stream,..." */
};

/* Adds what the text says. E_FORMAT, E_LIMIT with "SHOWN:LINE:COLUMN: ...". */
int rpm_modules_read(struct rpm_modules *m, struct sv text, const char *shown, struct err *e);
void rpm_modules_done(struct rpm_modules *m);
/* Adds what another mirror says; its texts stay its own. */
void rpm_modules_join(struct rpm_modules *all, const struct rpm_modules *m);
/* Adds words "module:stream", separated by commas. */
void rpm_modules_enable(struct rpm_modules *m, struct sv words);
/* E_NOTFOUND for such a word that no stream has. */
int rpm_modules_check(const struct rpm_modules *m, struct sv words, struct err *e);
/* Hides packages of the universe. */
void rpm_modules_apply(const struct rpm_modules *m, struct universe *u);
