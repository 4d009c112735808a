# SPDX-License-Identifier: Apache-2.0
"""requests-oauth2client: the device flow with its own poller, the code flow with PKCE, PAR, DPoP."""
import os
import sys
from importlib.metadata import version

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from lines import done, open_in_browser, say  # noqa: E402

import requests  # noqa: E402
from requests_oauth2client import BearerToken, DeviceAuthorizationPollingJob, OAuth2Client  # noqa: E402

env = os.environ
REDIRECT_URI = "https://web.example/cb"


def make(client_id, secret=None):
    session = requests.Session()
    session.verify = env["CA_FILE"]
    auth = {"client_secret": secret} if secret else {}
    # the one endpoint that the library does not take from the metadata
    endpoint = session.get(env["ISSUER"] + "/.well-known/openid-configuration").json()["device_authorization_endpoint"]
    return OAuth2Client.from_discovery_endpoint(
        issuer=env["ISSUER"], client_id=client_id, redirect_uri=REDIRECT_URI, session=session, device_authorization_endpoint=endpoint, **auth
    )


def device(client):
    codes = client.authorize_device(scope="openid offline_access")
    open_in_browser(codes.verification_uri_complete)
    tokens = None
    job = DeviceAuthorizationPollingJob(client, codes)
    while tokens is None:
        tokens = job()
    assert tokens.id_token.sub
    done("device")


def authorize(client, validate=True, **parameters):
    request = client.authorization_request(scope="openid email offline_access", prompt="consent", **parameters)
    answer = request.validate_callback(open_in_browser(str(request)))
    return client.authorization_code(answer, validate=validate)


def pushed(client):
    request = client.authorization_request(scope="openid")
    short = client.pushed_authorization_request(request)
    answer = request.validate_callback(open_in_browser(str(short)))
    assert client.authorization_code(answer).access_token
    done("pushed")


def main():
    say("version", version("requests_oauth2client"))
    device(make(env["CLIENT_ID_TV"]))
    web = make(env["CLIENT_ID_WEB"], env["CLIENT_SECRET_WEB"])
    done("discovery")
    tokens = authorize(web)
    assert isinstance(tokens, BearerToken)
    done("code")
    claims = web.userinfo(tokens)
    assert claims["sub"] == tokens.id_token.sub and claims["email"] == "ada@example.org", claims
    done("userinfo")
    tokens = web.refresh_token(tokens)
    done("refresh")
    exchanged = web.token_exchange(subject_token=tokens, scope="email")
    assert exchanged.access_token != tokens.access_token
    done("token exchange")
    assert web.introspect_token(tokens.access_token)["active"] is True
    done("introspection")
    web.revoke_access_token(tokens.access_token)
    assert web.introspect_token(tokens.access_token)["active"] is False
    done("revocation")
    pushed(web)
    # the library's check of the ID token loses the key of a bound one
    bound = authorize(web, validate=False, dpop=True)
    assert bound.token_type == "DPoP", bound
    assert web.userinfo(bound)["sub"] == bound.id_token.sub
    done("dpop")
    assert web.client_credentials().access_token
    done("client credentials")


main()
