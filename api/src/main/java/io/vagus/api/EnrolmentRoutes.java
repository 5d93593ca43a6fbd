package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.BatchMember;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.EnrolmentToken;
import io.vagus.registry.EnrolmentTokens;
import io.vagus.registry.RevocationReason;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.Enrolment.IssuedClaim;
import io.vagus.trust.Onboarding;
import io.vagus.trust.ProvisioningTokens.Made;
import io.vagus.trust.TokenOrder;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Batches of devices that enrol by themselves, and the tokens they do it with. Thread-safe. */
final class EnrolmentRoutes {
  private static final String TOKENS = "/api/v1/enrolment/tokens";
  private static final String BATCHES = "/api/v1/enrolment/batches";
  private static final String BATCH = BATCHES + "/{id}";
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(24);
  private static final Duration CLAIM_LIFETIME = Duration.ofDays(365);
  private static final Duration LONGEST_CLAIM = Duration.ofDays(1825);
  private static final long MANY = 10_000_000;

  private final EnrolmentSight seen;
  private final EnrolmentBatches batches;
  private final EnrolmentTokens tokens;
  private final Optional<DeviceCertificates> authority;
  private final WallClock clock;

  EnrolmentRoutes(ApiParts parts) {
    this.seen = new EnrolmentSight(parts.registry());
    this.batches = parts.registry().batches();
    this.tokens = parts.registry().enrolmentTokens();
    this.authority = parts.certificates();
    this.clock = parts.wallClock();
  }

  List<Route> routes() {
    return List.of(
        Route.get(TOKENS, Set.of("batch", "limit"), this::listTokens),
        Route.write("POST", TOKENS, Route.Body.JSON, this::makeTokens),
        Route.write("POST", TOKENS + "/{token}/revoke", Route.Body.NONE, this::revokeToken),
        Route.get(BATCHES, this::listBatches),
        Route.write("POST", BATCHES, Route.Body.JSON, this::createBatch),
        Route.get(BATCH, this::readBatch),
        Route.write("POST", BATCH + "/close", Route.Body.NONE, this::closeBatch),
        Route.get(BATCH + "/members", Set.of("cursor", "limit"), this::listMembers),
        Route.write("POST", BATCH + "/members", Route.Body.JSON, this::addMembers),
        Route.write("POST", BATCH + "/members/{device}/again", Route.Body.NONE, this::again),
        Route.write("POST", BATCH + "/claims", Route.Body.JSON, this::issueClaim),
        Route.write("POST", BATCH + "/claims/{serial}/revoke", Route.Body.JSON, this::revokeClaim));
  }

  private Reply listTokens(Call call) {
    int limit = call.query().integer("limit", 100, 1, 1000);
    Instant now = clock.now();
    List<EnrolmentToken> newest = seen.newest(call, limit);
    return Reply.json(
        200, out -> Shape.items(out, "items", newest, (o, t) -> EnrolmentShape.token(o, t, now)));
  }

  private Reply makeTokens(Call call) throws IOException {
    JsonObject json = call.json();
    Optional<EnrolmentBatch> batch = json.string("batch").map(id -> seen.batch(call.sight(), id));
    Optional<DeviceId> device = json.string("device").map(id -> Call.deviceId("device", id));
    Optional<GroupId> group = DeviceShape.group(json, "group");
    TokenOrder order =
        new TokenOrder(
            batch.map(EnrolmentBatch::id),
            device,
            json.string("product"),
            seen.place(call.sight(), group, batch, device),
            json.string("csr").map(csr -> csr.getBytes(StandardCharsets.UTF_8)),
            lifetime(json).orElse(TOKEN_LIFETIME),
            json.integer("count", 1, 10_000).orElse(1L).intValue());
    json.end();
    List<Made> made = ca().enrolment().tokens().make(order);
    Instant now = clock.now();
    return Reply.secretJson(
        201,
        out ->
            Shape.items(
                out,
                "items",
                made,
                (o, m) -> {
                  EnrolmentShape.token(o, m.token(), now);
                  o.writeStringProperty("token", m.text());
                }),
        out -> Shape.items(out, "items", made, (o, m) -> EnrolmentShape.token(o, m.token(), now)));
  }

  private static Optional<Duration> lifetime(JsonObject json) {
    return json.string("lifetime").map(text -> json.make("lifetime", () -> Durations.parse(text)));
  }

  private Reply revokeToken(Call call) {
    String id = call.path("token");
    seen.requireToken(call, id);
    EnrolmentToken revoked = tokens.revoke(id);
    return Reply.json(200, out -> EnrolmentShape.token(out, revoked, clock.now()));
  }

