/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* root=, netroot= and the words that belong to them. */
#include "base/macros.h"
#include "bootline/bootline_int.h"

static void bad_root(struct bootline *b, struct sv text, const char *why)
{
	boot_note(b, text, true, "%s", why);
	b->notes.v[b->notes.n - 1].root = true;
}

/* ---- NFS ------------------------------------------------------------------------------------------- */

/* "/dir", then options behind ',' or ':'. */
static bool take_nfs_path(struct boot_nfs *nfs, struct sv text)
{
	size_t n = 0;

	if (text.n == 0 || text.p[0] != '/')
		return false;
	while (n < text.n && text.p[n] != ',' && text.p[n] != ':')
		n++;
	nfs->path = sv_head(text, n);
	nfs->options = sv_from_pos(text, n + 1);
	return true;
}

/* nfs://server[:port]/path */
static bool take_nfs_url(struct bootline *b, struct sv text, struct boot_nfs *nfs)
{
	ptrdiff_t slash = sv_chr(text, '/');
	struct sv host, port;

	if (slash <= 0)
		return false;
	host = sv_head(text, (size_t)slash);
	if (!boot_field(&host, ':', &nfs->server, &nfs->ipv6) || nfs->server.n == 0 ||
	    !take_nfs_path(nfs, sv_from_pos(text, (size_t)slash)))
		return false;
	port = host;
	if (!port.p)
		return true;
	if (!boot_is_number(port))
		return false;
	nfs->options = arena_printf(&b->arena, "port=" SV_FMT "%s" SV_FMT, SV_ARG(port),
				    nfs->options.n ? "," : "", SV_ARG(nfs->options));
	return true;
}

bool bootline_parse_nfs(struct bootline *b, struct sv text, struct boot_nfs *ret)
{
	struct boot_nfs nfs = { .v4 = false };
	struct sv rest, first, second;
	bool v6;

	nfs.v4 = sv_skip(&text, SV("nfs4:"));
	if (!nfs.v4)
		(void)sv_skip(&text, SV("nfs:"));
	rest = text;
	if (sv_skip(&rest, SV("//"))) {
		if (!take_nfs_url(b, rest, &nfs))
			return false;
	} else if (!take_nfs_path(&nfs, rest)) {
		if (!boot_field(&rest, ':', &first, &v6) || first.n == 0)
			return false;
		if (take_nfs_path(&nfs, rest)) {
			nfs.server = first;
			nfs.ipv6 = v6;
		} else {
			/* options first: nfs:OPTIONS:SERVER:/PATH */
			if (!boot_field(&rest, ':', &second, &nfs.ipv6) || second.n == 0 ||
			    !take_nfs_path(&nfs, rest))
				return false;
			nfs.server = second;
			nfs.options = first;
		}
	}
	*ret = nfs;
	return true;
}

/* ---- iSCSI ----------------------------------------------------------------------------------------- */

/* Where ":iqn." stands last, else ":eui.", else ":naa."; or the text begins with it. */
static bool cut_target(struct sv *text, struct sv *ret)
{
	static const char *const types[] = { "iqn.", "eui.", "naa." };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		for (size_t at = text->n; at > 0; at--) {
			struct sv here = sv_from_pos(*text, at - 1);

			if ((at > 1 && text->p[at - 2] != ':') ||
			    !sv_starts(here, sv_from(types[i])))
				continue;
			*ret = here;
			*text = sv_head(*text, at > 1 ? at - 2 : 0);
			return true;
		}
	return false;
}

static bool take_auth(struct boot_iscsi *t, struct sv auth)
{
	struct sv *to[] = { &t->user, &t->password, &t->in_user, &t->in_password };
	size_t n = 0;

	if (auth.n == 0)
		return true;
	while (n < ARRAY_SIZE(to) && sv_split(&auth, ':', to[n]))
		n++;
	return !auth.p && (n == 2 || n == 4);
}

bool bootline_parse_iscsi(struct bootline *b, struct sv text, struct boot_iscsi *ret)
{
	struct boot_iscsi t = { .port = SV("3260"), .lun = SV("0"), .group = SV("1") };
	struct sv field[6] = { SV_NULL };
	size_t n = 0;
	ptrdiff_t at;
	bool v6;

	(void)b;
	(void)sv_skip(&text, SV("iscsi:"));
	if (!cut_target(&text, &t.target))
		return false;
	at = sv_rchr(text, '@');
	if (at >= 0) {
		if (!take_auth(&t, sv_head(text, (size_t)at)))
			return false;
		text = sv_from_pos(text, (size_t)at + 1);
	}
	for (; n < ARRAY_SIZE(field) && boot_field(&text, ':', &field[n], &v6); n++)
		if (n == 0)
			t.ipv6 = v6;
	if (text.p || n == 5)
		return false;
	t.server = field[0]; /* field[1] is the protocol: always TCP */
	if (field[2].n)
		t.port = field[2];
	if (n == 6) {
		t.iface = field[3];
		t.netdev = field[4];
	}
	if (field[n == 6 ? 5 : 3].n)
		t.lun = field[n == 6 ? 5 : 3];
	if (!boot_is_number(t.port) || !boot_is_number(t.lun))
		return false;
	*ret = t;
	return true;
}

