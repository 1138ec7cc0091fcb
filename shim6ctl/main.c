// SPDX-License-Identifier: GPL-2.0
#include "caps.h"
#include "client.h"
#include "ctl.h"
#include "host.h"
#include "key.h"
#include "net.h"
#include "netns.h"

int main(int argc, char **argv)
{
	static const struct ctl_system system = {
		.netns = netns_enter,
		.limit = caps_limit,
		.admin = caps_admin,
		.client = client_open_device,
		.net = net_open_kernel,
		.add_key = key_add_kernel,
		.drop_key = key_drop_kernel,
		.host = &host_kernel,
		.scratch_enter = netns_scratch_enter,
		.scratch_leave = netns_scratch_leave,
	};

	return ctl_main(argc, argv, &system);
}
