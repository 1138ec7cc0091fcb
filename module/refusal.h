/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An object that is refused tells which of its members is to blame, in its
 * member bad.
 */
#ifndef SHIM6_REFUSAL_H
#define SHIM6_REFUSAL_H

/* Octets of the structure up to a member, and 1 */
#define WHERE(object, member) \
	(u32)((const char *)&(object)->member - (const char *)(object) + 1)

/* The member is to blame, unless all is well */
#define REFUSE(object, member, err) \
	((object)->bad = WHERE(object, member), (err))

#endif