static struct sv value_of(const struct bootline *b, struct sv key, struct sv otherwise)
{
	const struct boot_word *w = bootline_find(b, key);

	return w && w->value.n ? w->value : otherwise;
}

/* A target by rd.iscsi.target.*. */
static void add_named_target(struct bootline *b)
{
	struct boot_iscsi t = { .target = value_of(b, SV("rd.iscsi.target.name"), SV_NULL),
				.server = value_of(b, SV("rd.iscsi.target.ip"), SV_NULL),
				.port = value_of(b, SV("rd.iscsi.target.port"), SV("3260")),
				.group = value_of(b, SV("rd.iscsi.target.group"), SV("1")),
				.lun = SV("0") };
	struct sv rest = t.server;

	if (t.target.n == 0)
		return;
	(void)boot_field(&rest, '\0', &t.server, &t.ipv6);
	if (!boot_is_number(t.port) || !boot_is_number(t.group)) {
		bad_root(b, t.target, "rd.iscsi.target.port or .group is not a number");
		return;
	}
	vec_push(&b->iscsi, t);
}

/* rd.iscsi.username and so on hold for targets that name none themselves. */
static void share_auth(struct bootline *b)
{
	for (size_t i = 0; i < b->iscsi.n; i++) {
		struct boot_iscsi *t = &b->iscsi.v[i];

		if (t->user.n)
			continue;
		t->shared_auth = true;
		t->user = value_of(b, SV("rd.iscsi.username"), SV_NULL);
		t->password = value_of(b, SV("rd.iscsi.password"), SV_NULL);
		t->in_user = value_of(b, SV("rd.iscsi.in.username"), SV_NULL);
		t->in_password = value_of(b, SV("rd.iscsi.in.password"), SV_NULL);
		if (t->in_user.n && t->user.n == 0) {
			boot_note(b, SV("rd.iscsi.in.username"), true,
				  "goes with rd.iscsi.username only");
			t->in_user = t->in_password = SV_NULL;
		}
	}
}

/* ---- NBD ------------------------------------------------------------------------------------------- */

bool bootline_parse_nbd(struct bootline *b, struct sv text, struct boot_nbd *ret)
{
	struct boot_nbd nbd = { .ipv6 = false };
	struct sv what;

	(void)b;
	(void)sv_skip(&text, SV("nbd:"));
	if (!boot_field(&text, ':', &nbd.server, &nbd.ipv6) || nbd.server.n == 0 ||
	    sv_chr(nbd.server, '/') >= 0)
		return false;
	if (sv_split(&text, ':', &what) && what.n) {
		if (boot_is_number(what))
			nbd.port = what;
		else
			nbd.export = what;
	}
	(void)(sv_split(&text, ':', &nbd.fstype) && sv_split(&text, ':', &nbd.mount_options) &&
	       sv_split(&text, ':', &nbd.nbd_options));
	*ret = nbd;
	return true;
}

/* ---- root= ----------------------------------------------------------------------------------------- */

static bool starts_with_one(struct sv s, const char *const *of, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sv_starts(s, sv_from(of[i])))
			return true;
	return false;
}

static bool is_of_another_kind(struct sv root)
{
	static const char *const others[] = { "block:", "cifs:",     "fcoe:",
					      "live:",  "virtiofs:", "zfs:" };

	return starts_with_one(root, others, ARRAY_SIZE(others)) || sv_eq(root, SV("dhcp6"));
}

/* systemd, or the kernel's mount(2), knows these: no host. */
static bool is_of_systemd(struct sv root)
{
	static const char *const theirs[] = { "9p:", "bind:", "btrfs:", "mtd:", "overlay:", "ubi:" };

	return starts_with_one(root, theirs, ARRAY_SIZE(theirs));
}

/* RFC 1123, section 2.1, and '_', which /etc/hosts and many a name server take */
static bool is_host(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_isalpha(s.p[i]) && !ascii_isdigit(s.p[i]) && s.p[i] != '.' &&
		    s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.p[0] != '-' && s.p[0] != '.';
}

