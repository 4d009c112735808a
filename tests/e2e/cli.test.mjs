// SPDX-License-Identifier: Apache-2.0
//
// The command line as an operator uses it: help, options, database, keys and people; what it prints, what it refuses, and its
// exit status (0 done, 1 refused or failed, 2 wrong usage).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { sqliteOnly } from "./support/database.mjs";
import { isoTime, migrated, Place } from "./support/place.mjs";
import { binary, password, run } from "./support/server.mjs";

describe("usage", () => {
	const doorcode = (...args) => run(binary, args);

	it("lists the commands with --help, and on standard error without any word", async () => {
		const help = await doorcode("--help");
		assert.equal(help.code, 0);
		for (const words of ["serve", "user add", "app rotate-secret", "db backup", "config check", "--config FILE"]) assert.ok(help.stdout.includes(words), words);
		const nothing = await doorcode();
		assert.equal(nothing.code, 2);
		assert.equal(nothing.stdout, "");
		assert.equal(nothing.stderr, help.stdout);
	});

	it("explains one command, wherever --help stands, with usage, options and an example", async () => {
		for (const args of [["user", "add", "--help"], ["--help", "user", "add"], ["--database", "x", "user", "--help", "add", "bob"]]) {
			const { code, stdout } = await doorcode(...args);
			assert.equal(code, 0);
			assert.match(stdout, /^doorcode user add: /);
			for (const words of ["Usage: doorcode user add NAME", "--password-file FILE", "For example"]) assert.ok(stdout.includes(words), words);
		}
	});

	it("lists a group for its first word alone", async () => {
		const { code, stderr } = await doorcode("user");
		assert.equal(code, 2);
		assert.match(stderr, /user add .*\n.*user list/);
		assert.equal((await doorcode("user", "--help")).code, 0);
	});

	it("lists the options of the server with serve --help", async () => {
		const { stdout } = await doorcode("serve", "--help");
		assert.match(stdout, /--base-url URL/);
		assert.match(stdout, /--trusted-proxies NETWORK/);
	});

	it("prints the version", async () => {
		assert.match((await doorcode("--version")).stdout, /^doorcode \d+\.\d+\.\d+\n$/);
	});

	for (const [what, args, words] of [
		["a command that nobody knows", ["usr", "add"], /usr add is not a command; did you mean user add\?/],
		["a second word that nobody knows", ["user", "ad", "bob"], /user ad is not a command; did you mean user add\?/],
		["a word like none", ["frobnicate"], /frobnicate is not a command\n/],
		["an option that nobody knows before the words", ["--databse", "x", "user", "list"], /--databse is not an option; did you mean --database\?/],
		["an option of another command", ["user", "list", "--admin"], /--admin is not an option of this command/],
		["an option that is nearly one", ["user", "add", "bob", "--admn"], /--admn is not an option of this command; did you mean --admin\?/],
		["a value for what has none", ["user", "add", "bob", "--admin=yes"], /--admin has no value/],
		["no value for what has one", ["user", "add", "bob", "--password-file"], /--password-file has no value; say --password-file FILE/],
		["a word too many", ["user", "add", "bob", "eve"], /"eve" is too much; usage: doorcode user add NAME/],
		["a word too few", ["user", "add"], /something is missing; usage: doorcode user add NAME/],
		["--config without a file", ["config", "check", "--config"], /--config has no value/],
	])
		it(`refuses ${what} with status 2`, async () => {
			const { code, stdout, stderr } = await doorcode(...args);
			assert.equal(code, 2, stderr);
			assert.match(stderr, words);
			assert.equal(stdout, "");
		});

	it("says so when the result cannot be written", { skip: !existsSync("/dev/full") }, async () => {
		const { code, stderr } = await run("/bin/sh", ["-c", `"$0" --version >/dev/full`, binary]);
		assert.equal(code, 1);
		assert.match(stderr, /cannot write the result/);
	});
});

