package io.vagus.registry;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.IssuedCertificate.Revocation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to batches, provisioning tokens and claim certificates. Field names are stored: they
 * never change meaning.
 */
public final class EnrolmentFacts {
  private static final int MEMBERS_AN_EVENT = 1000;

  private EnrolmentFacts() {}

  public static Fact batchCreated(EnrolmentBatch batch) {
    return new Fact(Subject.batch(batch.id()), "batch.created", node(batch).toString());
  }

  public static Fact batchClosed(EnrolmentBatch batch) {
    return new Fact(Subject.batch(batch.id()), "batch.closed", node(batch).toString());
  }

  /** An event for each thousand of them. */
  public static List<Fact> membersAdded(String batch, List<BatchMember> members) {
    List<Fact> facts = new ArrayList<>();
    for (int from = 0; from < members.size(); from += MEMBERS_AN_EVENT) {
      ObjectNode body = Json.object();
      ArrayNode listed = body.putArray("members");
      members
          .subList(from, Math.min(members.size(), from + MEMBERS_AN_EVENT))
          .forEach(m -> put(listed.addObject(), m));
      facts.add(new Fact(Subject.batch(batch), "batch.members-added", body.toString()));
    }
    return facts;
  }

  public static Fact memberEnrolled(String batch, BatchMember member) {
    return of(batch, member, "member.enrolled");
  }

  public static Fact memberHeard(String batch, BatchMember member) {
    return of(batch, member, "member.heard");
  }

  public static Fact memberMayEnrolAgain(String batch, BatchMember member) {
    return of(batch, member, "member.again");
  }

  private static Fact of(String batch, BatchMember member, String type) {
    ObjectNode body = put(Json.object().put("batch", batch), member);
    return new Fact(Subject.device(member.device()), type, body.toString());
  }

  public static Fact tokenMade(EnrolmentToken token) {
    return of(token, "enrolment-token.made");
  }

  public static Fact tokenUsed(EnrolmentToken token) {
    return of(token, "enrolment-token.used");
  }

  public static Fact tokenRevoked(EnrolmentToken token) {
    return of(token, "enrolment-token.revoked");
  }

  private static Fact of(EnrolmentToken t, String type) {
    ObjectNode body = Json.object().put("id", t.id()).put("digest", t.digest());
    t.batch().ifPresent(batch -> body.put("batch", batch));
    t.device().ifPresent(device -> body.put("device", device.value()));
    t.product().ifPresent(product -> body.put("product", product));
    t.group().ifPresent(group -> body.put("group", group.value()));
    t.key().ifPresent(key -> body.put("key", key));
    body.put("createdMicros", micros(t.created())).put("expiresMicros", micros(t.expires()));
    t.use()
        .ifPresent(u -> body.put("usedBy", u.device().value()).put("usedMicros", micros(u.at())));
    t.revoked().ifPresent(at -> body.put("revokedMicros", micros(at)));
    return new Fact(Subject.enrolmentToken(t.id()), type, body.toString());
  }

  public static Fact claimIssued(ClaimCertificate claim) {
    return of(claim, "claim.issued");
  }

  public static Fact claimRevoked(ClaimCertificate claim) {
    return of(claim, "claim.revoked");
  }

  private static Fact of(ClaimCertificate c, String type) {
    ObjectNode body =
        Json.object()
            .put("serial", c.serial())
            .put("batch", c.batch())
            .put("fingerprint", c.fingerprint())
            .put("issuer", c.issuer())
            .put("notBeforeMicros", micros(c.notBefore()))
            .put("notAfterMicros", micros(c.notAfter()));
    c.revocation()
        .ifPresent(r -> body.put("revokedMicros", micros(r.at())).put("reason", r.reason().name()));
    return new Fact(Subject.batch(c.batch()), type, body.toString());
  }

