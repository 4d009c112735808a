/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens and removes the store of a flow test. */
#include "flow/flow_fixture.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/rings.h"
#include "flow/alarm.h"
#include "flow/applications.h"
#include "flow/census.h"
#include "flow/issue_meter.h"
#include "flow/password_gate.h"
#include "flow/people.h"
#include "flow/poll_table.h"
#include "flow/scope_cache.h"
#include "flow/signing.h"

static const struct issue_meter_options meter_options = { .per_minute = 5, .live = 10 };

static void release_source(void *arg, uint64_t source)
{
	issue_meter_release(arg, source);
}

static void make_tables(struct flow *flow)
{
	flow->clients = client_cache_new();
	flow->scopes = scope_cache_new();
	flow->alarm = alarm_new();
	flow->census = census_new();
	flow->gate = password_gate_new(1, 4);
	flow->meter = issue_meter_new(&meter_options);
	const struct poll_table_options options = {
		.max = 1000,
		.interval_s = 5,
		.released = release_source,
		.arg = flow->meter,
	};
	flow->polls = poll_table_new(&options);
}

void fixture_start(struct fixture *fixture, const char *keys)
{
	char path[128];
	*fixture = (struct fixture){ .dir = "/tmp/doorcode-flow-XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(fixture->dir));
	snprintf(path, sizeof(path), "%s/test.db", fixture->dir);
	const struct store_options options = { .database = path };
	ck_assert_int_eq(store_open(&options, &fixture->store), ERR_OK);
	ck_assert_int_eq(store_migrate(fixture->store, FIXTURE_NOW), ERR_OK);
	fixture->call = (struct call){
		.arena = arena_new(),
		.now = FIXTURE_NOW,
		.now_ms = 1000000,
		.actor = SLICE("test"),
	};
	fixture->flow = (struct flow){ .store = fixture->store };
	fixture->flow.settings = (struct flow_settings){
		.issuer = FIXTURE_ISSUER,
		.recommended = ALG_ES256,
		.id_token_lifetime = 3600,
		.session = { .idle = 3600, .absolute = 43200 },
		.password_cost = { .memory_kib = 8192, .passes = 1 },
		.password_min_length = 8,
	};
	make_tables(&fixture->flow);
	fixture_set_keys(fixture, keys);
	fixture_set_address(fixture, "192.0.2.7");
}

static void remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	const struct dirent *entry;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(path);
}

void fixture_stop(struct fixture *fixture)
{
	store_close(&fixture->store);
	keyring_free(&fixture->ring);
	client_cache_free(&fixture->flow.clients);
	census_free(&fixture->flow.census);
	row_cache_free(&fixture->flow.scopes);
	alarm_free(&fixture->flow.alarm);
	password_gate_free(&fixture->flow.gate);
	poll_table_free(&fixture->flow.polls);
	issue_meter_free(&fixture->flow.meter);
	signing_free(&fixture->flow.signing);
	arena_free(&fixture->call.arena);
	remove_folder(fixture->dir);
}

void fixture_set_keys(struct fixture *fixture, const char *keys)
{
	keyring_free(&fixture->ring);
	fixture->ring = ring_of(keys);
	fixture->flow.ring = fixture->ring;
}

void fixture_set_address(struct fixture *fixture, const char *address)
{
	fixture->call.address_text = slice_str(address);
	ck_assert_int_eq(address_parse(fixture->call.address_text, &fixture->call.address), ERR_OK);
}

void fixture_wait(struct fixture *fixture, int64_t seconds)
{
	fixture->call.now += seconds;
	fixture->call.now_ms += seconds * 1000;
}

/* A write is committed together with what was posted before it, or after that. */
static void flush_posted(struct fixture *fixture)
{
	static const struct slice name = { "test/flush", 10 };
	ck_assert_int_eq(store_meta_insert(fixture->store, name, SLICE("x")), ERR_OK);
	ck_assert_int_eq(store_meta_remove(fixture->store, name), ERR_OK);
}

static struct event_list list_events(struct fixture *fixture)
{
	struct event_list list;
	const struct event_filter filter = { .limit = 1000 };
	flush_posted(fixture);
	ck_assert_int_eq(store_event_list(fixture->store, fixture->call.arena, &filter, &list),
			 ERR_OK);
	return list;
}

size_t fixture_events(struct fixture *fixture, enum event_kind kind)
{
	struct event_list list = list_events(fixture);
	size_t count = 0;
	for (size_t i = 0; i < list.count; i++)
		count += list.items[i].kind == kind;
	return count;
}

struct event fixture_event(struct fixture *fixture, enum event_kind kind)
{
	struct event_list list = list_events(fixture);
	for (size_t i = 0; i < list.count; i++)
		if (list.items[i].kind == kind)
			return list.items[i];
	ck_abort_msg("no event %s", event_kind_name(kind));
	return (struct event){ .kind = kind };
}

struct user *fixture_person(struct fixture *fixture, const char *name)
{
	struct id id;
	struct slice why;
	struct user *user;
	const struct person_new person = { .name = slice_str(name), .password = FIXTURE_PASSWORD };
	ck_assert_int_eq(people_add(&fixture->flow, &fixture->call, &person, &id, &why), ERR_OK);
	ck_assert_int_eq(people_find(&fixture->flow, &fixture->call, slice_str(name), &user),
			 FOUND);
	return user;
}

enum err fixture_add(const struct flow *flow, const struct call *call,
		     const struct application_new *application, struct client **client,
		     struct slice *secret, struct client_faults *faults)
{
	struct application_made made;
	enum err err = application_add(flow, call, application, &made, faults);
	*client = made.client;
	*secret = made.secret;
	return err;
}

struct client *fixture_client(struct fixture *fixture, const char *client_id, enum client_type type,
			      struct slice *secret)
{
	struct client *client;
	struct client_faults faults;
	struct slice grant = SLICE("device-code");
	const struct application_new application = {
		.form = {
			.name = SLICE("Television"),
			.client_type = slice_str(client_type_name(type)),
			.grant_types = &grant,
			.grant_type_count = 1,
		},
		.client_id = slice_str(client_id),
	};
	ck_assert_int_eq(
		fixture_add(&fixture->flow, &fixture->call, &application, &client, secret, &faults),
		ERR_OK);
	return client;
}

struct client_entry fixture_read_client(struct fixture *fixture, const char *client_id)
{
	struct client_entry entry;
	ck_assert_int_eq(store_client_find_by_client_id(fixture->store, fixture->call.arena,
							slice_str(client_id), &entry.client,
							&entry.secrets),
			 FOUND);
	return entry;
}

enum client_setting fixture_setting(struct slice name)
{
	enum client_setting setting = 0;
	while (setting < SETTING_COUNT &&
	       !slice_equal(name, slice_str(client_setting_row(setting)->name)))
		setting++;
	ck_assert_msg(setting < SETTING_COUNT, "%.*s", SLICE_ARG(name));
	return setting;
}
