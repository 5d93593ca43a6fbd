package io.vagus.api;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The OpenID provider, asked by authorization code and PKCE (OpenID Connect Core 1.0 §3.1, RFC
 * 7636). The only class that the library's are loaded for: made when somebody first signs in so.
 * Immutable; calls block on the network, for {@link #TIMEOUT_MILLIS} each.
 */
final class OidcProvider {
  private static final int TIMEOUT_MILLIS = 5000;
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);

  /** What is remembered between leaving for the provider and coming back. */
  record Secrets(String nonce, String verifier) {
    static Secrets make() {
      return new Secrets(new Nonce().getValue(), new CodeVerifier().getValue());
    }

    @Override
    public String toString() {
      return "Secrets";
    }
  }

  /**
   * Whom the provider vouches for.
   *
   * @param subject its issuer, a space, its {@code sub}: the same for ever
   * @param name what the configured claim says
   */
  record Person(String subject, Optional<String> name, String displayName) {}

  private final OidcConfig config;
  private final OIDCProviderMetadata metadata;
  private final ClientID client;
  private final IDTokenValidator validator;

  OidcProvider(OidcConfig config) {
    this.config = config;
    this.client = new ClientID(config.clientId());
    try {
      this.metadata =
          OIDCProviderMetadata.resolve(new Issuer(config.issuer()), TIMEOUT_MILLIS, TIMEOUT_MILLIS);
      this.validator =
          new IDTokenValidator(
              metadata.getIssuer(),
              client,
              new JWSVerificationKeySelector<SecurityContext>(
                  ALGORITHMS, JWKSourceBuilder.create(metadata.getJWKSetURI().toURL()).build()),
              null);
    } catch (GeneralException | IOException e) {
      throw unreachable(e);
    }
  }

  private VagusException unreachable(Exception e) {
    return new VagusException(
        ErrorCode.BUSY, "provider " + config.issuer() + " does not answer: " + e.getMessage(), e);
  }

  /** Where the browser goes to sign in. */
  URI authentication(URI redirect, String state, Secrets secrets) {
    return new AuthenticationRequest.Builder(
            new ResponseType("code"), new Scope("openid", "profile", "email"), client, redirect)
        .endpointURI(metadata.getAuthorizationEndpointURI())
        .state(new State(state))
        .nonce(new Nonce(secrets.nonce()))
        .codeChallenge(new CodeVerifier(secrets.verifier()), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  /** Whom the code that the browser came back with is of. */
  Person person(URI redirect, String code, Secrets secrets) {
    try {
      TokenResponse answer = OIDCTokenResponseParser.parse(request(redirect, code, secrets).send());
      if (!answer.indicatesSuccess()) {
        throw refused(answer.toErrorResponse().getErrorObject().getCode());
      }
      IDTokenClaimsSet claims =
          validator.validate(
              answer.toSuccessResponse().getTokens().toOIDCTokens().getIDToken(),
              new Nonce(secrets.nonce()));
      return person(claims);
    } catch (IOException e) {
      throw unreachable(e);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private Person person(IDTokenClaimsSet claims) {
    String subject = claims.getIssuer().getValue() + " " + claims.getSubject().getValue();
    return new Person(
        subject,
        Optional.ofNullable(claims.getStringClaim(config.claim())),
        Optional.ofNullable(claims.getStringClaim("name")).orElse(""));
  }

  private HTTPRequest request(URI redirect, String code, Secrets secrets) {
    AuthorizationCodeGrant grant =
        new AuthorizationCodeGrant(
            new AuthorizationCode(code), redirect, new CodeVerifier(secrets.verifier()));
    URI endpoint = metadata.getTokenEndpointURI();
    HTTPRequest request =
        (secret().isPresent()
                ? new TokenRequest(
                    endpoint, new ClientSecretBasic(client, new Secret(secret().get())), grant)
                : new TokenRequest(endpoint, client, grant))
            .toHTTPRequest();
    request.setConnectTimeout(TIMEOUT_MILLIS);
    request.setReadTimeout(TIMEOUT_MILLIS);
    return request;
  }

  private Optional<String> secret() {
    Path file = config.clientSecretFile();
    if (file.toString().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING, "oidc.client-secret-file: cannot read " + file, e);
    }
  }

  private static VagusException refused(String why) {
    return new VagusException(
        ErrorCode.UNAUTHENTICATED, "provider: its answer is not accepted: " + why);
  }
}