  private static ObjectNode node(EnrolmentBatch b) {
    ObjectNode node = Json.object().put("id", b.id()).put("product", b.product());
    b.group().ifPresent(group -> node.put("group", group.value()));
    b.prefix().ifPresent(prefix -> node.put("prefix", prefix));
    b.vendorRoot().ifPresent(pem -> node.put("vendorRoot", pem));
    b.closes().ifPresent(at -> node.put("closesMicros", micros(at)));
    return node.put("maxDevices", b.maxDevices()).put("createdMicros", micros(b.created()));
  }

  private static ObjectNode put(ObjectNode node, BatchMember m) {
    node.put("device", m.device().value());
    m.serialNumber().ifPresent(s -> node.put("serialNumber", s));
    m.listedAt().ifPresent(at -> node.put("listedMicros", micros(at)));
    m.enrolled().ifPresent(e -> node.put("enrolledMicros", micros(e.at())).put("by", e.by()));
    m.heard()
        .ifPresent(h -> {
          h.connected().ifPresent(at -> node.put("connectedMicros", micros(at)));
          node.put("acceptedMicros", micros(h.accepted()));
        });
    return node;
  }

  /** Of any batch's event: as it was afterwards. */
  public static EnrolmentBatch batch(String body) {
    JsonNode node = Json.read(body);
    return new EnrolmentBatch(
        node.path("id").asString(),
        node.path("product").asString(),
        Json.text(node, "prefix"),
        node.path("maxDevices").asLong(),
        Json.text(node, "vendorRoot"),
        instant(node.path("createdMicros").asLong()),
        moment(node, "closesMicros"),
        Json.text(node, "group").map(GroupId::new));
  }

  /** Those that were listed. */
  public static List<BatchMember> members(String body) {
    List<BatchMember> members = new ArrayList<>();
    Json.read(body).path("members").forEach(node -> members.add(member(node)));
    return members;
  }

  /** Of a member's event: as it was afterwards. */
  public static BatchMember member(String body) {
    return member(Json.read(body));
  }

  /** Of a member's event. */
  public static String batchOf(String body) {
    return Json.read(body).path("batch").asString();
  }

  private static BatchMember member(JsonNode node) {
    return new BatchMember(
        new DeviceId(node.path("device").asString()),
        Json.text(node, "serialNumber"),
        moment(node, "listedMicros"),
        moment(node, "enrolledMicros")
            .map(at -> new BatchMember.Enrolled(at, node.path("by").asString())),
        moment(node, "acceptedMicros")
            .map(at -> new BatchMember.Heard(moment(node, "connectedMicros"), at)));
  }

  /** Of a token's event: as it was afterwards. */
  public static EnrolmentToken token(String body) {
    JsonNode node = Json.read(body);
    return new EnrolmentToken(
        node.path("id").asString(),
        node.path("digest").asString(),
        Json.text(node, "batch"),
        Json.text(node, "device").map(DeviceId::new),
        Json.text(node, "product"),
        Json.text(node, "key"),
        instant(node.path("createdMicros").asLong()),
        instant(node.path("expiresMicros").asLong()),
        moment(node, "usedMicros")
            .map(at -> new EnrolmentToken.Use(new DeviceId(node.path("usedBy").asString()), at)),
        moment(node, "revokedMicros"),
        Json.text(node, "group").map(GroupId::new));
  }

  /** Of a claim certificate's event: as it was afterwards. */
  public static ClaimCertificate claim(String body) {
    JsonNode node = Json.read(body);
    return new ClaimCertificate(
        node.path("serial").asString(),
        node.path("batch").asString(),
        node.path("fingerprint").asString(),
        node.path("issuer").asString(),
        instant(node.path("notBeforeMicros").asLong()),
        instant(node.path("notAfterMicros").asLong()),
        moment(node, "revokedMicros")
            .map(at ->
                new Revocation(at, RevocationReason.valueOf(node.path("reason").asString()))));
  }

  private static Optional<Instant> moment(JsonNode node, String field) {
    return node.has(field) ? Optional.of(instant(node.path(field).asLong())) : Optional.empty();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
