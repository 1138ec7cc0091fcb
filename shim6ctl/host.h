/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host beyond addresses, routes and the module: files of the kernel, other
 * tools, and whether a peer answers at all. The real one is behind struct
 * host_ops, so the tests put a fake one there.
 */
#ifndef SHIM6CTL_HOST_H
#define SHIM6CTL_HOST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/* How a peer answers what is not Shim6 */
enum host_answer {
	HOST_ECHO,		/* an echo request */
	HOST_TCP,		/* a connection, or refuses it */
	HOST_REFUSED,		/* something on the way says no */
	HOST_SILENT,		/* not at all */
	HOST_UNTRIED,		/* nothing could be sent */
};

/**
 * struct host_ops - the way to a host
 * @release: of the kernel that runs
 * @read: content of a file, NUL-terminated, to be freed; its octets into *@len
 *	unless that is NULL. NULL and errno when it cannot be read
 * @names: names in a folder, NULL-terminated, each and all to be freed; NULL
 *	and errno when it cannot be read
 * @run: what a tool prints, to be freed; what it complains of when it fails and
 *	*@status is not 0; NULL and errno when there is no such tool
 * @reach: does a peer answer from one of our addresses; takes 2 s at most
 * @wait: let time pass, ms
 */
struct host_ops {
	const char *(*release)(void);
	char *(*read)(const char *path, size_t *len);
	char **(*names)(const char *path);
	char *(*run)(const char *const *argv, int *status);
	enum host_answer (*reach)(const struct in6_addr *local,
				  const struct in6_addr *peer);
	void (*wait)(unsigned int ms);
};

/* This host */
extern const struct host_ops host_kernel;

/**
 * host_number() - a number in a file, such as one of sysctl
 * @ops: host
 * @path: file
 * @value: result
 * Return: false when it cannot be read
 */
bool host_number(const struct host_ops *ops, const char *path, long *value);

/**
 * host_exists() - is there a file that can be read
 * @ops: host
 * @path: file
 * Return: true when there is
 */
bool host_exists(const struct host_ops *ops, const char *path);

#endif
