// SPDX-License-Identifier: Apache-2.0

//! The openidconnect crate, whose types are strict: numbers must be numbers, and every ID token is verified.
use std::env::var;
use std::io::{stdin, BufRead};

use openidconnect::core::*;
use openidconnect::*;
use serde::{Deserialize, Serialize};

type Failure = Box<dyn std::error::Error>;

#[derive(Clone, Debug, Deserialize, Serialize)]
struct DeviceMetadata {
    device_authorization_endpoint: DeviceAuthorizationUrl,
}
impl AdditionalProviderMetadata for DeviceMetadata {}
type Metadata = ProviderMetadata<
    DeviceMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

fn say(words: &str) {
    println!("{words}");
}

/// A person opens this: where the browser ended.
fn open(address: &str) -> Result<String, Failure> {
    say(&format!("open {address}"));
    for line in stdin().lock().lines() {
        if let Some(place) = line?.strip_prefix("opened ") {
            if place.starts_with("error ") {
                return Err(place.into());
            }
            return Ok(place.to_string());
        }
    }
    Err("nobody opens anything".into())
}

fn http() -> Result<reqwest::blocking::Client, Failure> {
    let authority = reqwest::Certificate::from_pem(&std::fs::read(var("CA_FILE")?)?)?;
    Ok(reqwest::blocking::Client::builder()
        .add_root_certificate(authority)
        .redirect(reqwest::redirect::Policy::none())
        .build()?)
}

fn device(http: &reqwest::blocking::Client, metadata: &Metadata) -> Result<(), Failure> {
    let endpoint = metadata.additional_metadata().device_authorization_endpoint.clone();
    let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(var("CLIENT_ID_TV")?), None)
        .set_device_authorization_url(endpoint)
        .set_auth_type(AuthType::RequestBody);
    let codes: CoreDeviceAuthorizationResponse =
        client.exchange_device_code().add_scope(Scope::new("offline_access".into())).request(http)?;
    open(codes.verification_uri_complete().ok_or("no complete URI")?.secret())?;
    let tokens = client.exchange_device_access_token(&codes)?.request(http, std::thread::sleep, None)?;
    let id_token = tokens.extra_fields().id_token().ok_or("no ID token")?;
    id_token.claims(&client.id_token_verifier(), |nonce: Option<&Nonce>| match nonce {
        None => Ok(()),
        Some(_) => Err("a nonce that nobody sent".to_string()),
    })?;
    say("done device");
    let refresh = tokens.refresh_token().ok_or("no refresh token")?;
    let again = client.exchange_refresh_token(refresh)?.request(http)?;
    if again.refresh_token().map(|token| token.secret()) == Some(refresh.secret()) {
        return Err("the refresh token was not rotated".into());
    }
    say("done refresh");
    Ok(())
}

fn code(http: &reqwest::blocking::Client, metadata: &Metadata) -> Result<(), Failure> {
    let secret = ClientSecret::new(var("CLIENT_SECRET_WEB")?);
    let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(var("CLIENT_ID_WEB")?), Some(secret))
        .set_redirect_uri(RedirectUrl::new("https://web.example/cb".into())?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".into()))
        .set_pkce_challenge(challenge)
        .url();
    let place = reqwest::Url::parse(&open(address.as_str())?)?;
    let answer = |name: &str| place.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.to_string());
    if answer("state").as_deref() != Some(state.secret()) {
        return Err("another state".into());
    }
    let tokens = client
        .exchange_code(AuthorizationCode::new(answer("code").ok_or("no code")?))?
        .set_pkce_verifier(verifier)
        .request(http)?;
    let id_token = tokens.extra_fields().id_token().ok_or("no ID token")?;
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, &nonce)?;
    let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, id_token.signing_key(&verifier)?)?;
    if claims.access_token_hash() != Some(&hash) {
        return Err("another at_hash".into());
    }
    say("done code");
    let info: CoreUserInfoClaims =
        client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?.request(http)?;
    if info.email().map(|email| email.as_str()) != Some("ada@example.org") {
        return Err("another address".into());
    }
    say("done userinfo");
    Ok(())
}

fn main() -> Result<(), Failure> {
    say("version 4.1.0");
    let http = http()?;
    let metadata = Metadata::discover(&IssuerUrl::new(var("ISSUER")?)?, &http)?;
    say("done discovery");
    device(&http, &metadata)?;
    code(&http, &metadata)
}
