// SPDX-License-Identifier: GPL-2.0
/*
 * The module: everything in its order, and back.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "addrwatch.h"
#include "chardev.h"
#include "ctx.h"
#include "hash.h"
#include "input.h"
#include "netns.h"
#include "nudwatch.h"
#include "offload.h"
#include "sleepwatch.h"
#include "sockopt.h"
#include "sysfs.h"
#include "version.h"

static int __init shim6_init(void)
{
	int err;

	err = shim6_hash_setup();
	if (err)
		return err;
	err = shim6_ctx_setup();
	if (err)
		goto err_ctx;
	err = shim6_sysfs_setup();
	if (err)
		goto err_sysfs;
	err = shim6_netns_setup();
	if (err)
		goto err_netns;
	err = shim6_offload_setup();
	if (err)
		goto err_offload;
	err = shim6_input_setup();
	if (err)
		goto err_input;
	err = shim6_addrwatch_setup();
	if (err)
		goto err_addrwatch;
	err = shim6_nudwatch_setup();
	if (err)
		goto err_nudwatch;
	err = shim6_sleepwatch_setup();
	if (err)
		goto err_sleepwatch;
	err = shim6_sockopt_setup();
	if (err)
		goto err_sockopt;
	err = shim6_chardev_setup();
	if (err)
		goto err_chardev;
	return 0;

err_chardev:
	shim6_sockopt_teardown();
err_sockopt:
	shim6_sleepwatch_teardown();
err_sleepwatch:
	shim6_nudwatch_teardown();
err_nudwatch:
	shim6_addrwatch_teardown();
err_addrwatch:
	shim6_input_teardown();
err_input:
	shim6_offload_teardown();
err_offload:
	shim6_netns_teardown();
err_netns:
	shim6_sysfs_teardown();
err_sysfs:
	rcu_barrier();
	shim6_ctx_teardown();
err_ctx:
	shim6_hash_teardown();
	return err;
}

static void __exit shim6_exit(void)
{
	shim6_chardev_teardown();
	shim6_sockopt_teardown();
	shim6_sleepwatch_teardown();
	shim6_nudwatch_teardown();
	shim6_addrwatch_teardown();
	shim6_input_teardown();
	shim6_offload_teardown();
	shim6_netns_teardown();
	shim6_sysfs_teardown();
	/* Contexts and paths are freed by RCU from here */
	rcu_barrier();
	shim6_ctx_teardown();
	shim6_hash_teardown();
}

module_init(shim6_init);
module_exit(shim6_exit);

MODULE_DESCRIPTION("Shim6: site multihoming for IPv6 (RFC 5533, 5534, 5535)");
/* Reads the private keys of our CGAs, where it is a module */
MODULE_SOFTDEP("post: pkcs8_key_parser");
MODULE_LICENSE("GPL");
MODULE_VERSION(SHIM6_VERSION);
