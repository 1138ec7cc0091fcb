// SPDX-License-Identifier: GPL-2.0
/*
 * Checks of what user space asks for, see request.h. Reserved members and
 * unknown flags must be zero, so that they can mean something one day.
 */
#include <linux/errno.h>
#include <linux/ioctl.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "locset.h"
#include "params.h"
#include "request.h"

int shim6_request_cmd(unsigned int cmd, unsigned int known, u32 ver0)
{
	if (_IOC_TYPE(cmd) != _IOC_TYPE(known) ||
	    _IOC_NR(cmd) != _IOC_NR(known) || _IOC_DIR(cmd) != _IOC_DIR(known))
		return -ENOTTY;
	if (_IOC_SIZE(cmd) < ver0)
		return -EINVAL;
	if (!ver0 && _IOC_SIZE(cmd))
		return -ENOTTY;
	return 0;
}

int shim6_request_list(const struct shim6_list *r, u32 elem_ver0, bool context)
{
	if (r->reserved || r->elem_size < elem_ver0)
		return -EINVAL;
	if (r->elem_size > SHIM6_REQUEST_ELEM_MAX)
		return -E2BIG;
	return r->context && !context ? -EINVAL : 0;
}

int shim6_request_create(const struct shim6_context_create *r)
{
	if (r->flags || !shim6_addr_usable(&r->ulid_local) ||
	    !shim6_addr_usable(&r->ulid_peer))
		return -EINVAL;
	return 0;
}

int shim6_request_ref(const struct shim6_context_ref *r)
{
	return r->flags ? -EINVAL : 0;
}

int shim6_request_path(const struct shim6_context_path *r)
{
	return r->flags ? -EINVAL : 0;
}

int shim6_request_prefs(const struct shim6_locator_prefs *r)
{
	if (r->flags & ~(SHIM6_PREF_BROKEN | SHIM6_PREF_TRANSIENT) ||
	    memchr_inv(r->reserved, 0, sizeof(r->reserved)) ||
	    !shim6_addr_usable(&r->addr))
		return -EINVAL;
	return 0;
}

/* A flow is named only where no socket has it. Packets are told apart by all of
 * it: without a port of a protocol that has ports none would be of the flow
 */
static bool is_flow(const struct shim6_context_fork *r)
{
	if (!r->proto || r->proto > U8_MAX)
		return false;
	if (!!r->port_local != shim6_has_ports(r->proto) ||
	    !!r->port_peer != shim6_has_ports(r->proto))
		return false;
	return shim6_addr_usable(&r->ulid_local) &&
	       shim6_addr_usable(&r->ulid_peer);
}

int shim6_request_fork(const struct shim6_context_fork *r)
{
	if (r->flags || r->fd < -1)
		return -EINVAL;
	return r->fd < 0 && !is_flow(r) ? -EINVAL : 0;
}

/* A length that is too small by mistake does not go unnoticed */
static bool pds_fits(const u8 *pds, u32 len)
{
	return len <= SHIM6_HBA_PDS_MAX &&
	       !memchr_inv(pds + len, 0, SHIM6_HBA_PDS_MAX - len);
}

int shim6_request_hba(const struct shim6_hba_set *r)
{
	return r->flags || !pds_fits(r->pds, r->pds_len) ? -EINVAL : 0;
}

int shim6_request_cga(const struct shim6_cga_identity *r)
{
	return r->flags || !pds_fits(r->pds, r->pds_len) ? -EINVAL : 0;
}

int shim6_request_policy(const struct shim6_policy_entry *r)
{
	if (r->flags || r->action > SHIM6_POLICY_ALWAYS || r->proto > U8_MAX)
		return -EINVAL;
	if (r->local_len > 128 || r->peer_len > 128)
		return -EINVAL;
	if (r->port && r->proto != IPPROTO_TCP && r->proto != IPPROTO_UDP)
		return -EINVAL;
	return 0;
}

int shim6_request_mask(const struct shim6_event_mask *r)
{
	if (r->flags & ~SHIM6_WATCH_TRAFFIC)
		return -EINVAL;
	/* Records lie one behind the other, their members aligned */
	if (r->size && (r->size < SHIM6_EVENT_SIZE_VER0 || r->size % 8))
		return -EINVAL;
	return 0;
}

int shim6_request_param(const struct shim6_param_entry *r)
{
	if (r->flags)
		return -EINVAL;
	if (r->index != ~0U)
		return r->index < SHIM6_P_COUNT ? (int)r->index : -ENOENT;
	if (strnlen(r->name, sizeof(r->name)) == sizeof(r->name))
		return -EINVAL;
	return shim6_param_find(r->name);
}