  private Reply listBatches(Call call) {
    List<EnrolmentBatch> all = seen.batches(call.sight());
    return Reply.json(
        200,
        out ->
            Shape.items(
                out, "items", all, (o, b) -> EnrolmentShape.batch(o, b, batches, clock.now())));
  }

  private Reply createBatch(Call call) throws IOException {
    JsonObject json = call.json();
    Optional<Instant> closes =
        json.string("closes")
            .map(t -> Instant.EPOCH.plusNanos(Query.timeMicros("closes", t) * 1000));
    EnrolmentBatch batch =
        new EnrolmentBatch(
            json.require("id", json.string("id")),
            json.require("product", json.string("product")),
            json.string("prefix"),
            json.integer("maxDevices", 1, MANY).orElse(MANY),
            json.string("vendorRoot"),
            clock.now(),
            closes,
            call.sight().place("group", DeviceShape.group(json, "group")));
    json.end();
    ca().enrolment().createBatch(batch);
    return Reply.json(201, out -> EnrolmentShape.batch(out, batch, batches, clock.now()));
  }

  private Reply readBatch(Call call) {
    EnrolmentBatch batch = existing(call);
    return Reply.json(
        200,
        out -> {
          EnrolmentShape.batch(out, batch, batches, clock.now());
          EnrolmentShape.onboarding(out, Onboarding.of(batches, batch.id()));
          Shape.items(
              out,
              "claims",
              batches.claims(batch.id()),
              (o, c) -> EnrolmentShape.claim(o, c, clock.now()));
        });
  }

  private Reply closeBatch(Call call) {
    EnrolmentBatch closed = batches.close(existing(call).id());
    return Reply.json(200, out -> EnrolmentShape.batch(out, closed, batches, clock.now()));
  }

  private Reply listMembers(Call call) {
    int limit = call.query().integer("limit", 100, 1, 1000);
    Page<BatchMember> page =
        batches.members(existing(call).id(), call.query().string("cursor"), limit);
    return Shape.page(page, EnrolmentShape::member);
  }

  private Reply addMembers(Call call) throws IOException {
    JsonObject json = call.json();
    List<BatchMember> members =
        json.require(
            "members",
            json.list(
                "members",
                m -> {
                  String device = m.require("device", m.string("device"));
                  BatchMember member =
                      BatchMember.listed(Call.deviceId("device", device), m.string("serialNumber"));
                  m.end();
                  return member;
                }));
    json.end();
    int added = batches.addMembers(existing(call).id(), members);
    return Reply.json(200, out -> out.writeNumberProperty("added", added));
  }

  private Reply again(Call call) {
    DeviceId device = Call.deviceId("device", call.path("device"));
    BatchMember member = batches.mayEnrolAgain(existing(call).id(), device);
    return Reply.json(200, out -> EnrolmentShape.member(out, member));
  }

  private Reply issueClaim(Call call) throws IOException {
    JsonObject json = call.json();
    String csr = json.require("csr", json.string("csr"));
    Duration lifetime = lifetime(json).orElse(CLAIM_LIFETIME);
    json.end();
    if (lifetime.compareTo(Duration.ofHours(1)) < 0 || lifetime.compareTo(LONGEST_CLAIM) > 0) {
      throw Problem.invalid("lifetime", Durations.format(lifetime) + " (expected: 1h to 1825d)");
    }
    String batch = existing(call).id();
    IssuedClaim issued =
        ca().enrolment().claim(batch, csr.getBytes(StandardCharsets.UTF_8), lifetime);
    return Reply.json(
        201,
        out -> {
          EnrolmentShape.claim(out, issued.entry(), clock.now());
          out.writeStringProperty("certificate", issued.pem());
          out.writeStringProperty("chain", CertificateShape.pem(ca().chain()));
        });
  }

  private Reply revokeClaim(Call call) throws IOException {
    JsonObject json = call.json();
    RevocationReason reason =
        json.choice("reason", Shape.words(RevocationReason.class))
            .orElse(RevocationReason.UNSPECIFIED);
    json.end();
    ClaimCertificate revoked =
        batches.revokeClaim(existing(call).id(), call.path("serial"), reason);
    return Reply.json(200, out -> EnrolmentShape.claim(out, revoked, clock.now()));
  }

  private EnrolmentBatch existing(Call call) {
    return seen.batch(call.sight(), call.path("id"));
  }

  private DeviceCertificates ca() {
    return CertificateShape.required(authority);
  }
}
