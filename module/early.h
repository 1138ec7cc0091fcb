/* SPDX-License-Identifier: GPL-2.0 */
/*
 * I2bis messages that came before the HBA set or CGA of the address they came
 * to. After a restart the peers' packets do not wait until the sets are loaded:
 * what they provoke is an R1bis, and the I2bis for that would find a host which
 * does not know its own locators. It cannot be answered then, and the peer says
 * it again only after I2_TIMEOUT; so it is kept until the locators are known.
 */
#ifndef SHIM6_EARLY_H
#define SHIM6_EARLY_H

#include "shim6.h"

struct shim6_net;

/**
 * shim6_early_keep() - keep a message until our addresses are better known
 * @sn: namespace
 * @pair: addresses of its packet as received
 * @packet: IPv6 header
 * @len: octets from there to the end of the message
 * @offset: where the Shim6 header is
 *
 * The caller has checked its validator and counts it as dropped, which it may
 * still be: a few are kept, the oldest makes room. Context: any.
 */
void shim6_early_keep(struct shim6_net *sn, const struct shim6_pair *pair,
		      const u8 *packet, u16 len, u16 offset);

/**
 * shim6_early_changed() - our addresses or what proves them have changed
 * @sn: namespace
 *
 * What was kept is read again as if it came now, once; its validator may be too
 * old by then. Context: process.
 */
void shim6_early_changed(struct shim6_net *sn);

/* Waits until what shim6_early_changed() asked for is done. Context: process */
void shim6_early_flush(struct shim6_net *sn);

int shim6_early_init(struct shim6_net *sn);
/* Nothing is read again any more, and nothing comes to be kept */
void shim6_early_exit(struct shim6_net *sn);

#endif
