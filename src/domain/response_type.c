/* SPDX-License-Identifier: Apache-2.0
 *
 * A response type is a set of words; each of the eight sets that are known has a row. */
#include "domain/response_type.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

static const char *const mode_names[] = {
	[RESPONSE_MODE_QUERY] = "query",
	[RESPONSE_MODE_FRAGMENT] = "fragment",
	[RESPONSE_MODE_FORM_POST] = "form_post",
};
static_assert(ARRAY_LEN(mode_names) == RESPONSE_MODE_COUNT, "a name for each mode");

const char *response_mode_name(enum response_mode mode)
{
	ensure((unsigned)mode < RESPONSE_MODE_COUNT);
	return mode_names[mode];
}

enum response_mode response_mode_from_name(struct slice name)
{
	return (enum response_mode)slice_name_index(name, mode_names, RESPONSE_MODE_COUNT);
}

/* RFC9700#2.1.2, ASVS#10.6.1: no access token leaves the authorization endpoint */
static const struct response_type_row rows[] = {
	[RESPONSE_TYPE_CODE] = { .name = "code",
				 .gives_code = true,
				 .is_offered = true,
				 .mode = RESPONSE_MODE_QUERY },
	[RESPONSE_TYPE_ID_TOKEN] = { .name = "id_token",
				     .gives_id_token = true,
				     .is_offered = true,
				     .is_hybrid = true,
				     .mode = RESPONSE_MODE_FRAGMENT },
	[RESPONSE_TYPE_CODE_ID_TOKEN] = { .name = "code id_token",
					  .gives_code = true,
					  .gives_id_token = true,
					  .is_offered = true,
					  .is_hybrid = true,
					  .mode = RESPONSE_MODE_FRAGMENT },
	[RESPONSE_TYPE_TOKEN] = { .name = "token", .mode = RESPONSE_MODE_FRAGMENT },
	[RESPONSE_TYPE_ID_TOKEN_TOKEN] = { .name = "id_token token",
					   .mode = RESPONSE_MODE_FRAGMENT },
	[RESPONSE_TYPE_CODE_TOKEN] = { .name = "code token", .mode = RESPONSE_MODE_FRAGMENT },
	[RESPONSE_TYPE_CODE_ID_TOKEN_TOKEN] = { .name = "code id_token token",
						.mode = RESPONSE_MODE_FRAGMENT },
	[RESPONSE_TYPE_NONE] = { .name = "none", .mode = RESPONSE_MODE_QUERY },
};
static_assert(ARRAY_LEN(rows) == RESPONSE_TYPE_COUNT, "a row for each type");

const struct response_type_row *response_type_row(enum response_type type)
{
	ensure((unsigned)type < RESPONSE_TYPE_COUNT);
	return &rows[type];
}

enum { WORD_CODE = 1, WORD_ID_TOKEN = 2, WORD_TOKEN = 4, WORD_NONE = 8 };
static const struct {
	const char *word;
	unsigned bit;
} words[] = {
	{ "code", WORD_CODE },
	{ "id_token", WORD_ID_TOKEN },
	{ "token", WORD_TOKEN },
	{ "none", WORD_NONE },
};

static unsigned bit_of(struct slice word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (slice_equal(word, slice_str(words[i].word)))
			return words[i].bit;
	return 0;
}

/* 0: no set of words that are known, each of them once. */
static unsigned set_of(struct slice text)
{
	unsigned set = 0;
	struct slice word;
	/* RFC6749#3.1.1: the order of the words means nothing */
	while (slice_split(&text, ' ', &word)) {
		unsigned bit = bit_of(word);
		if (bit == 0 || (set & bit))
			return 0;
		set |= bit;
	}
	return set;
}

enum response_type response_type_parse(struct slice text)
{
	unsigned set = set_of(text);
	unsigned type = 0;
	if (set == 0)
		return RESPONSE_TYPE_COUNT;
	while (type < RESPONSE_TYPE_COUNT && set_of(slice_str(rows[type].name)) != set)
		type++;
	return (enum response_type)type;
}

bool response_type_listed(struct slice list, enum response_type type)
{
	struct slice name;
	while (slice_split(&list, ',', &name))
		if (response_type_parse(slice_trim(name)) == type)
			return true;
	return false;
}

bool response_type_gives(struct slice list, enum response_gives what)
{
	for (unsigned type = 0; type < RESPONSE_TYPE_COUNT; type++) {
		bool gives = what == RESPONSE_GIVES_CODE ? rows[type].gives_code
							 : rows[type].gives_id_token;
		if (gives && response_type_listed(list, (enum response_type)type))
			return true;
	}
	return false;
}