static bool is_nfs(struct sv root)
{
	struct sv rest = root, first;
	bool v6;

	if (sv_starts(root, SV("nfs:")) || sv_starts(root, SV("nfs4:")))
		return true;
	if (is_of_another_kind(root) || is_of_systemd(root))
		return false;
	/* SERVER:/PATH */
	return boot_field(&rest, ':', &first, &v6) && sv_starts(rest, SV("/")) &&
	       !sv_starts(rest, SV("//")) && (bootline_is_address(first) || is_host(first));
}

static void take_nfs(struct bootline *b, struct sv text)
{
	if (bootline_parse_nfs(b, text, &b->nfs)) {
		b->root_kind = BOOT_ROOT_NFS;
		b->nfs.v4 |= sv_eq(b->root, SV("/dev/nfs4"));
	} else
		bad_root(b, text, "expected nfs:[SERVER:]/PATH[:OPTIONS]");
}

/* initramfs-tools' boot=nfs; root= may be missing then. */
static bool is_boot_nfs(const struct bootline *b)
{
	return sv_eq(value_of(b, SV("boot"), SV_NULL), SV("nfs"));
}

static bool is_by_nfsroot(const struct bootline *b)
{
	return sv_eq(b->root, SV("/dev/nfs")) || sv_eq(b->root, SV("/dev/nfs4")) ||
	       (b->root.n == 0 && is_boot_nfs(b));
}

/* The kernel's own words: root=/dev/nfs nfsroot=[SERVER:]PATH[,OPTIONS]. With boot=nfs the lease says what nfsroot=
 * does not. */
static void take_nfsroot(struct bootline *b)
{
	struct sv text =
		value_of(b, SV("nfsroot"), is_boot_nfs(b) ? SV("auto") : SV("/tftpboot/%s"));

	b->by_nfsroot = true;
	if (sv_eq(text, SV("auto")))
		b->root_kind = BOOT_ROOT_DHCP;
	else
		take_nfs(b, text);
}

/* The target has words of its own, or is the firmware's. */
static bool is_bare_iscsi(struct sv text)
{
	return sv_eq(text, SV("iscsi")) || sv_eq(text, SV("iscsi:"));
}

static void take_iscsi(struct bootline *b, struct sv text)
{
	struct boot_iscsi t;

	if (!bootline_parse_iscsi(b, text, &t)) {
		bad_root(b, text,
			 "expected iscsi:[USER:PASSWORD@][SERVER]:[PROTOCOL]:[PORT]:[LUN]:TARGET");
		return;
	}
	vec_push(&b->iscsi, t);
	if (t.iface.n || t.netdev.n)
		boot_note(b, t.target, true,
			  "[IFACE]:[NETDEV] '" SV_FMT ":" SV_FMT
			  "': routes decide which interface leads to a server",
			  SV_ARG(t.iface), SV_ARG(t.netdev));
}

/* There is one disk: /dev/nbd0. */
static void take_nbd(struct bootline *b, struct sv text, const struct boot_nbd *nbd)
{
	if (b->nbd.server.n)
		boot_note(b, text, true, "there is one NBD disk, and it has a server");
	else
		b->nbd = *nbd;
}

static void take_netroot(struct bootline *b, struct sv text, bool is_root)
{
	struct boot_nbd nbd;

	if (sv_starts(text, SV("iscsi:")) && text.n > 6) {
		take_iscsi(b, text);
	} else if (sv_starts(text, SV("nbd:"))) {
		if (bootline_parse_nbd(b, text, &nbd))
			take_nbd(b, text, &nbd);
		else
			bad_root(b, text, "expected nbd:SERVER:PORT-OR-EXPORT");
	} else if (is_nfs(text)) {
		take_nfs(b, text);
	} else if (!is_root && !is_bare_iscsi(text) && !sv_eq(text, SV("dhcp")) &&
		   !sv_eq(text, SV("nbft"))) {
		bad_root(b, text, "netroot= knows nfs:, iscsi:, nbd:SERVER:... and dhcp");
	}
}

/* initramfs-tools': SERVER,PORT-OR-EXPORT[,DEVICE] or SERVER[:PORT]/EXPORT. */
static bool parse_nbdroot(struct sv text, struct boot_nbd *ret)
{
	struct boot_nbd nbd = { .ipv6 = false };
	struct sv what, device = SV_NULL;

	if (sv_chr(text, ',') >= 0) {
		(void)boot_field(&text, ',', &nbd.server, &nbd.ipv6);
		(void)sv_split(&text, ',', &what);
		device = text;
		if (boot_is_number(what))
			nbd.port = what;
		else
			nbd.export = what;
	} else {
		ptrdiff_t slash = sv_chr(text, '/');

		if (slash <= 0)
			return false;
		nbd.export = sv_from_pos(text, (size_t)slash + 1);
		text = sv_head(text, (size_t)slash);
		(void)boot_field(&text, ':', &nbd.server, &nbd.ipv6);
		nbd.port = text;
	}
	if (nbd.server.n == 0 || (nbd.port.n && !boot_is_number(nbd.port)) ||
	    (nbd.port.n == 0 && nbd.export.n == 0) || (device.n && !sv_eq(device, SV("nbd0"))))
		return false;
	*ret = nbd;
	return true;
}

