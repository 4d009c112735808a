// SPDX-License-Identifier: Apache-2.0
//
// The network of the world: one bridge, and a network namespace for each host, tied to it by a pair of virtual interfaces. The
// namespace that holds the bridge is the driver's: from there it reaches every host. Each host has a firewall of its own, empty
// until a fault puts a rule into it.
import { inside, run } from "./child.mjs";

export const addresses = {
	driver: "10.77.0.1",
	proxy: "10.77.0.2",
	db1: "10.77.0.11",
	db2: "10.77.0.12",
	node1: "10.77.0.21",
	node2: "10.77.0.22",
	node3: "10.77.0.23",
};
export const subnet = "10.77.0.0/24";
export const hosts = Object.keys(addresses).filter((name) => name !== "driver");

const chains = `table inet chaos {
	chain in { type filter hook input priority 0; }
	chain out { type filter hook output priority 0; }
}`;

// What a cut does to packets to and from an address. A reset answers what is sent with RST, in both directions.
const cuts = {
	silence: (ip) => `add rule inet chaos in ip saddr ${ip} drop; add rule inet chaos out ip daddr ${ip} drop`,
	reset: (ip) =>
		`add rule inet chaos in ip saddr ${ip} meta l4proto tcp reject with tcp reset; ` +
		`add rule inet chaos out ip daddr ${ip} meta l4proto tcp reject with tcp reset`,
	deaf: (ip) => `add rule inet chaos in ip saddr ${ip} drop`,
	mute: (ip) => `add rule inet chaos out ip daddr ${ip} drop`,
};

const firewall = (host, rules) => run(inside(host, ["nft", rules]));

async function addHost(host) {
	await run(["ip", "netns", "add", host]);
	await run(["ip", "link", "add", `to-${host}`, "type", "veth", "peer", "name", "eth0", "netns", host]);
	await run(["ip", "link", "set", `to-${host}`, "master", "bridge", "up"]);
	await run(["ip", "-n", host, "address", "add", `${addresses[host]}/24`, "dev", "eth0"]);
	await run(["ip", "-n", host, "link", "set", "eth0", "up"]);
	await run(["ip", "-n", host, "link", "set", "lo", "up"]);
	await firewall(host, chains);
}

export async function makeNetwork() {
	await run(["ip", "link", "add", "bridge", "type", "bridge"]);
	await run(["ip", "address", "add", `${addresses.driver}/24`, "dev", "bridge"]);
	await run(["ip", "link", "set", "bridge", "up"]);
	await run(["ip", "link", "set", "lo", "up"]);
	await Promise.all(hosts.map(addHost));
}

/** Cuts `host` off from the hosts `peers`: silence, reset, deaf (hears nothing from them), mute (they hear nothing). */
export function cut(host, peers, how) {
	return firewall(host, peers.map((peer) => cuts[how](addresses[peer])).join("; "));
}

/** Takes all rules of a host away. */
export const mend = (host) => firewall(host, "flush chain inet chaos in; flush chain inet chaos out");
