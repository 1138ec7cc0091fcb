/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Elements of DER (X.690), as far as a SubjectPublicKeyInfo has them.
 */
#ifndef SHIM6_DER_H
#define SHIM6_DER_H

#include <linux/types.h>

#define SHIM6_DER_INTEGER	0x02
#define SHIM6_DER_BIT_STRING	0x03
#define SHIM6_DER_SEQUENCE	0x30

/**
 * shim6_der() - the element that begins here
 * @p: octets
 * @left: how many there are
 * @tag: the kind it must be of
 * @len: result: octets of its contents
 *
 * A definite length in its shortest form, all of it within @left octets (C-4).
 * Return: octets of its header, the contents follow; 0 for anything else.
 */
size_t shim6_der(const u8 *p, size_t left, u8 tag, size_t *len);

#endif