static void take_nbdroot(struct bootline *b)
{
	struct sv text = value_of(b, SV("nbdroot"), SV_NULL);
	struct boot_nbd nbd;

	if (text.n == 0)
		return;
	if (parse_nbdroot(text, &nbd))
		take_nbd(b, text, &nbd);
	else
		bad_root(b, text,
			 "expected nbdroot=SERVER,PORT-OR-EXPORT[,nbd0] or SERVER[:PORT]/EXPORT");
}

static enum boot_root_kind kind_of(const struct bootline *b)
{
	if (b->root.n == 0)
		return BOOT_ROOT_NONE;
	if (sv_eq(b->root, SV("dhcp")))
		return BOOT_ROOT_DHCP;
	if (sv_starts(b->root, SV("iscsi:")) || sv_eq(b->root, SV("iscsi")))
		return BOOT_ROOT_ISCSI;
	if (sv_starts(b->root, SV("nbd:")))
		return BOOT_ROOT_NBD;
	return is_of_another_kind(b->root) ? BOOT_ROOT_UNSUPPORTED : BOOT_ROOT_LOCAL;
}

/* Also by a root= that a lease's has replaced. */
static bool asks_for_nfsroot(const struct bootline *b)
{
	for (size_t i = 0; i < b->words.n; i++)
		if (sv_eq(b->words.v[i].key, SV("root")) &&
		    sv_starts(b->words.v[i].value, SV("/dev/nfs")))
			return true;
	return b->by_nfsroot || (is_boot_nfs(b) && b->root_kind == BOOT_ROOT_NFS);
}

/* A netroot=nfs: or netroot=dhcp that would take the place of a root= of a later source. */
static bool is_outdone(struct bootline *b, const struct boot_word *w)
{
	const struct boot_word *root = b->root.n ? bootline_find(b, SV("root")) : NULL;
	bool disk = sv_starts(w->value, SV("iscsi:")) || sv_starts(w->value, SV("nbd:"));

	if (!root || w->source >= root->source || disk ||
	    !(sv_eq(w->value, SV("dhcp")) || is_nfs(w->value)))
		return false;
	if (root->source != BOOT_LATE) /* else it has been asked for by this very word */
		boot_note(b, w->text, true, "of %s, while root= of %s stands",
			  boot_source_names[w->source], boot_source_names[root->source]);
	return true;
}

static void take_netroots(struct bootline *b)
{
	bool bare = is_bare_iscsi(b->root);

	for (size_t i = 0; i < b->words.n; i++) {
		struct sv value = b->words.v[i].value;

		if (!sv_eq(b->words.v[i].key, SV("netroot")) || is_outdone(b, &b->words.v[i]))
			continue;
		b->has_netroot = true;
		bare |= is_bare_iscsi(value);
		if (sv_eq(value, SV("dhcp")))
			b->root_kind = BOOT_ROOT_DHCP;
		take_netroot(b, value, false);
	}
	add_named_target(b);
	if (bare && b->iscsi.n == 0 && !b->iscsi_common.firmware)
		bad_root(b, is_bare_iscsi(b->root) ? b->root : SV("netroot=iscsi"),
			 "no target is named, and rd.iscsi.firmware is not set");
}

void boot_find_root(struct bootline *b)
{
	if (b->root_kind == BOOT_ROOT_NONE)
		b->root_kind = kind_of(b);
	if (is_by_nfsroot(b))
		take_nfsroot(b);
	else
		take_netroot(b, b->root, true);
	take_netroots(b);
	take_nbdroot(b);
	share_auth(b);
	if (bootline_find(b, SV("nfsroot")) && !asks_for_nfsroot(b))
		boot_note(b, SV("nfsroot"), true,
			  "goes with root=/dev/nfs, or boot=nfs without root=, only");
	else if (is_boot_nfs(b) && !b->by_nfsroot && b->root_kind == BOOT_ROOT_LOCAL)
		boot_note(b, SV("boot=nfs"), true, "root= names something else");
	if (b->root_kind == BOOT_ROOT_UNSUPPORTED)
		bad_root(b, b->root,
			 sv_eq(b->root, SV("dhcp6")) ? "only DHCP for IPv4 says where a root is"
						     : "roots of this kind are not supported");
}
