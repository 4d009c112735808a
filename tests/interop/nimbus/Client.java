// SPDX-License-Identifier: Apache-2.0

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.*;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.client.*;
import com.nimbusds.oauth2.sdk.device.*;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.*;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.*;
import com.nimbusds.openid.connect.sdk.*;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.rp.*;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Date;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Nimbus has a class for each message, and its parsers take nothing that is not as the specifications say. */
public class Client {
	static final URI REDIRECT = URI.create("https://web.example/cb");
	static final BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
	static OIDCProviderMetadata op;

	static String env(String name) {
		return System.getenv(name);
	}

	static void say(String words) {
		System.out.println(words);
		System.out.flush();
	}

	static void check(boolean right, Object what) {
		if (!right) throw new IllegalStateException(String.valueOf(what));
	}

	/** A person opens this: where the browser ended. */
	static URI open(URI address) throws Exception {
		say("open " + address);
		for (String line; (line = input.readLine()) != null; )
			if (line.startsWith("opened ")) {
				check(!line.startsWith("opened error "), line);
				return URI.create(line.substring("opened ".length()).trim());
			}
		throw new IllegalStateException("nobody opens anything");
	}

	static void trustTestAuthority() throws Exception {
		KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
		store.load(null);
		try (FileInputStream file = new FileInputStream(env("CA_FILE"))) {
			store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(store);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
		HTTPRequest.setDefaultSSLSocketFactory(context.getSocketFactory());
	}

	static <T extends Response> T good(Response response, Class<T> kind) {
		if (!response.indicatesSuccess()) throw new IllegalStateException(((ErrorResponse) response).getErrorObject().toJSONObject().toString());
		return kind.cast(response);
	}

	static OIDCTokens tokens(TokenRequest request) throws Exception {
		return good(OIDCTokenResponseParser.parse(request.toHTTPRequest().send()), OIDCTokenResponse.class).getOIDCTokens();
	}

	static IDTokenClaimsSet verify(JWT token, String client, JWSAlgorithm algorithm, Nonce nonce) throws Exception {
		return new IDTokenValidator(op.getIssuer(), new ClientID(client), algorithm, op.getJWKSetURI().toURL()).validate(token, nonce);
	}

	static void device() throws Exception {
		ClientID tv = new ClientID(env("CLIENT_ID_TV"));
		DeviceAuthorizationRequest request = new DeviceAuthorizationRequest(op.getDeviceAuthorizationEndpointURI(), tv, Scope.parse("openid offline_access"));
		DeviceAuthorizationSuccessResponse codes =
			good(DeviceAuthorizationResponse.parse(request.toHTTPRequest().send()), DeviceAuthorizationSuccessResponse.class);
		DeviceCodeGrant grant = new DeviceCodeGrant(codes.getDeviceCode());
		HTTPResponse pending = new TokenRequest(op.getTokenEndpointURI(), tv, grant).toHTTPRequest().send();
		check(DeviceAuthorizationGrantError.AUTHORIZATION_PENDING.equals(TokenErrorResponse.parse(pending).getErrorObject()), pending.getBody());
		open(codes.getVerificationURIComplete());
		OIDCTokens tokens = tokens(new TokenRequest(op.getTokenEndpointURI(), tv, grant));
		verify(tokens.getIDToken(), tv.getValue(), JWSAlgorithm.RS256, null);
		say("done device");
	}

	static AuthorizationCodeGrant authorize(Nonce nonce, boolean pushed) throws Exception {
		State state = new State();
		CodeVerifier verifier = new CodeVerifier();
		AuthenticationRequest request =
			new AuthenticationRequest.Builder(ResponseType.CODE, Scope.parse("openid email offline_access"), new ClientID(env("CLIENT_ID_WEB")), REDIRECT)
				.endpointURI(op.getAuthorizationEndpointURI())
				.state(state)
				.nonce(nonce)
				.prompt(Prompt.parse("consent"))
				.codeChallenge(verifier, CodeChallengeMethod.S256)
				.build();
		URI place = open(pushed ? push(request) : request.toURI());
		AuthenticationSuccessResponse answer = good(AuthenticationResponseParser.parse(place), AuthenticationSuccessResponse.class);
		check(state.equals(answer.getState()) && op.getIssuer().equals(answer.getIssuer()), place);
		return new AuthorizationCodeGrant(answer.getAuthorizationCode(), REDIRECT, verifier);
	}

	static URI push(AuthenticationRequest request) throws Exception {
		HTTPRequest http = new PushedAuthorizationRequest(op.getPushedAuthorizationRequestEndpointURI(), web(), request).toHTTPRequest();
		PushedAuthorizationSuccessResponse answer =
			good(PushedAuthorizationResponse.parse(http.send()), PushedAuthorizationSuccessResponse.class);
		return new AuthorizationRequest.Builder(answer.getRequestURI(), new ClientID(env("CLIENT_ID_WEB")))
			.endpointURI(op.getAuthorizationEndpointURI())
			.build()
			.toURI();
	}

	static ClientAuthentication web() {
		return new ClientSecretBasic(new ClientID(env("CLIENT_ID_WEB")), new Secret(env("CLIENT_SECRET_WEB")));
	}

	static OIDCTokens code(boolean pushed) throws Exception {
		Nonce nonce = new Nonce();
		OIDCTokens tokens = tokens(new TokenRequest(op.getTokenEndpointURI(), web(), authorize(nonce, pushed)));
		IDTokenClaimsSet claims = verify(tokens.getIDToken(), env("CLIENT_ID_WEB"), JWSAlgorithm.PS256, nonce);
		AccessTokenValidator.validate(tokens.getAccessToken(), JWSAlgorithm.PS256, claims.getAccessTokenHash());
		return tokens;
	}

	static void userInfo(AccessToken token) throws Exception {
		HTTPResponse response = new UserInfoRequest(op.getUserInfoEndpointURI(), token).toHTTPRequest().send();
		UserInfoSuccessResponse info = good(UserInfoResponse.parse(response), UserInfoSuccessResponse.class);
		check("ada@example.org".equals(info.getUserInfo().getEmailAddress()), info.getUserInfo());
		say("done userinfo");
	}

	static boolean isActive(AccessToken token) throws Exception {
		HTTPResponse response = new TokenIntrospectionRequest(op.getIntrospectionEndpointURI(), web(), token).toHTTPRequest().send();
		return good(TokenIntrospectionResponse.parse(response), TokenIntrospectionSuccessResponse.class).isActive();
	}

	static void revoke(OIDCTokens tokens) throws Exception {
		check(isActive(tokens.getAccessToken()), "not active");
		say("done introspection");
		HTTPResponse response = new TokenRevocationRequest(op.getRevocationEndpointURI(), web(), tokens.getRefreshToken()).toHTTPRequest().send();
		check(response.indicatesSuccess() && !isActive(tokens.getAccessToken()), response.getBody());
		say("done revocation");
	}

	static void dpop() throws Exception {
		DefaultDPoPProofFactory proofs = new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
		Nonce nonce = new Nonce();
		HTTPRequest http = new TokenRequest(op.getTokenEndpointURI(), web(), authorize(nonce, false)).toHTTPRequest();
		http.setDPoP(proofs.createDPoPJWT("POST", op.getTokenEndpointURI()));
		AccessToken token = good(OIDCTokenResponseParser.parse(http.send()), OIDCTokenResponse.class).getOIDCTokens().getAccessToken();
		check(token instanceof DPoPAccessToken, token.getType());
		HTTPRequest info = new UserInfoRequest(op.getUserInfoEndpointURI(), token).toHTTPRequest();
		info.setDPoP(proofs.createDPoPJWT("GET", op.getUserInfoEndpointURI(), token));
		good(UserInfoResponse.parse(info.send()), UserInfoSuccessResponse.class);
		say("done dpop");
	}

	static void register() throws Exception {
		OIDCClientMetadata metadata = new OIDCClientMetadata();
		metadata.setRedirectionURI(REDIRECT);
		metadata.setName("Registered");
		metadata.applyDefaults();
		BearerAccessToken token = new BearerAccessToken(env("INITIAL_ACCESS_TOKEN"));
		HTTPRequest http = new OIDCClientRegistrationRequest(op.getRegistrationEndpointURI(), metadata, token).toHTTPRequest();
		OIDCClientInformation made =
			good(OIDCClientRegistrationResponseParser.parse(http.send()), OIDCClientInformationResponse.class).getOIDCClientInformation();
		check(made.getSecret() != null && made.getRegistrationAccessToken() != null, made.toJSONObject());
		ClientReadRequest read = new ClientReadRequest(made.getRegistrationURI(), made.getRegistrationAccessToken());
		good(OIDCClientRegistrationResponseParser.parse(read.toHTTPRequest().send()), OIDCClientInformationResponse.class);
		say("done registration");
	}

	public static void main(String[] arguments) throws Exception {
		say("version " + Issuer.class.getPackage().getImplementationVersion());
		trustTestAuthority();
		op = OIDCProviderMetadata.resolve(new Issuer(env("ISSUER")));
		say("done discovery");
		device();
		OIDCTokens tokens = code(false);
		say("done code");
		userInfo(tokens.getAccessToken());
		tokens = tokens(new TokenRequest(op.getTokenEndpointURI(), web(), new RefreshTokenGrant(tokens.getRefreshToken())));
		say("done refresh");
		revoke(tokens);
		code(true);
		say("done pushed");
		dpop();
		register();
	}
}
