/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_repomd.h"

#include <string.h>

#include "base/num.h"
#include "base/stream.h"
#include "repo/repo_int.h"
#include "repo/rpm/rpm_xml.h"

/* A revision is any text; one in this range is taken for seconds since 1970. */
#define TIME_MIN 100000000
#define TIME_MAX 100000000000

struct reader {
	struct arena *arena;
	struct rpm_repomd *out;
	struct rpm_data data; /* within <data> */
	struct sv digest;     /* hex, kept until the end of <data> */
	enum digest_kind digest_kind;
	int64_t newest;
	bool in_data, wanted, in_tags, has_digest, has_open_size;
};

static const char *const kind_names[RPM_DATA_KINDS] = {
	[RPM_DATA_PRIMARY] = "primary",
	[RPM_DATA_FILELISTS] = "filelists",
	[RPM_DATA_MODULES] = "modules",
};

const char *rpm_data_name(enum rpm_data_kind kind)
{
	return kind_names[kind];
}

bool rpm_digest_kind(struct sv word, enum digest_kind *ret)
{
	static const struct {
		const char *word;
		enum digest_kind kind;
	} rows[] = {
		{ "sha256", DIGEST_SHA256 }, { "sha512", DIGEST_SHA512 },
		{ "sha384", DIGEST_SHA384 }, { "sha224", DIGEST_SHA224 },
		{ "sha1", DIGEST_SHA1 },     { "sha", DIGEST_SHA1 },
		{ "md5", DIGEST_MD5 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (sv_eq_nocase(word, sv_from(rows[i].word))) {
			*ret = rows[i].kind;
			return true;
		}
	return false;
}

int rpm_check_href(struct sv href, struct err *e)
{
	if (repo_check_path(href, e) < 0)
		return err_wrap(e, "location");
	return 0;
}

int rpm_check_base(const char *base, struct err *e)
{
	if (!base || !*base || strcmp(base, ".") == 0 || strcmp(base, "./") == 0)
		return 0;
	err_set(e, E_FORMAT, "location lies elsewhere: xml:base is '%.200s'", base);
	return err_hint(e, "kindling reads only what lies below the mirror's folder; "
			   "make the metadata anew there with createrepo_c, without a base URL");
}

/* "primary", also "primary_zck" and other forms of it ("group_gz" is how such names are made). */
static bool kind_of(struct sv type, enum rpm_data_kind *ret)
{
	static const char *const forms[] = { "", "_zck", "_zst", "_gz", "_xz", "_bz2" };

	for (int k = 0; k < RPM_DATA_KINDS; k++) {
		struct sv rest = type;

		if (!sv_skip(&rest, sv_from(kind_names[k])))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
			if (sv_eq(rest, sv_from(forms[i]))) {
				*ret = (enum rpm_data_kind)k;
				return true;
			}
	}
	return false;
}

static int start_data(struct reader *r, const char *const *attrs, struct err *e)
{
	const char *type = rpm_xml_attr(attrs, "type");

	if (!type)
		return err_set(e, E_FORMAT, "<data> has no type");
	r->data = (struct rpm_data){ .type = arena_sv(r->arena, sv_from(type)) };
	r->digest = SV_NULL;
	r->has_digest = r->has_open_size = false;
	r->in_data = true;
	r->wanted = kind_of(r->data.type, &r->data.kind);
	return 0;
}

static int start_checksum(struct reader *r, const char *const *attrs, struct err *e)
{
	const char *type = rpm_xml_attr(attrs, "type");

	if (!type)
		return err_set(e, E_FORMAT, "<checksum> has no type");
	if (!rpm_digest_kind(sv_from(type), &r->digest_kind))
		return err_set(e, E_FORMAT, "unknown checksum type '%.64s'", type);
	return 0;
}

static int start_location(struct reader *r, const char *const *attrs, struct err *e)
{
	const char *href = rpm_xml_attr(attrs, "href");
	int k = rpm_check_base(rpm_xml_attr(attrs, "xml:base"), e);

	if (k < 0)
		return k;
	if (!href)
		return err_set(e, E_FORMAT, "<location> has no href");
	k = rpm_check_href(sv_from(href), e);
	if (k == 0)
		r->data.href = arena_cstr(r->arena, sv_from(href));
	return k;
}

static int on_start(void *arg, struct rpm_xml *x, const char *name, const char *const *attrs,
		    struct err *e)
{
	struct reader *r = arg;
	unsigned depth = rpm_xml_depth(x);

	if (depth == 1 && strcmp(name, "repomd") != 0)
		return err_set(e, E_FORMAT, "root element is <%.64s>, not <repomd>", name);
	if (depth == 2) {
		r->in_tags = strcmp(name, "tags") == 0;
		if (strcmp(name, "data") == 0)
			return start_data(r, attrs, e);
		if (strcmp(name, "revision") == 0)
			rpm_xml_collect(x);
	}
	if (depth != 3)
		return 0;
	if (r->in_tags && strcmp(name, "distro") == 0 && !r->out->distro.p) {
		const char *cpeid = rpm_xml_attr(attrs, "cpeid");

		if (cpeid)
			r->out->cpeid = arena_sv(r->arena, sv_from(cpeid));
		rpm_xml_collect(x);
	}
	if (!r->in_data || !r->wanted)
		return 0;
	if (strcmp(name, "location") == 0)
		return start_location(r, attrs, e);
	if (strcmp(name, "checksum") == 0 && start_checksum(r, attrs, e) < 0)
		return e->code;
	if (strcmp(name, "checksum") == 0 || strcmp(name, "size") == 0 ||
	    strcmp(name, "open-size") == 0 || strcmp(name, "timestamp") == 0)
		rpm_xml_collect(x);
	return 0;
}

static int take_number(struct sv text, uint64_t max, uint64_t *ret, const char *name, struct err *e)
{
	if (num_parse_u64(sv_trim(text), 10, max, ret, e) < 0)
		return err_wrap(e, "<%s>", name);
	return 0;
}

/* Some tools write fractions of seconds. */
static int take_timestamp(struct reader *r, struct sv text, struct err *e)
{
	struct sv whole;
	uint64_t n;

	text = sv_trim(text);
	(void)sv_split(&text, '.', &whole);
	if (take_number(whole, INT64_MAX, &n, "timestamp", e) < 0)
		return e->code;
	if ((int64_t)n > r->newest && n < TIME_MAX)
		r->newest = (int64_t)n;
	return 0;
}

static int weak_digest(const struct reader *r, struct err *e)
{
	err_set(e, E_VERIFY, "%s '" SV_FMT "' is listed with a digest that proves nothing (%s)",
		"metadata", SV_ARG(r->data.type), digest_name(r->digest_kind));
	return err_hint(e, "make the metadata anew with a current createrepo_c, "
			   "which writes SHA-256, or use 'dir file:DIR'");
}

static int finish_data(struct reader *r, struct err *e)
{
	struct rpm_data *d = &r->data;

	r->in_data = false;
	if (!r->wanted)
		return 0;
	if (!d->href)
		return err_set(e, E_FORMAT, "data '" SV_FMT "' has no location", SV_ARG(d->type));
	if (!r->has_digest)
		return err_set(e, E_FORMAT, "data '" SV_FMT "' has no checksum", SV_ARG(d->type));
	if (!digest_is_strong(r->digest_kind))
		return weak_digest(r, e);
	if (digest_parse(r->digest_kind, r->digest, &d->digest, e) < 0)
		return err_wrap(e, "data '" SV_FMT "'", SV_ARG(d->type));
	if (d->size > RPM_FILE_MAX)
		return err_set(e, E_LIMIT,
			       "data '" SV_FMT "' has %llu bytes, at most %llu are accepted",
			       SV_ARG(d->type), (unsigned long long)d->size, RPM_FILE_MAX);
	if (d->open_size > RPM_PLAIN_MAX)
		return err_set(e, E_LIMIT,
			       "data '" SV_FMT "' unpacks to %llu bytes, at most %llu are accepted",
			       SV_ARG(d->type), (unsigned long long)d->open_size, RPM_PLAIN_MAX);
	if (r->out->data.n >= RPM_REPOMD_DATA_MAX)
		return err_set(e, E_LIMIT, "more than %u files are listed", RPM_REPOMD_DATA_MAX);
	vec_push(&r->out->data, *d);
	return 0;
}

static int end_in_data(struct reader *r, const char *name, struct sv text, struct err *e)
{
	if (strcmp(name, "checksum") == 0) {
		r->digest = arena_sv(r->arena, sv_trim(text));
		r->has_digest = true;
	} else if (strcmp(name, "size") == 0) {
		return take_number(text, UINT64_MAX, &r->data.size, name, e);
	} else if (strcmp(name, "open-size") == 0) {
		return take_number(text, UINT64_MAX, &r->data.open_size, name, e);
	} else if (strcmp(name, "timestamp") == 0) {
		return take_timestamp(r, text, e);
	}
	return 0;
}

static int on_end(void *arg, struct rpm_xml *x, const char *name, struct sv text, struct err *e)
{
	struct reader *r = arg;
	unsigned depth = rpm_xml_depth(x);

	if (depth == 2 && r->in_data)
		return finish_data(r, e);
	if (depth == 2 && strcmp(name, "revision") == 0)
		r->out->revision = arena_sv(r->arena, sv_trim(text));
	if (depth == 3 && r->in_tags && strcmp(name, "distro") == 0 && !r->out->distro.p)
		r->out->distro = arena_sv(r->arena, sv_trim(text));
	if (depth == 3 && r->in_data && r->wanted)
		return end_in_data(r, name, text, e);
	return 0;
}

int rpm_repomd_parse(struct sv text, const char *shown, struct arena *arena, struct rpm_repomd *ret,
		     struct err *e)
{
	static const struct rpm_xml_ops ops = { .start = on_start, .end = on_end };
	_cleanup_(rpm_repomd_done) struct rpm_repomd out = { .date = 0 };
	_cleanup_(stream_closep) struct stream *in = stream_from_mem(text);
	struct reader r = { .arena = arena, .out = &out };
	struct rpm_xml_input input = { .in = in, .shown = shown, .max = RPM_REPOMD_MAX };
	struct err ignored = ERR_INIT;
	uint64_t time;
	int k = rpm_xml_parse(&input, &ops, &r, e);

	if (k < 0)
		return k;
	out.date = r.newest;
	if (num_parse_u64(out.revision, 10, TIME_MAX, &time, &ignored) == 0 && time >= TIME_MIN)
		out.date = (int64_t)time;
	*ret = out;
	out = (struct rpm_repomd){ .date = 0 };
	return 0;
}

void rpm_repomd_done(struct rpm_repomd *r)
{
	vec_done(&r->data);
}
