/* SPDX-License-Identifier: Apache-2.0
 *
 * Words about the options, made from their table: the lines of --help, the example file,
 * doorcode.conf(5). */
#include <string.h>

#include "config/option.h"

enum { HELP_COLUMN = 38, HELP_WIDTH = 96, WORDS_WIDTH = 76 };

/* Breaks `text` into lines that fit; what starts each line but the first is `indent`. */
struct wrap {
	FILE *out;
	const char *indent;
	size_t column; /* where the text begins */
	size_t width;
};

static void wrap_text(const struct wrap *wrap, struct slice text)
{
	size_t at = wrap->column;
	struct slice word;
	bool first = true;

	while (slice_word(&text, &word)) {
		if (!first && at + 1 + word.len > wrap->width) {
			fprintf(wrap->out, "\n%s", wrap->indent);
			at = wrap->column;
			first = true;
		}
		fprintf(wrap->out, "%s%.*s", first ? "" : " ", SLICE_ARG(word));
		at += word.len + (first ? 0 : 1);
		first = false;
	}
	fputc('\n', wrap->out);
}

static void print_dashed(const char *name, FILE *out)
{
	for (; *name != '\0'; name++)
		fputc(*name == '_' ? '-' : *name, out);
}

void config_print_help(FILE *out)
{
	AUTO(arena) struct arena *arena = arena_new();
	char indent[HELP_COLUMN + 1];
	struct wrap wrap = {
		.out = out, .indent = indent, .column = HELP_COLUMN, .width = HELP_WIDTH
	};

	memset(indent, ' ', HELP_COLUMN);
	indent[HELP_COLUMN] = '\0';
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &option_table[i];
		const char *word = option_value_word(option);
		size_t used = 2 + 2 + strlen(option->name) + 1 + strlen(word) + 2;

		if (option->heads != NULL)
			fprintf(out, "%s%s\n", i > 0 ? "\n" : "", option->heads);
		fputs("  --", out);
		print_dashed(option->name, out);
		fprintf(out, " %s  ", word);
		if (used > HELP_COLUMN)
			fprintf(out, "\n%s", indent);
		else
			fprintf(out, "%*s", (int)(HELP_COLUMN - used), "");
		wrap_text(&wrap, arena_printf(arena, "%s (default: %s)", option->help,
					      option_default_text(option)));
	}
}

/* The sentence of help with its capital letter and full stop. */
static struct slice sentence(const struct option *option, struct arena *arena)
{
	char first = option->help[0];

	if (first >= 'a' && first <= 'z')
		first = (char)(first - 'a' + 'A');
	return arena_printf(arena, "%c%s.", first, option->help + 1);
}

static struct slice limits(const struct option *option, struct arena *arena)
{
	struct slice range = option_range_text(option, arena);
	struct slice default_text = slice_str(option_default_text(option));

	if (option->type == OPTION_FLAG)
		range = SLICE("yes or no");
	if (slice_is_empty(range))
		return arena_printf(arena, "Default: %.*s.", SLICE_ARG(default_text));
	return arena_printf(arena, "Default: %.*s; %.*s.", SLICE_ARG(default_text),
			    SLICE_ARG(range));
}

/* Numbers, words and lists stand bare; texts stand in quotes. */
static struct slice file_line(const struct option *option, const char *value, struct arena *arena)
{
	bool quoted = option->type == OPTION_TEXT || option->type == OPTION_PATH ||
		      option_is_list(option);
	const char *quote = quoted && value[0] != '{' ? "\"" : "";

	return arena_printf(arena, "%s = %s%s%s", option->name, quote, value, quote);
}

void config_print_example(FILE *out)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct wrap wrap = { .out = out, .indent = "# ", .column = 2, .width = WORDS_WIDTH };

	fputs("# Options of doorcode, all at their defaults. doorcode.conf(5) has the same words.\n"
	      "# Check this file with: doorcode config check --config FILE\n"
	      "# The environment (DOORCODE_BASE_URL) and flags (--base-url) go before what stands here.\n",
	      out);
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &option_table[i];
		struct slice words = sentence(option, arena);
		struct slice range = limits(option, arena);

		if (option->heads != NULL)
			fprintf(out, "\n# --- %s ---\n", option->heads);
		fputs("\n# ", out);
		wrap_text(&wrap,
			  arena_printf(arena, "%.*s %.*s", SLICE_ARG(words), SLICE_ARG(range)));
		struct slice example = file_line(option, option->example, arena);

		fprintf(out, "# For example: %.*s\n", SLICE_ARG(example));
		/* A default that there is no text for is told in words above. */
		if (option->initial == NULL)
			continue;
		struct slice line = file_line(option, option->initial, arena);

		fprintf(out, "%.*s\n", SLICE_ARG(line));
	}
}

