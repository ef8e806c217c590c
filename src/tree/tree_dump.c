/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/tree.h"

#include <inttypes.h>

#include "base/macros.h"
#include "base/map.h"
#include "base/num.h"
#include "base/vec.h"
#include "tree/tree_int.h"

static const char type_letters[] = { [TREE_DIR] = 'd',  [TREE_FILE] = 'f',  [TREE_SYMLINK] = 'l',
				     [TREE_CHAR] = 'c', [TREE_BLOCK] = 'b', [TREE_FIFO] = 'p' };

/* Escapes what would break a line into wrong words; `also` are further bytes of no use as they are. */
static void add_escaped(struct strbuf *out, struct sv s, const char *also)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c <= ' ' || c >= 0x7f || c == '\\' || (*also && strchr(also, c)))
			strbuf_addf(out, "\\x%02x", (unsigned)(unsigned char)c);
		else
			strbuf_addc(out, c);
	}
}

static void add_owner(struct strbuf *out, struct sv name, uint32_t id)
{
	if (name.n > 0) {
		add_escaped(out, name, "/:");
		strbuf_addc(out, '/');
	}
	strbuf_addf(out, "%" PRIu32, id);
}

struct dump {
	struct strbuf *out;
	struct map linked; /* pointer bytes of an inode -> position in paths, + 1 */
	VEC(struct sv) paths;
	struct arena arena;
};

/* The path under which an inode was shown already, or the empty one. */
static struct sv shown_before(struct dump *d, const struct inode *i, struct sv path)
{
	struct sv key = sv_of(&i, sizeof(i));
	uint32_t at = 0;

	if (i->nlink < 2)
		return SV_NULL;
	if (map_get(&d->linked, key, &at))
		return d->paths.v[at - 1];
	vec_push(&d->paths, arena_sv(&d->arena, path));
	(void)map_put(&d->linked, arena_sv(&d->arena, key), (uint32_t)d->paths.n);
	return SV_NULL;
}

static void dump_detail(struct strbuf *out, const struct inode *i)
{
	char hex[DIGEST_MAX * 2 + 1];
	struct digest digest;

	if (i->type == TREE_SYMLINK) {
		strbuf_adds(out, " target=");
		add_escaped(out, i->target, "");
	} else if (i->type == TREE_CHAR || i->type == TREE_BLOCK) {
		strbuf_addf(out, " dev=%" PRIu32 ",%" PRIu32, i->dev_major, i->dev_minor);
	} else if (i->blob) {
		digest_bytes(DIGEST_SHA256, i->blob->data, (size_t)i->blob->size, &digest);
		digest_hex(&digest, hex);
		strbuf_addf(out, " size=%" PRIu64 " sha256=%s", i->blob->size, hex);
	}
}

static int dump_node(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	struct dump *d = arg;
	const struct inode *i = n->inode;
	struct sv first = shown_before(d, i, path);

	(void)t;
	(void)e;
	if (first.p) {
		strbuf_adds(d->out, "h - - - ");
		add_escaped(d->out, path, "");
		strbuf_adds(d->out, " link=");
		add_escaped(d->out, first, "");
	} else {
		strbuf_addf(d->out, "%c %04o ", type_letters[i->type], i->mode);
		add_owner(d->out, i->uname, i->uid);
		strbuf_addc(d->out, ':');
		add_owner(d->out, i->gname, i->gid);
		strbuf_addf(d->out, " %" PRId64 " ", i->mtime);
		add_escaped(d->out, path, "");
		dump_detail(d->out, i);
	}
	if (n->origin > 0)
		strbuf_addf(d->out, " origin=%" PRIu32, n->origin);
	strbuf_addc(d->out, '\n');
	return 0;
}

