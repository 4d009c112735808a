/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of a client: which values are taken, in what form they are kept, and the table itself.
 */
#include "domain/client_setting.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "domain/client.h"

#define KEY \
	"{\"kty\":\"EC\",\"crv\":\"P-256\"," \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"

struct row {
	const char *name;
	enum client_setting setting;
	struct slice value;
	const char *kept; /* NULL: refused */
};

static const struct row rows[] = {
	{ "a choice", SETTING_AUTH_METHOD, SLICE("private_key_jwt"), "private_key_jwt" },
	{ "blanks around a value go", SETTING_AUTH_METHOD, SLICE(" none\n"), "none" },
	{ "the initial value is not written", SETTING_AUTH_METHOD, SLICE("client_secret"), "" },
	{ "nothing takes the value back", SETTING_AUTH_METHOD, SLICE(""), "" },
	{ "a flag", SETTING_REQUIRE_PAR, SLICE("true"), "true" },
	{ "a flag that is off", SETTING_REQUIRE_PAR, SLICE("false"), "" },
	{ "response types", SETTING_RESPONSE_TYPES, SLICE("code, id_token code"),
	  "code,code id_token" },
	{ "a response type twice", SETTING_RESPONSE_TYPES, SLICE("id_token,id_token"), "id_token" },
	{ "words are kept one blank apart", SETTING_CONTACTS, SLICE("a@b.example   c@d.example"),
	  "a@b.example c@d.example" },
	{ "a number", SETTING_DEFAULT_MAX_AGE, SLICE("0600"), "600" },
	{ "an age of nothing is a number, too", SETTING_DEFAULT_MAX_AGE, SLICE("0"), "0" },
	{ "an https URL", SETTING_JWKS_URI, SLICE("https://app.example.com/keys?a=b"),
	  "https://app.example.com/keys?a=b" },
	{ "http on loopback", SETTING_BACKCHANNEL_LOGOUT_URI, SLICE("http://127.0.0.1:9/out"),
	  "http://127.0.0.1:9/out" },
	{ "an address in its usual form", SETTING_TLS_SAN_IP, SLICE("2001:DB8:0::1"),
	  "2001:db8::1" },
	{ "a distinguished name with equals signs", SETTING_TLS_SUBJECT_DN,
	  SLICE("CN=app,O=Example Ltd"), "CN=app,O=Example Ltd" },
	{ "a text that is not ASCII", SETTING_TLS_SUBJECT_DN, SLICE("CN=Gr\xc3\xbc\xc3\x9f"),
	  "CN=Gr\xc3\xbc\xc3\x9f" },
	{ "a set of keys comes on one line", SETTING_JWKS, SLICE("{\"keys\": [\n\t" KEY "\n]}\n"),
	  "{\"keys\":[" KEY "]}" },
	{ "a hash", SETTING_REGISTRATION_HASH,
	  SLICE("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
	  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" },

	{ "not one of the list", SETTING_AUTH_METHOD, SLICE("password"), NULL },
	{ "none is no algorithm", SETTING_REQUEST_OBJECT_ALG, SLICE("none"), NULL },
	{ "a secret signs no requests", SETTING_REQUEST_OBJECT_ALG, SLICE("HS256"), NULL },
	{ "capitals", SETTING_SUBJECT_TYPE, SLICE("Pairwise"), NULL },
	{ "a flag that is neither", SETTING_REQUIRE_PAR, SLICE("yes"), NULL },
	{ "a second line", SETTING_CONTACTS, SLICE("a@b.example\nskip_authorization=true"), NULL },
	{ "a carriage return", SETTING_CLIENT_URI, SLICE("https://a.example/\rx"), NULL },
	{ "a NUL", SETTING_SOFTWARE_ID, SLICE("a\0b"), NULL },
	{ "bytes that are not UTF-8", SETTING_SOFTWARE_ID, SLICE("a\xff"), NULL },
	{ "token among the response types", SETTING_RESPONSE_TYPES, SLICE("code,token"), NULL },
	{ "three words of a response type", SETTING_RESPONSE_TYPES, SLICE("code id_token token"),
	  NULL },
	{ "an empty response type", SETTING_RESPONSE_TYPES, SLICE("code,,id_token"), NULL },
	{ "a number that is negative", SETTING_DEFAULT_MAX_AGE, SLICE("-1"), NULL },
	{ "a fraction", SETTING_DEFAULT_MAX_AGE, SLICE("1.5"), NULL },
	{ "a number too long", SETTING_DEFAULT_MAX_AGE, SLICE("1000000000000"), NULL },
	{ "http elsewhere", SETTING_JWKS_URI, SLICE("http://app.example.com/keys"), NULL },
	{ "a script", SETTING_LOGO_URI, SLICE("javascript:alert(1)"), NULL },
	{ "a scheme of an app", SETTING_LOGO_URI, SLICE("com.example.app:/logo"), NULL },
	{ "a scheme that begins like http", SETTING_LOGO_URI, SLICE("http.example:/logo"), NULL },
	{ "a user in a URL", SETTING_JWKS_URI, SLICE("https://a:b@app.example.com/"), NULL },
	{ "a fragment", SETTING_POLICY_URI, SLICE("https://app.example.com/#x"), NULL },
	{ "a name for an address", SETTING_TLS_SAN_IP, SLICE("app.example.com"), NULL },
	{ "keys that are not JSON", SETTING_JWKS, SLICE("keys"), NULL },
	{ "a hash too short", SETTING_REGISTRATION_HASH, SLICE("0011"), NULL },
	{ "a hash with other letters", SETTING_REGISTRATION_HASH,
	  SLICE("zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), NULL },
};

static struct slice long_text(struct arena *arena, size_t len)
{
	char *text = arena_alloc(arena, len);
	memset(text, 'a', len);
	return slice_of(text, len);
}

START_TEST(values)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	const struct client_setting_row *about = client_setting_row(row->setting);
	struct slice settings = SLICE_EMPTY;
	struct slice why = SLICE_EMPTY;
	enum err err = client_setting_put(arena, &settings, row->setting, row->value, &why);
	ck_assert_msg((err == ERR_OK) == (row->kept != NULL), "%s", row->name);
	ck_assert_msg(slice_is_empty(why) == (err == ERR_OK), "%s", row->name);
	if (err != ERR_OK) {
		ck_slice_row(row->name, settings, SLICE_EMPTY);
		return;
	}
	struct slice want = *row->kept ? arena_printf(arena, "%s=%s", about->name, row->kept)
				       : SLICE_EMPTY;
	ck_slice_row(row->name, settings, want);
	ck_slice_row(row->name, client_setting_get(settings, row->setting),
		     slice_str(*row->kept ? row->kept : about->initial));
}
END_TEST

static void put(struct arena *arena, struct slice *settings, enum client_setting setting,
		const char *value)
{
	struct slice why;
	ck_assert_int_eq(client_setting_put(arena, settings, setting, slice_str(value), &why),
			 ERR_OK);
}

START_TEST(lines_stand_in_the_order_of_the_table)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice settings = SLICE_EMPTY;
	put(arena, &settings, SETTING_SOFTWARE_ID, "x");
	put(arena, &settings, SETTING_DPOP_BOUND, "true");
	put(arena, &settings, SETTING_AUTH_METHOD, "none");
	ck_slice_str(settings, "token_endpoint_auth_method=none\n"
			       "dpop_bound_access_tokens=true\n"
			       "software_id=x");
	put(arena, &settings, SETTING_DPOP_BOUND, "");
	ck_slice_str(settings, "token_endpoint_auth_method=none\nsoftware_id=x");
	ck_assert(client_setting_equals(settings, SETTING_SOFTWARE_ID, "x"));
	ck_assert(!client_setting_is(settings, SETTING_DPOP_BOUND));
	put(arena, &settings, SETTING_SOFTWARE_ID, "y");
	put(arena, &settings, SETTING_AUTH_METHOD, "client_secret");
	ck_slice_str(settings, "software_id=y");
}
END_TEST

/* "jwks" is the beginning of "jwks_uri", "source" of "source_expires". */
START_TEST(a_name_is_not_taken_for_a_longer_one)
{
	struct slice settings = SLICE("jwks_uri=https://a.example/\nsource_expires=7");
	ck_slice_eq(client_setting_get(settings, SETTING_JWKS), SLICE_EMPTY);
	ck_slice_str(client_setting_get(settings, SETTING_SOURCE), "manual");
	ck_slice_str(client_setting_get(settings, SETTING_SOURCE_EXPIRES), "7");
}
END_TEST

START_TEST(lengths)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice settings = SLICE_EMPTY;
	struct slice why;
	size_t most = client_setting_row(SETTING_SOFTWARE_ID)->most;
	ck_assert_int_eq(client_setting_put(arena, &settings, SETTING_SOFTWARE_ID,
					    long_text(arena, most), &why),
			 ERR_OK);
	ck_assert_int_eq(client_setting_put(arena, &settings, SETTING_SOFTWARE_ID,
					    long_text(arena, most + 1), &why),
			 ERR_INVALID);
	ck_assert(!slice_is_empty(why));
	ck_assert_uint_eq(settings.len, strlen("software_id=") + most);
}
END_TEST

/* Every row is sound: a name of its own, words, an initial value that is among its choices. */
START_TEST(the_table)
{
	enum client_setting setting = (enum client_setting)_i;
	const struct client_setting_row *row = client_setting_row(setting);
	for (enum client_setting other = 0; other < setting; other++)
		ck_assert_str_ne(client_setting_row(other)->name, row->name);
	ck_assert_ptr_nonnull(row->words);
	ck_assert_uint_ge(row->most, strlen(row->initial));
	bool found = row->choices == NULL;
	for (const char *const *choice = row->choices; choice && *choice; choice++)
		found = found || strcmp(*choice, row->initial) == 0;
	ck_assert(found);
	ck_assert((row->kind == SETTING_CHOICE || row->kind == SETTING_CHOICES ||
		   row->kind == SETTING_FLAG) == (row->choices != NULL));
	ck_slice_str(client_setting_get(SLICE_EMPTY, setting), row->initial);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, values, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, lines_stand_in_the_order_of_the_table);
	tcase_add_test(tc, a_name_is_not_taken_for_a_longer_one);
	tcase_add_test(tc, lengths);
	tcase_add_loop_test(tc, the_table, 0, SETTING_COUNT);
}

TEST_MAIN("domain/client_setting", add_tests)