/* --- doorcode.conf(5)
 * -----------------------------------------------------------------------------------------------
 */

static const char manual_head[] =
	".\\\" SPDX-License-Identifier: Apache-2.0\n"
	".\\\" Made from src/config/options.def by: doorcode config show --manual\n"
	".TH DOORCODE.CONF 5 \"\" \"doorcode\" \"File formats\"\n"
	".nh\n"
	".ad l\n"
	".SH NAME\n"
	"doorcode.conf \\- options of the authorization server doorcode\n"
	".SH DESCRIPTION\n"
	"Every option can be given in three places, of growing weight:\n"
	".IP \\(bu 2\n"
	"the file named by\n"
	".BR \\-\\-config ,\n"
	"as\n"
	".BR \"base_url = \\(dqhttps://login.example.org\\(dq\" ;\n"
	".IP \\(bu 2\n"
	"the environment, as\n"
	".BR DOORCODE_BASE_URL=https://login.example.org ;\n"
	".IP \\(bu 2\n"
	"the command line, as\n"
	".B \\-\\-base\\-url https://login.example.org\n"
	"(with dashes or underscores;\n"
	".B \\-\\-insecure\\-http\n"
	"alone means yes).\n"
	".PP\n"
	"A name that is not known, and a value that cannot be right, are refused: each fault is printed with file and line, and\n"
	"the program does not start.\n"
	".B doorcode config check\n"
	"does the same and no more;\n"
	".B doorcode config show\n"
	"prints what is set and where.\n"
	".SS The file\n"
	"A line sets one option:\n"
	".PP\n"
	".RS 4\n"
	".EX\n"
	"name = value\n"
	"name = \\(dqsome text\\(dq\n"
	"name = {\\(dqone\\(dq, \\(dqtwo\\(dq}\n"
	".EE\n"
	".RE\n"
	".PP\n"
	"Comments start with # or //, or stand between /* and */.\n"
	"In text between double quotes\n"
	".B ${NAME}\n"
	"is the environment variable of that name, and a backslash takes the meaning from the next character; between single\n"
	"quotes nothing has a meaning.\n"
	"An option stands once.\n"
	"In the environment and on the command line the parts of a list are separated by commas or blanks; a flag may also be\n"
	"given several times.\n"
	".SS Values\n"
	".TP\n"
	".I seconds\n"
	"A number of seconds, or a number with\n"
	".BR s ,\n"
	".BR m ,\n"
	".B h\n"
	"or\n"
	".B d\n"
	"for seconds, minutes, hours and days.\n"
	".TP\n"
	".I network\n"
	"An address (192.0.2.1, 2001:db8::1), a network (10.0.0.0/8), or\n"
	".B unix\n"
	"for whoever comes over a unix socket.\n"
	".TP\n"
	".I yes or no\n"
	"Also true and false, on and off.\n"
	".SH OPTIONS\n";

static const char manual_tail[] =
	".SH FILES\n"
	"There is no file that is read without being named; the packages name\n"
	".IR /etc/doorcode/doorcode.conf .\n"
	".SH SEE ALSO\n"
	".BR doorcode (1),\n"
	".BR doorcode\\-serve (8),\n"
	".BR doorcode\\-config (8)\n";

/* A backslash, a dash and a quote mean themselves. */
static void print_roff(struct slice text, FILE *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '\\')
			fputs("\\e", out);
		else if (c == '"')
			fputs("\\(dq", out);
		else if (c == '-')
			fputs("\\-", out);
		else
			fputc(c, out);
	}
}

static void print_manual_option(const struct option *option, struct arena *arena, FILE *out)
{
	fprintf(out, ".TP\n.BI \"%s = \" \"", option->name);
	print_roff(slice_str(option_value_word(option)), out);
	fputs("\"\n", out);
	print_roff(sentence(option, arena), out);
	fputs("\n", out);
	print_roff(limits(option, arena), out);
	fputs("\n.br\nFor example:\n.B ", out);
	print_roff(file_line(option, option->example, arena), out);
	fputs("\n", out);
}

void config_print_manual(FILE *out)
{
	AUTO(arena) struct arena *arena = arena_new();

	fputs(manual_head, out);
	for (size_t i = 0; i < option_count; i++) {
		if (option_table[i].heads != NULL)
			fprintf(out, ".SS %s\n", option_table[i].heads);
		print_manual_option(&option_table[i], arena, out);
	}
	fputs(manual_tail, out);
}
