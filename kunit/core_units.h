/* SPDX-License-Identifier: GPL-2.0 */
/* The whole pure core in one translation unit, for tests that need all of it */
#ifndef SHIM6_CORE_UNITS_H
#define SHIM6_CORE_UNITS_H

#include "../module/params.c"
#include "../module/wire.c"
#ifdef __KERNEL__
#include "../module/hash.c"
#endif
#include "../module/der.c"
#include "../module/hba.c"
#include "../module/cga.c"
#include "../module/auth.c"
#include "../module/cookie.c"
#include "../module/locset.c"
#include "../module/explore.c"
#include "../module/probes.c"
#include "../module/wish.c"
#include "../module/blame.c"
#include "../module/reap.c"
#include "../module/update.c"
#include "../module/fsm.c"
#include "../module/dispatch.c"
#include "../module/proto.c"

#endif
