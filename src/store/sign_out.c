/* SPDX-License-Identifier: Apache-2.0
 *
 * What both engines say of a sign-out; the statements are theirs. */
#include "store/sign_out.h"

#include "base/rng.h"

static const struct field place_fields[] = {
	FIELD(ID, struct place, user),
	FIELD(ID, struct place, sid),
};
const struct record place_record = RECORD(place_fields);

static const struct field told_fields[] = {
	FIELD(ID, struct told, client),
	FIELD(ID, struct told, sid),
};
const struct record told_record = RECORD(told_fields);

struct job_row sign_out_job(struct arena *arena, const struct sign_out *out,
			    const struct told *told)
{
	char sid[ID_TEXT_LEN + 1];
	struct job_row job = {
		.kind = JOB_BACKCHANNEL_LOGOUT,
		.client = told->client,
		.user = *out->user,
		.payload = arena_slice(arena, id_text(&told->sid, sid)),
		.created = out->now,
		.due = out->now,
	};
	rng_bytes(job.id.bytes, ID_BYTES);
	return job;
}

struct event sign_out_queued(struct arena *arena, const struct sign_out *out, size_t jobs)
{
	struct event event = *out->event;
	event.kind = EVENT_LOGOUT_QUEUED;
	event.user = *out->user;
	event.client = (struct id){ 0 };
	event.authorization = (struct id){ 0 };
	event.detail = arena_printf(arena, "%zu", jobs);
	return event;
}

struct slice sign_out_setting(struct arena *arena, enum client_setting setting)
{
	return arena_printf(arena, "\n%s=", client_setting_row(setting)->name);
}
