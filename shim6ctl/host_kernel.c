// SPDX-License-Identifier: GPL-2.0
/* This host: its files, its tools, its sockets */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/icmp6.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "macros.h"
#include "mem.h"

#define PATIENCE_MS	1900
#define AGAIN_MS	600	/* an echo request may get lost */
#define PORT		443

static const char *kernel_release(void)
{
	static struct utsname name;

	uname(&name);
	return name.release;
}

/* All that can be read, which fits the memory; NULL and errno */
static char *slurp(int fd, size_t *len)
{
	size_t room = 0, n = 0;
	char *text = NULL;
	ssize_t got;

	do {
		if (room - n < 4096) {
			room = room ? 2 * room : 16384;
			text = mem_resize(text, room, 1);
		}
		got = read(fd, text + n, room - n - 1);
		if (got > 0)
			n += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	text[n] = '\0';
	if (len)
		*len = n;
	if (!got)
		return text;
	free(text);
	return NULL;
}

static char *kernel_read(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text;

	if (fd < 0)
		return NULL;
	text = slurp(fd, len);
	close(fd);
	return text;
}

static char **kernel_names(const char *path)
{
	struct dirent *entry;
	char **names = NULL;
	DIR *dir = opendir(path);
	size_t n = 0;

	if (!dir)
		return NULL;
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		names = mem_resize(names, n + 2, sizeof(*names));
		names[n++] = mem_copy_string(entry->d_name);
	}
	closedir(dir);
	names = mem_resize(names, n + 1, sizeof(*names));
	names[n] = NULL;
	return names;
}

/* An ordinary user's path has no sbin, where these tools are */
static const char *tool_path(const char *name)
{
	static char path[64];
	static const char *const dirs[] = { "/usr/sbin", "/sbin", "/usr/bin",
					    "/usr/local/sbin" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (!access(path, X_OK))
			return path;
	}
	errno = ENOENT;
	return NULL;
}

static void become(const char *path, const char *const *argv, int out)
{
	char *const env[] = { "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
			      NULL };
	int null = open("/dev/null", O_RDONLY);

	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(127);
	execve(path, (char *const *)argv, env);
	_exit(127);
}

static char *kernel_run(const char *const *argv, int *status)
{
	const char *path = tool_path(argv[0]);
	char *text;
	int fd[2];
	pid_t pid;

	if (!path || pipe2(fd, O_CLOEXEC))
		return NULL;
	pid = fork();
	if (!pid)
		become(path, argv, fd[1]);
	close(fd[1]);
	text = pid < 0 ? NULL : slurp(fd[0], NULL);
	close(fd[0]);
	while (pid > 0 && waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return text;
}

static int open_socket(int type, int proto, const struct in6_addr *local)
{
	struct sockaddr_in6 from = { .sin6_family = AF_INET6,
				     .sin6_addr = *local };
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, proto);

	if (fd < 0)
		return -1;
	if (!bind(fd, (struct sockaddr *)&from, sizeof(from)))
		return fd;
	close(fd);
	return -1;
}

/* A socket for echo requests, as far as this process may have one */
static int open_echo(const struct in6_addr *local, const struct in6_addr *peer)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_addr = *peer };
	int fd = open_socket(SOCK_DGRAM, IPPROTO_ICMPV6, local);
	int on = 1;

	if (fd < 0)
		fd = open_socket(SOCK_RAW, IPPROTO_ICMPV6, local);
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	if (!connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return fd;
	close(fd);
	return -1;
}

static void send_echo(int fd)
{
	const struct icmp6_hdr echo = { .icmp6_type = ICMP6_ECHO_REQUEST,
					.icmp6_id = htons(0x5156) };

	/* What comes back decides */
	(void)!send(fd, &echo, sizeof(echo), 0);
}

static int open_tcp(const struct in6_addr *local, const struct in6_addr *peer)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_addr = *peer,
				   .sin6_port = htons(PORT) };
	int fd = open_socket(SOCK_STREAM, 0, local);

	if (fd < 0)
		return -1;
	if (!connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

static bool of_path(int err)
{
	return err == EHOSTUNREACH || err == ENETUNREACH || err == EACCES ||
	       err == EPERM || err == EPROTO;
}

/* What an ICMP error quotes: while it lies there, poll() does not wait */
static void drop_quoted(int fd)
{
	char octet;

	while (recv(fd, &octet, 1, MSG_ERRQUEUE) >= 0)
		;
}

/* Return: what the socket heard, HOST_SILENT when it goes on waiting */
static enum host_answer hear_echo(int fd)
{
	struct icmp6_hdr echo;
	ssize_t n = recv(fd, &echo, sizeof(echo), 0);
	enum host_answer a = HOST_SILENT;

	if (n == sizeof(echo) && echo.icmp6_type == ICMP6_ECHO_REPLY)
		a = HOST_ECHO;
	else if (n < 0 && of_path(errno))
		a = HOST_REFUSED;
	drop_quoted(fd);
	return a;
}

static enum host_answer hear_tcp(int fd)
{
	socklen_t len = sizeof(int);
	int err = 0;

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (!err || err == ECONNREFUSED)
		return HOST_TCP;
	return of_path(err) ? HOST_REFUSED : HOST_SILENT;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The first good answer, else the worst one when all are in or time is over */
static enum host_answer listen_to(struct pollfd *v)
{
	long end = now_ms() + PATIENCE_MS, again = now_ms() + AGAIN_MS;
	enum host_answer a, worst = HOST_SILENT;

	while (now_ms() < end && (v[0].fd >= 0 || v[1].fd >= 0)) {
		if (v[0].fd >= 0 && now_ms() >= again) {
			send_echo(v[0].fd);
			again = end;
		}
		if (poll(v, 2, 100) <= 0)
			continue;
		a = HOST_SILENT;
		if (v[0].revents)
			a = hear_echo(v[0].fd);
		if (a > HOST_TCP && v[1].revents) {
			a = hear_tcp(v[1].fd);
			/* It says so once, then for ever */
			v[1].fd = -1 - v[1].fd;
		}
		if (a <= HOST_TCP)
			return a;
		if (a == HOST_REFUSED)
			worst = a;
	}
	return worst;
}

static void close_one(int fd)
{
	if (fd < -1)
		fd = -1 - fd;
	if (fd >= 0)
		close(fd);
}

static enum host_answer kernel_reach(const struct in6_addr *local,
				     const struct in6_addr *peer)
{
	struct pollfd v[2] = {
		{ .fd = open_echo(local, peer), .events = POLLIN },
		{ .fd = open_tcp(local, peer), .events = POLLOUT },
	};
	enum host_answer a = HOST_UNTRIED;

	if (v[0].fd >= 0)
		send_echo(v[0].fd);
	if (v[0].fd >= 0 || v[1].fd >= 0)
		a = listen_to(v);
	close_one(v[0].fd);
	close_one(v[1].fd);
	return a;
}

static void kernel_wait(unsigned int ms)
{
	const struct timespec t = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L,
	};

	nanosleep(&t, NULL);
}

const struct host_ops host_kernel = {
	.release = kernel_release,
	.read = kernel_read,
	.names = kernel_names,
	.run = kernel_run,
	.reach = kernel_reach,
	.wait = kernel_wait,
};
