/* SPDX-License-Identifier: GPL-2.0 */
/* What the fake module has */
#ifndef SHIM6CTL_TESTS_FAKE_DATA_H
#define SHIM6CTL_TESTS_FAKE_DATA_H

#include <stddef.h>

#include "client.h"

extern const struct shim6_context_entry fake_contexts[2];
extern const struct shim6_locator_entry fake_locators[];
extern const size_t fake_nlocators;
extern const struct shim6_param_entry fake_params[];
extern const size_t fake_nparams;
extern const struct shim6_counter_entry fake_counters[];
extern const size_t fake_ncounters;
extern const struct shim6_policy_entry fake_rules[];
extern const size_t fake_nrules;
extern const struct shim6_flow_entry fake_flows[];
extern const size_t fake_nflows;
extern const struct shim6_hba_set fake_set;
extern const struct shim6_cga_identity fake_cgas[];
extern const size_t fake_ncgas;

extern const struct shim6_event fake_events[];
extern const size_t fake_nevents;

#endif
