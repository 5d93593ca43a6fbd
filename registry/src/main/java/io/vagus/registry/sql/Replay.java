package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.CatalogueFacts;
import io.vagus.registry.CredentialFacts;
import io.vagus.registry.DesiredFacts;
import io.vagus.registry.DeviceFacts;
import io.vagus.registry.EnrolmentFacts;
import io.vagus.registry.Event;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.PeopleFacts;
import io.vagus.registry.TagVocabulary;
import java.util.Map;
import java.util.Optional;

/**
 * Makes tables of events. It writes rows and does nothing else: no listener hears of it, so that
 * nothing is sent to any device. Hashes of secrets are not in the log: in their place stands {@link
 * io.vagus.registry.LogFacts#digest} of them.
 */
final class Replay {
  /** By the first word of an event's type; those that change no table do nothing. */
  static final Map<String, ReplayStep> STEPS =
      Map.ofEntries(
          Map.entry("log", ReplayStep.NOTHING),
          Map.entry("dead-letter", ReplayStep.NOTHING),
          Map.entry("ca", ReplayStep.NOTHING),
          Map.entry("breach", ReplayStep.NOTHING),
          Map.entry("interlock", ReplayStep.NOTHING),
          Map.entry("enrolment", ReplayStep.NOTHING),
          Map.entry("product", Replay::product),
          Map.entry("group", Replay::group),
          Map.entry(
              "tags",
              (sql, event) -> CatalogueTables.saveTags(sql, TagVocabulary.parse(event.body()))),
          Map.entry("device", Replay::device),
          Map.entry("application", Replay::application),
          Map.entry("token", Replay::token),
          Map.entry("user", Replay::user),
          Map.entry("certificate", Replay::certificate),
          Map.entry("twin", Replay::twin),
          Map.entry("batch", Replay::batch),
          Map.entry("member", Replay::member),
          Map.entry("enrolment-token", Replay::enrolmentToken),
          Map.entry("claim", Replay::claim));

  private Replay() {}

  private static void product(SqlConnection sql, Event event) {
    if (event.type().equals("product.deleted")) {
      CatalogueTables.delete(sql, event.subject().name());
    } else {
      CatalogueTables.insert(
          sql, CatalogueFacts.model(event.body()), CatalogueFacts.createdMicros(event.body()));
    }
  }

  private static void group(SqlConnection sql, Event event) {
    GroupId id = new GroupId(event.subject().name());
    if (event.type().equals("group.deleted")) {
      GroupTable.delete(sql, id);
    } else {
      GroupTable.save(sql, CatalogueFacts.group(id, event.body()));
    }
  }

  private static void device(SqlConnection sql, Event event) {
    Optional<Device> after = DeviceFacts.device(event.body());
    Optional<String> secret = DeviceFacts.secretDigest(event.body());
    if (after.isEmpty()) {
      DeviceTable.delete(sql, new DeviceId(event.subject().name()));
    } else if (event.type().equals("device.created")) {
      DeviceTable.insert(sql, after.get(), Optional.empty());
    } else {
      DeviceTable.update(sql, after.get());
      boolean taken = event.type().equals("device.secret-taken");
      if (taken || !after.get().status().hasCredentials()) {
        DeviceTable.deleteHash(sql, after.get().id());
      }
    }
    after.ifPresent(device ->
        secret.ifPresent(digest ->
            DeviceTable.saveHash(sql, device.id(), digest, DeviceFacts.secretSetAt(event.body()))));
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
    if (SqlCertificates.insert(sql, after, event.sequence()) == 0) {
      SqlCertificates.saveRevocation(sql, after);
    }
  }

  private static void twin(SqlConnection sql, Event event) {
    DeviceId device = new DeviceId(event.subject().name());
    DesiredTable.save(sql, DesiredFacts.desired(device, event.body()));
  }

  private static void batch(SqlConnection sql, Event event) {
    String id = event.subject().name();
    if (event.type().equals("batch.members-added")) {
      EnrolmentFacts.members(event.body())
          .forEach(member -> SqlEnrolmentBatches.save(sql, id, member));
    } else {
      SqlEnrolmentBatches.save(sql, EnrolmentFacts.batch(event.body()));
    }
  }

  private static void member(SqlConnection sql, Event event) {
    SqlEnrolmentBatches.save(
        sql, EnrolmentFacts.batchOf(event.body()), EnrolmentFacts.member(event.body()));
  }

  private static void enrolmentToken(SqlConnection sql, Event event) {
    SqlEnrolmentTokens.save(sql, EnrolmentFacts.token(event.body()));
  }

  private static void claim(SqlConnection sql, Event event) {
    ClaimTable.save(sql, EnrolmentFacts.claim(event.body()));
  }
}
