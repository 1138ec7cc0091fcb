// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "ctl.h"
#include "fake.h"
#include "fake_doctor.h"
#include "host.h"
#include "net.h"
#include "netns.h"
#include "shell.h"

bool fake_is(const char *scenario)
{
	const char *now = getenv("SHIM6_FAKE");

	return !strcmp(now ? now : "lab", scenario);
}

int fake_failure(const char *name)
{
	static unsigned int calls[64];
	const char *list = getenv("SHIM6_FAKE_FAIL");
	char call[32];
	unsigned int nth;
	unsigned int i;
	int err;

	for (i = 0; list && i < 64; i++) {
		nth = 0;
		if (sscanf(list, "%31[^:]:%d:%u", call, &err, &nth) < 2)
			return 0;
		if (!strcmp(call, name) && (++calls[i] == nth || !nth))
			return -err;
		list = strchr(list, ',');
		list = list ? list + 1 : NULL;
	}
	return 0;
}

void fake_log(const char *fmt, ...)
{
	const char *name = getenv("SHIM6_FAKE_LOG");
	FILE *f = name ? fopen(name, "a") : NULL;
	va_list ap;

	if (!f)
		return;
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	putc('\n', f);
	fclose(f);
}

static int fake_netns(const char *name)
{
	fake_log("netns %s", name);
	return !strcmp(name, "lab") ? 0 : -ENOENT;
}

static const char *caps_text(unsigned int caps)
{
	static char text[2][48];
	static unsigned int turn;
	char *t = text[turn++ % 2];

	snprintf(t, sizeof(text[0]), "%s%s%s%s%s", caps & CAPS_ADMIN ? " admin" : "",
		 caps & CAPS_NETNS ? " netns" : "",
		 caps & CAPS_FILES ? " files" : "",
		 caps & CAPS_RAW ? " raw" : "",
		 caps & CAPS_SCRATCH ? " scratch" : "");
	return t;
}

/* What is kept is in effect, unless the line says otherwise */
static int fake_limit(unsigned int keep, unsigned int raise)
{
	if (keep == raise)
		fake_log("keep%s", caps_text(keep));
	else
		fake_log("keep%s, raise%s", caps_text(keep), caps_text(raise));
	return 0;
}

static bool fake_admin(void)
{
	return !getenv("SHIM6_FAKE_NOCAP");
}

/* Nothing is made: what the tools are asked is told apart by the log */
static int fake_scratch_enter(int *home)
{
	*home = 0;
	fake_log("scratch");
	return fake_failure("scratch");
}

static int fake_scratch_leave(int home)
{
	(void)home;
	fake_log("home");
	return 0;
}

/* A FIFO whose lines come while a line is edited */
static bool hear_fifo(struct shell_source *source, FILE *out)
{
	char buf[4096];
	ssize_t n = read(source->fd, buf, sizeof(buf));

	if (n < 0)
		return errno == EAGAIN;
	fwrite(buf, 1, (size_t)n, out);
	return n;
}

static void fake_sources(struct shell *sh)
{
	static struct shell_source source = { .ready = hear_fifo };
	const char *name = getenv("SHIM6_FAKE_EVENTS");

	if (!name)
		return;
	source.fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (source.fd >= 0)
		shell_add(sh, &source);
}

void fake_system(struct ctl_system *system)
{
	*system = (struct ctl_system){
		.netns = fake_netns,
		.limit = fake_limit,
		.admin = fake_admin,
		.client = fake_module_open,
		.net = fake_net_open,
		.add_key = fake_add_key,
		.drop_key = fake_drop_key,
		.sources = fake_sources,
		.host = &fake_host,
		.scratch_enter = fake_scratch_enter,
		.scratch_leave = fake_scratch_leave,
	};
	if (getenv("SHIM6_FAKE_KERNEL")) {
		system->netns = netns_enter;
		system->limit = caps_limit;
		system->admin = caps_admin;
		system->net = net_open_kernel;
		system->scratch_enter = netns_scratch_enter;
		system->scratch_leave = netns_scratch_leave;
	}
}
