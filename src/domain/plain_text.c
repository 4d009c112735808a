/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that are shown to people, checked character by character against one table of refused
 * ranges. Marks that are rendered are left to the people who choose them; look-alikes across
 * scripts are not this file's business. */
#include "domain/plain_text.h"

#include "base/attr.h"

/* What a range is refused in: every text, or only in words. */
enum range_use { IN_ANY, IN_WORDS };

struct range {
	uint32_t first;
	uint32_t last;
	enum range_use use;
};

static const struct range refused[] = {
	{ 0x0000, 0x001f, IN_ANY },   /* C0 controls */
	{ 0x0020, 0x0020, IN_WORDS }, /* blank */
	{ 0x007f, 0x009f, IN_ANY },   /* DEL and C1 controls */
	{ 0x00a0, 0x00a0, IN_WORDS }, /* no-break space */
	{ 0x00ad, 0x00ad, IN_ANY },   /* soft hyphen */
	{ 0x034f, 0x034f, IN_WORDS }, /* grapheme joiner */
	{ 0x061c, 0x061c, IN_ANY },   /* Arabic letter mark */
	{ 0x115f, 0x1160, IN_WORDS }, /* Hangul fillers */
	{ 0x1680, 0x1680, IN_WORDS }, /* Ogham space */
	{ 0x180e, 0x180e, IN_ANY },   /* Mongolian vowel separator */
	{ 0x2000, 0x200a, IN_WORDS }, /* typographic spaces */
	{ 0x200b, 0x200b, IN_ANY },   /* zero-width space */
	{ 0x200c, 0x200d, IN_WORDS }, /* joiners */
	{ 0x200e, 0x200f, IN_ANY },   /* direction marks */
	{ 0x2028, 0x202e, IN_ANY },   /* line separators, direction embeddings and overrides */
	{ 0x202f, 0x202f, IN_WORDS }, /* narrow no-break space */
	{ 0x205f, 0x205f, IN_WORDS }, /* mathematical space */
	{ 0x2060, 0x206f, IN_ANY },   /* word joiner, direction isolates, deprecated formats */
	{ 0x2800, 0x2800, IN_WORDS }, /* blank Braille pattern */
	{ 0x3000, 0x3000, IN_WORDS }, /* ideographic space */
	{ 0x3164, 0x3164, IN_WORDS }, /* Hangul filler */
	{ 0xfeff, 0xfeff, IN_ANY },   /* zero-width no-break space */
	{ 0xffa0, 0xffa0, IN_WORDS }, /* half-width Hangul filler */
	{ 0xfff9, 0xfffb, IN_ANY },   /* annotation marks */
	{ 0xe0000, 0xe007f, IN_ANY }, /* tags */
};

/* Takes one character off text that is known to be well-formed UTF-8. */
static uint32_t next_char(struct slice *text)
{
	uint8_t lead = (uint8_t)text->ptr[0];
	size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	uint32_t c = more == 0 ? lead : lead & (0x3fu >> more);

	for (size_t i = 1; i <= more && i < text->len; i++)
		c = c << 6 | ((uint8_t)text->ptr[i] & 0x3fu);
	*text = slice_sub(*text, more + 1, text->len);
	return c;
}

static bool is_refused(uint32_t c, bool word)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		if (c >= refused[i].first && c <= refused[i].last)
			return word || refused[i].use == IN_ANY;
	}
	return false;
}

static bool is_plain(struct slice text, bool word)
{
	if (!slice_is_text(text, false))
		return false;
	while (text.len > 0) {
		if (is_refused(next_char(&text), word))
			return false;
	}
	return true;
}

bool plain_text_is_line(struct slice text)
{
	return is_plain(text, false);
}

bool plain_text_is_word(struct slice text)
{
	return is_plain(text, true);
}
