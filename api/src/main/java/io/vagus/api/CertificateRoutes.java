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
import io.vagus.trust.Rollover.Generation;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** Certificates of devices, and the authority that issues them. Thread-safe. */
final class CertificateRoutes {
  private static final String ALL = "/api/v1/certificates";
  private static final String DEVICES = "/api/v1/devices/{id}/certificates";
  private static final int MOST_LOOKED_AT = 250_000;
  private static final long FAR_MICROS = 253_402_300_799_000_000L; // the end of the year 9999
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
        Route.write("POST", "/api/v1/ca/reload", Route.Body.NONE, this::reload),
        Route.write("POST", "/api/v1/ca/issuers/{issuer}/retire", Route.Body.JSON, this::retire),
        Route.get(ALL, Set.of("within", "limit"), this::ending),
        Route.get(ALL + "/newest", Set.of("from", "to", "limit"), this::newest),
        Route.get(ALL + "/ends", this::ends),
        Route.get(DEVICES, this::list),
        Route.write("POST", DEVICES, Route.Body.JSON, this::issue),
        Route.write("POST", DEVICES + "/{serial}/revoke", Route.Body.JSON, this::revoke));
  }

  /** How many devices have what is of all together, so that only he who sees all is told. */
  private Reply authority(Call call) {
    Instant now = clock.now();
    boolean counts = call.sight().isEverything();
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("setUp", authority.isPresent());
          if (counts) {
            out.writeNumberProperty("valid", inventory.countValid(now));
          }
          authority.ifPresent(ca -> {
            writeAuthority(out, "issuer", ca.chain().getFirst());
            writeAuthority(out, "root", ca.chain().getLast());
            Shape.items(
                out,
                "issuers",
                ca.rollover().generations(),
                (o, generation) -> generation(o, generation, counts));
          });
        });
  }

  private static void generation(JsonGenerator out, Generation generation, boolean counts) {
    out.writeStringProperty("serial", generation.serial());
    out.writeStringProperty("subject", generation.issuer().getSubjectX500Principal().getName());
    out.writeStringProperty("root", DeviceCertificates.fingerprint(generation.root()));
    out.writeStringProperty("notAfter", generation.issuer().getNotAfter().toInstant().toString());
    out.writeBooleanProperty("current", generation.current());
    if (counts) {
      out.writeNumberProperty("devices", generation.devices());
    }
  }

  private Reply reload(Call call) {
    CertificateShape.required(authority).rollover().reload();
    return authority(call);
  }

  private Reply retire(Call call) throws IOException {
    JsonObject json = call.json();
    boolean anyway = json.bool("anyway").orElse(false);
    json.end();
    CertificateShape.required(authority).rollover().retire(call.path("issuer"), anyway);
    return authority(call);
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
    List<IssuedCertificate> ending =
        seen(
            call.sight().devices(),
            limit,
            looked -> inventory.ending(now, now.plus(within), looked));
    return Reply.json(200, out -> items(out, ending, now));
  }

  /** Looks at more and more until enough of them are seen. */
  private static List<IssuedCertificate> seen(
      Predicate<DeviceId> seen, int limit, IntFunction<List<IssuedCertificate>> first) {
    for (int looked = limit; ; looked *= 4) {
      List<IssuedCertificate> all = first.apply(looked);
      List<IssuedCertificate> found =
          all.stream().filter(c -> seen.test(c.device())).limit(limit).toList();
      if (found.size() == limit || all.size() < looked || looked > MOST_LOOKED_AT) {
        return found;
      }
    }
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

  /** Of each device, with the end of its grace: what a countdown counts to. */
  private Reply newest(Call call) {
    Instant from = instant(call.query().fromMicros());
    Instant to = instant(call.query().toMicros());
    int limit = call.query().integer("limit", 100, 1, 1000);
    Duration grace = authority.map(DeviceCertificates::grace).orElse(Duration.ZERO);
    Instant now = clock.now();
    List<IssuedCertificate> newest =
        seen(call.sight().devices(), limit, looked -> inventory.newestEnding(from, to, looked));
    return Reply.json(
        200,
        out ->
            Shape.items(
                out,
                "items",
                newest,
                (o, c) -> {
                  CertificateShape.write(o, c, now);
                  o.writeStringProperty("mayRenewUntil", c.notAfter().plus(grace).toString());
                }));
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(Math.clamp(micros, 0, FAR_MICROS), ChronoUnit.MICROS);
  }

  private Reply ends(Call call) {
    Map<LocalDate, Long> days =
        call.sight().isEverything()
            ? inventory.devicesByEnd()
            : inventory.devicesByEnd(call.sight().devices());
    return Reply.json(
        200,
        out ->
            Shape.items(
                out,
                "items",
                days.entrySet(),
                (o, day) -> {
                  o.writeStringProperty("day", day.getKey().toString());
                  o.writeNumberProperty("devices", day.getValue());
                }));
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
