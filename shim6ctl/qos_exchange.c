// SPDX-License-Identifier: GPL-2.0
/*
 * A tree takes the place of what a device had. When it does not get there, what
 * was there comes back; what cannot come back is said.
 */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "qos.h"
#include "tc.h"

/**
 * struct former - what a device had
 * @name: interface
 * @index: its number
 * @ways: QOS_LEAVING or QOS_ARRIVING: the part that changes
 * @ours: it was of ours
 * @major: of its root queueing discipline, which may be of somebody else
 * @clsact: there was one
 * @dump: what was ours, NULL: nobody knows
 */
struct former {
	char name[IF_NAMESIZE];
	unsigned int index;
	unsigned int ways;
	bool ours;
	unsigned int major;
	bool clsact;
	char *dump;
};

static void look(const struct qos_device *d, unsigned int ways,
		 struct former *f)
{
	*f = (struct former){
		.index = d->index,
		.ways = ways,
		.ours = qos_device_ours(d, ways),
		.major = d->major,
		.clsact = d->clsact,
	};
	memcpy(f->name, d->name, sizeof(f->name));
	if (qos_device_dump(d, ways, &f->dump)) {
		free(f->dump);
		f->dump = NULL;
	}
}

/* Nothing of ours is left; @d is as it is then, to be freed in any case */
static bool is_bare(const struct former *f, struct qos_device *d)
{
	return !qos_device_read(f->name, d) && !qos_device_strip(d, f->ways);
}

static bool is_as_before(const struct former *f)
{
	struct qos_device d;
	char *now = NULL;
	bool same;

	same = !qos_device_read(f->name, &d) && d.major == f->major &&
	       d.clsact == f->clsact &&
	       !qos_device_dump(&d, f->ways, &now) && f->dump &&
	       !strcmp(now, f->dump);
	free(now);
	qos_device_free(&d);
	return same;
}

/* What made it makes it again, or nearly so, which is not good enough */
static bool put_back(const struct former *f, const struct qos_device *d)
{
	struct qos_batch b = {};
	char why[700];
	bool done = !f->ours || qos_record_read(f->index, f->ways, &b);

	if (f->clsact)
		qos_tc(&b, "qdisc replace dev $D clsact");
	done = done && !qos_run_batch(&b, d, why, sizeof(why)) &&
	       is_as_before(f);
	qos_batch_free(&b);
	return done;
}

static bool come_back(const struct former *f)
{
	struct qos_device d;
	bool done = is_bare(f, &d) && put_back(f, &d);

	qos_device_free(&d);
	return done;
}

static bool is_default(const struct former *f)
{
	struct qos_device d;
	bool bare = is_bare(f, &d);

	qos_device_free(&d);
	return bare;
}

/* What the device has now, in words */
static const char *go_back(const struct former *f)
{
	if (is_as_before(f) || come_back(f))
		return "is as it was before";
	qos_record_drop(f->index, f->ways);
	if (!if_nametoindex(f->name))
		return "is gone";
	return is_default(f) ? "has the kernel's default now" :
	       "is set up by half now; \"qos remove\" cleans it";
}

static int clear_root(const struct qos_batch *b, const struct qos_device *d)
{
	const char *const argv[] = { "tc", "qdisc", "del", "dev", d->name,
				     "root", NULL };
	struct tc_said said;
	char why[256];
	int ret;

	if (!qos_batch_needs(b, "dev $D root") || !d->major)
		return CTL_OK;
	ret = tc_run(argv, NULL, &said);
	tc_reason(&said, why, sizeof(why));
	if (ret || said.status)
		ret = err_failed("its root queueing discipline cannot be removed: %s",
				 why);
	tc_free(&said);
	return ret;
}

static int install(const struct qos_batch *b, const struct qos_device *d)
{
	char why[700];

	if (qos_run_batch(b, d, why, sizeof(why)))
		return err_failed("%s", why);
	return tc_watched() ? CTL_FAILED : CTL_OK;
}

static int change(const struct qos_batch *b, struct qos_device *d)
{
	int ret = CTL_OK;

	if (qos_device_ours(d, b->ways))
		ret = qos_device_strip(d, b->ways);
	if (!ret)
		ret = clear_root(b, d);
	return ret ? ret : install(b, d);
}

int qos_exchange(struct qos_device *d, const struct qos_batch *b)
{
	const char *now = NULL;
	struct former f;
	char why[1024];
	int ret;

	look(d, b->ways, &f);
	err_hold(why, sizeof(why));
	ret = change(b, d);
	if (tc_watched())
		snprintf(why, sizeof(why), "interrupted");
	/* What comes now is not to be disturbed */
	tc_hold(true);
	if (ret)
		now = go_back(&f);
	else
		qos_record_save(f.index, b);
	tc_hold(false);
	err_release();
	free(f.dump);
	return ret ? err_failed("%s; dev %s %s", why, f.name, now) : CTL_OK;
}
