// SPDX-License-Identifier: Apache-2.0
//
// The person before the browser: opens what a client shows him, signs in, approves, and goes wherever he is sent.
import { Browser, formFields } from "../e2e/support/browser.mjs";
import { password } from "../e2e/support/server.mjs";

const hopsMax = 12;

export class Person {
	constructor(server, name) {
		this.server = server;
		this.name = name;
		this.browser = new Browser(server);
	}

	isOurs(url) {
		return url.startsWith(`${this.server.base}/`) || url.startsWith(`${this.server.origin}/`);
	}

	/** Opens an address of the server's: where the browser ended. */
	async open(url) {
		const address = new URL(url);
		if (!this.isOurs(url)) throw new Error(`not an address of this server: ${url}`);
		return this.walk(address.pathname + address.search, await this.browser.request(address.pathname + address.search));
	}

	async walk(path, response) {
		for (let hop = 0; hop < hopsMax; hop++) {
			const location = response.headers.get("location");
			if (!location) {
				const html = await response.text();
				if (response.status >= 400) throw new Error(`the page answers ${response.status}: ${words(html)}`);
				const next = await this.act(path, html);
				if (!next) return new URL(path, this.server.base).href;
				if (next.left) return next.left;
				[path, response] = next;
				continue;
			}
			if (/^\/(?!\/)/.test(location)) path = location;
			else if (this.isOurs(location)) path = location.replace(/^https?:\/\/[^/]+/, "");
			else return this.leave(location);
			response = await this.browser.request(path);
		}
		throw new Error(`no end of redirects at ${path}`);
	}

	/** What a person does on a page; nothing when it is the last one. */
	async act(path, html) {
		const form = choose(html);
		if (!form) return null;
		const { action, fields } = formFields(html, form.action);
		if (form.leaves) return { left: await this.post(action, fields) };
		const target = action || path;
		return [target, await this.browser.postForm(target, { ...fields, ...form.fill(this) })];
	}

	/** To a listener of the client's; a private-use scheme goes to no listener. */
	async leave(location) {
		if (/^https?:/.test(location)) await fetch(location, { redirect: "follow" }).then((answer) => answer.arrayBuffer(), () => {});
		return location;
	}

	async post(target, fields) {
		const body = new URLSearchParams(fields);
		await fetch(target, { method: "POST", body, redirect: "manual" }).then((answer) => answer.arrayBuffer(), () => {});
		return `${target}?${body}`;
	}
}

const words = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim().slice(0, 300);

// The forms that a person meets, by the address they are sent to.
const forms = [
	{ action: "/accounts/login", fill: (person) => ({ username: person.name, password }) },
	{ action: "/o/device-confirm/", fill: () => ({ action: "accept" }) },
	{ action: "/o/device", fill: () => ({}) },
	{ action: "/o/authorize", fill: () => ({ action: "accept" }) },
	{ action: "/o/logout", fill: () => ({ action: "leave" }) },
	{ action: "http", leaves: true },
];

const choose = (html) => forms.find(({ action }) => html.includes(`action="${action}`));
