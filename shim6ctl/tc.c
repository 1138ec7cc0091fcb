// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caps.h"
#include "macros.h"
#include "mem.h"
#include "tc.h"

#define SAFE_PATH	"/usr/sbin:/usr/bin:/sbin:/bin"

static atomic_bool stopped;
static bool held;

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
static struct sigaction before[ARRAY_SIZE(signals)];

static void stop(int sig)
{
	(void)sig;
	stopped = true;
}

void tc_watch(void)
{
	/* No SA_RESTART: waiting for a program has to end */
	const struct sigaction action = { .sa_handler = stop };
	size_t i;

	stopped = false;
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, &before[i]);
}

void tc_unwatch(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &before[i], NULL);
	stopped = false;
}

bool tc_watched(void)
{
	return stopped;
}

void tc_hold(bool hold)
{
	held = hold;
}

/*
 * Capabilities that came with the file of this program must not go to whatever
 * its user calls "tc"; a login of an ordinary user has no sbin in its path.
 */
static void settle_path(void)
{
	const char *path = secure_getenv("PATH");
	char text[4096];

	if (!path || !*path)
		path = SAFE_PATH;
	else if (strstr(path, "sbin"))
		return;
	else if (snprintf(text, sizeof(text), "%s:/usr/sbin:/sbin", path) <
		 (int)sizeof(text))
		path = text;
	setenv("PATH", path, 1);
}

static int file_with(const char *input)
{
	size_t n = input ? strlen(input) : 0;
	int fd = memfd_create("batch", MFD_CLOEXEC);

	if (fd >= 0 && n &&
	    (write(fd, input, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET))) {
		close(fd);
		return -1;
	}
	return fd;
}

static char *contents(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	size_t n = end > 0 ? (size_t)end : 0;
	char *text = mem_resize(NULL, n + 1, 1);
	ssize_t got = pread(fd, text, n, 0);

	text[got > 0 ? got : 0] = '\0';
	return text;
}

/*
 * A group of its own: what a terminal sends to ours is for us to undo, not for
 * the other program to die of half-way. It does not survive us.
 */
static void become(const char *const *argv, const int *fds, int report,
		   pid_t parent)
{
	int i, err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0);
	for (i = 0; i < 3; i++)
		dup2(fds[i], i);
	err = -caps_pass();
	if (!err) {
		execvp(argv[0], (char *const *)argv);
		err = errno;
	}
	if (write(report, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

/* 0, or why the program could not be started */
static int started(int report)
{
	int err;
	ssize_t n;

	do {
		n = read(report, &err, sizeof(err));
	} while (n < 0 && errno == EINTR);
	return n == sizeof(err) ? -err : 0;
}

static int wait_for(pid_t pid, int *status)
{
	int ret = 0;

	while (waitpid(pid, status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
		if (!stopped || held || ret)
			continue;
		kill(pid, SIGTERM);
		ret = -EINTR;
	}
	return ret;
}

static int run(const char *const *argv, const int *fds, int *status)
{
	pid_t parent = getpid();
	int report[2];
	pid_t pid;
	int ret, end;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		become(argv, fds, report[1], parent);
	close(report[1]);
	ret = pid < 0 ? -errno : started(report[0]);
	close(report[0]);
	if (pid < 0)
		return ret;
	end = wait_for(pid, status);
	return ret ? ret : end;
}

int tc_run(const char *const *argv, const char *input, struct tc_said *said)
{
	int fds[3] = { file_with(input), file_with(NULL), file_with(NULL) };
	int status = 0;
	int ret = -ENOMEM;
	int i;

	memset(said, 0, sizeof(*said));
	settle_path();
	if (stopped && !held)
		ret = -EINTR;
	else if (fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0)
		ret = run(argv, fds, &status);
	if (fds[1] >= 0 && fds[2] >= 0) {
		said->out = contents(fds[1]);
		said->err = contents(fds[2]);
	}
	said->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					     WEXITSTATUS(status);
	for (i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return ret;
}

void tc_free(struct tc_said *said)
{
	free(said->out);
	free(said->err);
	memset(said, 0, sizeof(*said));
}

int tc_batch(const char *tool, const char *lines, struct tc_said *said)
{
	const char *const argv[] = { tool, "-batch", "-", NULL };

	return tc_run(argv, lines, said);
}

unsigned int tc_failed_line(const struct tc_said *said)
{
	const char *at = said->err ? strstr(said->err, "Command failed ") : NULL;
	unsigned int n;

	return at && sscanf(at, "Command failed %*[^:]:%u", &n) == 1 ? n : 0;
}

void tc_reason(const struct tc_said *said, char *text, unsigned int room)
{
	const char *at = said->err ? said->err : "";
	size_t n;

	at += strspn(at, "\n");
	n = strcspn(at, "\n");
	/* Ours goes on behind it */
	n -= n && at[n - 1] == '.';
	if (n)
		snprintf(text, room, "%.*s", (int)n, at);
	else
		snprintf(text, room, "it ended with status %d and no word",
			 said->status);
}

uint64_t tc_speed(const char *dev)
{
	struct ethtool_cmd cmd = { .cmd = ETHTOOL_GSET };
	struct ifreq ifr = { .ifr_data = (void *)&cmd };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t mbit = 0;

	if (fd < 0)
		return 0;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	if (!ioctl(fd, SIOCETHTOOL, &ifr))
		mbit = ethtool_cmd_speed(&cmd);
	close(fd);
	return mbit == (uint32_t)SPEED_UNKNOWN ? 0 : mbit * 1000000ULL;
}

char *tc_ask(const char *const *argv)
{
	struct tc_said said;
	char *out = NULL;

	if (!tc_run(argv, NULL, &said) && !said.status) {
		out = said.out;
		said.out = NULL;
	}
	tc_free(&said);
	return out;
}
