// SPDX-License-Identifier: GPL-2.0
/*
 * One at a time: of what two of us made of one device between each other, one
 * would take away what is the other's when it fails. The end of a process is
 * the end of its turn.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "err.h"
#include "qos.h"
#include "tc.h"

#define LOCK		"/run/shim6ctl.lock"
#define PAUSE_US	20000

int qos_lock(int *lock)
{
	int err;

	*lock = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	/* Some may change the network and nothing in /run; they are few */
	if (*lock < 0)
		return CTL_OK;
	while (flock(*lock, LOCK_EX | LOCK_NB)) {
		err = errno;
		if (err == EWOULDBLOCK && !tc_watched()) {
			usleep(PAUSE_US);
			continue;
		}
		qos_unlock(*lock);
		*lock = -1;
		if (err == EWOULDBLOCK)
			return err_failed("interrupted while another shim6ctl sets up a device; nothing was changed");
		return err_failed("%s: %s", LOCK, strerror(err));
	}
	return CTL_OK;
}

void qos_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}
