package io.vagus.api;

import io.vagus.trust.CredentialAudit;
import io.vagus.trust.CredentialAudit.Finding;
import java.util.List;

/** What is wrong with the credentials. Thread-safe. */
final class CredentialAuditRoutes {
  private final CredentialAudit audit;

  CredentialAuditRoutes(ApiParts parts) {
    this.audit = parts.credentialAudit();
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/audit/credentials", this::findings));
  }

  private Reply findings(Call call) {
    List<Finding> findings = audit.findings();
    return Reply.json(
        200,
        out ->
            Shape.items(
                out,
                "findings",
                findings,
                (o, f) -> {
                  o.writeStringProperty("level", Shape.word(f.level()));
                  o.writeStringProperty("kind", Shape.word(f.kind()));
                  o.writeStringProperty("subject", f.subject());
                  o.writeStringProperty("detail", f.detail());
                }));
  }
}
