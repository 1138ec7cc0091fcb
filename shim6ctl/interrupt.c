// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "interrupt.h"

static atomic_bool pending;

static void note(int signal)
{
	(void)signal;
	pending = true;
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
	pending = false;
}
