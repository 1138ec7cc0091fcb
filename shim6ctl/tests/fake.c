// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caps.h"
#include "ctl.h"
#include "fake.h"
#include "fake_doctor.h"
#include "host.h"
#include "net.h"
#include "netns.h"

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

static int fake_limit(unsigned int keep)
{
	fake_log("keep%s%s%s%s", keep & CAPS_ADMIN ? " admin" : "",
		 keep & CAPS_NETNS ? " netns" : "",
		 keep & CAPS_FILES ? " files" : "",
		 keep & CAPS_RAW ? " raw" : "");
	return 0;
}

static bool fake_admin(void)
{
	return !getenv("SHIM6_FAKE_NOCAP");
}

int main(int argc, char **argv)
{
	struct ctl_system system = {
		.netns = fake_netns,
		.limit = fake_limit,
		.admin = fake_admin,
		.client = fake_module_open,
		.net = fake_net_open,
		.add_key = fake_add_key,
		.host = &fake_host,
	};

	if (getenv("SHIM6_FAKE_KERNEL")) {
		system.netns = netns_enter;
		system.limit = caps_limit;
		system.admin = caps_admin;
		system.net = net_open_kernel;
	}
	return ctl_main(argc, argv, &system);
}
