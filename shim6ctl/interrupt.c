// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stddef.h>

#include "interrupt.h"

static volatile sig_atomic_t pending;

static void note(int signal)
{
	(void)signal;
	pending = 1;
}

void interrupt_catch(void)
{
	/* Without SA_RESTART: a call that waits must end */
	struct sigaction act = { .sa_handler = note };

	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
}

bool interrupt_pending(void)
{
	return pending;
}

void interrupt_clear(void)
{
	pending = 0;
}
