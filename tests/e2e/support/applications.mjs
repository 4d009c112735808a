// SPDX-License-Identifier: Apache-2.0
//
// The pages of applications as a browser uses them.
import assert from "node:assert/strict";

import { formFields, unescapeHtml } from "./browser.mjs";

/** The form at `path`: {action, fields, with(values)}, where with() gives what is posted. */
export async function openForm(browser, path = "/o/applications/register/") {
	const page = await browser.get(path);
	assert.equal(page.status, 200, page.html);
	const { action, fields } = formFields(page.html, path.replace(/\/$/, ""));
	return { action, fields, html: page.html, with: (values) => entries({ ...fields, ...values }) };
}

function entries(values) {
	const { authorization_grant_type = ["device-code"], client_type = "public", ...rest } = values;
	const grants = [].concat(authorization_grant_type).map((grant) => ["authorization_grant_type", grant]);
	return [...Object.entries({ client_type, ...rest }), ...grants];
}

/** Fills in the form and sends it: {client_id, response, html}. */
export async function register(browser, values) {
	const form = await openForm(browser);
	const response = await browser.postForm(form.action, form.with(values));
	return { client_id: form.fields.client_id, response, html: await response.text() };
}

/** The same for one that must succeed: {client_id, client_secret, path}. */
export async function registered(browser, values) {
	const { client_id, response, html } = await register(browser, values);
	assert.ok([201, 303].includes(response.status), html);
	const path = response.headers.get("location") ?? (await applicationPath(browser, client_id));
	return { client_id, client_secret: secretIn(html), path };
}

/** The client secret that a page shows, if it shows one. */
export const secretIn = (html) => /dcs_[0-9A-Za-z]{43}/.exec(html)?.[0];

/** The rows of the list: [{name, client_id, path, html}]. */
export function rowsOf(html) {
	return [...html.matchAll(/<li>\s*<h2><a href="([^"]+)"><bdi>([\s\S]*?)<\/bdi>[\s\S]*?<span class="mono">([^<]*)<\/span>[\s\S]*?<\/li>/g)].map(
		([all, path, name, client_id]) => ({ path, name: unescapeHtml(name), client_id, html: all }),
	);
}

export async function applicationPath(browser, clientId) {
	const row = rowsOf((await browser.get("/o/applications/")).html).find((each) => each.client_id === clientId);
	assert.ok(row, `${clientId} is in the list`);
	return row.path;
}

/** The grant types that are ticked. */
export const grantsOf = (html) =>
	[...html.matchAll(/name="authorization_grant_type" value="([^"]*)" checked/g)].map(([, value]) => unescapeHtml(value));

/** The ids of the secrets that an application's page lists, newest or oldest first as it stands there. */
export const secretIds = (html) => [...html.matchAll(/name="secret_id" value="([^"]*)"/g)].map(([, id]) => id);
