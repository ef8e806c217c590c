/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bootline/bootline.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/macros.h"
#include "bootline/bootline_int.h"

void boot_note(struct bootline *b, struct sv word, bool bad, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	vec_push(&b->notes,
		 ((struct boot_note){
			 .word = word, .text = arena_sv(&b->arena, sv_from(text)), .bad = bad }));
}

const char *const boot_source_names[BOOT_SOURCES] = {
	"NetrootDefaults=", "the credential kindling.netroot", "the command line", "the lease"
};

bool bootline_bool(struct sv v)
{
	static const char *const no[] = { "0", "no", "off", "n", "f", "false" };

	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (sv_eq_nocase(v, sv_from(no[i])))
			return false;
	return true;
}

/* ---- words ----------------------------------------------------------------------------------------- */

/* The kernel's quoting: a '"' starts and ends a stretch in which blanks do not separate. The word goes to
 * *to, which moves on: all words together are no longer than the text. */
static bool next_word(char **to, struct sv *rest, struct sv *ret)
{
	bool quoted = false;
	char *start = *to;
	size_t at = 0;

	while (at < rest->n && ascii_isspace(rest->p[at]))
		at++;
	*rest = sv_from_pos(*rest, at);
	if (rest->n == 0)
		return false;
	for (at = 0; at < rest->n && (quoted || !ascii_isspace(rest->p[at])); at++) {
		if (rest->p[at] == '"')
			quoted = !quoted;
		else
			*(*to)++ = rest->p[at];
	}
	*ret = sv_of(start, (size_t)(*to - start));
	*rest = sv_from_pos(*rest, at);
	return true;
}

/* The part that is for the kernel and the initrd: up to a word "--", behind which init's own stand. */
static struct sv before_init(struct sv text)
{
	bool quoted = false, inside = false;

	for (size_t i = 0; i < text.n; i++) {
		struct sv rest = sv_from_pos(text, i);

		if (!inside && sv_skip(&rest, SV("--")) &&
		    (rest.n == 0 || ascii_isspace(rest.p[0])))
			return sv_head(text, i);
		quoted ^= text.p[i] == '"';
		inside = quoted || !ascii_isspace(text.p[i]);
	}
	return text;
}

bool bootline_key_eq(struct sv a, struct sv b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		char x = a.p[i] == '-' ? '_' : a.p[i], y = b.p[i] == '-' ? '_' : b.p[i];

		if (x != y)
			return false;
	}
	return true;
}

const struct boot_word *bootline_find(const struct bootline *b, struct sv key)
{
	for (size_t i = b->words.n; i > 0; i--)
		if (bootline_key_eq(b->words.v[i - 1].key, key))
			return &b->words.v[i - 1];
	return NULL;
}

/* ---- keys ------------------------------------------------------------------------------------------ */

static void take_root(struct bootline *b, const struct boot_word *w)
{
	b->root = w->value;
}

static void take_rootfstype(struct bootline *b, const struct boot_word *w)
{
	b->rootfstype = w->value;
}

static void take_rootflags(struct bootline *b, const struct boot_word *w)
{
	b->rootflags = w->value;
}

static void take_ro(struct bootline *b, const struct boot_word *w)
{
	b->ro = sv_eq(w->key, SV("ro"));
	b->rw = !b->ro;
}

static void take_nfs_domain(struct bootline *b, const struct boot_word *w)
{
	b->nfs_domain = w->value;
}

static void take_neednet(struct bootline *b, const struct boot_word *w)
{
	b->neednet = bootline_bool(w->value);
}

static void take_bootdev(struct bootline *b, const struct boot_word *w)
{
	b->bootdev = w->value;
}

static void take_rd_bootif(struct bootline *b, const struct boot_word *w)
{
	b->bootif_off = !bootline_bool(w->value);
}

static void take_initiator(struct bootline *b, const struct boot_word *w)
{
	b->iscsi_common.initiator = w->value;
}

static void take_iscsi_transport(struct bootline *b, const struct boot_word *w)
{
	b->iscsi_common.transport = w->value;
}

