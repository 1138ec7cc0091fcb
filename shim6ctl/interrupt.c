// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "interrupt.h"

static volatile sig_atomic_t pending;
static volatile sig_atomic_t echoed;

static void note(int signal)
{
	int err = errno;

	(void)signal;
	pending = 1;
	if (echoed && write(STDERR_FILENO, "\n", 1) < 0)
		echoed = 0;
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
	pending = 0;
}
