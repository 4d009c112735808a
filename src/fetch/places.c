/* SPDX-License-Identifier: Apache-2.0
 *
 * Few enough to be looked through one by one: nothing is hashed, so nobody can aim at a collision.
 * What was slow is kept in a ring, the oldest giving way. */
#include "fetch/places.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/thread.h"
#include "fetch/site.h"

enum { PLACES_MAX = 8, MARKS = 64 };

/* Of 32 workers 30 may wait for others at the worst, and 14 of them for strangers. */
static const struct places_row rows[] = {
	[FETCH_TRUSTED] = { "trusted", .places = 8, .each = 4, .slow = 4, .queue = 8, .held = 6,
			    .wait_ms = 5000 },
	[FETCH_REGISTERED] = { "registered", .places = 4, .each = 2, .slow = 1, .queue = 4,
			       .held = 2, .wait_ms = 2000 },
	[FETCH_UNKNOWN] = { "unknown", .places = 4, .each = 2, .slow = 1, .queue = 2, .held = 1,
			    .wait_ms = 2000 },
	/* as many as flow/logout_delivery.c has threads, which itself sees to who is slow */
	[FETCH_LOGOUT] = { "logout", .places = 8, .each = 8, .slow = 8, .queue = 8, .held = 8,
			   .wait_ms = 5000, .own_threads = true },
};
static_assert(ARRAY_LEN(rows) == FETCH_CLASS_COUNT, "a row for each class");

struct mark {
	char site[SITE_MAX];
	size_t site_len;
	struct visit_network networks[2];
	size_t network_count;
	int64_t until_ms; /* 0: empty */
};

struct lane {
	const struct places_row *row;
	unsigned places;
	unsigned queue;
	unsigned held;
	struct visit *visits[PLACES_MAX]; /* NULL: free */
	unsigned waiting;
	unsigned waiting_held;
	pthread_cond_t freed;
	struct mark marks[MARKS];
	size_t next_mark;
};

struct places {
	pthread_mutex_t lock;
	struct lane lanes[FETCH_CLASS_COUNT];
};

const struct places_row *places_row(enum fetch_class class)
{
	ensure((unsigned)class < FETCH_CLASS_COUNT);
	return &rows[class];
}

/* --- how many there are ------------------------------------------------------------------ */

static unsigned share(unsigned of_all, size_t workers)
{
	return (unsigned)(of_all * workers / PLACES_WORKERS);
}

static void lane_init(struct lane *lane, const struct places_row *row, size_t workers)
{
	unsigned places = row->own_threads ? row->places : share(row->places, workers);
	lane->row = row;
	lane->places = places < row->places ? places : row->places;
	lane->places += lane->places == 0;
	lane->queue = row->own_threads ? row->queue : share(row->queue, workers);
	lane->held = row->own_threads ? row->held : share(row->held, workers);
	thread_cond_init(&lane->freed);
}

struct places *places_new(size_t workers)
{
	struct places *places = xcalloc(1, sizeof(*places));
	ensure(pthread_mutex_init(&places->lock, NULL) == 0);
	for (size_t i = 0; i < FETCH_CLASS_COUNT; i++)
		lane_init(&places->lanes[i], &rows[i], workers > 0 ? workers : PLACES_WORKERS);
	return places;
}

void places_free(struct places **places)
{
	if (!*places)
		return;
	for (size_t i = 0; i < FETCH_CLASS_COUNT; i++)
		pthread_cond_destroy(&(*places)->lanes[i].freed);
	pthread_mutex_destroy(&(*places)->lock);
	free(*places);
	*places = NULL;
}

static struct lane *lane_of(struct places *places, enum fetch_class class)
{
	ensure((unsigned)class < FETCH_CLASS_COUNT);
	return &places->lanes[class];
}

/* --- networks ---------------------------------------------------------------------------- */

/* A /48 is what one gets for the asking: its 65536 networks are one. */
static struct visit_network network_of(const struct address *address)
{
	struct visit_network network;
	address_prefix(address, network.bytes);
	if (address->family == ADDRESS_V6)
		network.bytes[7] = network.bytes[8] = 0;
	return network;
}

static bool has_network(const struct visit_network *networks, size_t count,
			const struct visit_network *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (memcmp(networks[i].bytes, wanted->bytes, sizeof(wanted->bytes)) == 0)
			return true;
	return false;
}

static void add_network(struct visit *visit, const struct visit_network *network)
{
	if (has_network(visit->networks, visit->network_count, network))
		return;
	if (visit->network_count == ARRAY_LEN(visit->networks))
		visit->networks[0] = visit->networks[--visit->network_count];
	visit->networks[visit->network_count++] = *network;
}

/* --- who was slow ------------------------------------------------------------------------ */

static bool is_about(const struct mark *mark, const struct visit *visit)
{
	if (slice_equal_nocase(slice_of(mark->site, mark->site_len), visit->site))
		return true;
	for (size_t i = 0; i < visit->network_count; i++)
		if (has_network(mark->networks, mark->network_count, &visit->networks[i]))
			return true;
	return false;
}

static bool was_slow(const struct lane *lane, const struct visit *visit, int64_t now_ms)
{
	for (size_t i = 0; i < MARKS; i++)
		if (lane->marks[i].until_ms > now_ms && is_about(&lane->marks[i], visit))
			return true;
	return false;
}

