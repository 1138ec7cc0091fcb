// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints of trace.h come to life here.
 */
#define CREATE_TRACE_POINTS
#include "trace.h"
