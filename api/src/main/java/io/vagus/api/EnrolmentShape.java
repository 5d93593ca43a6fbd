package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.registry.BatchMember;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.EnrolmentToken;
import io.vagus.trust.Onboarding;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/** How enrolment looks in JSON. */
final class EnrolmentShape {
  private EnrolmentShape() {}

  /** Without its secret part. */
  static void token(JsonGenerator out, EnrolmentToken t, Instant now) {
    out.writeStringProperty("id", t.id());
    out.writeStringProperty("status", Shape.word(t.status(now)));
    t.batch().ifPresent(batch -> out.writeStringProperty("batch", batch));
    t.device().map(DeviceId::value).ifPresent(d -> out.writeStringProperty("device", d));
    t.product().ifPresent(product -> out.writeStringProperty("product", product));
    t.group().ifPresent(group -> out.writeStringProperty("group", group.value()));
    out.writeBooleanProperty("boundToKey", t.key().isPresent());
    out.writeStringProperty("created", t.created().toString());
    out.writeStringProperty("expires", t.expires().toString());
    t.use()
        .ifPresent(use -> {
          out.writeStringProperty("usedBy", use.device().value());
          out.writeStringProperty("usedAt", use.at().toString());
        });
    t.revoked().ifPresent(at -> out.writeStringProperty("revokedAt", at.toString()));
  }

  static void batch(JsonGenerator out, EnrolmentBatch b, EnrolmentBatches batches, Instant now) {
    EnrolmentBatches.Counts counts = batches.counts(b.id());
    out.writeStringProperty("id", b.id());
    out.writeStringProperty("product", b.product());
    out.writeBooleanProperty("open", b.isOpen(now));
    b.group().ifPresent(group -> out.writeStringProperty("group", group.value()));
    b.prefix().ifPresent(prefix -> out.writeStringProperty("prefix", prefix));
    out.writeNumberProperty("maxDevices", b.maxDevices());
    b.vendorRoot().ifPresent(pem -> out.writeStringProperty("vendorRoot", pem));
    out.writeStringProperty("created", b.created().toString());
    b.closes().ifPresent(at -> out.writeStringProperty("closes", at.toString()));
    out.writeNumberProperty("members", counts.members());
    out.writeNumberProperty("enrolled", counts.enrolled());
  }

  static void member(JsonGenerator out, BatchMember m) {
    out.writeStringProperty("device", m.device().value());
    m.serialNumber().ifPresent(s -> out.writeStringProperty("serialNumber", s));
    m.listedAt().ifPresent(at -> out.writeStringProperty("listedAt", at.toString()));
    m.enrolled()
        .ifPresent(e -> {
          out.writeStringProperty("enrolledAt", e.at().toString());
          out.writeStringProperty("enrolledBy", e.by());
        });
    m.heard()
        .ifPresent(h -> {
          h.connected().ifPresent(at -> out.writeStringProperty("connectedAt", at.toString()));
          out.writeStringProperty("acceptedAt", h.accepted().toString());
        });
  }

  static void onboarding(JsonGenerator out, Onboarding o) {
    out.writeObjectPropertyStart("onboarding");
    out.writeNumberProperty("listed", o.listed());
    out.writeNumberProperty("enrolled", o.enrolled());
    out.writeNumberProperty("accepted", o.accepted());
    Shape.items(
        out,
        "steps",
        o.steps(),
        (json, step) -> {
          json.writeStringProperty("step", step.name());
          json.writeNumberProperty("count", step.count());
          json.writeNumberProperty("p50Seconds", seconds(step.p50()));
          json.writeNumberProperty("p95Seconds", seconds(step.p95()));
          json.writeNumberProperty("maxSeconds", seconds(step.longest()));
        });
    out.writeObjectPropertyStart("ways");
    o.ways().forEach(out::writeNumberProperty);
    out.writeEndObject();
    Shape.strings(out, "manual", o.manualSteps());
    out.writeEndObject();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  static void claim(JsonGenerator out, ClaimCertificate c, Instant now) {
    out.writeStringProperty("serial", c.serial());
    out.writeStringProperty("batch", c.batch());
    boolean ended = now.isAfter(c.notAfter());
    out.writeStringProperty(
        "status", c.revocation().isPresent() ? "revoked" : ended ? "expired" : "valid");
    out.writeStringProperty("fingerprint", c.fingerprint());
    out.writeStringProperty("notAfter", c.notAfter().toString());
    c.revocation()
        .ifPresent(r -> {
          out.writeStringProperty("revokedAt", r.at().toString());
          out.writeStringProperty("reason", Shape.word(r.reason()));
        });
  }
}
