package io.vagus.api;

import io.vagus.registry.Right;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which right each route asks for, and how far it must go: the one place that says so. A route that
 * is not here is refused to everybody. Immutable.
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

  record Needs(Right right, Extent extent) implements Need {
    @Override
    public String label() {
      return right.label();
    }
  }

  /** How far the right must go. */
  enum Extent {
    ALL,
    ANY,
    DEVICE,
    GROUP,
    WITHIN
  }

  /** Not in the table. */
  record Forbidden() implements Need {
    @Override
    public String label() {
      return "forbidden";
    }
  }

  /**
   * Right, how far it must go, method, path. How far: {@code all}, on everything; {@code any}, on
   * any group, since nothing of a group is shown or changed; {@code device} and {@code group}, on
   * that which the path names, which else is not there; {@code within}, on any group, and the
   * handler shows and changes what its call's {@link Sight} sees. A line without it is of {@code
   * all}.
   */
  private static final String TABLE =
      """
      none                -      GET    /
      none                -      GET    /assets/{file}
      none                -      GET    /api/docs
      none                -      GET    /api/openapi.json
      none                -      GET    /api/v1/openapi
      none                -      GET    /api/v1/health
      none                -      GET    /api/v1/session
      none                -      POST   /api/v1/login
      none                -      GET    /api/v1/login/oidc
      none                -      GET    /api/v1/login/oidc/callback
      metrics.read        all    GET    /metrics

      self                any    POST   /api/v1/session
      self                any    DELETE /api/v1/session
      self                any    GET    /api/v1/me/rights
      self                any    POST   /api/v1/me/password
      self                any    POST   /api/v1/me/second-factor
      self                any    POST   /api/v1/me/second-factor/confirm
      self                any    POST   /api/v1/me/second-factor/remove
      self                any    GET    /api/v1/roles
      self                any    GET    /api/v1/tokens
      token.issue         any    POST   /api/v1/tokens
      self                any    DELETE /api/v1/tokens/{id}

      people.manage       all    GET    /api/v1/users
      people.manage       all    POST   /api/v1/users
      people.manage       all    GET    /api/v1/users/{name}
      people.manage       all    PATCH  /api/v1/users/{name}
      people.manage       all    DELETE /api/v1/users/{name}
      people.manage       all    POST   /api/v1/users/{name}/password
      people.manage       all    POST   /api/v1/users/{name}/grants
      people.manage       all    DELETE /api/v1/users/{name}/grants/{role}/{group}
      people.manage       all    DELETE /api/v1/users/{name}/second-factor
      application.manage  all    GET    /api/v1/applications
      application.manage  all    GET    /api/v1/applications/{name}
      application.manage  all    PUT    /api/v1/applications/{name}
      application.manage  all    DELETE /api/v1/applications/{name}
      audit.read          all    GET    /api/v1/audit/rights
      audit.read          within GET    /api/v1/events
      audit.read          all    GET    /api/v1/events/head
      fleet.read          device GET    /api/v1/devices/{id}/history
      fleet.read          device GET    /api/v1/devices/{id}/timeline

      fleet.read          any    GET    /api/v1/listeners

      fleet.read          within GET    /api/v1/overview
      fleet.read          all    GET    /api/v1/overview/history
      fleet.read          all    GET    /api/v1/overview/latency
      fleet.read          within GET    /api/v1/overview/top
      fleet.read          within GET    /api/v1/overview/live
      refusals.read       within GET    /api/v1/refusals
      refusals.read       device GET    /api/v1/devices/{id}/refusals

      fleet.read          any    GET    /api/v1/products
      product.write       all    POST   /api/v1/products
      fleet.read          any    GET    /api/v1/products/{id}
      product.write       all    PUT    /api/v1/products/{id}
      product.write       all    DELETE /api/v1/products/{id}
      fleet.read          any    GET    /api/v1/products/{id}/versions
      fleet.read          any    GET    /api/v1/products/{id}/versions/{version}

      fleet.read          any    GET    /api/v1/tags
      tag.write           all    PUT    /api/v1/tags
      fleet.read          within GET    /api/v1/tags/misfits

      fleet.read          within GET    /api/v1/devices
      device.write        within POST   /api/v1/devices
      device.write        within POST   /api/v1/devices/bulk
      fleet.read          within GET    /api/v1/devices/map
      fleet.read          device GET    /api/v1/devices/{id}
      device.write        device PATCH  /api/v1/devices/{id}
      device.write        device DELETE /api/v1/devices/{id}
      device.suspend      device POST   /api/v1/devices/{id}/suspend
      device.suspend      device POST   /api/v1/devices/{id}/resume
      credential.issue    device POST   /api/v1/devices/{id}/secret

      fleet.read          within GET    /api/v1/inventory
      fleet.read          within GET    /api/v1/inventory/devices

      fleet.read          within GET    /api/v1/lint
      fleet.read          device GET    /api/v1/devices/{id}/lint

      fleet.read          within GET    /api/v1/groups
      fleet.read          group  GET    /api/v1/groups/{group}
      group.write         within PUT    /api/v1/groups/{group}
      group.write         group  DELETE /api/v1/groups/{group}

      breach.contain      device POST   /api/v1/devices/{id}/breach
      breach.contain      device GET    /api/v1/devices/{id}/evidence
      breach.contain      group  POST   /api/v1/groups/{group}/breach
      breach.contain      group  GET    /api/v1/groups/{group}/evidence

      fleet.read          within GET    /api/v1/ca
      ca.manage           all    POST   /api/v1/ca/reload
      ca.manage           all    POST   /api/v1/ca/issuers/{issuer}/retire
      audit.read          all    GET    /api/v1/audit/credentials
      audit.read          all    GET    /api/v1/audit/credentials/ages
      fleet.read          within GET    /api/v1/certificates
      fleet.read          within GET    /api/v1/certificates/newest
      fleet.read          within GET    /api/v1/certificates/ends
      fleet.read          device GET    /api/v1/devices/{id}/certificates
      credential.issue    device POST   /api/v1/devices/{id}/certificates
      credential.revoke   device POST   /api/v1/devices/{id}/certificates/{serial}/revoke

      fleet.read          within GET    /api/v1/enrolment/tokens
      credential.issue    within POST   /api/v1/enrolment/tokens
      credential.revoke   within POST   /api/v1/enrolment/tokens/{token}/revoke
      fleet.read          within GET    /api/v1/enrolment/batches
      credential.issue    within POST   /api/v1/enrolment/batches
      fleet.read          within GET    /api/v1/enrolment/batches/{id}
      credential.revoke   within POST   /api/v1/enrolment/batches/{id}/close
      fleet.read          within GET    /api/v1/enrolment/batches/{id}/members
      credential.issue    within POST   /api/v1/enrolment/batches/{id}/members
      credential.issue    within POST   /api/v1/enrolment/batches/{id}/members/{device}/again
      credential.issue    within POST   /api/v1/enrolment/batches/{id}/claims
      credential.revoke   within POST   /api/v1/enrolment/batches/{id}/claims/{serial}/revoke

      readings.read       device GET    /api/v1/devices/{id}/readings
      readings.read       device GET    /api/v1/devices/{id}/readings/{metric}
      readings.read       device GET    /api/v1/devices/{id}/readings/{metric}/export
      readings.read       device GET    /api/v1/devices/{id}/export
      readings.read       device GET    /api/v1/devices/{id}/live
      readings.read       within GET    /api/v1/live

      readings.read       device GET    /api/v1/devices/{id}/twin
      twin.write          device PATCH  /api/v1/devices/{id}/twin/desired
      readings.read       within GET    /api/v1/twins
      readings.read       within GET    /api/v1/twins/progress
      twin.write          within POST   /api/v1/twins/desired
      command.send        device POST   /api/v1/devices/{id}/commands
      readings.read       device GET    /api/v1/devices/{id}/commands
      readings.read       within GET    /api/v1/commands
      readings.read       within GET    /api/v1/commands/live
      readings.read       within GET    /api/v1/commands/success
      readings.read       within GET    /api/v1/commands/{command}
      command.approve     within POST   /api/v1/commands/{command}/approve
      command.send        within POST   /api/v1/commands/{command}/cancel

      command.send        within POST   /api/v1/commands/bulk
      readings.read       within GET    /api/v1/commands/bulk
      readings.read       within GET    /api/v1/commands/bulk/{bulk}
      command.send        within PATCH  /api/v1/commands/bulk/{bulk}
      command.send        within POST   /api/v1/commands/bulk/{bulk}/pause
      command.send        within POST   /api/v1/commands/bulk/{bulk}/resume
      command.send        within POST   /api/v1/commands/bulk/{bulk}/cancel
      readings.read       within GET    /api/v1/commands/bulk/{bulk}/devices
      readings.read       within GET    /api/v1/commands/bulk/{bulk}/live

      twin.write          within POST   /api/v1/products/{id}/twin/migrate
      readings.read       device POST   /api/v1/devices/{id}/twin/copies
      readings.read       within GET    /api/v1/twins/copies/{copy}
      readings.read       within PATCH  /api/v1/twins/copies/{copy}
      readings.read       within DELETE /api/v1/twins/copies/{copy}

      fleet.read          within GET    /api/v1/relations/{node}
      fleet.read          within GET    /api/v1/relations/{node}/{related}
      twin.write          within PUT    /api/v1/relations/{kind}/{from}/{to}
      twin.write          within DELETE /api/v1/relations/{kind}/{from}/{to}

      rule.read           within GET    /api/v1/rules
      rule.read           any    POST   /api/v1/rules/check
      rule.read           any    GET    /api/v1/rules/names
      rule.read           within GET    /api/v1/products/{id}/uses
      rule.read           within POST   /api/v1/rules/trial
      rule.read           within GET    /api/v1/rules/{rule}/firings
      rule.read           within GET    /api/v1/firings
      rule.read           within GET    /api/v1/firings/live
      rule.read           within GET    /api/v1/rules/{rule}
      rule.write          within PUT    /api/v1/rules/{rule}
      rule.write          within DELETE /api/v1/rules/{rule}
      rule.read           within GET    /api/v1/rules/{rule}/versions
      rule.read           within GET    /api/v1/rules/{rule}/versions/{version}

      rule.read           any    GET    /api/v1/functions
      rule.read           any    GET    /api/v1/functions/{module}
      rule.write          all    PUT    /api/v1/functions/{module}
      rule.write          all    DELETE /api/v1/functions/{module}
      rule.read           any    POST   /api/v1/functions/{module}/call
      rule.read           any    GET    /api/v1/functions/{module}/versions
      rule.read           any    GET    /api/v1/functions/{module}/versions/{version}

      alert.read          within GET    /api/v1/alerts
      alert.read          within GET    /api/v1/alerts/{alert}
      alert.write         within POST   /api/v1/alerts/{alert}/acknowledge

      sink.read           all    GET    /api/v1/sinks
      sink.read           all    GET    /api/v1/sinks/{sink}
      sink.write          all    PUT    /api/v1/sinks/{sink}
      sink.write          all    DELETE /api/v1/sinks/{sink}
      sink.write          all    POST   /api/v1/sinks/{sink}/test
      sink.read           all    GET    /api/v1/sinks/{sink}/dead-letters
      sink.write          all    DELETE /api/v1/sinks/{sink}/dead-letters
      sink.write          all    POST   /api/v1/sinks/{sink}/dead-letters/replay
      sink.read           all    GET    /api/v1/loops

      messages.read       all    GET    /api/v1/ledger
      messages.read       within GET    /api/v1/messages/{id}
      messages.read       device GET    /api/v1/devices/{id}/messages
      messages.read       within GET    /api/v1/duplicates
      messages.read       within GET    /api/v1/gaps
      messages.read       within GET    /api/v1/dead-letters
      messages.read       within GET    /api/v1/dead-letters/{id}
      dead-letter.replay  within POST   /api/v1/dead-letters/{id}/replay
      dead-letter.replay  within POST   /api/v1/dead-letters/replay

      backup.take         all    GET    /api/v1/backup
      """;

  private static final Map<String, Need> NEEDS = read(TABLE);

  private RouteRights() {}

  static Map<String, Need> read(String table) {
    Map<String, Need> needs = new HashMap<>();
    for (String line : table.lines().filter(l -> !l.isBlank()).toList()) {
      List<String> words = List.of(line.strip().split(" +"));
      int path = words.size() - 2;
      String extent = path > 1 ? words.get(1) : "all";
      needs.put(words.get(path) + " " + words.get(path + 1), need(words.getFirst(), extent));
    }
    return Map.copyOf(needs);
  }

  private static Need need(String label, String extent) {
    return label.equals("none")
        ? new Nothing()
        : new Needs(Right.of(label).orElseThrow(), Extent.valueOf(extent.toUpperCase(Locale.ROOT)));
  }

  static Need of(Route route) {
    return of(route.method(), route.template());
  }

  static Need of(String method, String template) {
    return NEEDS.getOrDefault(method + " " + template, new Forbidden());
  }
}
