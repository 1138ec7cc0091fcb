/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One command from its words to its exit status. What the command reaches the
 * system by comes from outside, so the tests run the whole of it.
 */
#ifndef SHIM6CTL_CTL_H
#define SHIM6CTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client;
struct host_ops;
struct net;
struct shell;

/**
 * struct ctl_system - the ways to the system
 * @netns: enter a network namespace
 * @limit: give up capabilities, see caps_limit()
 * @admin: has the process CAP_NET_ADMIN
 * @client: open the module
 * @net: open the kernel's addresses and routes
 * @add_key: as key_add_kernel()
 * @drop_key: as key_drop_kernel()
 * @sources: called when a shell begins: what it is to listen to; may be NULL
 * @host: files, tools, peers
 * @scratch_enter: as netns_scratch_enter()
 * @scratch_leave: as netns_scratch_leave()
 *
 * All but @admin, @drop_key and @sources return 0 or a negative errno.
 */
struct ctl_system {
	int (*netns)(const char *name);
	int (*limit)(unsigned int keep, unsigned int raise);
	bool (*admin)(void);
	int (*client)(struct client *c);
	int (*net)(struct net *net);
	int (*add_key)(const uint8_t *pkcs8, size_t len, int32_t *serial);
	void (*drop_key)(int32_t serial);
	void (*sources)(struct shell *sh);
	const struct host_ops *host;
	int (*scratch_enter)(int *home);
	int (*scratch_leave)(int home);
};

/**
 * ctl_main() - the program
 * @argc: words
 * @argv: words, the name of the program first
 * @sys: ways to the system
 * Return: exit status, enum ctl_exit
 */
int ctl_main(int argc, char **argv, const struct ctl_system *sys);

#endif
