package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.CatalogueFacts;
import io.vagus.registry.CredentialFacts;
import io.vagus.registry.DeviceFacts;
import io.vagus.registry.Event;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.PeopleFacts;
import java.util.Map;
import java.util.Optional;

/**
 * Makes tables of events. It writes rows and does nothing else: no listener hears of it, so that
 * nothing is sent to any device. Hashes of secrets are not in the log: in their place stands {@link
 * io.vagus.registry.LogFacts#digest} of them.
 */
final class Replay {
  private interface Step {
    void apply(SqlConnection sql, Event event);
  }

  /** By the first word of an event's type; those that change no table do nothing. */
  private static final Map<String, Step> STEPS =
      Map.of(
          "log", (sql, event) -> {},
          "dead-letter", (sql, event) -> {},
          "product", Replay::product,
          "device", Replay::device,
          "application", Replay::application,
          "token", Replay::token,
          "user", Replay::user,
          "certificate", Replay::certificate);

  private Replay() {}

  /** False when this release knows no such event. */
  static boolean apply(SqlConnection sql, Event event) {
    Step step = STEPS.get(event.type().substring(0, event.type().indexOf('.')));
    if (step == null) {
      return false;
    }
    step.apply(sql, event);
    return true;
  }

  private static void product(SqlConnection sql, Event event) {
    if (event.type().equals("product.deleted")) {
      CatalogueTables.delete(sql, event.subject().name());
    } else {
      CatalogueTables.insert(
          sql, CatalogueFacts.model(event.body()), CatalogueFacts.createdMicros(event.body()));
    }
  }

  private static void device(SqlConnection sql, Event event) {
    Optional<Device> after = DeviceFacts.device(event.body());
    Optional<String> secret = DeviceFacts.secretDigest(event.body());
    if (after.isEmpty()) {
      DeviceTable.delete(sql, new DeviceId(event.subject().name()));
    } else if (event.type().equals("device.created")) {
      DeviceTable.insert(sql, after.get(), secret);
    } else {
      DeviceTable.update(sql, after.get());
      secret.ifPresent(digest -> DeviceTable.saveHash(sql, after.get().id(), digest));
    }
  }

  private static void application(SqlConnection sql, Event event) {
    String name = event.subject().name();
    if (event.type().equals("application.deleted")) {
      CatalogueTables.forget(sql, name);
    } else {
      CatalogueTables.save(
          sql,
          CatalogueFacts.application(name, event.body()),
          CatalogueFacts.secretDigest(event.body()));
    }
  }

  private static void token(SqlConnection sql, Event event) {
    if (event.type().equals("token.issued")) {
      TokenTables.insert(sql, PeopleFacts.token(event.body()));
    } else {
      TokenTables.delete(sql, PeopleFacts.tokenDigest(event.body()));
    }
  }

  private static void user(SqlConnection sql, Event event) {
    String name = event.subject().name();
    if (event.type().equals("user.removed")) {
      PeopleTables.delete(sql, name);
    } else {
      PeopleFacts.user(name, event.body()).ifPresent(user -> PeopleTables.save(sql, user));
    }
  }

  private static void certificate(SqlConnection sql, Event event) {
    IssuedCertificate after =
        CredentialFacts.certificate(new DeviceId(event.subject().name()), event.body());
    if (SqlCertificates.insert(sql, after) == 0) {
      SqlCertificates.saveRevocation(sql, after);
    }
  }
}