describe("config", () => {
	let place;
	before(() => (place = new Place()));
	after(() => place.remove());

	it("shows what is set and where, as a file and as JSON", async () => {
		const file = place.file("c.conf");
		writeFileSync(file, "# one\nworkers = 7\n");
		const text = (await run(binary, ["config", "show", "--config", file, "--loops=2"], { env: { DOORCODE_LOG_LEVEL: "warn" } })).stdout;
		assert.ok(text.includes(`workers = 7  # ${file}:2\n`));
		assert.ok(text.includes("loops = 2  # --loops\n"));
		assert.ok(text.includes("log_level = warn  # DOORCODE_LOG_LEVEL\n"));
		const json = JSON.parse((await run(binary, ["config", "show", "--json", `--config=${file}`])).stdout);
		assert.deepEqual(json.workers, { value: 7, from: `${file}:2` });
		assert.deepEqual(json.listen, { value: ["127.0.0.1:8000"], from: "default" });
	});

	it("reports every fault with its place and status 1", async () => {
		const file = place.file("bad.conf");
		writeFileSync(file, "\nbase_url = \"https://a.example/\"\nwrkers = 3\n");
		const args = ["config", "check", "--config", file, "--loops=x"];
		const { code, stdout, stderr } = await run(binary, args, { env: { DOORCODE_LISTEN: "8000" } });
		assert.equal(code, 1);
		assert.equal(stdout, "");
		assert.deepEqual(stderr.split("\n"), [
			`${file}:3: wrkers: is not an option; did you mean workers?`,
			`--loops: "x" is not right; use a number from 0 to 256`,
			`${file}:2: base_url: ends with a slash; write https://a.example`,
			`DOORCODE_LISTEN: "8000" is not an address to listen on; use 127.0.0.1:8000, [::1]:8000, unix:/run/doorcode/http.sock or systemd, with https:// or https+mtls:// before it for TLS`,
			"",
		]);
		assert.equal((await run(binary, ["user", "list", "--config", file])).code, 1);
		assert.equal((await run(binary, ["serve", "--config", file])).code, 1);
	});

	it("makes an example file that is fine", async () => {
		const file = place.file("example.conf");
		writeFileSync(file, (await run(binary, ["config", "show", "--example"])).stdout);
		const { code, stdout } = await run(binary, ["config", "check", "--config", file]);
		assert.equal(code, 0);
		assert.equal(stdout, "The options are fine.\n");
	});

	it("never shows the password of a database", async () => {
		for (const args of [["config", "show"], ["config", "show", "--json"], ["user", "list"]]) {
			const { stdout, stderr } = await run(binary, [...args, "--database=postgresql://u:s3cr3t@h/d", "--master-key-file=/nonexistent"]);
			assert.ok(!(stdout + stderr).includes("s3cr3t"));
		}
	});
});

