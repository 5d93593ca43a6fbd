package io.vagus.trust;

import io.vagus.kit.WallClock;
import io.vagus.registry.EnrolmentToken;
import io.vagus.registry.EnrolmentTokens;
import io.vagus.registry.Registry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Provisioning tokens: {@code vet_ID.SECRET}. The id finds the row; the secret, 256 random bits, is
 * kept as its SHA-256 and compared in constant time, against nothing known when there is no row. So
 * time tells neither which ids exist nor how much of a secret was right. Thread-safe.
 */
public final class ProvisioningTokens {
  public static final String PREFIX = "vet_";

  private static final Pattern FORM = Pattern.compile("vet_([0-9a-f]{16})\\.([A-Za-z0-9_-]{43})");
  private static final String NOBODYS = "0".repeat(64);
  private static final int ID_BYTES = 8;
  private static final int SECRET_BYTES = 32;

  private final EnrolmentTokens stored;
  private final WallClock clock;
  private final SecureRandom random = new SecureRandom();

  ProvisioningTokens(Registry registry, WallClock clock) {
    this.stored = registry.enrolmentTokens();
    this.clock = clock;
  }

  /** A token that was just made; its text is shown this once. */
  public record Made(EnrolmentToken token, String text) {
    @Override
    public String toString() {
      return "Made[" + token.id() + "]";
    }
  }

  /** The public part of what may be a token, to count guesses by; empty when it has none. */
  public static String id(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches() ? form.group(1) : "";
  }

  /** Makes and stores them. */
  public List<Made> make(TokenOrder order) {
    Optional<SigningRequest> request = order.request().map(SigningRequest::read);
    List<Made> made = new ArrayList<>();
    Instant now = clock.now();
    for (int i = 0; i < order.count(); i++) {
      String id = HexFormat.of().formatHex(randomBytes(ID_BYTES));
      String secret =
          Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(SECRET_BYTES));
      EnrolmentToken token =
          new EnrolmentToken(
              id,
              digest(secret),
              order.batch(),
              order.device().or(() -> request.map(SigningRequest::device)),
              order.product(),
              request.map(SigningRequest::keyDigest),
              now,
              now.plus(order.lifetime()),
              Optional.empty(),
              Optional.empty(),
              order.group());
      made.add(new Made(token, PREFIX + id + "." + secret));
    }
    stored.add(made.stream().map(Made::token).toList());
    return made;
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Who shows it: whether it is one, and was neither revoked nor left to expire. */
  Identity judge(String text) {
    Matcher form = FORM.matcher(text);
    boolean formed = form.matches();
    Optional<EnrolmentToken> token = formed ? stored.find(form.group(1)) : Optional.empty();
    boolean right =
        isEqual(
            token.map(EnrolmentToken::digest).orElse(NOBODYS),
            digest(formed ? form.group(2) : text));
    return token.isPresent() && right ? stand(token.get()) : unknown();
  }

  private Identity stand(EnrolmentToken token) {
    return switch (token.status(clock.now())) {
      // A used one may be shown again by who did not hear the answer: admission judges that.
      case OPEN, USED -> new Identity.Enrolling(new Enrollee.ByToken(token.id()));
      case EXPIRED ->
          new Identity.Refused(
              Refusal.TOKEN_EXPIRED, "token " + token.id() + " ended at " + token.expires());
      case REVOKED ->
          new Identity.Refused(
              Refusal.TOKEN_REVOKED,
              "token " + token.id() + " was revoked at " + token.revoked().orElseThrow());
    };
  }

  private static Identity unknown() {
    return new Identity.Refused(Refusal.TOKEN_UNKNOWN, "token: unknown");
  }

  private static boolean isEqual(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.US_ASCII), b.getBytes(StandardCharsets.US_ASCII));
  }

  private static String digest(String secret) {
    return Digests.of(secret.getBytes(StandardCharsets.UTF_8));
  }
}
