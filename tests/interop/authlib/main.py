# SPDX-License-Identifier: Apache-2.0
"""Authlib's OAuth2Session: the code flow with PKCE; the device flow as a plain token request with the grant's name."""
import os
import sys
import time
from importlib.metadata import version

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from lines import done, open_in_browser, say  # noqa: E402

from authlib.common.security import generate_token  # noqa: E402
from authlib.integrations.base_client import OAuthError  # noqa: E402
from authlib.integrations.requests_client import OAuth2Session  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.jwk import KeySet  # noqa: E402

env = os.environ
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def discover(session):
    metadata = session.request("GET", env["ISSUER"] + "/.well-known/openid-configuration", withhold_token=True).json()
    assert metadata["issuer"] == env["ISSUER"], metadata
    done("discovery")
    return metadata


def device(metadata):
    session = OAuth2Session(env["CLIENT_ID_TV"], token_endpoint_auth_method="none")
    codes = session.request(
        "POST", metadata["device_authorization_endpoint"], data={"client_id": env["CLIENT_ID_TV"], "scope": "openid"}, withhold_token=True
    ).json()
    open_in_browser(codes["verification_uri_complete"])
    while True:
        try:
            token = session.fetch_token(metadata["token_endpoint"], grant_type=DEVICE, device_code=codes["device_code"])
            break
        except OAuthError as error:
            if error.error != "authorization_pending":
                raise
            time.sleep(codes["interval"])
    assert token["access_token"]
    done("device")


def check_id_token(session, metadata, token, nonce):
    keys = KeySet.import_key_set(session.request("GET", metadata["jwks_uri"], withhold_token=True).json())
    claims = jwt.decode(token["id_token"], keys).claims
    assert claims["nonce"] == nonce and claims["aud"] == env["CLIENT_ID_WEB"] and claims["iss"] == env["ISSUER"], claims
    return claims


def main():
    say("version", version("authlib"))
    session = OAuth2Session(
        env["CLIENT_ID_WEB"],
        env["CLIENT_SECRET_WEB"],
        scope="openid profile offline_access",
        redirect_uri="https://web.example/cb",
        code_challenge_method="S256",
    )
    metadata = discover(session)
    device(metadata)
    verifier, nonce = generate_token(48), generate_token()
    url, _ = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, prompt="consent")
    where = open_in_browser(url)
    token = session.fetch_token(metadata["token_endpoint"], authorization_response=where, code_verifier=verifier)
    claims = check_id_token(session, metadata, token, nonce)
    done("code")
    assert session.get(metadata["userinfo_endpoint"]).json()["sub"] == claims["sub"]
    done("userinfo")
    token = session.refresh_token(metadata["token_endpoint"])
    done("refresh")
    answer = session.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert answer["active"] is True, answer
    done("introspection")
    assert session.revoke_token(metadata["revocation_endpoint"], token=token["access_token"]).status_code == 200
    assert session.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json() == {"active": False}
    done("revocation")


main()