describe("db and keys", () => {
	it("makes no database for a command that only looks", sqliteOnly, async () => {
		const place = new Place();
		await place.refused(1, /there is no database at .*doorcode db migrate/, ["user", "list"]);
		assert.ok(!existsSync(place.database));
		await place.remove();
	});

	it("makes database and key file for their owner alone, and leaves them when asked again", sqliteOnly, async () => {
		const place = await migrated();
		const key = readFileSync(place.keyFile);
		for (const name of [place.database, place.keyFile]) assert.equal(statSync(name).mode & 0o777, 0o600);
		assert.equal(await place.done(["db", "migrate"]), "The database is up to date.\n");
		assert.deepEqual(readFileSync(place.keyFile), key);
		await place.remove();
	});

	it("goes on where a first start was cut off before the tables were made", sqliteOnly, async () => {
		const place = new Place();
		await place.done(["key", "create"]);
		writeFileSync(place.database, "");
		await place.refused(1, /is empty; make its tables with: doorcode db migrate/, ["user", "list"]);
		await place.done(["db", "migrate"]);
		assert.deepEqual(await place.json(["user", "list"]), []);
		await place.remove();
	});

	it("does not make new keys for a database that had others", async () => {
		const place = await migrated();
		const key = place.keyFile;
		renameSync(key, `${key}.away`);
		for (const args of [["user", "list"], ["db", "migrate"], ["serve"]]) await place.refused(1, /master key file .* is missing, and the database was made with it/, args);
		assert.ok(!existsSync(key));
		await place.done(["key", "create"]);
		for (const args of [["user", "list"], ["db", "migrate"], ["serve"]]) await place.refused(1, /are not those that the database was made with/, args);
		renameSync(`${key}.away`, key);
		await place.done(["user", "list"]);
		await place.remove();
	});

	it("does not use a key file that others may read", async () => {
		const place = await migrated();
		chmodSync(place.keyFile, 0o644);
		await place.refused(1, /cannot use the master key file/, ["user", "list"]);
		await place.remove();
	});

	it("never makes keys in silence for a database of several nodes", async () => {
		const place = new Place();
		const key = place.file("k");
		const args = ["--database=postgresql://127.0.0.1:1/none", `--master-key-file=${key}`];
		for (const command of [["serve"], ["db", "migrate"]]) assert.equal((await run(binary, [...args, ...command])).code, 1);
		assert.ok(!existsSync(key));
		await place.remove();
	});

	it("is not fooled by a file that is no database", sqliteOnly, async () => {
		const place = new Place();
		writeFileSync(place.database, "this is a text, and a long one, but it is not a database\n".repeat(50));
		const { code } = await place.run(["user", "list"]);
		assert.equal(code, 1);
		assert.ok(!existsSync(place.keyFile));
		await place.remove();
	});

	it("rotates the master key, keeps the old one, and says which may go", async () => {
		const place = await migrated();
		const masterKeys = async () => (await place.json(["key", "list"])).master;
		const [first] = await masterKeys();
		assert.deepEqual(Object.keys(first), ["key", "current", "uses", "dropped"]);
		const client = await place.json(["app", "add", "--name", "A", "--type", "confidential", "--grant", "device-code"]);
		const { key } = await place.json(["key", "rotate", "--master"]);
		assert.match(key, /^[0-9a-f]{8}$/);
		const keys = await masterKeys();
		assert.deepEqual(keys.map((k) => [k.key, k.current, k.uses]), [[key, true, 0], [first.key, false, 1]]);
		await place.done(["app", "remove", client.client_id, "--yes"]);
		const after = await place.json(["key", "reseal"]);
		assert.deepEqual(after.map((k) => [k.key, k.dropped]), [[key, false], [first.key, true]]);
		// the line may leave the file now
		const file = place.keyFile;
		writeFileSync(file, readFileSync(file, "utf8").split("\n").filter((line) => !line.startsWith(first.key)).join("\n"));
		assert.deepEqual((await masterKeys()).map((k) => k.key), [key]);
		await place.remove();
	});

	it("refuses a ninth key, and to write over a key file", async () => {
		const place = await migrated();
		for (let i = 0; i < 7; i++) await place.done(["key", "rotate", "--master"]);
		await place.refused(1, /holds 8 keys already/, ["key", "rotate", "--master"]);
		await place.refused(1, /exists; a new key beside the old ones/, ["key", "create"]);
		await place.remove();
	});

	it("checks, purges and copies", async () => {
		const place = await migrated();
		await place.done(["user", "add", "ada"], `${password}\n`);
		assert.equal(await place.done(["db", "check"]), "No fault was found.\n");
		assert.deepEqual(await place.json(["db", "check"]), { faults: [] });
		assert.deepEqual(await place.json(["db", "purge"]), { deleted: 0 });
		const copy = place.file("copy.db");
		assert.deepEqual(await place.json(["db", "backup", copy]), { backup: copy });
		await place.refused(1, /exists; a backup does not write over anything/, ["db", "backup", copy]);
		const users = JSON.parse((await run(binary, [`--database=${copy}`, `--master-key-file=${place.keyFile}`, "user", "list", "--json"])).stdout);
		assert.deepEqual(users.map((user) => user.name), ["ada"]);
		assert.equal(statSync(copy).mode & 0o077, 0);
		await place.remove();
	});

	it("finds faults, prints them, and ends with status 1", sqliteOnly, async () => {
		const place = await migrated();
		const bytes = readFileSync(place.database);
		// the pages behind the first hold the tables
		bytes.fill(0x5a, 4096 * 3, 4096 * 6);
		writeFileSync(place.database, bytes);
		const { code, stdout, stderr } = await place.run(["db", "check"]);
		assert.equal(code, 1, stdout + stderr);
		assert.match(stdout, /Page \d+/);
		assert.match(stderr, /faults? (was|were) found/);
		const json = await place.run(["db", "check", "--json"]);
		assert.equal(json.code, 1);
		assert.ok(JSON.parse(json.stdout).faults.length > 0);
		await place.remove();
	});
});

