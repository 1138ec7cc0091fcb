/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which DSCP a control message has, and which DSCPs get through on a link. A
 * provider may drop what is marked as network control, or carry nothing else:
 * the messages of a context alternate between two DSCPs, and a DSCP whose
 * messages are answered so much more seldom than those of another is left alone
 * for a time. Pure.
 *
 * Keepalives are answers, too: they tell that payload arrives. RFC 5534 has
 * them sent for a Keepalive Timeout Tk after the last payload (4.1, 6.2, 6.3),
 * and while network control passes on a path that carries no payload any more,
 * those that are marked so would hide that for as long. Hence the ones that
 * tell nothing new, since no payload has come in after the one before them,
 * have the DSCP of payload and share its fate (RFC 5534 9).
 *
 * How long a failure stays hidden then, when both ways lose payload's class at
 * the time 0, and payload flowed in one direction until then: the receiver owes
 * a Keepalive, and the next one is at most an interval Ki away, be it the first
 * one after the Keepalive Timer was started, the last one as it ends, or one
 * between. It tells of payload from before 0 and may be network control. All
 * later ones are repeats and get lost. The sender starts its Send Timer with
 * the packet after that Keepalive, a gap g later, and explores a Send Timeout
 * Ts and its random part later, at Ki + g + Ts at most. Ki is a third of Tk,
 * which is the sender's Ts: with 10 s that are 13.4 s, and 13.9 s with the
 * random part of 5 %. In place of Tk + g + Ts, 20.5 s.
 *
 * The payload whose fate that is: what the context itself has sent of late, else
 * what it receives, which all those Keepalives are about. That a host which only
 * receives has sent a packet once, a request or the answer to one, is forgotten
 * when a Keepalive Timer has run to its end.
 *
 * When only the way of the payload loses it, repeats pass as well, and Tk + Ts
 * is what RFC 5534 promises; no marking of ours can tell.
 */
#ifndef SHIM6_MARKING_H
#define SHIM6_MARKING_H

#include "proto.h"
#include "qos.h"

#define SHIM6_DSCPS		64
/* Messages of each before one is judged by the other */
#define SHIM6_MARKING_TRIES	20
/* For so long a marking is left alone; routes and providers change */
#define SHIM6_MARKING_REST	(600 * SHIM6_NS_PER_SEC)

/**
 * struct shim6_marking_row - messages with one DSCP that ask for an answer
 * @sent: how many
 * @answered: how many were answered
 * @until: it is left alone until then, ns, 0: it is not
 * @tries: @sent of late
 * @hits: @answered of late
 */
struct shim6_marking_row {
	u64 sent;
	u64 answered;
	u64 until;
	u16 tries;
	u16 hits;
};

/**
 * struct shim6_marking - the control messages of a link
 * @row: by DSCP
 */
struct shim6_marking {
	struct shim6_marking_row row[SHIM6_DSCPS];
};

/**
 * struct shim6_alternation - whose turn it is, of a context
 * @odd: by hash of a pair of locators
 * @odd_probe: the same for Probes
 */
struct shim6_alternation {
	u64 odd;
	u64 odd_probe;
};

/**
 * struct shim6_marking_turn - DSCPs of a message
 * @wanted: it is its turn
 * @other: to be used while only @wanted is left alone; may be the same
 */
struct shim6_marking_turn {
	u8 wanted;
	u8 other;
};

/**
 * shim6_marking_payload() - the DSCP of a context's payload
 * @q: table
 * @own: that of the last packet it sent, plus 1; 0: none was sent of late
 * @klass: id of the class of the last packet it received, 0: none
 * @came: DSCP of that packet, as it came, 0 to 63
 *
 * What comes is of the class that the table says, whatever became of its DSCP on
 * the way, and we would send it with that of the class. Where there is none, or
 * the class has no DSCP of its own, only @came is left, and whoever sends to us
 * chooses that: it counts if @q trusts just some DSCPs and it is one of these, or
 * trusts all and it is that of a class, but not of our messages (RFC 2475 6.1:
 * who marks packets may want a service that is not for him).
 *
 * Return: 0 to 63; 0 if nothing is known.
 */
u8 shim6_marking_payload(const struct shim6_qos *q, u8 own, u32 klass, u8 came);

/**
 * shim6_marking_turn() - the DSCPs of the next message of a context
 * @a: its alternation
 * @control: what is configured
 * @fx: effect of type SHIM6_FX_SEND
 * @asked: message that led to it, NULL: none did
 * @own: DSCP of the context's payload, see shim6_marking_payload()
 *
 * Every second message of a pair, not of a context, has @own: a walk over two
 * pairs would give each of them one DSCP for good. Pairs that share a bit share
 * the alternation.
 *
 * The first Probe of a pair is marked as payload is, since payload is what
 * follows if it is answered: a pair that carries nothing but network control is
 * found by its second Probe, when those that carry payload have answered.
 * Everything else begins with the DSCP of our messages.
 *
 * What answers goes as the question came, that way has just been shown to work.
 * Return: what shim6_marking_choose() has to choose from.
 */
struct shim6_marking_turn
shim6_marking_turn(struct shim6_alternation *a,
		   const struct shim6_qos_control *control,
		   const struct shim6_fx *fx, const struct shim6_msg *asked,
		   u8 own);

/**
 * shim6_marking_sent() - a message that asks for an answer goes
 * @m: its link
 * @dscp: as it is marked, 0 to 63
 */
void shim6_marking_sent(struct shim6_marking *m, u8 dscp);

/**
 * shim6_marking_answered() - a message was answered
 * @m: its link
 * @dscp: as it was sent, 0 to 63
 * @now: ns
 * Return: the DSCP that is left alone from now on, since it was answered less
 * than a fifth as often over SHIM6_MARKING_TRIES messages; or -1.
 */
int shim6_marking_answered(struct shim6_marking *m, u8 dscp, u64 now);

/**
 * shim6_marking_blocked() - is a DSCP left alone
 * @m: link
 * @dscp: 0 to 63
 * @now: ns
 * Return: true until SHIM6_MARKING_REST after shim6_marking_answered() said so.
 */
bool shim6_marking_blocked(const struct shim6_marking *m, u8 dscp, u64 now);

/**
 * shim6_marking_choose() - the DSCP of the next message
 * @m: its link
 * @turn: what it may be
 * @now: ns
 * Return: &shim6_marking_turn.wanted, or &shim6_marking_turn.other while only
 * the first is to be left alone.
 */
u8 shim6_marking_choose(struct shim6_marking *m,
			const struct shim6_marking_turn *turn, u64 now);

#endif
