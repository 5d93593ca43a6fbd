package io.vagus.api;

import io.vagus.registry.Right;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which right each route asks for: the one place that says so. A route that is not here is refused
 * to everybody. Immutable.
 */
final class RouteRights {

  /** What a route asks for. */
  sealed interface Need {
    String label();
  }

  /** Nothing: it shows nothing of the fleet. */
  record Nothing() implements Need {
    @Override
    public String label() {
      return "none";
    }
  }

  record Needs(Right right) implements Need {
    @Override
    public String label() {
      return right.label();
    }
  }

  /** Not in the table. */
  record Forbidden() implements Need {
    @Override
    public String label() {
      return "forbidden";
    }
  }

  private static final String TABLE =
      """
      none                GET    /
      none                GET    /assets/{file}
      none                GET    /api/docs
      none                GET    /api/openapi.json
      none                GET    /api/v1/openapi
      none                GET    /api/v1/health
      none                GET    /api/v1/session
      none                POST   /api/v1/login
      none                GET    /api/v1/login/oidc
      none                GET    /api/v1/login/oidc/callback
      metrics.read        GET    /metrics

      self                POST   /api/v1/session
      self                DELETE /api/v1/session
      self                POST   /api/v1/me/password
      self                POST   /api/v1/me/second-factor
      self                POST   /api/v1/me/second-factor/confirm
      self                POST   /api/v1/me/second-factor/remove
      self                GET    /api/v1/roles
      self                GET    /api/v1/tokens
      token.issue         POST   /api/v1/tokens
      self                DELETE /api/v1/tokens/{id}

      people.manage       GET    /api/v1/users
      people.manage       POST   /api/v1/users
      people.manage       GET    /api/v1/users/{name}
      people.manage       PATCH  /api/v1/users/{name}
      people.manage       DELETE /api/v1/users/{name}
      people.manage       POST   /api/v1/users/{name}/password
      people.manage       POST   /api/v1/users/{name}/grants
      people.manage       DELETE /api/v1/users/{name}/grants/{role}/{group}
      people.manage       DELETE /api/v1/users/{name}/second-factor
      application.manage  GET    /api/v1/applications
      application.manage  GET    /api/v1/applications/{name}
      application.manage  PUT    /api/v1/applications/{name}
      application.manage  DELETE /api/v1/applications/{name}
      audit.read          GET    /api/v1/audit/rights
      audit.read          GET    /api/v1/events
      audit.read          GET    /api/v1/events/head
      fleet.read          GET    /api/v1/devices/{id}/history

      fleet.read          GET    /api/v1/overview
      fleet.read          GET    /api/v1/overview/history
      fleet.read          GET    /api/v1/overview/latency
      fleet.read          GET    /api/v1/overview/top
      fleet.read          GET    /api/v1/overview/live
      refusals.read       GET    /api/v1/refusals

      fleet.read          GET    /api/v1/products
      product.write       POST   /api/v1/products
      fleet.read          GET    /api/v1/products/{id}
      product.write       PUT    /api/v1/products/{id}
      product.write       DELETE /api/v1/products/{id}
      fleet.read          GET    /api/v1/products/{id}/versions
      fleet.read          GET    /api/v1/products/{id}/versions/{version}

      fleet.read          GET    /api/v1/devices
      device.write        POST   /api/v1/devices
      device.write        POST   /api/v1/devices/bulk
      fleet.read          GET    /api/v1/devices/map
      fleet.read          GET    /api/v1/devices/{id}
      device.write        PATCH  /api/v1/devices/{id}
      device.write        DELETE /api/v1/devices/{id}
      device.suspend      POST   /api/v1/devices/{id}/suspend
      device.suspend      POST   /api/v1/devices/{id}/resume
      credential.issue    POST   /api/v1/devices/{id}/secret

      fleet.read          GET    /api/v1/listeners

      fleet.read          GET    /api/v1/groups
      fleet.read          GET    /api/v1/groups/{group}
      device.write        PUT    /api/v1/groups/{group}
      device.write        DELETE /api/v1/groups/{group}

      breach.contain      POST   /api/v1/devices/{id}/breach
      breach.contain      GET    /api/v1/devices/{id}/evidence
      breach.contain      POST   /api/v1/groups/{group}/breach
      breach.contain      GET    /api/v1/groups/{group}/evidence

      fleet.read          GET    /api/v1/ca
      ca.manage           POST   /api/v1/ca/reload
      ca.manage           POST   /api/v1/ca/issuers/{issuer}/retire
      audit.read          GET    /api/v1/audit/credentials
      audit.read          GET    /api/v1/audit/credentials/ages
      fleet.read          GET    /api/v1/certificates
      fleet.read          GET    /api/v1/certificates/newest
      fleet.read          GET    /api/v1/certificates/ends
      fleet.read          GET    /api/v1/devices/{id}/certificates
      credential.issue    POST   /api/v1/devices/{id}/certificates
      credential.revoke   POST   /api/v1/devices/{id}/certificates/{serial}/revoke

      fleet.read          GET    /api/v1/enrolment/tokens
      credential.issue    POST   /api/v1/enrolment/tokens
      credential.revoke   POST   /api/v1/enrolment/tokens/{token}/revoke
      fleet.read          GET    /api/v1/enrolment/batches
      credential.issue    POST   /api/v1/enrolment/batches
      fleet.read          GET    /api/v1/enrolment/batches/{id}
      credential.revoke   POST   /api/v1/enrolment/batches/{id}/close
      fleet.read          GET    /api/v1/enrolment/batches/{id}/members
      credential.issue    POST   /api/v1/enrolment/batches/{id}/members
      credential.issue    POST   /api/v1/enrolment/batches/{id}/members/{device}/again
      credential.issue    POST   /api/v1/enrolment/batches/{id}/claims
      credential.revoke   POST   /api/v1/enrolment/batches/{id}/claims/{serial}/revoke

      readings.read       GET    /api/v1/devices/{id}/twin
      twin.write          PATCH  /api/v1/devices/{id}/twin/desired
      readings.read       GET    /api/v1/twins
      readings.read       GET    /api/v1/twins/progress
      twin.write          POST   /api/v1/twins/desired
      command.send        POST   /api/v1/devices/{id}/commands
      readings.read       GET    /api/v1/devices/{id}/commands
      readings.read       GET    /api/v1/commands
      readings.read       GET    /api/v1/commands/live
      readings.read       GET    /api/v1/commands/{command}
      command.send        POST   /api/v1/commands/{command}/cancel
      readings.read       GET    /api/v1/devices/{id}/readings
      readings.read       GET    /api/v1/devices/{id}/readings/{metric}
      readings.read       GET    /api/v1/devices/{id}/readings/{metric}/export
      readings.read       GET    /api/v1/devices/{id}/export
      readings.read       GET    /api/v1/devices/{id}/live
      readings.read       GET    /api/v1/live

      messages.read       GET    /api/v1/ledger
      messages.read       GET    /api/v1/messages/{id}
      messages.read       GET    /api/v1/devices/{id}/messages
      messages.read       GET    /api/v1/duplicates
      messages.read       GET    /api/v1/gaps
      messages.read       GET    /api/v1/dead-letters
      messages.read       GET    /api/v1/dead-letters/{id}
      dead-letter.replay  POST   /api/v1/dead-letters/{id}/replay
      dead-letter.replay  POST   /api/v1/dead-letters/replay

      backup.take         GET    /api/v1/backup
      """;

  private static final Map<String, Need> NEEDS = read();

  private RouteRights() {}

  private static Map<String, Need> read() {
    Map<String, Need> needs = new HashMap<>();
    for (String line : TABLE.lines().filter(l -> !l.isBlank()).toList()) {
      List<String> words = List.of(line.strip().split(" +"));
      needs.put(words.get(1) + " " + words.get(2), need(words.get(0)));
    }
    return Map.copyOf(needs);
  }

  private static Need need(String label) {
    return label.equals("none") ? new Nothing() : new Needs(Right.of(label).orElseThrow());
  }

  static Need of(Route route) {
    return of(route.method(), route.template());
  }

  static Need of(String method, String template) {
    return NEEDS.getOrDefault(method + " " + template, new Forbidden());
  }
}