describe("users", () => {
	let place;
	before(async () => (place = await migrated()));
	after(() => place.remove());

	it("adds, lists, changes and removes", async () => {
		assert.equal(await place.done(["user", "add", "ada", "--admin"], `${password}\n`), "ada was added as an administrator.\n");
		const bob = await place.json(["user", "add", "bob"], password);
		assert.deepEqual(Object.keys(bob), ["name", "id", "admin", "enabled", "created", "last_sign_in"]);
		assert.match(bob.id, /^[0-9A-Za-z]{22}$/);
		assert.match(bob.created, isoTime);
		assert.equal(bob.last_sign_in, null);
		assert.deepEqual((await place.json(["user", "list"])).map((user) => [user.name, user.admin, user.enabled]).sort(), [["ada", true, true], ["bob", false, true]]);
		assert.match(await place.done(["user", "list"]), /^NAME +ADMIN +ENABLED +CREATED +LAST SIGN-IN\n/);
		assert.equal(await place.done(["user", "disable", "BOB"]), "bob is disabled; all sessions ended.\n");
		assert.equal((await place.json(["user", "enable", "bob"])).enabled, true);
		assert.equal((await place.json(["user", "set", "bob", "--admin", "yes"])).admin, true);
		assert.equal((await place.json(["user", "set", "bob", "--admin=no"])).admin, false);
		assert.match(await place.done(["user", "passwd", "bob"], "another long password\n"), /bob has a new password/);
		await place.refused(2, /there is nobody to ask; say --yes/, ["user", "remove", "bob"]);
		assert.equal(await place.done(["user", "remove", "bob", "--yes"]), "bob was removed.\n");
		await place.refused(1, /there is nobody named bob/, ["user", "disable", "bob"]);
	});

	it("takes a name that starts with a dash behind --", async () => {
		const { code, stdout } = await place.run(["user", "add", "--", "-dash"], password);
		assert.equal(code, 0);
		assert.equal(stdout, "-dash was added.\n");
	});

	for (const [what, status, words, args, input] of [
		["the same name in other letters", 1, /there is somebody named ADA already/, ["user", "add", "ADA"], password],
		["a name with a blank", 1, /A name has 1 to 150 bytes/, ["user", "add", "a b"], password],
		["a short password", 1, /too short\. It needs 8 characters\./, ["user", "add", "eve"], "short\n"],
		["a common password", 1, /doorcode: /, ["user", "add", "eve"], "password123\n"],
		["no password", 1, /there is no password in standard input/, ["user", "add", "eve"], ""],
		["an empty password", 1, /there is no password in standard input/, ["user", "add", "eve"], "\n"],
		["a line that is too long", 1, /is too long for a password/, ["user", "add", "eve"], "x".repeat(5000)],
		["a password file that is not there", 1, /cannot read .*: No such file/, ["user", "add", "eve", "--password-file", "/nonexistent"]],
		["the password of nobody", 1, /there is nobody named eve/, ["user", "passwd", "eve"], password],
		["maybe", 2, /--admin is yes or no/, ["user", "set", "ada", "--admin", "maybe"]],
		["nothing to set", 2, /say what to set/, ["user", "set", "ada"]],
	])
		it(`refuses ${what}`, () => place.refused(status, words, args, input));

	it("reads the password from a file, its first line alone", async () => {
		const file = place.file("pw");
		writeFileSync(file, `${password}\r\nsecond line\n`);
		await place.done(["user", "add", "kim", "--password-file", file]);
	});

	it("asks twice on a terminal and does not show what is typed", { skip: !existsSync("/usr/bin/script") }, async () => {
		const type = async (name, answers) => {
			const words = [binary, ...place.flags, "user", "add", name].map((word) => `'${word}'`).join(" ");
			const child = spawn("/usr/bin/script", ["-qec", words, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
			let seen = "";
			const questions = ["Password: ", "Once more: "];
			child.stdout.on("data", (text) => {
				seen += text;
				if (questions.length > 0 && seen.includes(questions[0])) {
					questions.shift();
					child.stdin.write(answers.shift());
				}
			});
			const [code] = await once(child, "close"); // when all of it has been seen
			return { code, seen };
		};
		const good = await type("terry", ["open sesame now\n", "open sesame now\n"]);
		assert.equal(good.code, 0, good.seen);
		assert.match(good.seen, /terry was added/);
		assert.ok(!good.seen.includes("sesame"));
		const other = await type("tess", ["open sesame now\n", "open sesame not\n"]);
		assert.equal(other.code, 1);
		assert.match(other.seen, /the two passwords differ/);
		// Control-C ends it as it ends anything
		const stopped = await type("tom", ["open\x03"]);
		assert.notEqual(stopped.code, 0);
		assert.ok(!(await place.done(["user", "list"])).includes("tom"));
	});
});

it("keeps passwords out of the arguments: there is no option for one", async () => {
	const { stdout } = await run(binary, ["user", "add", "--help"]);
	assert.ok(!/--password[ =]/.test(stdout));
	const { code, stderr } = await run(binary, ["user", "add", "eve", "--password", "x"]);
	assert.equal(code, 2);
	assert.match(stderr, /--password is not an option/);
});
