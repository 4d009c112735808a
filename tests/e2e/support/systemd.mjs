// SPDX-License-Identifier: Apache-2.0
//
// What systemd does for a service: hands over listening sockets, and listens to what the service says of itself. Node can do
// neither (no datagrams on unix sockets, no choice of descriptors), Perl is on every Debian.
import { spawn } from "node:child_process";
import { once } from "node:events";

const activator = `
	use IO::Socket::INET; use POSIX;
	my $port = shift;
	my $socket = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 64, ReuseAddr => 1) or die "listen: $!";
	if (fileno($socket) == 3) { require Fcntl; fcntl($socket, Fcntl::F_SETFD(), 0) or die "fcntl: $!" } else { POSIX::dup2(fileno($socket), 3) or die "dup2: $!" }
	($ENV{LISTEN_FDS}, $ENV{LISTEN_PID}) = (1, $ENV{TEST_LISTEN_PID} // $$);
	exec @ARGV or die "exec: $!";
`;

/** Put before a command: opens the port, and runs the command with it as systemd's first socket. */
export const activated = (port) => ["perl", "-e", activator, `${port}`];

const receiver = `
	use Socket;
	socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
	bind($socket, pack_sockaddr_un($ARGV[0])) or die "bind: $!";
	$| = 1; print "bound\\n";
	while (defined(recv($socket, my $text, 4096, 0))) { print join(" ", split(/\\n/, $text)), "\\n" }
`;

/** A socket for NOTIFY_SOCKET; `lines` grows. */
export class NotifySocket {
	async open(path) {
		this.path = path;
		this.lines = [];
		this.child = spawn("perl", ["-e", receiver, path], { stdio: ["ignore", "pipe", "inherit"] });
		let rest = "";
		let bound;
		const ready = new Promise((resolve) => (bound = resolve));
		this.child.stdout.setEncoding("utf8");
		this.child.stdout.on("data", (text) => {
			const parts = (rest + text).split("\n");
			rest = parts.pop();
			this.lines.push(...parts);
			bound();
		});
		await Promise.race([ready, once(this.child, "exit").then(() => Promise.reject(new Error("perl did not bind the socket")))]);
		this.lines.shift();
		return this;
	}

	async close() {
		this.child.kill();
		await once(this.child, "exit");
	}
}
