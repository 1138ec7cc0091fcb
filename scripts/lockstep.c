// SPDX-License-Identifier: GPL-2.0
/*
 * Sends packets one by one, each when the one before was received, between two
 * sockets that it gets: so no more than one waits anywhere, and what its memory
 * was is there for the next. Prints how long each of some samples took, in
 * nanoseconds of a clock that nobody adjusts.
 *
 *   lockstep FROM TO OCTETS PACKETS SAMPLES
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static char octets[65536];

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void step(int from, int to, size_t size)
{
	ssize_t got;

	if (send(from, octets, size, 0) != (ssize_t)size)
		fail("send");
	while (size) {
		got = recv(to, octets, sizeof(octets), 0);
		if (got <= 0)
			fail("recv");
		size -= got;
	}
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long sample(int from, int to, size_t size, int packets)
{
	long long begin = now();

	while (packets--)
		step(from, to, size);
	return now() - begin;
}

int main(int argc, char **argv)
{
	int from, to, packets, samples;
	size_t size;

	if (argc != 6)
		return 2;
	from = atoi(argv[1]);
	to = atoi(argv[2]);
	size = atoi(argv[3]);
	packets = atoi(argv[4]);
	samples = atoi(argv[5]);
	/* The first ones are for what is done once, and for TCP to get going */
	sample(from, to, size, 16 * packets);
	while (samples--)
		printf("%lld\n", sample(from, to, size, packets));
	return 0;
}