static void take_iscsi_firmware(struct bootline *b, const struct boot_word *w)
{
	b->iscsi_common.firmware = bootline_bool(w->value);
}

static void take_iscsi_mp(struct bootline *b, const struct boot_word *w)
{
	b->iscsi_common.mp = bootline_bool(w->value);
}

static void take_login_retry(struct bootline *b, const struct boot_word *w)
{
	if (boot_is_number(w->value))
		b->iscsi_common.login_retry_max = w->value;
	else
		boot_note(b, w->text, true, "not a number");
}

static void take_iscsi_param(struct bootline *b, const struct boot_word *w)
{
	if (sv_chr(w->value, '=') <= 0) {
		boot_note(b, w->text, true, "expected rd.iscsi.param=NAME=VALUE");
		return;
	}
	if (sv_find(w->value, SV("password")) >= 0) { /* it would stand in a unit */
		boot_note(b, w->key, true, "a password has its own word: rd.iscsi.password=");
		return;
	}
	b->iscsi_params = arena_printf(&b->arena, SV_FMT SV_FMT "\n", SV_ARG(b->iscsi_params),
				       SV_ARG(w->value));
}

static void take_hostnqn(struct bootline *b, const struct boot_word *w)
{
	b->nvmf_hostnqn = w->value;
}

static void take_hostid(struct bootline *b, const struct boot_word *w)
{
	b->nvmf_hostid = w->value;
}

static void take_nvmf_discover(struct bootline *b, const struct boot_word *w)
{
	struct boot_nvmf d = { .trsvcid = SV("4420") };
	struct sv rest = w->value, f;

	if (sv_eq(w->value, SV("fc,auto"))) {
		b->nvmf_fc_auto = true;
		return;
	}
	for (unsigned i = 0; boot_field(&rest, ',', &f, NULL); i++) {
		if (i == 0)
			d.transport = f;
		else if (i == 1)
			d.traddr = f;
		else if (i == 2)
			d.host_traddr = f;
		else if (i == 3 && f.n)
			d.trsvcid = f;
	}
	if (!sv_eq(d.transport, SV("tcp")) && !sv_eq(d.transport, SV("rdma")) &&
	    !sv_eq(d.transport, SV("fc"))) {
		boot_note(b, w->text, true, "transport '" SV_FMT "' is not tcp, rdma or fc",
			  SV_ARG(d.transport));
		return;
	}
	if (!sv_eq(d.transport, SV("fc")) && !boot_is_number(d.trsvcid)) {
		boot_note(b, w->text, true, "port '" SV_FMT "' is not a number", SV_ARG(d.trsvcid));
		return;
	}
	if (d.traddr.n == 0) {
		boot_note(b, w->text, true,
			  "expected TRANSPORT,ADDRESS[,HOST-ADDRESS[,PORT]]: no address");
		return;
	}
	if (sv_eq(d.transport, SV("fc")))
		d.trsvcid = SV_NULL;
	vec_push(&b->nvmf, d);
}

static void take_nonvmf(struct bootline *b, const struct boot_word *w)
{
	b->nvmf_off = bootline_bool(w->value);
}

static void take_nonbft(struct bootline *b, const struct boot_word *w)
{
	b->nvmf_no_nbft = bootline_bool(w->value);
}

static void take_multipath(struct bootline *b, const struct boot_word *w)
{
	b->multipath_default = sv_eq(w->value, SV("default"));
	b->multipath_off = !bootline_bool(w->value);
}

static void take_kernel_multipath(struct bootline *b, const struct boot_word *w)
{
	b->multipath_off = sv_eq(w->key, SV("nompath")) || !bootline_bool(w->value);
}

static void take_seconds(struct bootline *b, const struct boot_word *w)
{
	if (!boot_is_number(w->value))
		boot_note(b, w->text, true, "not a number of seconds");
	else if (sv_eq(w->key, SV("rd.retry")))
		b->retry = w->value;
	else
		b->timeout = w->value;
}

