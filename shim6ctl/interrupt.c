// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "interrupt.h"

static atomic_bool pending;
static atomic_bool echoed;

static void note(int signal)
{
	int err = errno;

	(void)signal;
	pending = true;
	if (echoed && write(STDERR_FILENO, "\n", 1) < 0)
		echoed = false;
	errno = err;
}

void interrupt_echoed(bool on)
{
	echoed = on;
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
