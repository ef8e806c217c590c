/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of a request held against paths: the rules of mkosi's KernelModules= and FirmwareFiles=. */
#pragma once

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"
#include "kmod/kmodsel.h"

enum kmodsel_pattern_kind { KMODSEL_GLOB, KMODSEL_REGEX, KMODSEL_GROUP };
struct kmodsel_matcher {
	enum kmodsel_pattern_kind kind;
	const struct kmodsel_pattern *pattern;
	struct sv glob; /* normalised, "dir/" still with its slash */
	bool literal;   /* no wildcard */
	bool slash;     /* has a '/' */
	uint32_t group;
	regex_t regex;
	bool used; /* matched something */
};
VEC_TYPE(kmodsel_matchers, struct kmodsel_matcher);

/* One thing that patterns are held against. */
struct kmodsel_subject {
	struct sv path;     /* with leading '/', without suffix, normalised */
	const char *search; /* what regular expressions see */
	uint32_t groups;
	struct sv root; /* folder that a leading '/' may leave out: "/kernel" or "" */
};
/* Compiles patterns; for modules '_' equals '-' and groups are known. Memory of `a`. */
int kmodsel_matchers_new(struct arena *a, const struct kmodsel_pattern *patterns, size_t n,
			 bool modules, struct kmodsel_matchers *ret, struct err *e);
void kmodsel_matchers_done(struct kmodsel_matchers *m);
/* What the patterns say about the subject: 1 wanted, -1 not wanted, 0 nothing. Marks those that match. */
int kmodsel_matchers_decide(struct kmodsel_matchers *m, const struct kmodsel_subject *s);
/* Whether a module of which they say nothing is wanted: with no pattern, or with regular expressions
 * alone of which one excludes. */
bool kmodsel_matchers_default(const struct kmodsel_matchers *m);

/* Python's syntax as far as POSIX can say it, in POSIX's. E_USAGE for the rest. */
int kmodsel_regex_translate(struct sv python, struct strbuf *out, struct err *e);
