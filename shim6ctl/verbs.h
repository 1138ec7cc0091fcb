/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs of every object; each table is in the file of its object */
#ifndef SHIM6CTL_VERBS_H
#define SHIM6CTL_VERBS_H

#include "cmd.h"

extern const struct cmd_verb status_verbs[];
extern const struct cmd_verb context_verbs[];
extern const struct cmd_verb locator_verbs[];
extern const struct cmd_verb hba_verbs[];
extern const struct cmd_verb cga_verbs[];
extern const struct cmd_verb policy_verbs[];
extern const struct cmd_verb param_verbs[];
extern const struct cmd_verb stats_verbs[];
extern const struct cmd_verb doctor_verbs[];
extern const struct cmd_verb explain_verbs[];
extern const struct cmd_verb state_verbs[];
extern const struct cmd_verb config_verbs[];
extern const struct cmd_verb monitor_verbs[];
extern const struct cmd_verb top_verbs[];
extern const struct cmd_verb metrics_verbs[];
extern const struct cmd_verb qos_verbs[];
extern const struct cmd_verb qos_class_verbs[];
extern const struct cmd_verb qos_link_verbs[];
extern const struct cmd_verb qos_rule_verbs[];
extern const struct cmd_verb qos_control_verbs[];
extern const struct cmd_verb qos_police_verbs[];
extern const struct cmd_verb qos_share_verbs[];
extern const struct cmd_verb qos_trust_verbs[];

#endif
