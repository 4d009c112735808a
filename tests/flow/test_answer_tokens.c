/* SPDX-License-Identifier: Apache-2.0
 *
 * Which tokens an answer holds: their form, for how long, for what, bound to what; and who may have
 * the same answer once more because he holds the same key. */
#include "flow/answer.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/device_fixture.h"
#include "flow/signing_fixture.h"

static struct devices devices;
static struct fixture *const fixture = &devices.fixture;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;
static struct client client;
static struct authorization authorization;
static struct token code;

#define FILES "https://files.example/"
#define MAIL "https://mail.example/"

static void add_resource(const char *uri, const char *scopes, enum token_format format,
			 int64_t lifetime)
{
	const struct resource resource = { .uri = slice_str(uri),
					   .name = SLICE("A resource"),
					   .scopes = slice_str(scopes),
					   .format = format,
					   .lifetime = lifetime };
	ck_assert_int_eq(store_resource_insert(fixture->store, &resource, NULL), ERR_OK);
}

static void setup(void)
{
	static const uint8_t id[TOKEN_ID_BYTES] = { 1 };
	static const uint8_t random[TOKEN_RANDOM_BYTES] = { 2 };
	devices_init(&devices);
	client = *devices.tv;
	authorization = (struct authorization){ .id = { { 1 } }, .user = devices.ada->id };
	token_make(flow->ring, TOKEN_DEVICE_CODE, id, random, &code);
	add_resource(FILES, "read write", TOKEN_FORMAT_JWT, 600);
	add_resource(MAIL, "send", TOKEN_FORMAT_OPAQUE, 300);
}

static void teardown(void)
{
	devices_fini(&devices);
}

static struct answer_request request_for(const char *scope)
{
	return (struct answer_request){
		.authorization = &authorization,
		.client = &client,
		.presented = &code,
		.scope = slice_str(scope),
		.refresh_scope = slice_str(scope),
		.gives_id_token = true,
	};
}

static void make(const struct answer_request *request, struct issue *issue,
		 struct token_answer *answer)
{
	ck_assert_int_eq(answer_make(flow, call, request, issue, answer), ERR_OK);
}

static const struct row {
	const char *name;
	const char *resource;
	const char *settings;
	enum token_format format; /* that the grant asks for */
	int64_t expires;
	bool jwt;
	int64_t life;
	const char *scope;
} rows[] = {
	{ .name = "what a client gets that says nothing",
	  .life = 36000,
	  .scope = "openid read send" },
	{ .name = "a client that wants JWTs",
	  .settings = "access_token_format=jwt",
	  .jwt = true,
	  .life = 36000,
	  .scope = "openid read send" },
	{ .name = "a resource that wants JWTs",
	  .resource = FILES,
	  .jwt = true,
	  .life = 600,
	  .scope = "read" },
	{ .name = "a resource that wants none",
	  .resource = MAIL,
	  .settings = "access_token_format=jwt",
	  .life = 300,
	  .scope = "send" },
	{ .name = "both",
	  .resource = FILES " " MAIL,
	  .jwt = true,
	  .life = 300,
	  .scope = "read send" },
	{ .name = "a grant that knows better",
	  .resource = FILES,
	  .format = TOKEN_FORMAT_OPAQUE,
	  .life = 600,
	  .scope = "read" },
	{ .name = "a grant that wants a JWT",
	  .format = TOKEN_FORMAT_JWT,
	  .jwt = true,
	  .life = 36000,
	  .scope = "openid read send" },
	{ .name = "not longer than what it was given for",
	  .expires = FIXTURE_NOW + 60,
	  .life = 60,
	  .scope = "openid read send" },
	{ .name = "nor than the resource says",
	  .resource = MAIL,
	  .expires = FIXTURE_NOW + 9000,
	  .life = 300,
	  .scope = "send" },
	{ .name = "a resource that was removed meanwhile",
	  .resource = "https://gone.example/",
	  .life = 36000,
	  .scope = "openid read send" },
};

START_TEST(access_tokens) /* RFC9068#3, RFC8707#2.2 */
{
	const struct row *row = &rows[_i];
	struct issue issue;
	struct token_answer answer;
	struct answer_request request = request_for("openid read send");
	client.settings = slice_str(row->settings);
	request.resource = slice_str(row->resource);
	request.format = row->format;
	request.expires = row->expires;
	make(&request, &issue, &answer);
	ck_assert_msg(slice_has_prefix(answer.access_token, SLICE("dca_")) != row->jwt, "%s",
		      row->name);
	ck_assert_msg(answer.expires_in == row->life, "%s", row->name);
	ck_assert_int_eq(issue.access.expires, FIXTURE_NOW + row->life);
	ck_slice_row(row->name, answer.scope, slice_str(row->scope));
	ck_slice_row(row->name, issue.access.scope, slice_str(row->scope));
	ck_slice_row(row->name, issue.access.resource, slice_str(row->resource));
	ck_slice_row(row->name, issue.refresh.scope, SLICE("openid read send"));
	struct hash hash;
	hash_sha256(answer.access_token, &hash);
	ck_assert_msg(hash_equal(&hash, &issue.access.hash), "%s", row->name);
}
END_TEST

