/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Netroot=yes: the boot helper, as the generator it is, with NetrootDefaults= beside it, and for NFS as the
 * program that the kernel asks who an owner is (netroot/idmap.h). The program of each architecture is part of
 * this one, so an image is the same wherever it is built.
 */
#include "base/embed.h"
#include "base/macros.h"
#include "base/strbuf.h"
#include "transform/transform_int.h"

#define PROGRAM "usr/lib/systemd/system-generators/kindling-netroot"
#define REQUEST_KEY "usr/sbin/request-key"
#define DEFAULTS "usr/lib/kindling/netroot.conf"

static const struct embed_file *find_program(struct transform_context *c)
{
	struct sv want = arena_printf(&c->arena, "netroot/%s", c->arch->rpm);

	for (size_t i = 0; i < embed_file_count; i++)
		if (sv_eq(sv_from(embed_files[i].path), want))
			return &embed_files[i];
	return NULL;
}

/* Where a package brings its own, that one knows more. */
static int link_request_key(struct transform_context *c, struct err *e)
{
	if (!tree_follow(c->tree, SV("usr/sbin/mount.nfs")) ||
	    tree_lookup(c->tree, SV(REQUEST_KEY)))
		return 0;
	return tree_symlink(c->tree, SV(REQUEST_KEY), SV("/" PROGRAM), e);
}

int tf_netroot(struct transform_context *c, struct err *e)
{
	const struct embed_file *program;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	int r;

	if (!c->netroot)
		return 0;
	program = find_program(c);
	if (!program) {
		err_set(e, E_NOTFOUND, "this kindling has no boot helper for %s", c->arch->deb);
		return err_hint(
			e, "build kindling where a compiler for that architecture is installed");
	}
	r = tree_write(c->tree, SV(PROGRAM), sv_of(program->data, program->size), 0755, e);
	if (r == 0)
		r = link_request_key(c, e);
	if (r < 0 || c->netroot_defaults.n == 0)
		return r;
	strbuf_adds(&b, "# NetrootDefaults= of the recipe\n");
	for (size_t i = 0; i < c->netroot_defaults.n; i++) {
		strbuf_add(&b, c->netroot_defaults.v[i]);
		strbuf_addc(&b, '\n');
	}
	return tree_write(c->tree, SV(DEFAULTS), arena_sv(&c->arena, strbuf_sv(&b)), 0644, e);
}