static void mark_slow(struct lane *lane, const struct visit *visit, int64_t now_ms)
{
	struct mark *mark = &lane->marks[lane->next_mark];
	lane->next_mark = (lane->next_mark + 1) % MARKS;
	ensure(visit->site.len <= sizeof(mark->site));
	memcpy(mark->site, visit->site.ptr, visit->site.len);
	mark->site_len = visit->site.len;
	memcpy(mark->networks, visit->networks, sizeof(mark->networks));
	mark->network_count = visit->network_count;
	mark->until_ms = now_ms + PLACES_SLOW_FOR_MS;
}

/* --- whether there is room --------------------------------------------------------------- */

struct others {
	unsigned all;
	unsigned at_site;
	unsigned slow;
	unsigned in_network[2]; /* in each of the visit's */
};

static void count_one(const struct visit *other, const struct visit *visit, struct others *others)
{
	others->all++;
	others->at_site += slice_equal_nocase(other->site, visit->site);
	others->slow += other->slow;
	for (size_t i = 0; i < visit->network_count; i++)
		others->in_network[i] += has_network(other->networks, other->network_count,
						     &visit->networks[i]);
}

enum room {
	ROOM = 0,
	ROOM_TAKEN, /* by whomever */
	ROOM_HELD   /* by the same site, the same network, or others that were slow */
};

static bool is_held(const struct lane *lane, const struct visit *visit, const struct others *others)
{
	unsigned each = lane->row->each;
	return (visit->slow && others->slow >= lane->row->slow) || others->at_site >= each ||
	       others->in_network[0] >= each || others->in_network[1] >= each;
}

static enum room look(const struct lane *lane, struct visit *visit)
{
	struct others others = { .all = 0 };
	for (size_t i = 0; i < PLACES_MAX; i++)
		if (lane->visits[i] && lane->visits[i] != visit)
			count_one(lane->visits[i], visit, &others);
	visit->slow = was_slow(lane, visit, clock_mono_ms());
	if (is_held(lane, visit, &others))
		return ROOM_HELD;
	return others.all < lane->places ? ROOM : ROOM_TAKEN;
}

/* --- coming and going -------------------------------------------------------------------- */

/* Those who are held up leave some of the queue to those who will soon be let in. */
static bool queue(struct lane *lane, bool held)
{
	if (lane->waiting >= lane->queue || (held && lane->waiting_held >= lane->held))
		return false;
	lane->waiting++;
	lane->waiting_held += held;
	return true;
}

static void queue_no_more(struct lane *lane, bool held)
{
	lane->waiting--;
	lane->waiting_held -= held;
}

static bool wait_for_room(struct places *places, struct lane *lane, struct visit *visit)
{
	enum room room = look(lane, visit);
	bool held = room == ROOM_HELD;
	bool waiting = room != ROOM && !visit->at_once && queue(lane, held);
	if (!waiting)
		return room == ROOM;
	int64_t until_ms = clock_mono_ms() + lane->row->wait_ms;
	if (until_ms > visit->deadline_ms)
		until_ms = visit->deadline_ms;
	while (waiting && room != ROOM) {
		waiting = thread_cond_wait(&lane->freed, &places->lock, until_ms);
		room = look(lane, visit);
	}
	queue_no_more(lane, held);
	return room == ROOM;
}

static void sit_down(struct lane *lane, struct visit *visit)
{
	size_t i = 0;
	while (lane->visits[i])
		i++;
	ensure(i < PLACES_MAX);
	lane->visits[i] = visit;
	visit->began_ms = clock_mono_ms();
}

bool places_enter(struct places *places, struct visit *visit)
{
	struct lane *lane = lane_of(places, visit->class);
	if (visit->turned_away)
		add_network(visit, &visit->wanted);
	visit->turned_away = false;
	pthread_mutex_lock(&places->lock);
	bool has = wait_for_room(places, lane, visit);
	if (has)
		sit_down(lane, visit);
	pthread_mutex_unlock(&places->lock);
	return has;
}

/* Who is turned away counts in that network when he comes back, and not while he goes. */
bool places_connect(struct places *places, struct visit *visit, const struct address *address)
{
	struct lane *lane = lane_of(places, visit->class);
	const struct visit_network network = network_of(address);
	pthread_mutex_lock(&places->lock);
	const struct visit before = *visit;
	add_network(visit, &network);
	bool has = look(lane, visit) == ROOM;
	if (!has) {
		*visit = before;
		visit->wanted = network;
		visit->turned_away = true;
	}
	pthread_mutex_unlock(&places->lock);
	return has;
}

void places_leave(struct places *places, struct visit *visit)
{
	struct lane *lane = lane_of(places, visit->class);
	int64_t now_ms = clock_mono_ms();
	pthread_mutex_lock(&places->lock);
	for (size_t i = 0; i < PLACES_MAX; i++)
		if (lane->visits[i] == visit)
			lane->visits[i] = NULL;
	if (now_ms - visit->began_ms >= PLACES_SLOW_MS)
		mark_slow(lane, visit, now_ms);
	/* all of them: whom the place suits is for each to see */
	pthread_cond_broadcast(&lane->freed);
	pthread_mutex_unlock(&places->lock);
}

bool places_stand(struct places *places, enum fetch_class class)
{
	pthread_mutex_lock(&places->lock);
	bool may_wait = queue(lane_of(places, class), true);
	pthread_mutex_unlock(&places->lock);
	return may_wait;
}

void places_stand_no_more(struct places *places, enum fetch_class class)
{
	pthread_mutex_lock(&places->lock);
	queue_no_more(lane_of(places, class), true);
	pthread_mutex_unlock(&places->lock);
}
