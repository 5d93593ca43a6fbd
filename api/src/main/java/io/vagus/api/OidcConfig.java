package io.vagus.api;

import io.vagus.kit.Setting;
import java.net.URI;
import java.nio.file.Path;

/** Section {@code oidc}: people sign in at an OpenID provider (OpenID Connect Core 1.0). */
public record OidcConfig(
    @Setting("URL of the OpenID provider; empty: none") String issuer,
    @Setting("How the sign-in page calls it") String name,
    @Setting("This server's name at the provider") String clientId,
    @Setting("File with this server's secret at the provider; empty: a public client")
        Path clientSecretFile,
    @Setting("This server's URL as browsers see it; empty: as they ask for it") String baseUrl,
    @Setting("Claim of the ID token that is a user's name here") String claim,
    @Setting("Role of people whom only the provider knows; none: they are refused")
        NewPeople newPeople) {

  /** What somebody becomes who signs in for the first time and is no user here. */
  public enum NewPeople {
    NONE,
    VIEWER,
    OPERATOR,
    RESPONDER,
    DEVELOPER
  }

  public OidcConfig {
    requireUrl("issuer", issuer);
    requireUrl("base-url", baseUrl);
    if (!issuer.isEmpty() && (clientId.isBlank() || claim.isBlank() || name.isBlank())) {
      throw new IllegalArgumentException(
          "client-id: \""
              + clientId
              + "\" (expected: with an issuer, a client-id, claim and name)");
    }
  }

  public static OidcConfig defaults() {
    return new OidcConfig(
        "", "OpenID", "vagus", Path.of(""), "", "preferred_username", NewPeople.NONE);
  }

  boolean isOn() {
    return !issuer.isEmpty();
  }

  private static void requireUrl(String key, String value) {
    if (!value.isEmpty()) {
      String scheme = URI.create(value).getScheme();
      if (!"https".equals(scheme) && !"http".equals(scheme)) {
        throw new IllegalArgumentException(
            key + ": \"" + value + "\" (expected: a URL such as https://id.example)");
      }
    }
  }
}
