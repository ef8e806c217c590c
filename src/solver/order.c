/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Install order: what is required comes first, ties by name. Cycles are taken as one, and inside of
 * them only Pre-Depends count; a cycle even of those goes by name.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/solver_int.h"

#define PROVIDERS_MAX 256 /* of one dependency that are put first; the others may come later */
#define EDGES_MAX 1000000000u

/* Packages in name order, with edges to those of them that they require. */
struct graph {
	const struct encoder *c;
	const pkg_id *pkgs; /* sorted; a place is an index here */
	uint32_t n;
	uint32_t *start; /* n + 1: range of edges */
	VEC(uint32_t) edges;
	uint32_t *component; /* by place */
	uint32_t n_components;
};

static int pkg_cmp(const void *pa, const void *pb, void *arg)
{
	const pkg_id *a = pa, *b = pb;

	return pkg_order(arg, *a, *b);
}

static int u32_cmp(const void *pa, const void *pb)
{
	const uint32_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

/* `place` is by variable, counted from 1. */
static void add_edges(struct graph *g, const uint32_t *place, uint32_t from, dep_id d)
{
	const struct universe *u = g->c->u;
	size_t first = g->edges.n;

	VEC(dep_id) stack = { 0 };
	vec_push(&stack, d);
	while (stack.n) {
		const struct dep *n = universe_dep_at(u, stack.v[--stack.n]);
		uint32_t count;
		const struct provider *v;

		if (n->op != DEP_ATOM) {
			vec_push(&stack, n->a);
			if (n->op == DEP_OR || n->op == DEP_AND)
				vec_push(&stack, n->b);
			continue;
		}
		v = universe_providers(u, n->name, &count);
		for (uint32_t i = 0; i < count; i++) {
			int var = g->c->pkg_var[v[i].pkg];

			if (g->edges.n == first + PROVIDERS_MAX || g->edges.n == EDGES_MAX)
				break;
			if (var && place[var] && place[var] - 1 != from &&
			    provider_satisfies(u, &v[i], n))
				vec_push(&g->edges, place[var] - 1);
		}
	}
	vec_done(&stack);
	if (g->edges.n > first + 1)
		qsort(g->edges.v + first, g->edges.n - first, sizeof(uint32_t), u32_cmp);
}

static void fill_edges(struct graph *g, const uint32_t *place, enum dep_kind kind)
{
	const struct universe *u = g->c->u;

	g->edges.n = 0;
	for (uint32_t i = 0; i < g->n; i++) {
		const struct dep_list *l = &universe_pkg(u, g->pkgs[i])->deps[kind];

		g->start[i] = (uint32_t)g->edges.n;
		for (uint32_t k = 0; k < l->n; k++)
			add_edges(g, place, i, u->dep_refs.v[l->first + k]);
	}
	g->start[g->n] = (uint32_t)g->edges.n;
}

/* Tarjan's strongly connected components, with its recursion unrolled. */
struct tarjan {
	uint32_t *index, *low, *next, *stack, *path;
	uint32_t clock, n_stack, n_path;
};

static void tarjan_close(struct graph *g, struct tarjan *t, uint32_t v)
{
	if (t->low[v] == t->index[v]) {
		uint32_t w;

		do {
			w = t->stack[--t->n_stack];
			g->component[w] = g->n_components;
		} while (w != v);
		g->n_components++;
	}
	t->n_path--;
	if (t->n_path) {
		uint32_t up = t->path[t->n_path - 1];

		t->low[up] = MIN(t->low[up], t->low[v]);
	}
}

static void tarjan_enter(const struct graph *g, struct tarjan *t, uint32_t v)
{
	t->index[v] = t->low[v] = ++t->clock;
	t->next[v] = g->start[v];
	t->stack[t->n_stack++] = v;
	t->path[t->n_path++] = v;
}

static void find_components(struct graph *g)
{
	uint32_t *all = xcalloc((size_t)g->n * 5 + 1, sizeof(*all));
	struct tarjan t = { .index = all,
			    .low = all + g->n,
			    .next = all + g->n * 2,
			    .stack = all + g->n * 3,
			    .path = all + g->n * 4 };

	for (uint32_t i = 0; i < g->n; i++)
		g->component[i] = UINT32_MAX;
	g->n_components = 0;
	for (uint32_t root = 0; root < g->n; root++) {
		if (t.index[root])
			continue;
		tarjan_enter(g, &t, root);
		while (t.n_path) {
			uint32_t v = t.path[t.n_path - 1], w;

			if (t.next[v] == g->start[v + 1]) {
				tarjan_close(g, &t, v);
				continue;
			}
			w = g->edges.v[t.next[v]++];
			if (!t.index[w])
				tarjan_enter(g, &t, w);
			else if (g->component[w] == UINT32_MAX)
				t.low[v] = MIN(t.low[v], t.index[w]);
		}
	}
	free(all);
}

/* A heap of places: the smallest name that is ready comes next. */
VEC_TYPE(u32_list, uint32_t);

static void heap_push(struct u32_list *h, uint32_t x)
{
	size_t i = h->n;

	vec_push(h, x);
	for (; i && h->v[(i - 1) / 2] > x; i = (i - 1) / 2)
		h->v[i] = h->v[(i - 1) / 2];
	h->v[i] = x;
}

static uint32_t heap_pop(struct u32_list *h)
{
	uint32_t top = h->v[0], x = h->v[--h->n];
	size_t i = 0;

	for (;;) {
		size_t k = 2 * i + 1;

		if (k >= h->n)
			break;
		if (k + 1 < h->n && h->v[k + 1] < h->v[k])
			k++;
		if (h->v[k] >= x)
			break;
		h->v[i] = h->v[k];
		i = k;
	}
	h->v[i] = x;
	return top;
}

/*
 * Kahn's order of the components: one is ready when all that it has edges to are out, and of those that
 * are ready the one with the smallest first name is next.
 */
static void topological(const struct graph *g, struct u32_list *ret)
{
	const uint32_t *group = g->component;
	uint32_t n_groups = g->n_components;
	uint32_t *waits = xcalloc((size_t)n_groups + 1, sizeof(*waits));
	uint32_t *start = xcalloc((size_t)n_groups + 2, sizeof(*start));
	uint32_t *users = xcalloc(g->edges.n + 1, sizeof(*users));
	struct u32_list ready = { 0 };

	for (uint32_t i = 0; i < g->n; i++)
		for (uint32_t k = g->start[i]; k < g->start[i + 1]; k++)
			if (group[g->edges.v[k]] != group[i])
				start[group[g->edges.v[k]] + 2]++;
	for (uint32_t i = 2; i < n_groups + 2; i++)
		start[i] += start[i - 1];
	for (uint32_t i = 0; i < g->n; i++)
		for (uint32_t k = g->start[i]; k < g->start[i + 1]; k++) {
			uint32_t to = group[g->edges.v[k]];

			if (to == group[i])
				continue;
			users[start[to + 1]++] = group[i];
			waits[group[i]]++;
		}
	for (uint32_t i = 0; i < n_groups; i++)
		if (!waits[i])
			heap_push(&ready, i);
	while (ready.n) {
		uint32_t x = heap_pop(&ready);

		vec_push(ret, x);
		for (uint32_t k = start[x]; k < start[x + 1]; k++)
			if (--waits[users[k]] == 0)
				heap_push(&ready, users[k]);
	}
	vec_done(&ready);
	free(waits);
	free(start);
	free(users);
}

/* Numbers components by their first name. */
static void renumber(struct graph *g)
{
	uint32_t *number = xcalloc((size_t)g->n_components + 1, sizeof(*number)), n = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		uint32_t *at = &number[g->component[i]];

		if (!*at)
			*at = ++n;
		g->component[i] = *at - 1;
	}
	free(number);
}

