/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Configuration that packages carry as a template below /usr/share and whose script copies it to /etc
 * (with ucf or cp). A file that is there already (extra trees) stays.
 */
#include "base/macros.h"
#include "transform/transform_int.h"

static const struct {
	const char *from, *to;
} templates[] = {
	{ "usr/share/base-files/dot.bashrc", "root/.bashrc" },
	{ "usr/share/base-files/dot.profile", "root/.profile" },
	{ "usr/share/base-files/profile", "etc/profile" },
	{ "usr/share/nfs-common/conffiles/idmapd.conf", "etc/idmapd.conf" },
	{ "usr/share/nfs-common/conffiles/nfs-common.default", "etc/default/nfs-common" },
	{ "usr/share/nfs-common/conffiles/nfs.conf", "etc/nfs.conf" },
};

int tf_conffiles(struct transform_context *c, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(templates); i++) {
		bool done = false;
		int r = tf_copy_absent(c->tree, sv_from(templates[i].from),
				       sv_from(templates[i].to), &done, e);

		if (r < 0)
			return r;
	}
	return 0;
}
