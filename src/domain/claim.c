/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims of OIDC Core section 5.1 and 5.1.1, a row each with the check of its values. What an
 * application is told it believes, so a value that is none of its claim is refused when it is set,
 * not when it is read. */
#include "domain/claim.h"

#include <assert.h>

#include "base/ascii.h"
#include "base/ensure.h"
#include "domain/plain_text.h"

enum { LINE_MAX = 200, LINES_MAX = 500, URL_MAX = 1024, EMAIL_MAX = 254, LOCAL_PART_MAX = 64 };

typedef bool value_fn(struct slice value);

struct row {
	struct claim_row row;
	value_fn *is_one; /* NULL: nobody sets it */
	const char *fault;
};

/* --- values */

/* Lines of plain text, as an address is written on a letter. */
static bool is_lines(struct slice value)
{
	struct slice line;
	while (slice_split(&value, '\n', &line)) {
		if (!plain_text_is_line(line))
			return false;
	}
	return true;
}

static bool is_flag(struct slice value)
{
	return slice_equal(value, SLICE("true")) || slice_equal(value, SLICE("false"));
}

/* Printable ASCII without blanks and what RFC 3986 leaves out, behind https:// or http:// */
static bool is_url(struct slice value)
{
	size_t scheme = slice_has_prefix(value, SLICE("https://")) ? 8 : 7;
	if (scheme == 7 && !slice_has_prefix(value, SLICE("http://")))
		return false;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];
		if (c <= 0x20 || c >= 0x7f || slice_has_byte(SLICE("\"<>\\^`{|}"), c))
			return false;
	}
	return value.len > scheme &&
	       (ascii_is_letter(value.ptr[scheme]) || ascii_is_digit(value.ptr[scheme]) ||
		value.ptr[scheme] == '[');
}

/* OIDC#5.1: addr-spec of RFC 5322; of that, what people have: no quotes, no comments */
static bool is_email(struct slice value)
{
	struct slice local;
	struct slice domain = value;
	if (!slice_split(&domain, '@', &local) || !domain.ptr || slice_has_byte(domain, '@') ||
	    local.len == 0 || local.len > LOCAL_PART_MAX || domain.len == 0 ||
	    domain.ptr[0] == '.' || domain.ptr[domain.len - 1] == '.')
		return false;
	return plain_text_is_word(value) && !slice_has_byte(value, '"') &&
	       !slice_has_byte(value, '<') && !slice_has_byte(value, '>') &&
	       !slice_has_byte(value, '(') && !slice_has_byte(value, ',');
}

/* "9" stands for a digit, all else for itself */
static bool has_form(struct slice value, struct slice form)
{
	if (value.len != form.len)
		return false;
	for (size_t i = 0; i < form.len; i++) {
		bool fits = form.ptr[i] == '9' ? ascii_is_digit(value.ptr[i])
					       : value.ptr[i] == form.ptr[i];
		if (!fits)
			return false;
	}
	return true;
}

static int two_digits(struct slice value, size_t at)
{
	return (value.ptr[at] - '0') * 10 + (value.ptr[at + 1] - '0');
}

static bool is_day_of_month(int month, int day)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

/* OIDC#5.1: YYYY-MM-DD, or YYYY alone; 0000 for a year that is not told */
static bool is_birthdate(struct slice value)
{
	if (has_form(value, SLICE("9999")))
		return true;
	return has_form(value, SLICE("9999-99-99")) &&
	       is_day_of_month(two_digits(value, 5), two_digits(value, 8));
}

/* Letters and digits with these between them */
static bool is_name_of(struct slice value, struct slice joints)
{
	bool open = true;
	for (size_t i = 0; i < value.len; i++) {
		bool is_joint = slice_has_byte(joints, value.ptr[i]);
		if ((is_joint && open) ||
		    (!is_joint && !ascii_is_letter(value.ptr[i]) && !ascii_is_digit(value.ptr[i])))
			return false;
		open = is_joint;
	}
	return !open;
}

/* OIDC#5.1: a name of the time zone database, "Europe/Paris", "Etc/GMT+1" */
static bool is_zoneinfo(struct slice value)
{
	return ascii_is_letter(value.ptr[0]) && is_name_of(value, SLICE("/_-+"));
}

/* OIDC#5.1: a language tag of BCP 47; with an underscore, as some write it */
static bool is_locale(struct slice value)
{
	return ascii_is_letter(value.ptr[0]) && is_name_of(value, SLICE("-_"));
}

