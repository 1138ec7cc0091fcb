// SPDX-License-Identifier: GPL-2.0
/* The little of DER that keys need, see der.h */
#include "der.h"

size_t shim6_der(const u8 *p, size_t left, u8 tag, size_t *len)
{
	size_t hdr = 2, i;

	if (left < 2 || p[0] != tag)
		return 0;
	*len = p[1];
	if (p[1] & 0x80) {
		hdr += p[1] & 0x7f;
		if (hdr == 2 || hdr > 4 || left < hdr || !p[2])
			return 0;
		for (*len = 0, i = 2; i < hdr; i++)
			*len = *len << 8 | p[i];
		if (*len < 0x80)
			return 0;
	}
	return *len <= left - hdr ? hdr : 0;
}
