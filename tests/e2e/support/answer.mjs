// SPDX-License-Identifier: Apache-2.0
//
// What a server answered, read whole: its JSON too, where it is some.
export async function readAnswer(response) {
	const text = await response.text();
	let json;
	try {
		json = JSON.parse(text);
	} catch {
		json = undefined;
	}
	return { status: response.status, headers: response.headers, text, json };
}
