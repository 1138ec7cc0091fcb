// SPDX-License-Identifier: GPL-2.0
/*
 * Commands are tried where they can do no harm: on a device of the same name,
 * size and queue, in a network namespace that goes when it is left.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "err.h"
#include "qos.h"
#include "tc.h"

#define MISSING	"this kernel lacks it; see \"qos check\", or take the profile minimal"
#define OLD_TC	"this tc does not know it; update iproute2"

static const struct {
	const char *word;	/* in what tc says */
	const char *advice;
} advices[] = {
	{ "qdisc kind is unknown", MISSING },
	{ "classifier not found", MISSING },
	{ "load TC action module", MISSING },
	{ "load ematch module", MISSING },
	{ "hence option", OLD_TC },
	{ "Unknown filter", OLD_TC },
	{ "Operation not permitted", "run it as root" },
};

static const char *advice_for(const char *said)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(advices); i++)
		if (strstr(said, advices[i].word))
			return advices[i].advice;
	return "see \"qos check\"";
}

/* What a tool refused, in one line */
static int explain(const char *tool, const char *lines, int err,
		   const struct tc_said *said, char *why, size_t room)
{
	char reason[256], line[320];

	if (err == -ENOENT) {
		snprintf(why, room, "%s: not found in the path; install iproute2",
			 tool);
		return err;
	}
	if (err) {
		snprintf(why, room, "%s: %s", tool,
			 err == -EINTR ? "interrupted" : strerror(-err));
		return err;
	}
	if (!said->status)
		return 0;
	tc_reason(said, reason, sizeof(reason));
	qos_batch_line(lines, tc_failed_line(said), line, sizeof(line));
	snprintf(why, room, "%s %s: %s; %s", tool, line, reason,
		 advice_for(said->err));
	return -EIO;
}

static int run_lines(const struct qos_batch *b, enum qos_line_kind kind,
		     const struct qos_device *d, char *why, size_t room)
{
	const char *tool = kind == QOS_IP ? "ip" : "tc";
	char *lines = qos_batch_lines(b, kind, d->name, d->ifb);
	struct tc_said said = {};
	int ret = 0;

	if (*lines) {
		ret = tc_batch(tool, lines, &said);
		ret = explain(tool, lines, ret, &said, why, room);
	}
	tc_free(&said);
	free(lines);
	return ret;
}

int qos_run_batch(const struct qos_batch *b, const struct qos_device *d,
		  char *why, size_t room)
{
	int ret = run_lines(b, QOS_IP, d, why, room);

	return ret ? ret : run_lines(b, QOS_TC, d, why, room);
}

/*
 * A device like the other one; "dummy" where there is no veth. Some have theirs
 * in every namespace: lo, and what tunnels fall back on.
 */
static int make_device(const struct qos_device *d, char *why, size_t room)
{
	static const char *const types[] = {
		"veth peer name shim6peer", "dummy"
	};
	char lines[256];
	struct tc_said said;
	size_t i;
	int ret = 0;

	if (if_nametoindex(d->name))
		return 0;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		snprintf(lines, sizeof(lines),
			 "link add %s mtu %u txqueuelen %u type %s\n", d->name,
			 d->mtu, d->qlen, types[i]);
		ret = tc_batch("ip", lines, &said);
		if (!ret && said.status)
			ret = -ENODEV;
		tc_reason(&said, why, room);
		tc_free(&said);
		if (!ret || ret == -EINTR || ret == -ENOENT)
			return ret;
	}
	return ret;
}

static int try_it(const struct qos_device *like, const struct qos_batch *b,
		  char **dump)
{
	struct qos_device d = {};
	char why[700];
	int ret = make_device(like, why, sizeof(why));

	if (ret == -ENODEV)
		return err_failed("trial: no device like %s can be made: %s; try \"modprobe veth\"",
				  like->name, why);
	if (ret)
		return err_failed("trial: ip: %s", strerror(-ret));
	if (qos_run_batch(b, like, why, sizeof(why)))
		return err_failed("%s", why);
	ret = qos_device_read(like->name, &d);
	/* Its own number would be another one */
	memcpy(d.ifb, like->ifb, sizeof(d.ifb));
	d.has_ifb = b->ifb;
	if (!ret && qos_device_dump(&d, b->ways, dump))
		ret = CTL_FAILED;
	qos_device_free(&d);
	return ret;
}

int qos_trial(struct cmd_env *env, const struct qos_device *d,
	      const struct qos_batch *b, char **dump)
{
	int home;
	int ret = env->scratch_enter(&home);

	*dump = NULL;
	if (ret == -EPERM)
		return CTL_OK;
	if (ret)
		return err_failed("trial: no network namespace: %s",
				  strerror(-ret));
	ret = try_it(d, b, dump);
	/* Nothing may be done to the device from the wrong place */
	if (env->scratch_leave(home))
		exit(err_failed("trial: cannot come back from it: %s",
				strerror(errno)));
	return ret;
}
