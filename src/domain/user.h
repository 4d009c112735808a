/* SPDX-License-Identifier: Apache-2.0
 *
 * People, and the rules for their names and passwords. */
#ifndef DOMAIN_USER_H
#define DOMAIN_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "domain/id.h"

enum { USER_NAME_MAX = 150, USER_PASSWORD_MAX = 1024 /* bytes */ };

struct user {
	struct id id; /* sub */
	struct slice name;
	bool admin;
	bool enabled;
	int64_t created;
	int64_t last_sign_in; /* 0: never */
};

struct user_list {
	struct user *items;
	size_t count;
};

/* 1 to 150 bytes of UTF-8 without blanks, controls, '/', '<', '>', '"'. */
bool user_name_is_valid(struct slice name);
/* The form in which names are compared and are unique: ASCII letters folded to lower case. */
struct slice user_name_fold(struct arena *arena, struct slice name);

enum password_fault {
	PASSWORD_FINE = 0,
	PASSWORD_TOO_SHORT, /* fewer than `minimum` characters (UTF-8) */
	PASSWORD_TOO_LONG,
	PASSWORD_IS_NAME, /* equal to the name without regard to case */
	PASSWORD_COMMON,  /* in the list of common passwords */
	PASSWORD_FAULT_COUNT
};
/* No rules of composition; length and the list alone. ASVS 6.2 */
enum password_fault user_password_check(struct slice name, struct slice password, unsigned minimum);
/* A sentence for people. */
struct slice password_fault_text(enum password_fault fault);

#endif
