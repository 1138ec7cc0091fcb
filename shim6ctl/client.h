/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module as the commands see it: typed calls, whole lists. The calls go
 * through struct client_ops, so the tests put a fake module there.
 *
 * Every function returns 0 or a negative errno.
 */
#ifndef SHIM6CTL_CLIENT_H
#define SHIM6CTL_CLIENT_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/shim6.h>

#define CLIENT_DEVICE	"/dev/shim6"

/**
 * struct client_clock - one moment
 * @monotonic: as the module tells time, ns
 * @wall: as people do, ns since the beginning of 1970
 */
struct client_clock {
	uint64_t monotonic;
	uint64_t wall;
};

/**
 * struct client_ops - the way to a module
 * @call: one command of the ABI; 0 or a negative errno
 * @close: end of use
 * @fd: what events are read from and waited for
 * @now: what time it is
 */
struct client_ops {
	int (*call)(void *priv, unsigned long cmd, void *arg);
	void (*close)(void *priv);
	int (*fd)(void *priv);
	void (*now)(void *priv, struct client_clock *now);
};

/**
 * struct client - a module being talked to
 * @ops: the way
 * @priv: its data
 * @info: what module it is
 */
struct client {
	const struct client_ops *ops;
	void *priv;
	struct shim6_info info;
};

/**
 * client_open_device() - open the device in the present network namespace
 * @c: client
 * Return: 0 or a negative errno
 */
int client_open_device(struct client *c);

/**
 * client_attach() - use a way to a module and ask what it is
 * @c: client
 * @ops: the way
 * @priv: its data
 * Return: 0 or a negative errno; @priv is closed then
 */
int client_attach(struct client *c, const struct client_ops *ops, void *priv);

/**
 * client_close() - end of use
 * @c: client, attached or zeroed
 */
void client_close(struct client *c);

/**
 * client_call() - one command, again when it was interrupted
 * @c: client
 * @cmd: SHIM6_IOC_*
 * @arg: its argument
 * Return: 0 or a negative errno
 */
int client_call(struct client *c, unsigned long cmd, void *arg);

/**
 * client_fetch() - a list from its beginning to its end
 * @c: client
 * @cmd: SHIM6_IOC_*_LIST
 * @context: of struct shim6_list
 * @size: octets of an element
 * @v: result, to be freed
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_fetch(struct client *c, unsigned long cmd, uint32_t context,
		 size_t size, void **v, size_t *n);

/**
 * client_contexts() - all contexts
 * @c: client
 * @v: result, to be freed
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_contexts(struct client *c, struct shim6_context_entry **v,
		    size_t *n);

typedef int client_context_fn(const struct shim6_context_entry *c, void *arg);

/**
 * client_each_context() - all contexts one by one, however many there are
 * @c: client
 * @fn: called for each; what is not 0 ends it
 * @arg: for @fn
 * Return: 0 or a negative errno; what is above 0 from @fn is no error
 */
int client_each_context(struct client *c, client_context_fn *fn, void *arg);

/**
 * client_locators() - locators of a context, or of the host
 * @c: client
 * @context: its id, 0: the host's
 * @v: result, to be freed
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_locators(struct client *c, uint32_t context,
		    struct shim6_locator_entry **v, size_t *n);

/**
 * client_params() - all tunables
 * @c: client
 * @v: result, to be freed
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_params(struct client *c, struct shim6_param_entry **v, size_t *n);

/**
 * client_counters() - all counters
 * @c: client
 * @v: result, to be freed
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_counters(struct client *c, struct shim6_counter_entry **v,
		    size_t *n);

/**
 * client_sets() - all HBA sets
 * @c: client
 * @v: result, to be freed; pds_len is checked
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_sets(struct client *c, struct shim6_hba_set **v, size_t *n);

/**
 * client_cgas() - all identities with a key
 * @c: client
 * @v: result, to be freed; pds_len is checked
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_cgas(struct client *c, struct shim6_cga_identity **v, size_t *n);

/**
 * client_rules() - all rules of the policy
 * @c: client
 * @v: result, to be freed
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_rules(struct client *c, struct shim6_policy_entry **v, size_t *n);

/**
 * client_flows() - ULID pairs seen lately
 * @c: client
 * @v: result, to be freed
 * @n: their number
 * Return: 0 or a negative errno
 */
