/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A recipe as text that is itself a recipe: sections in a fixed order, one value a line, each with
 * the place it came from as a comment.
 */
#include "recipe/recipe.h"

struct dump {
	const struct recipe *r;
	struct strbuf *out;
	const char *section; /* not written yet, or NULL */
};

static void begin(struct dump *d)
{
	if (!d->section)
		return;
	strbuf_addf(d->out, "%s[%s]\n", d->out->n ? "\n" : "", d->section);
	d->section = NULL;
}

static void origin(struct dump *d, struct sv where)
{
	if (where.n > 0) {
		strbuf_adds(d->out, "  # ");
		strbuf_add(d->out, where);
	}
	strbuf_addc(d->out, '\n');
}

/* '%' is doubled where reading would expand it. */
static void value(struct dump *d, struct sv text, bool raw)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '%' && !raw)
			strbuf_addc(d->out, '%');
		strbuf_addc(d->out, text.p[i]);
	}
}

static void scalar(struct dump *d, const char *name, const struct recipe_value *v, bool raw)
{
	if (!v->text.p)
		return;
	begin(d);
	strbuf_addf(d->out, "%s=", name);
	value(d, v->text, raw);
	origin(d, v->origin);
}

static void list_item(struct dump *d, const struct recipe_value *v, bool raw)
{
	strbuf_adds(d->out, "        ");
	value(d, v->text, raw);
	origin(d, v->origin);
}

static void list(struct dump *d, const char *name, const struct recipe_list *l, bool raw)
{
	if (l->n == 0)
		return;
	begin(d);
	strbuf_addf(d->out, "%s=\n", name);
	for (size_t i = 0; i < l->n; i++)
		list_item(d, &l->v[i], raw);
}

static void trees(struct dump *d)
{
	for (size_t i = 0; i < d->r->trees.n; i++) {
		const struct recipe_tree *t = &d->r->trees.v[i];

		begin(d);
		if (i == 0)
			strbuf_adds(d->out, "ExtraTrees=\n");
		strbuf_adds(d->out, "        ");
		value(d, t->source, false);
		if (t->target.n > 0) {
			strbuf_adds(d->out, ":/");
			value(d, t->target, false);
		}
		origin(d, t->origin);
	}
}

static void quoted(struct strbuf *out, struct sv text)
{
	strbuf_addc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char ch = (unsigned char)text.p[i];

		if (ch == '\n')
			strbuf_adds(out, "\\n");
		else if (ch == '\t')
			strbuf_adds(out, "\\t");
		else if (ch == '"' || ch == '\\')
			strbuf_addf(out, "\\%c", ch);
		else if (ch < 0x20 || ch == 0x7f)
			strbuf_addf(out, "\\x%02x", ch);
		else
			strbuf_addc(out, (char)ch);
	}
	strbuf_addc(out, '"');
}

/* In quotes only where it has to be. */
static void token(struct strbuf *out, struct sv text)
{
	bool plain = text.n > 0;

	for (size_t i = 0; i < text.n && plain; i++)
		plain = (unsigned char)text.p[i] > ' ' && text.p[i] != '"' && text.p[i] != '#' &&
			text.p[i] != '\\' && text.p[i] != 0x7f;
	if (plain)
		strbuf_add(out, text);
	else
		quoted(out, text);
}

static void file_op(struct dump *d, const struct recipe_file_op *op)
{
	struct sv path = op->path;
	static const char *const names[][2] = { { "symlink", "Symlink" }, { "write", "Write" },
						{ "remove", "Remove" },   { "mode", "Mode" },
						{ "owner", "Owner" },     { "mkdir", "Mkdir" } };

	begin(d);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (sv_eq(op->kind, sv_from(names[i][0])))
			strbuf_addf(d->out, "%s=", names[i][1]);
	if (sv_skip(&path, SV("?")))
		strbuf_addc(d->out, '?');
	token(d->out, path);
	if (sv_eq(op->kind, SV("symlink")))
		strbuf_adds(d->out, " ->");
	if (sv_eq(op->kind, SV("write"))) {
		strbuf_addc(d->out, ' ');
		quoted(d->out, op->value);
	} else if (op->value.n > 0) {
		strbuf_addc(d->out, ' ');
		token(d->out, op->value);
	}
	origin(d, op->origin);
}

static void content(struct dump *d)
{
	const struct recipe *r = d->r;

	d->section = "Content";
	list(d, "Packages", &r->packages, false);
	list(d, "VolatilePackages", &r->volatile_packages, false);
	list(d, "RecommendsOf", &r->recommends_of, false);
	list(d, "RemovePackages", &r->remove_packages, false);
	list(d, "SatisfiedByBuilder", &r->satisfied, false);
	list(d, "RemoveFiles", &r->remove_files, false);
	list(d, "KeepFiles", &r->keep_files, false);
	trees(d);
	list(d, "KernelPackage", &r->kernel_package, false);
	list(d, "KernelModules", &r->kernel_modules, false);
	list(d, "FirmwareFiles", &r->firmware, false);
	list(d, "KernelCommandLine", &r->kernel_command_line, false);
	list(d, "NetrootDefaults", &r->netroot_defaults, false);
	scalar(d, "WithRecommends", &r->with_recommends, false);
	scalar(d, "WithDocs", &r->with_docs, false);
	scalar(d, "SourceDateEpoch", &r->source_date_epoch, false);
	scalar(d, "Locale", &r->locale, false);
	scalar(d, "Keymap", &r->keymap, false);
	scalar(d, "Timezone", &r->timezone, false);
	scalar(d, "Hostname", &r->hostname, false);
	scalar(d, "RootPassword", &r->root_password, true);
	scalar(d, "RootShell", &r->root_shell, false);
	scalar(d, "EmergencyShell", &r->emergency_shell, false);
	scalar(d, "Netroot", &r->netroot, false);
}

static void own_sections(struct dump *d)
{
	const struct recipe *r = d->r;

	d->section = "Files";
	for (size_t i = 0; i < r->files.n; i++)
		file_op(d, &r->files.v[i]);
	d->section = "Units";
	list(d, "Enable", &r->enable, true);
	list(d, "Disable", &r->disable, true);
	list(d, "Mask", &r->mask, true);
	d->section = "Users";
	list(d, "Line", &r->users, true);
	list(d, "Line", &r->users_of, true);
	d->section = "Check";
	list(d, "Ignore", &r->check_ignore, true);
	d->section = "Prune";
	scalar(d, "Prune", &r->prune, false);
	list(d, "Keep", &r->prune_keep, true);
}

void recipe_dump(const struct recipe *r, struct strbuf *out)
{
	struct dump d = { .r = r, .out = out };

	for (size_t i = 0; i < r->names.n; i++)
		strbuf_addf(out, "# recipe " SV_FMT " (" SV_FMT ")\n", SV_ARG(r->names.v[i].text),
			    SV_ARG(r->names.v[i].origin));
	d.section = "Config";
	scalar(&d, "Base", &r->base, false);
	d.section = "Output";
	scalar(&d, "Format", &r->format, false);
	scalar(&d, "Output", &r->output, false);
	scalar(&d, "CompressOutput", &r->compress, false);
	scalar(&d, "CompressLevel", &r->compress_level, false);
	scalar(&d, "ImageId", &r->image_id, false);
	scalar(&d, "ImageVersion", &r->image_version, false);
	content(&d);
	own_sections(&d);
}
