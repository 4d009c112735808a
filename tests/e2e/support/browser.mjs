// SPDX-License-Identifier: Apache-2.0
//
// A browser without a screen: keeps cookies, follows redirects by hand, reads forms out of pages.
import assert from "node:assert/strict";

import { freshConnection } from "./device.mjs";

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#x27;": "'" };
export const unescapeHtml = (text) => text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (entity) => entities[entity]);

const attribute = (tag, name) => {
	const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
	return found ? unescapeHtml(found[1]) : undefined;
};

/** The fields of the page's form whose action begins with `action` (or of the first form). */
export function formFields(html, action) {
	for (const [, head, inner] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
		if (action && !(attribute(head, "action") ?? "").startsWith(action)) continue;
		const fields = {};
		for (const [tag] of inner.matchAll(/<input\b[^>]*>/g)) {
			const name = attribute(tag, "name");
			const type = attribute(tag, "type") ?? "text";
			if (name && !["checkbox", "radio", "submit"].includes(type)) fields[name] = attribute(tag, "value") ?? "";
		}
		return { action: attribute(head, "action"), fields };
	}
	throw new Error(`no form for ${action} in:\n${html}`);
}

export class Browser {
	constructor(server, headers = {}) {
		this.server = server;
		this.headers = headers;
		this.cookies = new Map();
	}

	async request(path, options = {}) {
		const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		const response = await fetch(new URL(path, this.server.origin), {
			redirect: "manual",
			...options,
			headers: { ...(cookie ? { cookie } : {}), ...freshConnection(this.server), ...this.headers, ...options.headers },
		});
		for (const line of response.headers.getSetCookie?.() ?? splitCookies(response.headers.get("set-cookie"))) this.keep(line);
		return response;
	}

	keep(line) {
		const [pair, ...attributes] = line.split(/;\s*/);
		const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
		if (attributes.some((a) => /^max-age=0$/i.test(a)) || value === "") this.cookies.delete(name);
		else this.cookies.set(name, value);
	}

	/** GET, following redirects: {status, html, path, response}. */
	async get(path) {
		return this.follow(path, await this.request(path));
	}

	async follow(path, response) {
		for (let hops = 0; hops < 10 && response.status >= 301 && response.status <= 303; hops++) {
			path = response.headers.get("location");
			assert.match(path, /^\/(?!\/)/, "redirects stay on this site");
			response = await this.request(path);
		}
		return { status: response.status, html: await response.text(), path, response };
	}

	postForm(path, fields, headers = {}) {
		const body = new URLSearchParams(fields instanceof Array ? fields : Object.entries(fields));
		return this.request(path, { method: "POST", body, headers });
	}

	/** Opens a page, fills its form, sends it, and follows. */
	async submit(pagePath, values, { action } = {}) {
		const page = await this.get(pagePath);
		const form = formFields(page.html, action);
		const response = await this.postForm(form.action ?? page.path, { ...form.fields, ...values });
		return this.follow(form.action ?? page.path, response);
	}

	async signIn(username, password, next = "/") {
		const page = await this.submit(`/accounts/login/?next=${encodeURIComponent(next)}`, { username, password }, { action: "/accounts/login" });
		return page;
	}

	/** Enters a user code: the confirm page {status, html, path}. */
	enterCode(code) {
		return this.submit("/o/device", { user_code: code }, { action: "/o/device" });
	}

	/** Enters a code and decides: the status page. */
	async decide(code, action = "accept") {
		const confirm = await this.enterCode(code);
		assert.match(confirm.path, /^\/o\/device-confirm\//, confirm.html);
		const { fields } = formFields(confirm.html, "/o/device-confirm/");
		return this.follow(confirm.path, await this.postForm(confirm.path, { ...fields, action }));
	}
}

// Node 18 before 18.14 has no getSetCookie(): cookies of ours hold no comma outside of Expires, which we do not send.
const splitCookies = (line) => (line ? line.split(/,\s*(?=[\w-]+=)/) : []);