int client_flows(struct client *c, struct shim6_flow_entry **v, size_t *n);

/**
 * client_context_create() - start a handshake
 * @c: client
 * @local: ULID(local)
 * @peer: ULID(peer)
 * @id: result
 * Return: 0 or a negative errno
 */
int client_context_create(struct client *c, const struct in6_addr *local,
			  const struct in6_addr *peer, uint32_t *id);

/**
 * client_locator_prefs() - what peers are to think of a locator of ours
 * @c: client
 * @prefs: address and preferences
 * Return: 0 or a negative errno
 */
int client_locator_prefs(struct client *c, struct shim6_locator_prefs *prefs);

/**
 * client_context_fork() - a second context for one flow
 * @c: client
 * @fork: ULIDs, protocol and ports; the context's numbers are put there
 * Return: 0 or a negative errno
 */
int client_context_fork(struct client *c, struct shim6_context_fork *fork);

/**
 * client_context_flush() - discard a context
 * @c: client
 * @id: which, 0: all
 * Return: 0 or a negative errno
 */
int client_context_flush(struct client *c, uint32_t id);

/**
 * client_context_path() - ask for a locator pair
 * @c: client
 * @id: context
 * @local: source wanted
 * @peer: destination wanted
 * Return: 0 or a negative errno
 */
int client_context_path(struct client *c, uint32_t id,
			const struct in6_addr *local,
			const struct in6_addr *peer);

/**
 * client_param_set() - change a tunable
 * @c: client
 * @name: which
 * @value: new value
 * Return: 0 or a negative errno
 */
int client_param_set(struct client *c, const char *name, uint64_t value);

/**
 * client_stats_reset() - set all counters to zero
 * @c: client
 * Return: 0 or a negative errno
 */
int client_stats_reset(struct client *c);

/**
 * client_set_add() - load the parameters of an HBA set
 * @c: client
 * @pds: parameters
 * @len: their octets
 * @id: result
 * Return: 0 or a negative errno
 */
int client_set_add(struct client *c, const uint8_t *pds, size_t len,
		   uint32_t *id);

/**
 * client_set_del() - unload an HBA set
 * @c: client
 * @id: which
 * Return: 0 or a negative errno
 */
int client_set_del(struct client *c, uint32_t id);

/**
 * client_cga_add() - load an identity with a key
 * @c: client
 * @pds: parameters
 * @len: their octets
 * @key: serial number of the private key
 * @id: result
 * Return: 0 or a negative errno
 */
int client_cga_add(struct client *c, const uint8_t *pds, size_t len,
		   int32_t key, uint32_t *id);

/**
 * client_cga_del() - unload an identity with a key
 * @c: client
 * @id: which
 * Return: 0 or a negative errno
 */
int client_cga_del(struct client *c, uint32_t id);

/**
 * client_rule_add() - add a rule to the policy
 * @c: client
 * @rule: the rule; its id is the result
 * Return: 0 or a negative errno
 */
int client_rule_add(struct client *c, struct shim6_policy_entry *rule);

/**
 * client_event_mask() - say which events are wanted
 * @c: client
 * @mask: bit n for event type n
 * @flags: SHIM6_WATCH_*; a module without SHIM6_FEATURE_TELEMETRY is not told
 * Return: 0 or a negative errno
 */
int client_event_mask(struct client *c, uint64_t mask, uint32_t flags);

/**
 * client_event_fd() - what to wait for
 * @c: client
 * Return: descriptor, readable when there are events
 */
int client_event_fd(const struct client *c);

/**
 * client_events() - take events
 * @c: client
 * @v: result; what the module does not know is zero
 * @room: elements of @v
 * Return: events taken, at least one, for which it waits; 0 when no more will
 * come; or a negative errno
 */
int client_events(struct client *c, struct shim6_event *v, size_t room);

/**
 * client_now() - what time it is
 * @c: client
 * @now: result
 */
void client_now(const struct client *c, struct client_clock *now);

/**
 * client_rule_del() - remove a rule
 * @c: client
 * @id: which
 * Return: 0 or a negative errno
 */
int client_rule_del(struct client *c, uint32_t id);

#endif
