// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "macros.h"
#include "pause.h"

/* One that is ignored would come all the same once it is blocked */
static void choose(sigset_t *set, int signal)
{
	struct sigaction now;

	if (!sigaction(signal, NULL, &now) && now.sa_handler != SIG_IGN)
		sigaddset(set, signal);
}

int pause_begin(struct pause *p, bool terminal)
{
	sigset_t set;

	sigemptyset(&set);
	choose(&set, SIGINT);
	choose(&set, SIGTERM);
	choose(&set, SIGHUP);
	if (terminal) {
		choose(&set, SIGWINCH);
		choose(&set, SIGTSTP);
	}
	p->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (p->fd < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &set, &p->mask);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN },
		  &p->pipe);
	return 0;
}

void pause_end(const struct pause *p)
{
	sigaction(SIGPIPE, &p->pipe, NULL);
	sigprocmask(SIG_SETMASK, &p->mask, NULL);
	close(p->fd);
}

static enum pause_why told(const struct pause *p)
{
	struct signalfd_siginfo info;

	if (read(p->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return PAUSE_TIME;
	switch (info.ssi_signo) {
	case SIGWINCH:
		return PAUSE_RESIZE;
	case SIGTSTP:
		return PAUSE_STOP;
	default:
		return PAUSE_QUIT;
	}
}

enum pause_why pause_wait(const struct pause *p, int fd, int ms)
{
	/* A pipe says by itself that its reader is gone */
	struct pollfd fds[] = {
		{ .fd = p->fd, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
		{ .fd = fd, .events = POLLIN },
	};
	int n = poll(fds, ARRAY_SIZE(fds), ms);

	if (n <= 0)
		return PAUSE_TIME;
	if (fds[0].revents)
		return told(p);
	return fds[1].revents ? PAUSE_QUIT : PAUSE_READ;
}

bool pause_flush(void)
{
	if (!fflush(stdout) || errno != EPIPE)
		return true;
	__fpurge(stdout);
	clearerr(stdout);
	return false;
}
