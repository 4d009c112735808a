/* SPDX-License-Identifier: Apache-2.0
 *
 * Two pairs of RSA that were made once, for tests that need one and are not about how it is made:
 * finding the primes takes longer than all the rest of such a test. */
#ifndef TESTS_SUPPORT_RSA_KEY_H
#define TESTS_SUPPORT_RSA_KEY_H

#include "crypto/jwk.h"

enum { RSA_KEY_COUNT = 2 };

/* As jwk_generate() gives it, but the same each time: pair `which`, below RSA_KEY_COUNT, to sign
 * with one algorithm of RSA. */
struct jwk *rsa_key(enum alg alg, size_t which);

#endif
