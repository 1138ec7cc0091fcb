// SPDX-License-Identifier: GPL-2.0
/*
 * The layout of the ABI, member by member: the same on 32 and on 64 bits.
 * Compiling it is the test.
 */
#include <stddef.h>

#include <linux/shim6.h>

#define AT(type, member, offset)					\
	_Static_assert(offsetof(struct type, member) == (offset),	\
		       #type "." #member)
#define SIZE(type, size)						\
	_Static_assert(sizeof(struct type) == (size), #type)

AT(shim6_info, features, 8);
AT(shim6_info, contexts, 16);
AT(shim6_info, hooks, 36);
AT(shim6_info, version, 40);
SIZE(shim6_info, SHIM6_INFO_SIZE_VER0);

AT(shim6_list, ptr, 0);
AT(shim6_list, capacity, 8);
AT(shim6_list, elem_size, 12);
AT(shim6_list, cursor, 16);
AT(shim6_list, count, 24);
AT(shim6_list, more, 28);
AT(shim6_list, context, 32);
SIZE(shim6_list, SHIM6_LIST_SIZE_VER0);

AT(shim6_context_entry, ulid_local, 8);
AT(shim6_context_entry, loc_peer, 56);
AT(shim6_context_entry, tag_local, 72);
AT(shim6_context_entry, fii, 88);
AT(shim6_context_entry, npeer, 108);
AT(shim6_context_entry, send_timeout, 112);
AT(shim6_context_entry, last_switch, 144);
AT(shim6_context_entry, rx_bytes, 176);
AT(shim6_context_entry, plain_tx_packets, 184);
AT(shim6_context_entry, since_switch, 216);
AT(shim6_context_entry, rtt, 224);
AT(shim6_context_entry, probes_received, 244);
AT(shim6_context_entry, rule, 248);
AT(shim6_context_entry, link_chosen, 257);
SIZE(shim6_context_entry, SHIM6_CONTEXT_ENTRY_SIZE_VER2);

AT(shim6_locator_entry, addr, 8);
AT(shim6_locator_entry, ifindex, 24);
AT(shim6_locator_entry, method, 28);
AT(shim6_locator_entry, weight, 31);
AT(shim6_locator_entry, set, 32);
SIZE(shim6_locator_entry, SHIM6_LOCATOR_ENTRY_SIZE_VER0);

AT(shim6_context_create, flags, 32);
AT(shim6_context_create, id, 36);
SIZE(shim6_context_create, SHIM6_CONTEXT_CREATE_SIZE_VER0);

AT(shim6_locator_prefs, flags, 16);
AT(shim6_locator_prefs, weight, 18);
SIZE(shim6_locator_prefs, SHIM6_LOCATOR_PREFS_SIZE_VER0);

AT(shim6_context_fork, proto, 32);
AT(shim6_context_fork, port_peer, 38);
AT(shim6_context_fork, fd, 40);
AT(shim6_context_fork, fii, 52);
SIZE(shim6_context_fork, SHIM6_CONTEXT_FORK_SIZE_VER0);

SIZE(shim6_context_ref, SHIM6_CONTEXT_REF_SIZE_VER0);

AT(shim6_context_path, loc_local, 8);
AT(shim6_context_path, loc_peer, 24);
SIZE(shim6_context_path, SHIM6_CONTEXT_PATH_SIZE_VER0);

AT(shim6_param_entry, value, 8);
AT(shim6_param_entry, def, 32);
AT(shim6_param_entry, name, 40);
AT(shim6_param_entry, unit, 72);
AT(shim6_param_entry, text, 88);
SIZE(shim6_param_entry, SHIM6_PARAM_ENTRY_SIZE_VER0);

AT(shim6_counter_entry, name, 8);
AT(shim6_counter_entry, text, 48);
SIZE(shim6_counter_entry, SHIM6_COUNTER_ENTRY_SIZE_VER0);

AT(shim6_hba_set, pds_len, 8);
AT(shim6_hba_set, pds, 16);
SIZE(shim6_hba_set, SHIM6_HBA_SET_SIZE_VER0);

AT(shim6_cga_identity, key, 8);
AT(shim6_cga_identity, pds_len, 12);
AT(shim6_cga_identity, error, 24);
AT(shim6_cga_identity, signature, 36);
AT(shim6_cga_identity, pds, 40);
SIZE(shim6_cga_identity, SHIM6_CGA_IDENTITY_SIZE_VER0);

AT(shim6_policy_entry, local, 16);
AT(shim6_policy_entry, local_len, 48);
AT(shim6_policy_entry, port, 50);
AT(shim6_policy_entry, flags, 52);
AT(shim6_policy_entry, hits, 56);
SIZE(shim6_policy_entry, SHIM6_POLICY_ENTRY_SIZE_VER0);

AT(shim6_flow_entry, packets, 32);
AT(shim6_flow_entry, idle, 56);
AT(shim6_flow_entry, reason, 64);
AT(shim6_flow_entry, context, 68);
SIZE(shim6_flow_entry, SHIM6_FLOW_ENTRY_SIZE_VER0);

AT(shim6_event, seq, 8);
AT(shim6_event, time, 16);
AT(shim6_event, lost, 24);
AT(shim6_event, value, 32);
AT(shim6_event, loc_peer, 88);
AT(shim6_event, old_local, 104);
AT(shim6_event, explored, 136);
AT(shim6_event, count, 144);
AT(shim6_event, fii, 156);
SIZE(shim6_event, SHIM6_EVENT_SIZE_VER1);

AT(shim6_event_mask, size, 8);
AT(shim6_event_mask, flags, 12);
SIZE(shim6_event_mask, SHIM6_EVENT_MASK_SIZE_VER1);