static const struct id_token_row {
	const char *name;
	const char *scope;
	bool asked;
	bool person;
	bool given;
} id_token_rows[] = {
	{ .name = "openid was granted",
	  .scope = "openid email",
	  .asked = true,
	  .person = true,
	  .given = true },
	{ .name = "it was not", .scope = "email", .asked = true, .person = true },
	{ .name = "a name that only begins so", .scope = "openid2", .asked = true, .person = true },
	{ .name = "the grant gives none", .scope = "openid", .person = true },
	{ .name = "there is no person", .scope = "openid", .asked = true },
};

START_TEST(id_tokens) /* OIDC#3.1.2.1 */
{
	const struct id_token_row *row = &id_token_rows[_i];
	struct issue issue;
	struct token_answer answer;
	struct answer_request request = request_for(row->scope);
	request.gives_id_token = row->asked;
	if (!row->person)
		authorization.user = (struct id){ { 0 } };
	make(&request, &issue, &answer);
	ck_assert_msg(slice_is_empty(answer.id_token) != row->given, "%s", row->name);
}
END_TEST

START_TEST(the_nonce_and_the_hashes_are_those_of_the_answer) /* OIDC#3.1.3.6 */
{
	struct issue issue;
	struct token_answer answer;
	struct answer_request request = request_for("openid");
	request.nonce = SLICE("n1");
	request.presented_code = SLICE(
		"Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
	make(&request, &issue, &answer);
	AUTO(json) struct json *claims = fixture_claims(fixture, answer.id_token, "JWT", ALG_RS256);
	ck_slice_str(claims_text(claims, "nonce"), "n1");
	ck_slice_str(claims_text(claims, "c_hash"), "LDktKdoQak3Pk0cnXxCltA");
	ck_assert_uint_eq(claims_text(claims, "at_hash").len, 22);
}
END_TEST

START_TEST(without_a_refresh_scope_there_is_no_refresh_token) /* RFC6749#4.4.3 */
{
	static const struct hash none;
	struct issue issue;
	struct token_answer answer;
	struct answer_request request = request_for("read");
	request.refresh_scope = SLICE_EMPTY;
	make(&request, &issue, &answer);
	ck_assert_uint_eq(answer.refresh_token.len, 0);
	ck_assert(hash_equal(&issue.refresh.hash, &none));
}
END_TEST

START_TEST(what_cannot_be_signed_now_is_for_later)
{
	struct issue issue;
	struct token_answer answer;
	const struct answer_request request = request_for("openid");
	ck_assert_int_eq(store_signing_key_remove(fixture->store, fixture_kid(ALG_RS256), NULL),
			 ERR_OK);
	ck_assert_int_eq(answer_make(flow, call, &request, &issue, &answer), ERR_DATABASE);
}
END_TEST

START_TEST(resources_that_cannot_be_looked_up_are_for_later)
{
	struct issue issue;
	struct token_answer answer;
	struct answer_request request = request_for("read");
	request.resource = SLICE(FILES);
	devices_break(&devices, "resource");
	ck_assert_int_eq(answer_make(flow, call, &request, &issue, &answer), ERR_DATABASE);
}
END_TEST

/* --- bound to a key
 * ---------------------------------------------------------------------------------- */

static const struct binding none = { .kind = BINDING_NONE };
static const struct binding mine = { .kind = BINDING_DPOP, .thumbprint = { { 1 } } };
static const struct binding theirs = { .kind = BINDING_DPOP, .thumbprint = { { 2 } } };
static const struct binding paper = { .kind = BINDING_CERTIFICATE, .thumbprint = { { 1 } } };

START_TEST(the_type_says_how_to_present_it) /* RFC9449#5, RFC8705#3 */
{
	struct issue issue;
	struct token_answer answer;
	struct answer_request request = request_for("read");
	request.binding = mine;
	make(&request, &issue, &answer);
	ck_slice_str(answer.token_type, "DPoP");
	ck_slice_eq(issue.access.binding, binding_text(&mine, call->arena));
	request.binding = paper;
	make(&request, &issue, &answer);
	ck_slice_str(answer.token_type, "Bearer");
	ck_slice_eq(issue.access.binding, binding_text(&paper, call->arena));
}
END_TEST

START_TEST(the_refresh_token_of_who_proves_nothing_else_is_bound) /* RFC9449#5, RFC8705#7.1 */
{
	ck_slice_eq(answer_refresh_binding(call->arena, &mine, false),
		    binding_text(&mine, call->arena));
	ck_slice_str(answer_refresh_binding(call->arena, &mine, true), "");
	ck_slice_str(answer_refresh_binding(call->arena, &none, false), "");
}
END_TEST

static const struct again_row {
	const char *name;
	const struct binding *first;
	const struct binding *second;
	bool proved;
	int64_t passed;
	int64_t wait; /* for a database */
	bool given;
} again_rows[] = {
	{ .name = "the holder of the key", .first = &mine, .second = &mine, .given = true },
	{ .name = "the holder of the key, in the last second",
	  .first = &mine,
	  .second = &mine,
	  .passed = 9,
	  .given = true },
	{ .name = "a client that proves itself",
	  .first = &none,
	  .second = &none,
	  .proved = true,
	  .given = true },
	{ .name = "a client that proves itself, with its key",
	  .first = &mine,
	  .second = &mine,
	  .proved = true,
	  .given = true },
	{ .name = "as much later as it was told to wait for the database",
	  .first = &mine,
	  .second = &mine,
	  .passed = 14,
	  .wait = 5,
	  .given = true },
	{ .name = "too late", .first = &mine, .second = &mine, .passed = 10 },
	{ .name = "too late, however long the database was away",
	  .first = &mine,
	  .second = &mine,
	  .passed = 15,
	  .wait = 5 },
	{ .name = "another key", .first = &mine, .second = &theirs },
	{ .name = "no key any more", .first = &mine, .second = &none },
	{ .name = "a key where there was none", .first = &none, .second = &mine },
	{ .name = "nobody proves anything", .first = &none, .second = &none },
	{ .name = "a client that proves itself, with another key",
	  .first = &mine,
	  .second = &theirs,
	  .proved = true },
	{ .name = "a client that proves itself, without its key",
	  .first = &mine,
	  .second = &none,
	  .proved = true },
	{ .name = "the same thumbprint of another kind", .first = &mine, .second = &paper },
};

START_TEST(once_more) /* RFC9700#4.14 */
{
	const struct again_row *row = &again_rows[_i];
	struct issue issue;
	struct token_answer first;
	struct token_answer second;
	struct answer_request request = request_for("openid");
	request.binding = *row->first;
	request.proved = row->proved;
	flow->settings.database_wait = row->wait;
	make(&request, &issue, &first);
	fixture_wait(fixture, row->passed);
	const struct answer_kept kept = {
		.presented = &code,
		.sealed = issue.sealed_answer,
		.spent = FIXTURE_NOW,
		.replay_until = issue.replay_until,
		.proved = row->proved,
		.binding = *row->second,
	};
	enum err err = answer_reopen(flow, call, &kept, &second);
	ck_assert_msg(err == (row->given ? ERR_OK : ERR_ABSENT), "%s: %s", row->name,
		      err_name(err));
	ck_slice_row(row->name, second.access_token, row->given ? first.access_token : SLICE_EMPTY);
	ck_slice_row(row->name, second.id_token, row->given ? first.id_token : SLICE_EMPTY);
}
END_TEST

START_TEST(where_nothing_may_be_given_again_waiting_changes_nothing)
{
	struct issue issue;
	struct token_answer answer;
	struct answer_request request = request_for("read");
	flow->settings.database_wait = 5;
	make(&request, &issue, &answer);
	ck_assert_uint_eq(issue.sealed_answer.len, 0);
	flow->settings.replay_window = 0;
	request.proved = true;
	make(&request, &issue, &answer);
	ck_assert_uint_eq(issue.sealed_answer.len, 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, access_tokens, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, id_tokens, 0, ARRAY_LEN(id_token_rows));
	tcase_add_test(tc, the_nonce_and_the_hashes_are_those_of_the_answer);
	tcase_add_test(tc, without_a_refresh_scope_there_is_no_refresh_token);
	tcase_add_test(tc, what_cannot_be_signed_now_is_for_later);
	tcase_add_test(tc, resources_that_cannot_be_looked_up_are_for_later);
	tcase_add_test(tc, the_type_says_how_to_present_it);
	tcase_add_test(tc, the_refresh_token_of_who_proves_nothing_else_is_bound);
	tcase_add_loop_test(tc, once_more, 0, ARRAY_LEN(again_rows));
	tcase_add_test(tc, where_nothing_may_be_given_again_waiting_changes_nothing);
}

TEST_MAIN("flow/answer_tokens", add_tests)
