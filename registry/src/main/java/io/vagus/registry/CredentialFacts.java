package io.vagus.registry;

import io.vagus.model.DeviceId;
import io.vagus.registry.IssuedCertificate.Revocation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What happens to certificates. Field names are stored: they never change meaning. */
public final class CredentialFacts {
  private CredentialFacts() {}

  public static Fact certificateIssued(IssuedCertificate c) {
    return of(c, "certificate.issued");
  }

  public static Fact certificateRevoked(IssuedCertificate c) {
    return of(c, "certificate.revoked");
  }

  private static Fact of(IssuedCertificate c, String type) {
    ObjectNode body = Json.object();
    body.put("serial", c.serial())
        .put("key", c.key())
        .put("keyKind", c.keyKind())
        .put("fingerprint", c.fingerprint())
        .put("issuer", c.issuer())
        .put("notBeforeMicros", micros(c.notBefore()))
        .put("notAfterMicros", micros(c.notAfter()));
    c.revocation()
        .ifPresent(r -> body.put("revokedMicros", micros(r.at())).put("reason", r.reason().name()));
    return new Fact(Subject.device(c.device()), type, body.toString());
  }

  /** Of any certificate's event: as it was afterwards. */
  public static IssuedCertificate certificate(DeviceId device, String body) {
    JsonNode node = Json.read(body);
    Optional<Revocation> revocation =
        Json.text(node, "reason")
            .map(reason ->
                new Revocation(
                    instant(node.path("revokedMicros").asLong()),
                    RevocationReason.valueOf(reason)));
    return new IssuedCertificate(
        node.path("serial").asString(),
        device,
        node.path("key").asString(),
        node.path("keyKind").asString(),
        node.path("fingerprint").asString(),
        Json.text(node, "issuer").orElse(""),
        instant(node.path("notBeforeMicros").asLong()),
        instant(node.path("notAfterMicros").asLong()),
        revocation);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