/* OIDC#5.1: E.164 is recommended; RFC 3966 gives the extension */
static bool is_phone_number(struct slice value)
{
	size_t digits = 0;
	for (size_t i = 0; i < value.len; i++) {
		if (!ascii_is_digit(value.ptr[i]) &&
		    !slice_has_byte(SLICE("+ -().;=ext"), value.ptr[i]))
			return false;
		digits += ascii_is_digit(value.ptr[i]);
	}
	return digits >= 3 &&
	       (ascii_is_digit(value.ptr[0]) || value.ptr[0] == '+' || value.ptr[0] == '(');
}

/* --- the table */

#define LINE_FAULT "It must be one line of text without control characters."
#define LINES_FAULT "It must be text without control characters other than line feeds."
#define URL_FAULT "It must be an address that begins with https:// or http://."
#define FLAG_FAULT "It must be true or false."

#define TEXT_CLAIM(claim) \
	{ \
		{ claim, NULL, "profile", CLAIM_TEXT, LINE_MAX }, plain_text_is_line, LINE_FAULT \
	}
#define URL_CLAIM(claim) \
	{ \
		{ claim, NULL, "profile", CLAIM_TEXT, URL_MAX }, is_url, URL_FAULT \
	}
#define FLAG_CLAIM(claim, scope) \
	{ \
		{ claim, NULL, scope, CLAIM_FLAG, 5 }, is_flag, FLAG_FAULT \
	}
#define ADDRESS_LINE(part) \
	{ \
		{ "address." part, part, "address", CLAIM_ADDRESS_PART, LINE_MAX }, \
			plain_text_is_line, LINE_FAULT \
	}
#define ADDRESS_LINES(part) \
	{ \
		{ "address." part, part, "address", CLAIM_ADDRESS_PART, LINES_MAX }, is_lines, \
			LINES_FAULT \
	}

/* OIDC#5.1, #5.1.1, #5.4 */
static const struct row rows[] = {
	TEXT_CLAIM("name"),
	TEXT_CLAIM("given_name"),
	TEXT_CLAIM("family_name"),
	TEXT_CLAIM("middle_name"),
	TEXT_CLAIM("nickname"),
	TEXT_CLAIM("preferred_username"),
	URL_CLAIM("profile"),
	URL_CLAIM("picture"),
	URL_CLAIM("website"),
	TEXT_CLAIM("gender"),
	{ { "birthdate", NULL, "profile", CLAIM_TEXT, 10 },
	  is_birthdate,
	  "It must be YYYY-MM-DD, or YYYY alone." },
	{ { "zoneinfo", NULL, "profile", CLAIM_TEXT, 64 },
	  is_zoneinfo,
	  "It must be the name of a time zone, such as Europe/Paris." },
	{ { "locale", NULL, "profile", CLAIM_TEXT, 64 },
	  is_locale,
	  "It must be a language tag, such as en-GB." },
	{ { "updated_at", NULL, "profile", CLAIM_NUMBER, 0 }, NULL, "It sets itself." },
	{ { "email", NULL, "email", CLAIM_TEXT, EMAIL_MAX },
	  is_email,
	  "It must be an e-mail address." },
	FLAG_CLAIM("email_verified", "email"),
	ADDRESS_LINES("formatted"),
	ADDRESS_LINES("street_address"),
	ADDRESS_LINE("locality"),
	ADDRESS_LINE("region"),
	ADDRESS_LINE("postal_code"),
	ADDRESS_LINE("country"),
	{ { "phone_number", NULL, "phone", CLAIM_TEXT, 50 },
	  is_phone_number,
	  "It must be a telephone number, such as +1 604 555 1234." },
	FLAG_CLAIM("phone_number_verified", "phone"),
};

static_assert(ARRAY_LEN(rows) <= CLAIM_MAX, "callers mark rows");

size_t claim_count(void)
{
	return ARRAY_LEN(rows);
}

const struct claim_row *claim_row(size_t index)
{
	ensure(index < ARRAY_LEN(rows));
	return &rows[index].row;
}

const char *claim_asked_as(const struct claim_row *row)
{
	return row->type == CLAIM_ADDRESS_PART ? "address" : row->name;
}

const struct claim_row *claim_find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (slice_equal(slice_str(rows[i].row.name), name))
			return &rows[i].row;
	}
	return NULL;
}

struct slice claim_fault(const struct claim_row *row, struct slice value)
{
	const struct row *whole = NULL;
	for (size_t i = 0; i < ARRAY_LEN(rows) && !whole; i++) {
		if (&rows[i].row == row)
			whole = &rows[i];
	}
	ensure(whole);
	if (!whole->is_one)
		return slice_str(whole->fault);
	if (value.len == 0 || value.len > row->most)
		return SLICE("It is too long, or empty.");
	return whole->is_one(value) ? SLICE_EMPTY : slice_str(whole->fault);
}

struct slice claim_value(const struct claim_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_equal(list->items[i].name, slice_str(name)))
			return list->items[i].value;
	}
	return SLICE_EMPTY;
}
