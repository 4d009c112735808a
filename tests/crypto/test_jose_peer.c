/* SPDX-License-Identifier: Apache-2.0
 *
 * Beside another implementation, the command line of latchset's jose: each verifies what the other
 * signed, gives a key the same thumbprint, and it opens what we encrypted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "crypto/jwe.h"
#include "crypto/jws.h"

/* A folder that goes when the test ends well. */
static char folder[] = "/tmp/doorcode-jose-XXXXXX";

static void put(const char *name, struct slice text)
{
	char path[256];
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text.ptr, 1, text.len, file), text.len);
	ck_assert_int_eq(fclose(file), 0);
}

/* What `jose WORDS` prints; false when it fails. */
static bool jose(struct arena *arena, const char *words, struct slice *out)
{
	char command[512];
	char *text = arena_alloc(arena, 65536);
	(void)snprintf(command, sizeof(command), "cd %s && jose %s", folder, words);
	FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): the words stand in this file */
	ck_assert_ptr_nonnull(pipe);
	*out = slice_of(text, fread(text, 1, 65536, pipe));
	int status = pclose(pipe);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void begin(void)
{
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	put("payload", SLICE("{\"sub\":\"joe\"}"));
}

static void end(void)
{
	static const char *const names[] = { "payload", "private", "public", "token" };
	char path[256];
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	ck_assert_int_eq(rmdir(folder), 0);
}

START_TEST(it_verifies_ours)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate((enum alg)_i);
	struct jws_new new = { key, (enum alg)_i, "JWT", SLICE("{\"sub\":\"ann\"}") };
	struct hash thumbprint;
	struct slice compact;
	struct slice out;
	begin();
	ck_assert_int_eq(jws_sign(arena, &new, &compact), ERR_OK);
	put("token", compact);
	put("public", jwk_public(key, (enum alg)_i, arena));
	ck_assert(jose(arena, "jws ver -i token -k public -O -", &out));
	ck_slice_str(out, "{\"sub\":\"ann\"}");
	jwk_thumbprint(key, &thumbprint);
	ck_assert(jose(arena, "jwk thp -i public", &out));
	ck_slice_eq(out, encode_base64url(arena, hash_slice(&thumbprint)));
	end();
}
END_TEST

START_TEST(we_verify_its)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = NULL;
	char words[256];
	struct slice public;
	struct slice compact;
	struct slice none;
	struct jws jws;
	begin();
	(void)snprintf(words, sizeof(words), "jwk gen -i '{\"alg\":\"%s\"}' -o private",
		       alg_row((enum alg)_i)->name);
	ck_assert(jose(arena, words, &none));
	ck_assert(jose(arena, "jwk pub -i private", &public));
	ck_assert(jose(arena, "jws sig -I payload -k private -c", &compact));
	ck_assert_int_eq(jwk_parse_public(public, &key), ERR_OK);
	ck_assert_int_eq(jws_parse(arena, slice_trim(compact), ALG_BIT(_i), &jws), ERR_OK);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_OK);
	ck_slice_str(jws.payload, "{\"sub\":\"joe\"}");
	end();
}
END_TEST

static const struct opened_row {
	const char *curve;
	enum content_encryption enc;
} opened_rows[] = {
	{ "P-256", A128GCM },
	{ "P-384", A128GCM },
	{ "P-521", A256GCM },
};

START_TEST(it_opens_ours)
{
	const struct opened_row *row = &opened_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = NULL;
	char words[256];
	struct slice public;
	struct slice compact;
	struct slice out;
	begin();
	(void)snprintf(words, sizeof(words),
		       "jwk gen -i '{\"kty\":\"EC\",\"crv\":\"%s\"}' -o private", row->curve);
	ck_assert(jose(arena, words, &out));
	ck_assert(jose(arena, "jwk pub -i private", &public));
	ck_assert_int_eq(jwk_parse_public(public, &key), ERR_OK);
	struct jwe_new new = { key, ECDH_ES, row->enc, "JWT", SLICE("signed.token.x") };
	ck_assert_int_eq(jwe_encrypt(arena, &new, &compact), ERR_OK);
	put("token", compact);
	ck_assert_msg(jose(arena, "jwe dec -i token -k private -O -", &out), "%s", row->curve);
	ck_slice_str(out, "signed.token.x");
	end();
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, it_verifies_ours, 0, ALG_HS256);
	tcase_add_loop_test(tc, we_verify_its, 0, ALG_HS256);
	tcase_add_loop_test(tc, it_opens_ours, 0, ARRAY_LEN(opened_rows));
}

TEST_MAIN("crypto/jose_peer", add_tests)