void tree_dump(const struct tree *t, struct strbuf *out)
{
	struct dump d = { .out = out, .linked = MAP_INIT, .arena = ARENA_INIT };
	const struct inode *root = t->root->inode;
	struct err e = ERR_INIT;

	if (root->mode != 0755 || root->uid || root->gid || root->mtime || root->uname.n ||
	    root->gname.n || t->root->origin)
		(void)dump_node(&d, NULL, t->root, SV("."), &e);
	/* tree_walk takes a tree its callback may change; dump_node does not. */
	(void)tree_walk((struct tree *)(uintptr_t)t, dump_node, &d, &e);
	map_done(&d.linked);
	vec_done(&d.paths);
	arena_done(&d.arena);
}

/* Reading. */

struct parse {
	struct tree *t;
	struct arena arena; /* unescaped words */
	tree_content_fn content;
	void *arg;
};

static int unescape(struct parse *p, struct sv word, struct sv *ret, struct err *e)
{
	char *to = arena_alloc(&p->arena, word.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		uint64_t byte = 0;

		if (word.p[i] != '\\') {
			to[n++] = word.p[i];
			continue;
		}
		if (word.n - i < 4 || word.p[i + 1] != 'x' ||
		    num_parse_u64(sv_of(word.p + i + 2, 2), 16, 255, &byte, e) < 0)
			return err_set(e, E_FORMAT, "bad escape in '" SV_FMT "'", SV_ARG(word));
		to[n++] = (char)(unsigned char)byte;
		i += 3;
	}
	*ret = sv_of(to, n);
	return 0;
}

static int parse_u32(struct sv text, unsigned base, uint32_t *ret, struct err *e)
{
	uint64_t v = 0;
	int r = num_parse_u64(text, base, UINT32_MAX, &v, e);

	if (r == 0)
		*ret = (uint32_t)v;
	return r;
}

static int parse_owner(struct parse *p, struct sv word, struct sv *ret_name, uint32_t *ret_id,
		       struct err *e)
{
	ptrdiff_t at = sv_chr(word, '/');
	struct sv name = SV_NULL;
	int r;

	if (at >= 0) {
		r = unescape(p, sv_head(word, (size_t)at), &name, e);
		if (r < 0)
			return r;
		word = sv_from_pos(word, (size_t)at + 1);
	}
	r = parse_u32(word, 10, ret_id, e);
	if (r < 0)
		return err_wrap(e, "owner");
	*ret_name = name;
	return 0;
}

struct parsed_line {
	struct tree_entry entry;
	char letter;
	struct sv link;
	struct digest digest;
	uint64_t size;
	bool root;
};

static int parse_dev(struct sv value, struct tree_entry *entry, struct err *e)
{
	struct sv major = SV_NULL;
	int r;

	if (!sv_split(&value, ',', &major) || !value.p)
		return err_set(e, E_FORMAT, "bad device number");
	r = parse_u32(major, 10, &entry->dev_major, e);
	return r < 0 ? r : parse_u32(value, 10, &entry->dev_minor, e);
}

static int parse_detail(struct parse *p, struct sv word, struct parsed_line *l, struct err *e)
{
	struct sv value = word, key = SV_NULL, text;
	int r;

	if (!sv_split(&value, '=', &key) || !value.p)
		return err_set(e, E_FORMAT, "no 'key=value': '" SV_FMT "'", SV_ARG(word));
	if (sv_eq(key, SV("target")))
		return unescape(p, value, &l->entry.target, e);
	if (sv_eq(key, SV("link")))
		return unescape(p, value, &l->link, e);
	if (sv_eq(key, SV("origin")))
		return parse_u32(value, 10, &l->entry.origin, e);
	if (sv_eq(key, SV("dev")))
		return parse_dev(value, &l->entry, e);
	if (sv_eq(key, SV("size")))
		return num_parse_u64(value, 10, UINT64_MAX, &l->size, e);
	if (sv_eq(key, SV("sha256")))
		return digest_parse(DIGEST_SHA256, value, &l->digest, e);
	if (sv_eq(key, SV("text"))) {
		r = unescape(p, value, &text, e);
		if (r < 0)
			return r;
		blob_unref(l->entry.blob);
		l->entry.blob = blob_new_copy(text);
		return 0;
	}
	return err_set(e, E_FORMAT, "unknown key '" SV_FMT "'", SV_ARG(key));
}