static void take_break(struct bootline *b, const struct boot_word *w)
{
	static const char *const known[] = { "cmdline",      "pre-udev", "pre-trigger", "initqueue",
					     "pre-mount",    "mount",    "pre-pivot",   "cleanup",
					     "pre-shutdown", "shutdown" };
	struct sv rest = w->value, f;

	if (w->value.n == 0) {
		vec_push(&b->breaks, SV("pre-pivot"));
		return;
	}
	while (sv_split(&rest, ',', &f)) {
		bool found = false;

		for (size_t i = 0; i < ARRAY_SIZE(known); i++)
			found |= sv_eq(f, sv_from(known[i]));
		if (found)
			vec_push(&b->breaks, f);
		else
			boot_note(b, w->text, true, "no breakpoint '" SV_FMT "'", SV_ARG(f));
	}
}

static void take_unsupported(struct bootline *b, const struct boot_word *w)
{
	boot_note(b, w->text, true, "not supported in this initrd");
}

static void take_unneeded(struct bootline *b, const struct boot_word *w)
{
	boot_note(b, w->text, true, "not needed: logins are tried until they succeed");
}

static void take_old(struct bootline *b, const struct boot_word *w)
{
	boot_note(b, w->text, true,
		  "not known any more; write ip=ADDRESS::GATEWAY:NETMASK::INTERFACE:none");
}

/* Taken where the words before it are known, in boot_find_root. */
static void take_later(struct bootline *b, const struct boot_word *w)
{
	(void)b, (void)w;
}

static const struct {
	const char *key;
	void (*take)(struct bootline *b, const struct boot_word *w);
} keys[] = {
	{ "BOOTIF", boot_take_bootif },
	{ "bond", boot_take_group },
	{ "boot", take_later },
	{ "bootdev", take_bootdev },
	{ "bridge", boot_take_group },
	{ "fcoe", take_unsupported },
	{ "gateway", take_old },
	{ "ifname", boot_take_ifname },
	{ "ip", boot_take_ip },
	{ "ksdevice", take_old },
	{ "multipath", take_kernel_multipath },
	{ "nameserver", boot_take_nameserver },
	{ "nbdroot", take_later },
	{ "netmask", take_old },
	{ "netroot", take_later },
	{ "nfsroot", take_later },
	{ "nompath", take_kernel_multipath },
	{ "rd.bootif", take_rd_bootif },
	{ "rd.break", take_break },
	{ "rd.iscsi.firmware", take_iscsi_firmware },
	{ "rd.iscsi.ibft", take_iscsi_firmware },
	{ "rd.iscsi.in.password", take_later },
	{ "rd.iscsi.in.username", take_later },
	{ "rd.iscsi.initiator", take_initiator },
	{ "rd.iscsi.login_retry_max", take_login_retry },
	{ "rd.iscsi.mp", take_iscsi_mp },
	{ "rd.iscsi.param", take_iscsi_param },
	{ "rd.iscsi.password", take_later },
	{ "rd.iscsi.target.group", take_later },
	{ "rd.iscsi.target.ip", take_later },
	{ "rd.iscsi.target.name", take_later },
	{ "rd.iscsi.target.port", take_later },
	{ "rd.iscsi.testroute", take_unneeded },
	{ "rd.iscsi.transport", take_iscsi_transport },
	{ "rd.iscsi.username", take_later },
	{ "rd.iscsi.waitnet", take_unneeded },
	{ "rd.multipath", take_multipath },
	{ "rd.neednet", take_neednet },
	{ "rd.nfs.domain", take_nfs_domain },
	{ "rd.nonvmf", take_nonvmf },
	{ "rd.nvmf.discover", take_nvmf_discover },
	{ "rd.nvmf.hostid", take_hostid },
	{ "rd.nvmf.hostnqn", take_hostnqn },
	{ "rd.nvmf.nonbft", take_nonbft },
	{ "rd.nvmf.nostatic", take_unsupported },
	{ "rd.retry", take_seconds },
	{ "rd.route", boot_take_route },
	{ "rd.timeout", take_seconds },
	{ "ro", take_ro },
	{ "root", take_root },
	{ "rootflags", take_rootflags },
	{ "rootfstype", take_rootfstype },
	{ "rw", take_ro },
	{ "team", boot_take_group },
	{ "vlan", boot_take_vlan },
};

