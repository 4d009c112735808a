// SPDX-License-Identifier: Apache-2.0
//
// The table of results: a row for each client, a column for what it can do.
const columns = [
	["discovery", "discovery"],
	["device", "device flow"],
	["code", "code, PKCE"],
	["refresh", "refresh"],
	["userinfo", "UserInfo"],
	["registration", "registration"],
	["logout", "logout"],
	["revocation", "revocation"],
	["introspection", "introspection"],
	["pushed", "PAR"],
	["dpop", "DPoP"],
	["jwt", "JWT at a resource"],
];
const known = new Set(columns.map(([step]) => step));

const cell = (result, step) => {
	if (!result.client.steps.includes(step)) return "";
	return result.ok(step) ? "yes" : "**no**";
};

// Steps that few clients have, in words.
const others = (result) =>
	result.client.steps
		.filter((step) => !known.has(step))
		.map((step) => (result.ok(step) ? step : `**not: ${step}**`))
		.join(", ");

export function report(results, { date, machine }) {
	const rows = results.map((result) => {
		const name = `${result.client.name}${result.version ? ` ${result.version}` : ""}`;
		if (result.missing) return `| ${name} | ${result.client.language} | not run: ${result.missing} |${" |".repeat(columns.length)}`;
		return `| ${name} | ${result.client.language} | ${columns.map(([step]) => cell(result, step)).join(" | ")} | ${others(result)} |`;
	});
	return [
		"# Clients that work here",
		"",
		`Made by \`make interop\` on ${date} (${machine}). Each row is a program or a library in the version named, run against this server`,
		"over TLS; `tests/interop` holds what it did. An empty cell is something that the client does not do, or that was not asked of it.",
		"",
		`| client | language | ${columns.map(([, words]) => words).join(" | ")} | also |`,
		`|---|---|${"---|".repeat(columns.length + 1)}`,
		...rows,
		"",
	].join("\n");
}
