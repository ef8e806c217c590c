/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rd.timeout= and rd.retry=. */
#include "base/macros.h"
#include "base/num.h"
#include "netroot/netroot_int.h"

#define DEFAULT_SECONDS 180 /* dracut's rd.retry */
#define LONGEST_SECONDS ((uint64_t)1000000)

static unsigned seconds_of(struct sv text)
{
	struct err e;
	uint64_t n;

	if (text.n == 0 || num_parse_u64(text, 10, UINT64_MAX, &n, &e) < 0)
		return DEFAULT_SECONDS;
	return (unsigned)MIN(n, LONGEST_SECONDS);
}

unsigned netroot_wait_seconds(const struct bootline *line)
{
	return seconds_of(line->timeout.n ? line->timeout : line->retry);
}

/* A lease comes with the network, or a moment later. */
unsigned netroot_lease_seconds(const struct bootline *line)
{
	return line->timeout.n || line->retry.n ? netroot_wait_seconds(line) : 30;
}

unsigned plan_retry_seconds(const struct bootline *line)
{
	return seconds_of(line->retry.n ? line->retry : line->timeout);
}

struct sv plan_wait_text(struct planner *pl, unsigned seconds)
{
	if (seconds == 0)
		return SV("infinity");
	return arena_printf(&pl->p->arena, "%us", seconds);
}

struct sv plan_bound_text(struct planner *pl, unsigned seconds)
{
	if (seconds == 0)
		return SV("without end");
	return arena_printf(&pl->p->arena, "for up to %us", seconds);
}
