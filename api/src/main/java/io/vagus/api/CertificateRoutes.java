package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Certificates;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import io.vagus.registry.RevocationReason;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.DeviceCertificates.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Certificates of devices, and the authority that issues them. Thread-safe. */
final class CertificateRoutes {
  private static final String DEVICES = "/api/v1/devices/{id}/certificates";
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Registry registry;
  private final Certificates inventory;
  private final Optional<DeviceCertificates> authority;
  private final WallClock clock;

  CertificateRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.inventory = parts.registry().certificates();
    this.authority = parts.certificates();
    this.clock = parts.wallClock();
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/ca", this::authority),
        Route.get("/api/v1/certificates", Set.of("within", "limit"), this::ending),
        Route.get(DEVICES, this::list),
        Route.write("POST", DEVICES, Route.Body.JSON, this::issue),
        Route.write("POST", DEVICES + "/{serial}/revoke", Route.Body.JSON, this::revoke));
  }

  private Reply authority(Call call) {
    Instant now = clock.now();
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("setUp", authority.isPresent());
          out.writeNumberProperty("valid", inventory.countValid(now));
          authority.ifPresent(ca -> {
            writeAuthority(out, "issuer", ca.chain().getFirst());
            writeAuthority(out, "root", ca.chain().getLast());
          });
        });
  }

  private static void writeAuthority(JsonGenerator out, String name, X509Certificate certificate) {
    out.writeObjectPropertyStart(name);
    out.writeStringProperty("subject", certificate.getSubjectX500Principal().getName());
    out.writeStringProperty("fingerprint", DeviceCertificates.fingerprint(certificate));
    out.writeStringProperty("notAfter", certificate.getNotAfter().toInstant().toString());
    out.writeStringProperty("certificate", DeviceCertificates.pem(certificate));
    out.writeEndObject();
  }

  private Reply ending(Call call) {
    Duration within =
        call.query().string("within").map(CertificateRoutes::within).orElse(Duration.ofDays(10));
    int limit = call.query().integer("limit", 100, 1, 1000);
    Instant now = clock.now();
    List<IssuedCertificate> ending = inventory.ending(now, now.plus(within), limit);
    return Reply.json(200, out -> items(out, ending, now));
  }

  private static Duration within(String text) {
    try {
      Duration within = Durations.parse(text);
      if (within.compareTo(LONGEST) <= 0) {
        return within;
      }
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("within", String.valueOf(e.getMessage()));
    }
    throw Problem.invalid("within", Problem.shown(text) + " (expected: up to 3650d)");
  }

  private Reply list(Call call) {
    DeviceId device = existing(call.device()).id();
    Instant now = clock.now();
    List<IssuedCertificate> certificates = inventory.of(device);
    return Reply.json(200, out -> items(out, certificates, now));
  }

  private static void items(JsonGenerator out, List<IssuedCertificate> certificates, Instant now) {
    Shape.items(out, "items", certificates, (o, c) -> CertificateShape.write(o, c, now));
  }

  private Reply issue(Call call) throws IOException {
    JsonObject json = call.json();
    String request = json.require("csr", json.string("csr"));
    json.end();
    DeviceId device = existing(call.device()).id();
    DeviceCertificates ca = CertificateShape.required(authority);
    Issued issued = ca.issue(device, request.getBytes(StandardCharsets.UTF_8));
    return Reply.json(201, out -> CertificateShape.issued(out, ca, issued, clock.now()));
  }

  private Reply revoke(Call call) throws IOException {
    JsonObject json = call.json();
    RevocationReason reason =
        json.choice("reason", Shape.words(RevocationReason.class))
            .orElse(RevocationReason.UNSPECIFIED);
    json.end();
    DeviceId device = existing(call.device()).id();
    IssuedCertificate revoked = inventory.revoke(device, call.path("serial"), reason);
    return Reply.json(200, out -> CertificateShape.write(out, revoked, clock.now()));
  }

  private Device existing(DeviceId id) {
    return registry.device(id).orElseThrow(() -> Problem.notFound("device", id.value()));
  }
}
