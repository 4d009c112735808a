/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over a kept corpus, without a fuzzer: every file of the folder that is named,
 * in any order, and one empty input. It is how the ordinary test run sees to it that an input that
 * once went wrong does not again. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *folder, const char *name, uint8_t *input)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return -1;
	size_t len = fread(input, 1, INPUT_MAX, file);
	(void)fclose(file);
	/* A block of exactly this size, so that the address sanitizer sees one byte too many. */
	uint8_t *exact = malloc(len > 0 ? len : 1);
	if (exact == NULL)
		return -1;
	for (size_t i = 0; i < len; i++)
		exact[i] = input[i];
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

static int replay_folder(const char *folder, DIR *dir)
{
	int inputs = 0;
	uint8_t *input = malloc(INPUT_MAX);
	for (struct dirent *entry = readdir(dir); input != NULL && entry != NULL;
	     entry = readdir(dir)) {
		if (entry->d_name[0] == '.')
			continue;
		if (replay_file(folder, entry->d_name, input) != 0) {
			printf("cannot read %s/%s\n", folder, entry->d_name);
			inputs = -1;
			break;
		}
		inputs++;
	}
	free(input);
	return inputs;
}

int main(int argc, char **argv)
{
	const uint8_t nothing = 0;
	LLVMFuzzerTestOneInput(&nothing, 0);
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	if (dir == NULL) {
		printf("no corpus folder: %s\n", argc == 2 ? argv[1] : "name one");
		return EXIT_FAILURE;
	}
	int inputs = replay_folder(argv[1], dir);
	closedir(dir);
	if (inputs <= 0)
		return EXIT_FAILURE;
	printf("%d inputs replayed\n", inputs);
	return EXIT_SUCCESS;
}