/* One of ours, and yet none that is known: misspelt, or of another program. */
static bool is_stray(struct sv key)
{
	static const char *const families[] = { "rd.iscsi.", "rd.nfs.", "rd.nvmf.", "nvmf." };

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (sv_starts(key, sv_from(families[i])))
			return true;
	return false;
}

static void take_words(struct bootline *b)
{
	for (size_t i = 0; i < b->words.n; i++) {
		const struct boot_word *w = &b->words.v[i];
		bool known = false;

		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			if (bootline_key_eq(w->key, sv_from(keys[k].key))) {
				keys[k].take(b, w);
				known = true;
			}
		if (!known && is_stray(w->key))
			boot_note(b, w->key, true,
				  "not known in this initrd"); /* its value may be a secret */
	}
}

static void split_words(struct bootline *b, struct sv text, enum boot_source source)
{
	struct sv rest = before_init(text), word;
	char *to = arena_alloc(&b->arena, rest.n + 1);

	while (next_word(&to, &rest, &word)) {
		struct boot_word w = { .text = word, .key = word, .source = source };
		ptrdiff_t eq = sv_chr(word, '=');

		if (eq >= 0) {
			w.key = sv_head(word, (size_t)eq);
			w.value = sv_from_pos(word, (size_t)eq + 1);
		}
		vec_push(&b->words, w);
	}
}

int bootline_parse_sources(const struct sv texts[static BOOT_SOURCES], struct bootline *ret,
			   struct err *e)
{
	struct bootline b = { .arena = ARENA_INIT, .neednet = -1 };
	size_t n = 0;

	for (unsigned i = 0; i < BOOT_SOURCES; i++) {
		if (sv_chr(texts[i], '\0') >= 0)
			return err_set(e, E_FORMAT, "%s has a zero byte at offset %td",
				       boot_source_names[i], sv_chr(texts[i], '\0'));
		n += texts[i].n;
	}
	if (n > BOOTLINE_MAX)
		return err_set(e, E_LIMIT,
			       "kernel command line has %zu characters, at most %d are accepted", n,
			       BOOTLINE_MAX);
	for (unsigned i = 0; i < BOOT_SOURCES; i++)
		split_words(&b, texts[i], i);
	take_words(&b);
	if (b.bootif_off)
		b.bootif = SV_NULL;
	boot_find_root(&b);
	*ret = b;
	return 0;
}

int bootline_parse(struct sv text, struct bootline *ret, struct err *e)
{
	const struct sv texts[BOOT_SOURCES] = { [BOOT_CMDLINE] = text };

	return bootline_parse_sources(texts, ret, e);
}

void bootline_done(struct bootline *b)
{
	vec_done(&b->words);
	vec_done(&b->notes);
	vec_done(&b->iscsi);
	vec_done(&b->nvmf);
	vec_done(&b->ip);
	vec_done(&b->ifname);
	vec_done(&b->vlan);
	vec_done(&b->groups);
	vec_done(&b->routes);
	vec_done(&b->nameservers);
	vec_done(&b->breaks);
	arena_done(&b->arena);
}

/* Fibre Channel is a network of its own. */
static bool nvmf_over_ip(const struct bootline *b)
{
	for (size_t i = 0; i < b->nvmf.n && !b->nvmf_off; i++)
		if (!sv_eq(b->nvmf.v[i].transport, SV("fc")))
			return true;
	return false;
}

bool bootline_is_offloaded(const struct bootline *b)
{
	struct sv transport = b->iscsi_common.transport;

	return b->iscsi_common.firmware && b->iscsi.n == 0 && b->ip.n == 0 &&
	       (sv_eq(transport, SV("bnx2i")) || sv_eq(transport, SV("qedi")));
}

bool bootline_needs_network(const struct bootline *b)
{
	return b->root_kind == BOOT_ROOT_NFS || b->root_kind == BOOT_ROOT_DHCP || b->iscsi.n ||
	       b->nbd.server.n || nvmf_over_ip(b) ||
	       (b->iscsi_common.firmware && !bootline_is_offloaded(b)) || b->neednet > 0;
}
