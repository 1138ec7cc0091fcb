/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signs the Locator Lists of the identities that have a key (RFC 5533 5.15.5):
 * in process context, once for each change of the list, for all contexts.
 */
#ifndef SHIM6_SIGNER_H
#define SHIM6_SIGNER_H

struct shim6_net;

/* Addresses or identities changed: look which lists did. Context: any */
void shim6_signer_changed(struct shim6_net *sn);

/* Wait until what was asked for is signed. Context: process, no lock of ours */
void shim6_signer_flush(struct shim6_net *sn);

int shim6_signer_init(struct shim6_net *sn);
/* No context and no user is left */
void shim6_signer_exit(struct shim6_net *sn);

#endif
