/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket options that are wishes about a context (RFC 6316 6.4, 6.5, 6.8 to
 * 6.13), and what there is to choose from. All need a context; @a->peer says
 * whose locators are meant. See sockask.h.
 */
#ifndef SHIM6_SOCKWISH_H
#define SHIM6_SOCKWISH_H

#include "sockask.h"

/* 6.4, 6.5: priority and weight of a locator */
int shim6_get_pref(struct shim6_ask *a, const struct shim6_answer *to);
int shim6_set_pref(struct shim6_ask *a, sockptr_t from, unsigned int len);

/* 6.8, 6.9: the locator to be used */
int shim6_get_send(struct shim6_ask *a, const struct shim6_answer *to);
int shim6_set_send(struct shim6_ask *a, sockptr_t from, unsigned int len);

/* 6.10, 6.11: the locators that may be used */
int shim6_get_list(struct shim6_ask *a, const struct shim6_answer *to);
int shim6_set_list(struct shim6_ask *a, sockptr_t from, unsigned int len);

/* 6.12, in s; it is Ts of RFC 5534 whatever the text calls it */
int shim6_get_timeout(struct shim6_ask *a, const struct shim6_answer *to);
int shim6_set_timeout(struct shim6_ask *a, sockptr_t from, unsigned int len);

/* 6.13 */
int shim6_get_explore(struct shim6_ask *a, const struct shim6_answer *to);
int shim6_set_explore(struct shim6_ask *a, sockptr_t from, unsigned int len);

#endif
