/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks a setting up in its line of text, and puts one there. The table of settings is
 * client_setting_rows.c. A value holds no line end, so a line can be neither ended nor begun by
 * what a client says of itself. */
#include "domain/client_setting.h"

#include <string.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/encode.h"
#include "crypto/hash.h"
#include "domain/client.h"
#include "domain/client_jwks.h"
#include "domain/redirect_uri.h"

enum { NUMBER_DIGITS_MAX = 12 };

/* The value in `line` when it is this setting's. */
static bool line_value(struct slice line, struct slice name, struct slice *value)
{
	if (line.len <= name.len || line.ptr[name.len] != '=' || !slice_has_prefix(line, name))
		return false;
	*value = slice_sub(line, name.len + 1, line.len);
	return true;
}

struct slice client_setting_get(struct slice settings, enum client_setting setting)
{
	const struct client_setting_row *row = client_setting_row(setting);
	struct slice name = slice_str(row->name);
	struct slice line;
	struct slice value;
	while (slice_split(&settings, '\n', &line))
		if (line_value(line, name, &value))
			return value;
	return slice_str(row->initial);
}

bool client_setting_equals(struct slice settings, enum client_setting setting, const char *value)
{
	return slice_equal(client_setting_get(settings, setting), slice_str(value));
}

bool client_setting_is(struct slice settings, enum client_setting setting)
{
	return client_setting_equals(settings, setting, "true");
}

/* --- values */

/* What is asked of one value: `*out` is the value in the form in which it is kept. */
struct check {
	struct arena *arena;
	const struct client_setting_row *row;
	struct slice value;
	struct slice *out;
};

static struct slice check_text(const struct check *check)
{
	*check->out = check->value;
	return SLICE_EMPTY;
}

static bool is_choice(const struct client_setting_row *row, struct slice value)
{
	for (const char *const *choice = row->choices; *choice; choice++)
		if (slice_equal(value, slice_str(*choice)))
			return true;
	return false;
}

static struct slice one_of(const struct check *check)
{
	struct buf words;
	buf_init_arena(&words, check->arena, 1024);
	buf_addf(&words, "%s is one of:", check->row->name);
	const char *mark = " ";
	for (const char *const *choice = check->row->choices; *choice; choice++) {
		if (**choice == '\0')
			continue;
		buf_addf(&words, "%s%s", mark, *choice);
		mark = ", ";
	}
	return buf_slice(&words);
}

static struct slice check_choice(const struct check *check)
{
	*check->out = check->value;
	return is_choice(check->row, check->value) ? SLICE_EMPTY : one_of(check);
}

/* "id_token code" is "code id_token": RFC6749#3.1.1, the order of values does not matter */
static struct slice two_words_sorted(struct arena *arena, struct slice text)
{
	struct slice rest = text;
	struct slice first;
	struct slice second;
	struct slice more;
	if (!slice_word(&rest, &first) || !slice_word(&rest, &second) || slice_word(&rest, &more))
		return slice_trim(text);
	size_t shorter = first.len < second.len ? first.len : second.len;
	int order = strncmp(first.ptr, second.ptr, shorter);
	bool swap = order > 0 || (order == 0 && first.len > second.len);
	return arena_printf(arena, "%.*s %.*s", SLICE_ARG(swap ? second : first),
			    SLICE_ARG(swap ? first : second));
}

static struct slice check_choices(const struct check *check)
{
	struct slice rest = check->value;
	struct slice part;
	struct buf list;
	buf_init_arena(&list, check->arena, check->row->most);
	while (slice_split(&rest, ',', &part)) {
		part = two_words_sorted(check->arena, part);
		if (!is_choice(check->row, part))
			return one_of(check);
		if (slice_has_part(buf_slice(&list), ',', part))
			continue;
		buf_add_part(&list, ',', part);
	}
	*check->out = buf_slice(&list);
	return SLICE_EMPTY;
}

static struct slice check_words(const struct check *check)
{
	struct slice rest = check->value;
	struct slice word;
	struct buf list;
	buf_init_arena(&list, check->arena, check->row->most);
	while (slice_word(&rest, &word))
		buf_add_part(&list, ' ', word);
	*check->out = buf_slice(&list);
	return SLICE_EMPTY;
}

static struct slice check_number(const struct check *check)
{
	int64_t number;
	bool fits = check->value.len <= NUMBER_DIGITS_MAX &&
		    slice_parse_int64(check->value, &number) == ERR_OK && number >= 0;
	if (!fits)
		return arena_printf(check->arena, "%s is a number that is not negative.",
				    check->row->name);
	*check->out = arena_printf(check->arena, "%lld", (long long)number);
	return SLICE_EMPTY;
}

