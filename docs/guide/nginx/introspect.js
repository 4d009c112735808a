// SPDX-License-Identifier: Apache-2.0
//
// Asks the authorization server what a token is (RFC 7662), for auth_request. Answers 204 with X-Subject, X-Scope and X-Client-Id
// when it is active and has the scope of $needed_scope, 401 when it is not, 403 when the scope lacks. A token that is bound to a
// key or a certificate (cnf) is refused: nginx does not check such proofs.

function presented(r) {
	const found = /^bearer ([A-Za-z0-9\-._~+\/]+=*)$/i.exec(r.headersIn.Authorization || "");
	return found ? found[1] : null;
}

async function check(r) {
	const token = presented(r);
	if (!token) return r.return(401);
	const reply = await r.subrequest("/_introspect", { method: "POST", body: "token=" + encodeURIComponent(token) });
	if (reply.status !== 200) {
		r.error("introspection answered " + reply.status);
		return r.return(503);
	}
	const claims = JSON.parse(reply.responseText);
	if (!claims.active || claims.cnf) return r.return(401);
	const needed = r.variables.needed_scope;
	if (needed && !(claims.scope || "").split(" ").includes(needed)) return r.return(403);
	r.headersOut["X-Subject"] = claims.sub || "";
	r.headersOut["X-Scope"] = claims.scope || "";
	r.headersOut["X-Client-Id"] = claims.client_id;
	r.return(204);
}

export default { check };
