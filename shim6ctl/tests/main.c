// SPDX-License-Identifier: GPL-2.0
#include "ctl.h"
#include "fake.h"

int main(int argc, char **argv)
{
	struct ctl_system system;

	fake_system(&system);
	return ctl_main(argc, argv, &system);
}