static struct slice check_url(const struct check *check)
{
	enum redirect_uri_fault fault = redirect_uri_check(check->value);
	*check->out = check->value;
	if (fault != REDIRECT_URI_FINE)
		return redirect_uri_fault_text(fault);
	struct slice scheme;
	struct slice rest = check->value;
	(void)slice_split(&rest, ':', &scheme);
	if (slice_equal_nocase(scheme, SLICE("https")) || slice_equal_nocase(scheme, SLICE("http")))
		return SLICE_EMPTY;
	return arena_printf(check->arena, "%s is an https URL.", check->row->name);
}

static struct slice check_address(const struct check *check)
{
	struct address address;
	char text[ADDRESS_TEXT_MAX];
	if (address_parse(check->value, &address) != ERR_OK)
		return arena_printf(check->arena, "%s is an IP address.", check->row->name);
	*check->out = arena_slice(check->arena, address_text(&address, text));
	return SLICE_EMPTY;
}

static struct slice check_set(const struct check *check)
{
	struct slice why = SLICE_EMPTY;
	enum err err = client_jwks_check(check->arena, check->value, check->out, &why);
	return err == ERR_OK ? SLICE_EMPTY : why;
}

static struct slice check_hash(const struct check *check)
{
	struct hash hash;
	*check->out = check->value;
	return decode_hex(check->value, hash.bytes, HASH_BYTES) == ERR_OK
		       ? SLICE_EMPTY
		       : arena_printf(check->arena, "%s is 64 hexadecimal digits.",
				      check->row->name);
}

/* A sentence of what is wrong; "" when nothing is. */
static struct slice (*const checks[])(const struct check *check) = {
	[SETTING_TEXT] = check_text,     [SETTING_FLAG] = check_choice,
	[SETTING_CHOICE] = check_choice, [SETTING_CHOICES] = check_choices,
	[SETTING_WORDS] = check_words,   [SETTING_NUMBER] = check_number,
	[SETTING_HTTPS_URL] = check_url, [SETTING_ADDRESS] = check_address,
	[SETTING_JSON_SET] = check_set,  [SETTING_HASH] = check_hash,
};

static struct slice check_value(const struct check *check)
{
	/* A document may come on several lines, and is kept on one. */
	bool lines = check->row->kind == SETTING_JSON_SET;
	if (!slice_is_text(check->value, lines))
		return arena_printf(check->arena, "%s is UTF-8 without control characters.",
				    check->row->name);
	if (!lines && check->value.len > check->row->most)
		return arena_printf(check->arena, "%s may have %zu bytes at most.",
				    check->row->name, check->row->most);
	struct slice why = checks[check->row->kind](check);
	if (slice_is_empty(why) && check->out->len > check->row->most)
		return arena_printf(check->arena, "%s may have %zu bytes at most.",
				    check->row->name, check->row->most);
	return why;
}

/* --- the text */

static void add_line(struct buf *text, enum client_setting setting, struct slice value)
{
	const char *name = client_setting_row(setting)->name;
	if (slice_is_empty(value) ||
	    slice_equal(value, slice_str(client_setting_row(setting)->initial)))
		return;
	buf_addf(text, "%s%s=", text->len > 0 ? "\n" : "", name);
	buf_add(text, value);
}

/* Written anew in the order of the table: two clients with the same settings have the same text. */
static bool rewrite(struct arena *arena, struct slice settings, enum client_setting setting,
		    struct slice value, struct slice *out)
{
	struct buf text;
	buf_init_arena(&text, arena, CLIENT_SETTINGS_MAX);
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		enum client_setting each = (enum client_setting)i;
		add_line(&text, each, each == setting ? value : client_setting_get(settings, each));
	}
	*out = buf_slice(&text);
	return buf_is_whole(&text);
}

enum err client_setting_put(struct arena *arena, struct slice *settings,
			    enum client_setting setting, struct slice value, struct slice *why)
{
	struct slice kept = SLICE_EMPTY;
	struct slice text;
	const struct check check = { arena, client_setting_row(setting), slice_trim(value), &kept };
	*why = SLICE_EMPTY;
	if (!slice_is_empty(check.value))
		*why = check_value(&check);
	if (!slice_is_empty(*why))
		return ERR_INVALID;
	if (!rewrite(arena, *settings, setting, kept, &text)) {
		*why = SLICE("All settings of a client together are too long.");
		return ERR_INVALID;
	}
	*settings = text;
	return ERR_OK;
}
