/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens to the account while its password is being hashed: a session must not be made of
 * what stood before. */
#include "flow/sign_in.h"

#include "check_main.h"
#include "flow/flow_fixture.h"
#include "flow/people.h"
#include "store/store_ops.h"

static struct fixture fixture;
static struct user *ada;

static const struct store_ops *engine;
static struct store_ops ops;
static struct store_session_ops session_ops;
static void (*rival)(void);

/* The rival is committed between the look at the password and the session. */
static enum err insert_after_rival(struct store *store, const struct session_new *session,
				   const struct event *event)
{
	void (*now)(void) = rival;
	rival = NULL;
	if (now != NULL)
		now();
	return engine->session->insert(store, session, event);
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	ada = fixture_person(&fixture, "ada");
	engine = fixture.store->ops;
	ops = *engine;
	session_ops = *engine->session;
	session_ops.insert = insert_after_rival;
	ops.session = &session_ops;
	fixture.store->ops = &ops;
}

static void teardown(void)
{
	fixture.store->ops = engine;
	fixture_stop(&fixture);
}

static void set_hash(struct slice password)
{
	struct slice hash;
	ck_assert_int_eq(password_hash(fixture.call.arena, &fixture.flow.settings.password_cost,
				       password, &hash),
			 ERR_OK);
	ck_assert_int_eq(store_user_set_password(fixture.store, &ada->id,
						 &(const struct user_password){
							 .hash = hash, .now = fixture.call.now },
						 NULL),
			 ERR_OK);
}

static void another_password(void)
{
	set_hash(SLICE("another password"));
}

static void the_same_hashed_anew(void)
{
	set_hash(FIXTURE_PASSWORD);
}

static void disabled(void)
{
	ck_assert_int_eq(
		store_user_set_enabled(fixture.store, &ada->id, false, fixture.call.now, NULL),
		ERR_OK);
}

static void removed(void)
{
	ck_assert_int_eq(store_user_remove(fixture.store, &ada->id, NULL), ERR_OK);
}

static const struct row {
	const char *name;
	void (*rival)(void);
	enum sign_in_outcome outcome;
} rows[] = {
	{ "the password was changed", another_password, SIGN_IN_WRONG },
	{ "the hash was renewed by another sign-in", the_same_hashed_anew, SIGN_IN_OK },
	{ "the account was disabled", disabled, SIGN_IN_WRONG },
	{ "the account was removed", removed, SIGN_IN_WRONG },
};

START_TEST(what_stood_before_opens_nothing)
{
	const struct sign_in_request request = { .name = SLICE("ada"),
						 .password = FIXTURE_PASSWORD };
	struct sign_in_result result;
	rival = rows[_i].rival;
	enum sign_in_outcome outcome = sign_in(&fixture.flow, &fixture.call, &request, &result);
	ck_assert_msg(outcome == rows[_i].outcome, "%s", rows[_i].name);
	ck_assert_ptr_null(rival);
	struct session *session = NULL;
	enum find found = ABSENT;
	if (outcome == SIGN_IN_OK)
		found = sign_in_session(&fixture.flow, &fixture.call, result.session, false,
					&session);
	ck_assert_int_eq(found == FOUND, outcome == SIGN_IN_OK);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_stood_before_opens_nothing, 0, ARRAY_LEN(rows));
}

TEST_MAIN("flow/sign_in_rivals", add_tests)
