/* SPDX-License-Identifier: GPL-2.0 */
/* The search for a modifier (RFC 5535 6, steps 3 and 4), on all processors */
#ifndef SHIM6CTL_SEARCH_H
#define SHIM6CTL_SEARCH_H

#include <stdbool.h>

struct hba_pds;

/**
 * search_modifier() - find a modifier for a security parameter
 * @p: parameters; their modifier is where the search begins and its result
 * @sec: security parameter: 65536^sec hashes on average
 * @quiet: no progress on stderr
 * Return: 0 or a negative errno
 */
int search_modifier(struct hba_pds *p, unsigned int sec, bool quiet);

#endif
