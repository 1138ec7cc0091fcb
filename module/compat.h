/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels this builds for, 6.1 to 7.3. The only file
 * with a condition on a version; wrappers have our prefix.
 */
#ifndef SHIM6_COMPAT_H
#define SHIM6_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/local_lock.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/version.h>
#include <crypto/public_key.h>
#include <net/addrconf.h>
#include <net/ip6_fib.h>
#include <net/tcp.h>

/* 6.5 moved skb_gso_segment() there. sparse knows no __has_include */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>
#endif

/* A timer that is not armed. hrtimer_init() is gone since 6.15 */
static inline void
shim6_hrtimer_setup(struct hrtimer *timer,
		    enum hrtimer_restart (*function)(struct hrtimer *),
		    clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#else
	hrtimer_setup(timer, function, clock, mode);
#endif
}

/* RTF_* of a route of ours; dst_rt6_info() came after 6.1 */
static inline u32 shim6_route_flags(const struct dst_entry *dst)
{
	return container_of(dst, struct rt6_info, dst)->rt6i_flags;
}

/* The longest retransmission time-out; a socket has its own since 6.15 */
static inline unsigned long shim6_tcp_rto_max(const struct sock *sk)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
	return TCP_RTO_MAX;
#else
	return tcp_rto_max(sk);
#endif
}

/* Callbacks of struct kobj_type take a const pointer since 6.2 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define shim6_kobject_const
#else
#define shim6_kobject_const	const
#endif

/* What was signed; "digest" became "m" in 7.0 */
static inline void shim6_signature_of(struct public_key_signature *sig,
				      u8 *digest, u32 len)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
	sig->digest = digest;
	sig->digest_size = len;
#else
	sig->m = digest;
	sig->m_size = len;
#endif
}

/* Packets that come by @dev and are not for us go on. Since 6.17 a device may say
 * so for itself
 */
static inline bool shim6_forwards(const struct net *net,
				  const struct net_device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
	const struct inet6_dev *idev = __in6_dev_get(dev);

	if (idev && READ_ONCE(idev->cnf.force_forwarding))
		return true;
#endif
	return READ_ONCE(net->ipv6.devconf_all->forwarding);
}

/*
 * A lock of this CPU for what is written with softirqs off. Without PREEMPT_RT
 * it is nothing. local_lock_nested_bh() came with 6.11, and since 6.18 it is
 * needed there; in 6.10 and before local_bh_disable() is such a lock itself.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
static inline void shim6_bh_lock(local_lock_t __percpu *lock)
{
}

static inline void shim6_bh_unlock(local_lock_t __percpu *lock)
{
}
#else
#define shim6_bh_lock(lock)	local_lock_nested_bh(lock)
#define shim6_bh_unlock(lock)	local_unlock_nested_bh(lock)
#endif

/* The tag of a file in sysfs: a struct net, its ns_common by 7.2 */
#define shim6_sysfs_ns(net)						\
	__builtin_choose_expr(						\
		__builtin_types_compatible_p(				\
			typeof(&sysfs_remove_file_ns),			\
			void (*)(struct kobject *,			\
				 const struct attribute *,		\
				 const void *)),			\
		(net), &(net)->ns)

#endif
