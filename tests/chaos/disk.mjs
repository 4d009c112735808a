// SPDX-License-Identifier: Apache-2.0
//
// A small file system of its own, in a file: ext4, mounted by a loop device, so that it can be filled without harm to the machine, and
// so that its power can be cut: ext4 is told to stop at once without writing anything more, not even its journal. What a program
// had written and not synced is gone then, as when the plug is pulled.
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statfsSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";

import { run } from "./child.mjs";

const megabytes = 384; // the log of SQLite alone may take 128
const spareBlocks = 4096; // what the file system needs to note down who has the others
// EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH
const shutdown = `open(my $root, "<", $ARGV[0]) or die "$!\\n"; my $how = pack("L", 2); ioctl($root, 0x8004587D, $how) or die "$!\\n";`;

export class Disk {
	constructor(parent) {
		this.image = path.join(parent, "disk.image");
		this.folder = path.join(parent, "disk");
		this.ballast = path.join(this.folder, "ballast");
	}

	async make() {
		mkdirSync(this.folder, { recursive: true });
		writeFileSync(this.image, "");
		truncateSync(this.image, megabytes << 20);
		// Blocks as on every larger disk. In smaller ones a page of SQLite's shared index (-shm) may lie half in a hole, and
		// to touch that when the disk is full is SIGBUS.
		await run(["mkfs.ext4", "-q", "-m", "0", "-b", "4096", this.image]);
		await this.comeBack();
		return this;
	}

	async comeBack() {
		if (this.isDown) await run(["umount", this.folder]);
		this.isDown = false;
		await run(["mount", "-o", "loop", this.image, this.folder]);
	}

	/** Takes all that is left, to the last block. */
	async fill() {
		const { bavail, bsize } = statfsSync(this.folder);
		await run(["fallocate", "-l", `${Math.max(bavail - spareBlocks, 1) * bsize}`, this.ballast]);
		const fd = openSync(this.ballast, "a");
		for (const size of [1 << 16, 1 << 12, 1]) {
			try {
				for (;;) writeSync(fd, Buffer.alloc(size));
			} catch (error) {
				if (error.code !== "ENOSPC") throw error;
			}
		}
		closeSync(fd);
	}

	// Synced, or a power cut would bring the ballast back.
	drain() {
		rmSync(this.ballast, { force: true });
		const fd = openSync(this.folder, "r");
		fsyncSync(fd);
		closeSync(fd);
	}

	/** Whoever has files open here gets errors from now on, and has to end before comeBack(). */
	async cutPower() {
		await run(["perl", "-e", shutdown, this.folder]);
		this.isDown = true;
	}

	async end() {
		await run(["umount", this.folder]);
		rmSync(this.folder, { recursive: true, force: true });
		rmSync(this.image);
	}
}

/** Why there can be no such disk here; null when there can. A mount that is tried goes away again. */
export async function whyNoDisk(parent) {
	if (process.getuid() !== 0) return "mounting needs root";
	const trial = new Disk(path.join(parent, "trial"));
	try {
		await trial.make();
		await trial.cutPower();
		await trial.comeBack();
		await trial.end();
		return null;
	} catch (error) {
		return `this machine does not let us: ${error.message}`;
	}
}