static int parse_attributes(struct parse *p, struct sv mode, struct sv owner, struct sv mtime,
			    struct tree_entry *entry, struct err *e)
{
	struct sv user = SV_NULL;
	uint64_t bits = 0;
	int r;

	r = num_parse_u64(mode, 8, 07777, &bits, e);
	if (r < 0)
		return err_wrap(e, "mode");
	entry->mode = (uint32_t)bits;
	if (!sv_split(&owner, ':', &user) || !owner.p)
		return err_set(e, E_FORMAT, "owner is not USER:GROUP");
	r = parse_owner(p, user, &entry->uname, &entry->uid, e);
	if (r < 0)
		return r;
	r = parse_owner(p, owner, &entry->gname, &entry->gid, e);
	if (r < 0)
		return r;
	r = num_parse_i64(mtime, INT64_MIN, INT64_MAX, &entry->mtime, e);
	return r < 0 ? err_wrap(e, "time") : 0;
}

static int parse_words(struct parse *p, struct sv line, struct parsed_line *l, struct err *e)
{
	struct sv words[5] = { SV_NULL }, word;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!sv_word(&line, &words[i]))
			return err_set(e, E_FORMAT, "an entry has at least five words");
	l->letter = words[0].n == 1 ? words[0].p[0] : '\0';
	if (l->letter != 'h') {
		size_t type = 0;

		while (type < sizeof(type_letters) && type_letters[type] != l->letter)
			type++;
		if (type == sizeof(type_letters))
			return err_set(e, E_FORMAT, "unknown type '" SV_FMT "'", SV_ARG(words[0]));
		l->entry.type = (enum tree_type)type;
		r = parse_attributes(p, words[1], words[2], words[3], &l->entry, e);
		if (r < 0)
			return r;
	}
	l->root = sv_eq(words[4], SV("."));
	r = l->root ? 0 : unescape(p, words[4], &l->entry.path, e);
	while (r == 0 && sv_word(&line, &word))
		r = parse_detail(p, word, l, e);
	return r;
}

static int parse_content(struct parse *p, struct parsed_line *l, struct err *e)
{
	int r;

	if (l->digest.kind == DIGEST_NONE)
		return 0;
	if (!p->content || l->entry.type != TREE_FILE || l->entry.blob)
		return err_set(e, E_FORMAT,
			       "'" SV_FMT "': content cannot be found by its digest here",
			       SV_ARG(l->entry.path));
	r = p->content(p->arg, &l->digest, l->size, &l->entry.blob, e);
	if (r < 0)
		return err_wrap(e, "content of '" SV_FMT "'", SV_ARG(l->entry.path));
	return 0;
}

static int parse_line(struct parse *p, struct sv line, struct err *e)
{
	struct parsed_line l = { .letter = '\0' };
	int r;

	r = parse_words(p, line, &l, e);
	if (r == 0)
		r = parse_content(p, &l, e);
	if (r == 0 && l.letter == 'h')
		r = tree_link(p->t, l.entry.path, l.link, l.entry.origin, e);
	else if (r == 0 && l.root && l.entry.type != TREE_DIR)
		r = err_set(e, E_FORMAT, "the root is a folder");
	else if (r == 0)
		r = tree_add(p->t, &l.entry, NULL, e);
	blob_unref(l.entry.blob);
	return r;
}

int tree_parse(struct sv text, tree_content_fn content, void *arg, struct tree **ret, struct err *e)
{
	struct parse p = { .t = tree_new(), .arena = ARENA_INIT, .content = content, .arg = arg };
	struct sv line;
	unsigned number = 0;
	int r = 0;

	while (r == 0 && sv_line(&text, &line)) {
		number++;
		line = sv_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		r = parse_line(&p, line, e);
		if (r < 0)
			(void)err_wrap(e, "line %u", number);
	}
	arena_done(&p.arena);
	if (r < 0)
		tree_free(p.t);
	else
		*ret = p.t;
	return r;
}
