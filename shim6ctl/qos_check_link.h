/* SPDX-License-Identifier: GPL-2.0 */
/* What would go wrong between the module's links and tc at their devices */
#ifndef SHIM6CTL_QOS_CHECK_LINK_H
#define SHIM6CTL_QOS_CHECK_LINK_H

struct cmd_env;
struct qos_device;
struct qos_findings;

/**
 * qos_check_links() - do packets of links find their classes
 * @env: environment; without a module there are no links
 * @d: a device, and the links that leave by it; NULL: every link
 * @f: findings
 * Return: 0; CTL_* when the module or a device could not be asked.
 */
int qos_check_links(struct cmd_env *env, const struct qos_device *d,
		    struct qos_findings *f);

#endif
