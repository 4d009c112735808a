// SPDX-License-Identifier: Apache-2.0
//
// Resources and tickets on the command line: what is taken, shown and refused. What tokens become of resources is in the tests of the
// grants; what tickets are good for in those of registration and sign-up.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { isoTime, migrated } from "./support/place.mjs";

const api = "https://api.example/v1";

describe("resources", () => {
	let place, rs;
	before(async () => {
		place = await migrated();
		rs = await place.json(["app", "add", "--name", "API", "--type", "confidential", "--grant", "client-credentials"]);
	});
	after(() => place.remove());

	it("are added, listed and changed", async () => {
		const made = await place.json(["resource", "add", api, "--name", "Photos", "--scope", "email", "--scope", "openid", "--client", rs.client_id, "--format", "jwt", "--lifetime", "5m"]);
		const { created, ...rest } = made;
		assert.match(created, isoTime);
		assert.deepEqual(rest, { uri: api, name: "Photos", scopes: ["email", "openid"], client: rs.client_id, format: "jwt", lifetime: 300 });
		assert.deepEqual(await place.json(["resource", "list"]), [made]);
		assert.match(await place.done(["resource", "list"]), /https:\/\/api\.example\/v1 +Photos +email openid +\S+ +jwt +5m\n/);
		const changed = await place.json(["resource", "set", api, "--scope", "", "--client", "", "--format", "default", "--lifetime", "0"]);
		assert.deepEqual(changed, { ...made, scopes: [], client: null, format: "default", lifetime: 0 });
		assert.deepEqual(await place.json(["resource", "set", api, "--name", "Pictures"]), { ...changed, name: "Pictures" }, "the rest stays");
	});

	it("what makes no sense is refused, with words", async () => {
		const add = (uri, ...flags) => ["resource", "add", uri, "--name", "X", ...flags];
		await place.refused(1, /there is a resource .* already/, add(api));
		for (const uri of ["api", "/v1", "https://api.example/#x", "https://api.example/a b", "https:"]) await place.refused(1, /absolute URI without a fragment/, add(uri));
		await place.refused(1, /the name is for people/, ["resource", "add", "https://b.example/"]);
		await place.refused(1, /the name is for people/, add("https://b.example/", "--name", "a\nb"));
		await place.refused(1, /no scope named gold/, add("https://b.example/", "--scope", "gold"));
		await place.refused(1, /no application with the client_id nobody/, add("https://b.example/", "--client", "nobody"));
		const tv = await place.json(["app", "add", "--name", "TV", "--type", "public", "--grant", "device-code"]);
		await place.refused(1, /is a public client, which cannot prove who it is/, add("https://b.example/", "--client", tv.client_id));
		await place.refused(2, /--format is opaque, jwt/, add("https://b.example/", "--format", "xml"));
		await place.refused(2, /--lifetime is a number/, add("https://b.example/", "--lifetime", "long"));
		await place.refused(1, /--lifetime is 10s to 365d/, add("https://b.example/", "--lifetime", "5s"));
		await place.refused(2, /say what to set/, ["resource", "set", api]);
		await place.refused(1, /there is no resource/, ["resource", "set", "https://b.example/", "--name", "X"]);
		await place.refused(1, /there is no resource/, ["resource", "remove", "https://b.example/"]);
		assert.equal((await place.json(["resource", "list"])).length, 1, "nothing came of it");
	});

	it("are removed, and a client that served one may go", async () => {
		await place.json(["resource", "set", api, "--client", rs.client_id]);
		await place.done(["app", "remove", rs.client_id, "--yes"]);
		assert.equal((await place.json(["resource", "list"]))[0].client, null);
		assert.match(await place.done(["resource", "remove", api]), /was removed/);
		assert.match(await place.done(["resource", "list"]), /There are no resources/);
	});
});

describe("tickets", () => {
	let place;
	before(async () => (place = await migrated()));
	after(() => place.remove());

	it("are printed once, and listed by an id that is no secret", async () => {
		const made = await place.json(["ticket", "add", "registration", "--uses", "3", "--expires", "2h", "--note", "build farm"]);
		assert.match(made.ticket, /^dct_[0-9A-Za-z]{43}$/);
		assert.match(made.ticket_id, /^[0-9a-f]{16}$/);
		assert.equal(Date.parse(made.expires) - Date.parse(made.created), 7200000);
		const [listed] = await place.json(["ticket", "list"]);
		const { ticket, ...rest } = made;
		assert.deepEqual(listed, rest);
		const text = await place.done(["ticket", "add", "sign-up"]);
		assert.match(text, /^dct_[0-9A-Za-z]{43}\n\(It is shown this once; only its hash is kept\. Good for 1 use until /);
		assert.ok(!(await place.done(["ticket", "list"])).includes("dct_"));
		const bytes = await place.store.bytes();
		for (const secret of [ticket, text.slice(0, 47)]) assert.ok(!bytes.includes(secret), "the database does not hold it");
	});

	it("what makes no sense is refused, with words", async () => {
		await place.refused(2, /for registration or for sign-up/, ["ticket", "add", "entry"]);
		await place.refused(2, /something is missing/, ["ticket", "add"]);
		for (const uses of ["0", "-1", "1000001"]) await place.refused(1, /--uses is 1 to 1000000/, ["ticket", "add", "sign-up", `--uses=${uses}`]);
		await place.refused(2, /--uses is a number/, ["ticket", "add", "sign-up", "--uses", "many"]);
		await place.refused(2, /--expires is a number/, ["ticket", "add", "sign-up", "--expires", "later"]);
		for (const expires of ["0", "4000d"]) await place.refused(1, /--expires is 1s to 3650d/, ["ticket", "add", "sign-up", "--expires", expires]);
		await place.refused(1, /--note is one line/, ["ticket", "add", "sign-up", "--note", "a\nb"]);
		await place.refused(1, /there is no ticket/, ["ticket", "remove", "0000000000000000"]);
	});

	it("are removed, and the log of events says so", async () => {
		const tickets = await place.json(["ticket", "list"]);
		for (const { ticket_id } of tickets) await place.done(["ticket", "remove", ticket_id]);
		assert.match(await place.done(["ticket", "list"]), /There are no tickets/);
		const bytes = await place.store.bytes();
		for (const { kind, ticket_id } of tickets) assert.ok(bytes.includes(`${kind} ${ticket_id}, command line`), ticket_id);
	});
});
