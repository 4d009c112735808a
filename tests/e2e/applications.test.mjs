// SPDX-License-Identifier: Apache-2.0
//
// A person's own applications: registering, changing and deleting them, their secrets, and who may see which.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { applicationPath, grantsOf, openForm, register, registered, rowsOf, secretIn } from "./support/applications.mjs";
import { Browser, formFields, unescapeHtml } from "./support/browser.mjs";
import { assertError, authorizeDevice, newGrant } from "./support/device.mjs";
import { wholeLog } from "./support/log.mjs";
import { password, startServer } from "./support/server.mjs";

const month = 30 * 86400;

describe("applications", () => {
	let server, ada, bea, root;

	before(async () => {
		server = await startServer({ moved: true, flags: { cap_exempt: "127.0.0.0/8", session_idle: month, session_absolute: 12 * month } });
		await server.addUser("ada");
		await server.addUser("bea");
		await server.addUser("root", "--admin");
		[ada, bea, root] = ["ada", "bea", "root"].map(() => new Browser(server));
		await ada.signIn("ada", password);
		await bea.signIn("bea", password);
		await root.signIn("root", password);
	});
	after(() => server.close());

	describe("registering", () => {
		it("a public one: the client id shown before saving is the one that works", async () => {
			const { client_id, response } = await register(ada, { name: "Kitchen display" });
			assert.equal(response.status, 303);
			const page = await ada.get(response.headers.get("location"));
			assert.equal(page.status, 200);
			assert.match(page.html, /Kitchen display/);
			assert.ok(page.html.includes(client_id));
			assert.equal(secretIn(page.html), undefined);
			assert.equal((await authorizeDevice(server, { client_id })).status, 200);
		});

		it("shows a fresh client id each time", async () => {
			const ids = new Set();
			for (let i = 0; i < 5; i++) ids.add((await openForm(ada)).fields.client_id);
			assert.equal(ids.size, 5);
			for (const id of ids) assert.match(id, /^[0-9A-Za-z]{22}$/);
		});

		it("several grant types, by the names of the form and by those of the wire", async () => {
			const made = await registered(ada, {
				name: "Everything",
				client_type: "confidential",
				authorization_grant_type: ["device-code", "authorization-code", "client-credentials"],
				redirect_uris: "https://one.example/cb\r\ncom.example.app:/cb",
			});
			const { html } = await ada.get(made.path);
			for (const words of ["Device code", "Authorization code", "Client credentials", "https://one.example/cb", "com.example.app:/cb"])
				assert.ok(html.includes(words), words);
			const update = await ada.get(`${made.path}update/`);
			assert.deepEqual(grantsOf(update.html), ["device-code", "authorization-code", "client-credentials"]);
			const wire = await registered(ada, { name: "By wire", authorization_grant_type: ["urn:ietf:params:oauth:grant-type:device_code"] });
			assert.match((await ada.get(wire.path)).html, /Device code/);
		});

		it("what asks no person is for an administrator to allow, and stays when its owner changes the rest", async () => {
			const wanted = { name: "Go-between", client_type: "confidential" };
			for (const grant of ["token-exchange", "jwt-bearer"]) {
				assert.ok(!(await openForm(ada)).html.includes(`value="${grant}"`), grant);
				const { response, html } = await register(ada, { ...wanted, authorization_grant_type: ["device-code", grant] });
				assert.equal(response.status, 400);
				assert.ok(unescapeHtml(html).includes(`${grant} is for an administrator to allow.`), grant);
			}
			const { path } = await registered(ada, wanted);
			const allow = await openForm(root, `${path}update/`);
			const grants = ["device-code", "token-exchange"];
			assert.equal((await root.postForm(allow.action, allow.with({ ...wanted, enabled: "on", authorization_grant_type: grants }))).status, 303);
			const own = await openForm(ada, `${path}update/`);
			assert.deepEqual(grantsOf(own.html), grants);
			assert.equal((await ada.postForm(own.action, own.with({ ...wanted, name: "Between", authorization_grant_type: grants }))).status, 303);
			assert.deepEqual(grantsOf((await ada.get(`${path}update/`)).html), grants);
			const more = await ada.postForm(own.action, (await openForm(ada, `${path}update/`)).with({ ...wanted, authorization_grant_type: [...grants, "jwt-bearer"] }));
			assert.equal(more.status, 400);
		});

		it("what people are called by an application stays, whatever its owner changes [OIDC#8.1]", async () => {
			const web = { name: "Shop", authorization_grant_type: "authorization-code", redirect_uris: "https://one.example/cb" };
			const { client_id, path } = await registered(ada, web);
			await server.cliJson(["app", "set", client_id, "--subject-type", "pairwise"]);
			const change = async (redirect_uris) => {
				const form = await openForm(ada, `${path}update/`);
				return ada.postForm(form.action, form.with({ ...web, redirect_uris }));
			};
			const refused = await change("https://two.example/cb");
			assert.equal(refused.status, 400);
			assert.match(await refused.text(), /an administrator has to change that/);
			assert.equal((await change("https://one.example/other")).status, 303);
		});

		it("a confidential one: the secret is shown once, never again, and only its MAC is stored", async () => {
			const { client_id, response, html } = await register(ada, { name: "Back room", client_type: "confidential" });
			assert.equal(response.status, 201);
			assert.match(response.headers.get("cache-control"), /no-store/);
			const secret = secretIn(html);
			assert.match(secret, /^dcs_[0-9A-Za-z]{43}$/);
			assert.equal((await authorizeDevice(server, { client_id, client_secret: secret })).status, 200);
			assertError(await authorizeDevice(server, { client_id }), 401, "invalid_client");
			const path = await applicationPath(ada, client_id);
			for (const page of [path, `${path}update/`, `${path}delete/`, "/o/applications/"])
				assert.equal((await ada.get(page)).html.includes(secret.slice(4)), false, page);
			assert.equal((await root.get(path)).html.includes(secret.slice(4)), false);
			const bytes = await server.store.bytes();
			for (const form of [secret, secret.slice(4), Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64")])
				assert.equal(bytes.includes(form), false);
			assert.equal((await wholeLog(server)).includes(secret), false);
		});

		it("the same form sent twice makes one application", async () => {
			const form = await openForm(ada);
			const first = await ada.postForm(form.action, form.with({ name: "Sent twice" }));
			const second = await ada.postForm(form.action, form.with({ name: "Sent twice again" }));
			assert.deepEqual([first.status, second.status], [303, 400]);
			assert.match(await second.text(), /stale|again/i);
			const list = rowsOf((await ada.get("/o/applications/")).html).filter((row) => row.client_id === form.fields.client_id);
			assert.deepEqual(list.map((row) => row.name), ["Sent twice"]);
		});

		it("the same form sent twice at once makes one application", async () => {
			const form = await openForm(ada);
			const answers = await Promise.all([1, 2, 3, 4].map(() => ada.postForm(form.action, form.with({ name: "Hasty" }))));
			assert.deepEqual(answers.map((answer) => answer.status).sort(), [303, 400, 400, 400]);
		});

		it("shows a hostile name as text", async () => {
			const name = `<script>alert("1")</script> & 'co'`;
			const made = await registered(ada, { name });
			const { html } = await ada.get(made.path);
			assert.doesNotMatch(html, /<script/);
			assert.ok(unescapeHtml(html).includes(name));
		});
	});

	describe("the client id", () => {
		const tampered = [
			["another value", (form) => ({ client_id: "i-chose-this-one" })],
			["an empty value", () => ({ client_id: "" })],
			["one character changed", (form) => ({ client_id: form.fields.client_id.replace(/^./, (c) => (c === "a" ? "b" : "a")) })],
			["no proof", () => ({ client_id_proof: "" })],
			["a made-up proof", () => ({ client_id_proof: `${Math.floor(Date.now() / 1000)}.${"A".repeat(22)}` })],
			["a proof with another time", (form) => ({ client_id_proof: form.fields.client_id_proof.replace(/^\d+/, (time) => `${Number(time) - 1}`) })],
			["the proof of another form", async () => ({ client_id_proof: (await openForm(ada)).fields.client_id_proof })],
		];
		for (const [name, change] of tampered)
			it(`with ${name} is refused, and nothing is registered`, async () => {
				const form = await openForm(ada);
				const changes = { name: "Tampered", ...(await change(form)) };
				const response = await ada.postForm(form.action, form.with(changes));
				assert.equal(response.status, 400);
				assert.doesNotMatch((await ada.get("/o/applications/")).html, /Tampered/);
				const client_id = changes.client_id ?? form.fields.client_id;
				if (client_id) assertError(await authorizeDevice(server, { client_id }), 401, "invalid_client");
			});

		it("of somebody else's form is refused", async () => {
			const [mine, hers] = [await openForm(ada), await openForm(bea)];
			const { client_id, client_id_proof } = hers.fields;
			const response = await ada.postForm(mine.action, mine.with({ name: "Hers", client_id, client_id_proof }));
			assert.equal(response.status, 400);
			assertError(await authorizeDevice(server, { client_id }), 401, "invalid_client");
		});

		it("of another session of the same person is refused", async () => {
			const other = new Browser(server);
			await other.signIn("ada", password);
			const [mine, there] = [await openForm(ada), await openForm(other)];
			const { client_id, client_id_proof } = there.fields;
			assert.equal((await ada.postForm(mine.action, mine.with({ name: "There", client_id, client_id_proof }))).status, 400);
		});

		it("of a form that was open for more than a day is refused; for a day it is taken", async () => {
			const [early, late] = [await openForm(ada), await openForm(ada)];
			server.clock.advance(86000);
			assert.equal((await ada.postForm(early.action, early.with({ name: "In time" }))).status, 303);
			server.clock.advance(1000);
			assert.equal((await ada.postForm(late.action, late.with({ name: "Too late" }))).status, 400);
		});

		it("cannot be changed afterwards", async () => {
			const made = await registered(ada, { name: "Steady" });
			const form = await openForm(ada, `${made.path}update/`);
			assert.equal((await ada.postForm(form.action, form.with({ name: "Steady", client_id: "other" }))).status, 303);
			assert.equal((await authorizeDevice(server, { client_id: made.client_id })).status, 200);
			assertError(await authorizeDevice(server, { client_id: "other" }), 401, "invalid_client");
		});
	});

	describe("errors beside their fields", () => {
		const wrong = [
			["no name", { name: "" }, "name"],
			["a blank name", { name: "   " }, "name"],
			["a name of 201 bytes", { name: "n".repeat(201) }, "name"],
			["a name that runs backwards", { name: "a\u202eb" }, "name"],
			["no client type", { client_type: "" }, "client_type"],
			["an unknown client type", { client_type: "secret" }, "client_type"],
			["no grant type", { authorization_grant_type: [] }, "authorization_grant_type"],
			["the password grant [RFC9700#2.4]", { authorization_grant_type: ["password"] }, "authorization_grant_type"],
			["the implicit grant [RFC9700#2.1.2]", { authorization_grant_type: ["implicit"] }, "authorization_grant_type"],
			["the password grant beside a good one", { authorization_grant_type: ["device-code", "password"] }, "authorization_grant_type"],
			["openid-hybrid", { authorization_grant_type: ["openid-hybrid"] }, "authorization_grant_type"],
			["an unknown grant type", { authorization_grant_type: ["telepathy"] }, "authorization_grant_type"],
			["client credentials for a public client [RFC6749#4.4]", { authorization_grant_type: ["client-credentials"] }, "authorization_grant_type"],
			["the code grant without a redirect URI [RFC6749#3.1.2.2]", { authorization_grant_type: ["authorization-code"] }, "redirect_uris"],
			["a relative redirect URI [RFC6749#3.1.2]", { redirect_uris: "/callback" }, "redirect_uris"],
			["a redirect URI with a fragment [RFC6749#3.1.2]", { redirect_uris: "https://a.example/#x" }, "redirect_uris"],
			["a redirect URI with plain http [RFC9700#2.6]", { redirect_uris: "http://a.example/cb" }, "redirect_uris"],
			["a redirect URI with a wildcard [RFC9700#2.1]", { redirect_uris: "https://*.example/cb" }, "redirect_uris"],
			["a redirect URI with a user name", { redirect_uris: "https://a@b.example/" }, "redirect_uris"],
			["a javascript: URI", { redirect_uris: "javascript:alert(1)" }, "redirect_uris"],
			["a bad URI after a good one", { redirect_uris: "https://a.example/cb\nftp//x" }, "redirect_uris"],
			["a bad URI after sign-out", { post_logout_redirect_uris: "nowhere" }, "post_logout_redirect_uris"],
			["an origin with a path", { allowed_origins: "https://a.example/app" }, "allowed_origins"],
			["HS256", { algorithm: "HS256" }, "algorithm"],
			["no signature", { algorithm: "none" }, "algorithm"],
			["an unknown scope", { allowed_scopes: "openid everything" }, "allowed_scopes"],
			["a default scope that is not allowed", { allowed_scopes: "openid", default_scopes: "email" }, "default_scopes"],
		];
		for (const [name, change, field] of wrong)
			it(`${name}: 400, the sentence, what was typed, and the same client id`, async () => {
				const form = await openForm(ada);
				const values = { name: "Faulty one", redirect_uris: "https://kept.example/", ...change };
				if (change.authorization_grant_type?.[0] === "authorization-code") values.redirect_uris = "";
				const response = await ada.postForm(form.action, form.with(values));
				const html = await response.text();
				assert.equal(response.status, 400);
				assert.match(html, new RegExp(`id="${field}-error"`));
				assert.match(html, new RegExp(`href="#${field}"`), "the summary leads to the field");
				assert.match(html, /<title>Error: /);
				assert.equal(formFields(html, "/o/applications/register").fields.client_id, form.fields.client_id);
				if (field !== "name") assert.equal(formFields(html, "/o/applications/register").fields.name, "Faulty one");
				if (field !== "redirect_uris") assert.ok(html.includes("https://kept.example/"));
				assertError(await authorizeDevice(server, { client_id: form.fields.client_id }), 401, "invalid_client");
			});

		it("a control character in any field: the whole form is refused", async () => {
			for (const field of ["name", "redirect_uris", "client_type"]) {
				const form = await openForm(ada);
				const response = await ada.postForm(form.action, form.with({ name: "Bell", [field]: "a\u0007b" }));
				assert.equal(response.status, 400);
				assertError(await authorizeDevice(server, { client_id: form.fields.client_id }), 401, "invalid_client");
			}
		});

		it("mended on the page that shows them, the form is taken", async () => {
			const form = await openForm(ada);
			const refused = await ada.postForm(form.action, form.with({ name: "" }));
			const { action, fields } = formFields(await refused.text(), "/o/applications/register");
			const again = await ada.postForm(action, form.with({ ...fields, name: "Mended" }));
			assert.equal(again.status, 303);
			assert.equal((await authorizeDevice(server, { client_id: form.fields.client_id })).status, 200);
		});

		it("the same rules hold when an application is changed", async () => {
			const made = await registered(ada, { name: "Changing" });
			const form = await openForm(ada, `${made.path}update/`);
			const response = await ada.postForm(form.action, form.with({ name: "Changed", authorization_grant_type: ["password"] }));
			assert.equal(response.status, 400);
			assert.match(await response.text(), /id="authorization_grant_type-error"/);
			assert.match((await ada.get(made.path)).html, /Changing/);
		});
	});

	describe("list, change, delete", () => {
		it("the list has one's own, with name and client id", async () => {
			const made = await registered(bea, { name: "Bea's printer" });
			const row = rowsOf((await bea.get("/o/applications/")).html).find((each) => each.client_id === made.client_id);
			assert.equal(row.name, "Bea's printer");
			assert.equal(rowsOf((await ada.get("/o/applications/")).html).some((each) => each.client_id === made.client_id), false);
		});

		it("a change holds with the next request", async () => {
			const made = await registered(ada, { name: "Old name", allowed_scopes: "openid" });
			assertError(await authorizeDevice(server, { client_id: made.client_id, scope: "email" }), 400, "invalid_scope");
			const form = await openForm(ada, `${made.path}update/`);
			assert.equal((await ada.postForm(form.action, form.with({ name: "New name", allowed_scopes: "openid email" }))).status, 303);
			assert.match((await ada.get(made.path)).html, /New name/);
			assert.equal((await authorizeDevice(server, { client_id: made.client_id, scope: "email" })).status, 200);
		});

		it("a change on a stale form is 409, and the other one stays", async () => {
			const made = await registered(ada, { name: "Contested" });
			const [first, second] = [await openForm(ada, `${made.path}update/`), await openForm(ada, `${made.path}update/`)];
			assert.equal((await ada.postForm(first.action, first.with({ name: "First" }))).status, 303);
			assert.equal((await ada.postForm(second.action, second.with({ name: "Second" }))).status, 409);
			const { html } = await ada.get(made.path);
			assert.match(html, /First/);
			assert.doesNotMatch(html, /Second/);
			for (const version of ["", "x", "99999999999999999999", "-1"])
				assert.ok([400, 409].includes((await ada.postForm(first.action, first.with({ name: "Third", version }))).status), version);
		});

		it("an administrator says that nobody is asked; what its owner makes of it is asked again", async () => {
			const made = await registered(ada, { name: "Portal", authorization_grant_type: ["authorization-code"], redirect_uris: "https://portal.example/cb" });
			const settings = async () => (await server.cliJson(["app", "show", made.client_id])).settings;
			const change = async (browser, values) => {
				const form = await openForm(browser, `${made.path}update/`);
				const response = await browser.postForm(form.action, form.with({ authorization_grant_type: ["authorization-code"], redirect_uris: "https://portal.example/cb", ...values }));
				assert.equal(response.status, 303, await response.text());
			};
			const own = await openForm(ada, `${made.path}update/`);
			assert.ok(!own.html.includes("skip_authorization"), "it is not for the owner to say");
			await change(ada, { skip_authorization: "yes" });
			assert.deepEqual(await settings(), {});
			await change(root, { skip_authorization: "yes", enabled: "yes", reviewed: "yes" });
			assert.deepEqual(await settings(), { skip_authorization: "true" });
			assert.match((await root.get(`${made.path}update/`)).html, /name="skip_authorization" value="yes" checked/);
			assert.match((await ada.get(made.path)).html, /skip_authorization/, "its owner sees it");
			await change(ada, { redirect_uris: "https://evil.example/cb" });
			assert.deepEqual(await settings(), {}, "another address is another application");
		});

		it("shows what the command line has said of it", async () => {
			const made = await registered(ada, { name: "Batch", client_type: "confidential" });
			await server.cliJson(["app", "set", made.client_id, "--access-token-format", "jwt", "--client-uri", "https://batch.example/?a=<b>".replace(/[<>]/g, "")]);
			const { html } = await ada.get(made.path);
			for (const words of ["access_token_format", "jwt", "https://batch.example/?a=b"]) assert.ok(html.includes(words), words);
			const key = JSON.stringify({ keys: [{ kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }] });
			await server.cliJson(["app", "set", made.client_id, "--token-endpoint-auth-method", "private_key_jwt", "--jwks", key]);
			assert.ok(!(await ada.get(made.path)).html.includes("rotate_secret"), "it needs no secret");
			const form = await openForm(ada, `${made.path}update/`);
			const refused = await ada.postForm(form.action, form.with({ client_type: "public" }));
			assert.equal(refused.status, 400);
			assert.match(await refused.text(), /A public client has the method none/);
		});

		it("of many changes at once one holds", async () => {
			const made = await registered(ada, { name: "Race" });
			const form = await openForm(ada, `${made.path}update/`);
			const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => ada.postForm(form.action, form.with({ name: `Racer ${i}` }))));
			const statuses = answers.map((answer) => answer.status).sort();
			assert.deepEqual(statuses, [303, ...Array(7).fill(409)]);
		});

		it("deleting is a POST with the form token, after a page that asks; it ends what people gave", async () => {
			const made = await registered(ada, { name: "Short-lived" });
			const grant = await newGrant(server, made);
			await bea.decide(grant.user_code);
			assert.equal((await ada.request(`${made.path}delete/`)).status, 200);
			assert.equal((await ada.postForm(`${made.path}delete/`, {})).status, 403);
			assert.equal((await authorizeDevice(server, { client_id: made.client_id })).status, 200);
			const page = await ada.submit(`${made.path}delete/`, {}, { action: `${made.path}delete` });
			assert.equal(page.path, "/o/applications/");
			assert.equal((await ada.request(made.path)).status, 404);
			assertError(await authorizeDevice(server, { client_id: made.client_id }), 401, "invalid_client");
			assert.doesNotMatch((await bea.get("/o/authorized_tokens/")).html, /Short-lived/);
		});

		it("other people's are 404, whatever is asked of them", async () => {
			const made = await registered(ada, { name: "Ada's own" });
			const token = formFields((await bea.get("/o/device")).html, "/o/device").fields.csrf_token;
			for (const page of ["", "update/", "delete/"]) assert.equal((await bea.request(`${made.path}${page}`)).status, 404, page);
			const form = await openForm(ada, `${made.path}update/`);
			for (const [page, fields] of [
				["update/", { ...form.fields, name: "Taken over", client_type: "public", authorization_grant_type: "device-code" }],
				["update/", { action: "rotate_secret" }],
				["update/", { action: "remove_secret", secret_id: "AAAAAAAAAAAAAAAAAAAAAA" }],
				["delete/", {}],
			])
				assert.equal((await bea.postForm(`${made.path}${page}`, { ...fields, csrf_token: token })).status, 404, page);
			assert.match((await ada.get(made.path)).html, /Ada&#39;s own|Ada's own|Ada&#x27;s own/);
			for (const id of ["nonsense", "A".repeat(22), "0", "%27"]) assert.equal((await ada.request(`/o/applications/${id}/`)).status, 404, id);
		});

		it("needs a sign-in", async () => {
			const stranger = new Browser(server);
			for (const path of ["/o/applications/", "/o/applications/register/"]) {
				const response = await stranger.request(path);
				assert.equal(response.status, 303);
				assert.match(response.headers.get("location"), /^\/accounts\/login\/\?next=/);
			}
		});
	});
});