/* The members of each component, by name, as ranges of *list. */
static void members(const struct graph *g, uint32_t **ret_start, pkg_id **ret_list)
{
	uint32_t *start = xcalloc((size_t)g->n_components + 2, sizeof(*start));
	pkg_id *list = xcalloc((size_t)g->n + 1, sizeof(*list));

	for (uint32_t i = 0; i < g->n; i++)
		start[g->component[i] + 2]++;
	for (uint32_t i = 2; i < g->n_components + 2; i++)
		start[i] += start[i - 1];
	for (uint32_t i = 0; i < g->n; i++)
		list[start[g->component[i] + 1]++] = g->pkgs[i];
	*ret_start = start;
	*ret_list = list;
}

/* Orders sorted packages by one kind of dependency; `place` is zero and is left so. */
static void order_by(const struct encoder *c, const pkg_id *pkgs, uint32_t n, enum dep_kind kind,
		     uint32_t *place, struct u32_list *ret)
{
	struct graph g = { .c = c, .pkgs = pkgs, .n = n };
	struct u32_list order = { 0 };
	uint32_t *start;
	pkg_id *list;

	g.start = xcalloc((size_t)n + 1, sizeof(*g.start));
	g.component = xcalloc((size_t)n + 1, sizeof(*g.component));
	for (uint32_t i = 0; i < n; i++)
		place[c->pkg_var[pkgs[i]]] = i + 1;
	fill_edges(&g, place, kind);
	for (uint32_t i = 0; i < n; i++)
		place[c->pkg_var[pkgs[i]]] = 0;

	find_components(&g);
	renumber(&g);
	topological(&g, &order);
	members(&g, &start, &list);
	for (size_t i = 0; i < order.n; i++) {
		uint32_t from = start[order.v[i]], count = start[order.v[i] + 1] - from;

		if (count > 1 && kind == DEPK_REQUIRES)
			order_by(c, list + from, count, DEPK_PRE_REQUIRES, place, ret);
		else
			for (uint32_t k = 0; k < count; k++)
				vec_push(ret, list[from + k]);
	}
	vec_done(&order);
	vec_done(&g.edges);
	free(g.start);
	free(g.component);
	free(start);
	free(list);
}

void result_order(const struct encoder *c, const struct steps *steps, struct solver_result *ret)
{
	uint32_t *place = xcalloc(c->nodes.n, sizeof(*place)), n = 0;
	pkg_id *pkgs = xcalloc(steps->n + 1, sizeof(*pkgs));
	struct u32_list order = { 0 };

	for (size_t i = 0; i < steps->n; i++)
		if (c->nodes.v[steps->v[i].var].pkg)
			pkgs[n++] = c->nodes.v[steps->v[i].var].pkg;
	if (n > 1)
		qsort_r(pkgs, n, sizeof(*pkgs), pkg_cmp, (void *)(uintptr_t)c->u);
	order_by(c, pkgs, n, DEPK_REQUIRES, place, &order);
	ASSERT(order.n == n);

	for (uint32_t i = 0; i < steps->n; i++) /* place: now the step, counted from 1 */
		place[steps->v[i].var] = i + 1;
	for (uint32_t i = 0; i < n; i++) {
		const struct step *s = &steps->v[place[c->pkg_var[order.v[i]]] - 1];
		const struct root *root = &c->roots.v[s->root];

		vec_push(&ret->items, ((struct solver_item){
					      .pkg = order.v[i],
					      .because = s->because,
					      .dep = s->dep,
					      .goal = s->because ? UINT32_MAX : root->goal,
					      .essential = !s->because && root->essential,
				      }));
	}
	vec_done(&order);
	free(place);
	free(pkgs);
}
