// SPDX-License-Identifier: Apache-2.0
//
// `doorcode user set`, `user show` and `user list`: what is known about people (OIDC#5.1).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { migrated } from "./support/place.mjs";
import { password } from "./support/server.mjs";

describe("what is known about people", () => {
	let place;
	const show = () => place.json(["user", "show", "ada"]);

	before(async () => {
		place = await migrated();
		for (const name of ["ada", "bob"]) await place.done(["user", "add", name], `${password}\n`);
	});
	after(() => place.remove());

	it("is set, shown, listed and taken away", async () => {
		assert.deepEqual((await show()).claims, {});
		const done = await place.run(["user", "set", "ada", "name=Ada Lovelace", "email=ada@mail.example", "email_verified=true", "address.formatted=12 St James's\nLondon"]);
		assert.deepEqual([done.code, done.stdout], [0, "ada was changed.\n"]);
		const claims = { name: "Ada Lovelace", email: "ada@mail.example", email_verified: true, "address.formatted": "12 St James's\nLondon" };
		assert.deepEqual((await show()).claims, claims);
		const all = await place.json(["user", "list"]);
		assert.deepEqual(Object.fromEntries(all.map((each) => [each.name, each.claims])), { ada: claims, bob: {} });
		const { stdout } = await place.run(["user", "show", "ada"]);
		assert.match(stdout, /^name +Ada Lovelace$/m);
		assert.match(stdout, /^sub +[0-9A-Za-z]{22}$/m);
		await place.json(["user", "set", "ada", "email=", "email_verified="]);
		assert.deepEqual(Object.keys((await show()).claims), ["name", "address.formatted"]);
	});

	it("goes together with --admin", async () => {
		const user = await place.json(["user", "set", "ada", "nickname=Countess", "--admin", "yes"]);
		assert.equal(user.admin, true);
		assert.equal((await show()).claims.nickname, "Countess");
	});

	for (const [words, code, message] of [
		[["ada", "role=admin"], 1, /There is no claim named role/],
		[["ada", "sub=x"], 1, /There is no claim named sub/],
		[["ada", "email_verified=yes"], 1, /email_verified: It must be true or false/],
		[["ada", "website=javascript:alert(1)"], 1, /website: It must be an address/],
		[["ada", "updated_at=1"], 1, /updated_at: It sets itself/],
		[["ada", "middle_name=King", "birthdate=10/12/1815"], 1, /birthdate: It must be/],
		[["nobody", "name=x"], 1, /nobody/],
		[["ada", "name"], 2, /not of the form CLAIM=VALUE/],
		[["ada"], 2, /say what to set/],
		[["ada", "--admin", "perhaps"], 2, /yes or no/],
	])
		it(`user set ${words.join(" ")}: nothing is set`, async () => {
			const before = await show();
			const result = await place.run(["user", "set", ...words]);
			assert.equal(result.code, code, result.stderr);
			assert.match(result.stderr, message);
			assert.deepEqual(await show(), before);
		});
});
