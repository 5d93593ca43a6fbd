package io.vagus.api;

import io.vagus.trust.CredentialAges.Ages;
import io.vagus.trust.CredentialAudit;
import io.vagus.trust.CredentialAudit.Finding;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What is wrong with the credentials. Thread-safe. */
final class CredentialAuditRoutes {
  private final CredentialAudit audit;

  CredentialAuditRoutes(ApiParts parts) {
    this.audit = parts.credentialAudit();
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/audit/credentials", this::findings),
        Route.get("/api/v1/audit/credentials/ages", this::ages));
  }

  private Reply ages(Call call) {
    List<Ages> ages = audit.ages().ages();
    return Reply.json(200, out -> Shape.items(out, "ages", ages, CredentialAuditRoutes::write));
  }

  private static void write(JsonGenerator out, Ages ages) {
    out.writeStringProperty("kind", Shape.word(ages.kind()));
    out.writeNumberProperty("unknown", ages.unknown());
    out.writeNumberProperty("overAge", ages.overAge());
    Shape.items(
        out,
        "buckets",
        ages.buckets(),
        (json, bucket) -> {
          if (bucket.underDays() < Integer.MAX_VALUE) {
            json.writeNumberProperty("underDays", bucket.underDays());
          }
          json.writeNumberProperty("count", bucket.count());
        });
  }

  private Reply findings(Call call) {
    List<Finding> findings = audit.findings();
    long notCompared = audit.secretsNotCompared();
    return Reply.json(
        200,
        out -> {
          Shape.items(out, "findings", findings, CredentialAuditRoutes::write);
          out.writeNumberProperty("secretsNotCompared", notCompared);
        });
  }

  private static void write(JsonGenerator out, Finding f) {
    out.writeStringProperty("level", Shape.word(f.level()));
    out.writeStringProperty("kind", Shape.word(f.kind()));
    out.writeStringProperty("subject", f.subject());
    out.writeStringProperty("detail", f.detail());
  }
}
