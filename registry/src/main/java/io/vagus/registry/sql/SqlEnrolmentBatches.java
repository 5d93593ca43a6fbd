package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.BatchMember;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.EnrolmentFacts;
import io.vagus.registry.EnrolmentRules;
import io.vagus.registry.Fact;
import io.vagus.registry.Listeners;
import io.vagus.registry.Paging;
import io.vagus.registry.RevocationReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Batches as rows, with their members; claim certificates have a table of their own. */
final class SqlEnrolmentBatches implements EnrolmentBatches {
  private static final String COLUMNS =
      "select id, product, prefix, max_devices, vendor_root, created_micros, closes_micros,"
          + " device_group from enrolment_batch ";
  private static final String MEMBER =
      "select device, serial_number, listed_micros, enrolled_micros, enrolled_by, connected_micros,"
          + " accepted_micros from enrolment_member ";

  private final Database database;
  private final SqlEvents events;
  private final ClaimTable claims;
  private final Listeners listeners;
  private final WallClock wall;

  SqlEnrolmentBatches(Database database, SqlEvents events, Listeners listeners, WallClock wall) {
    this.database = database;
    this.events = events;
    this.claims = new ClaimTable(database, events, wall);
    this.listeners = listeners;
    this.wall = wall;
  }

  @Override
  public void create(EnrolmentBatch batch) {
    EnrolmentRules.requireBatch(batch);
    database.write(sql -> {
      if (find(sql, batch.id()).isPresent()) {
        throw EnrolmentRules.batchExists(batch.id());
      }
      save(sql, batch);
      return events.append(sql, EnrolmentFacts.batchCreated(batch));
    });
    database.afterCommit(() -> listeners.batchSaved(batch.id()));
  }

  /** A new one, or one that was closed. */
  static void save(SqlConnection sql, EnrolmentBatch batch) {
    sql.update(
        "insert into enrolment_batch (id, product, prefix, max_devices, vendor_root,"
            + " created_micros, closes_micros, device_group) values (?, ?, ?, ?, ?, ?, ?, ?)"
            + " on conflict (id) do update set closes_micros = excluded.closes_micros",
        batch.id(),
        batch.product(),
        batch.prefix().orElse(null),
        batch.maxDevices(),
        batch.vendorRoot().orElse(null),
        Times.micros(batch.created()),
        batch.closes().map(Times::micros).orElse(null),
        batch.group().map(GroupId::value).orElse(null));
  }

  @Override
  public Optional<EnrolmentBatch> find(String id) {
    return database.read(sql -> find(sql, id));
  }

  private static Optional<EnrolmentBatch> find(SqlConnection sql, String id) {
    return sql.first(SqlEnrolmentBatches::batch, COLUMNS + "where id = ?", id);
  }

  static EnrolmentBatch existing(SqlConnection sql, String id) {
    return find(sql, id).orElseThrow(() -> EnrolmentRules.noBatch(id));
  }

  @Override
  public List<EnrolmentBatch> all() {
    return database.read(SqlEnrolmentBatches::all);
  }

  static List<EnrolmentBatch> all(SqlConnection sql) {
    return sql.list(SqlEnrolmentBatches::batch, COLUMNS + "order by id");
  }

  static List<BatchMember> members(SqlConnection sql, String batch) {
    return sql.list(SqlEnrolmentBatches::member, MEMBER + "where batch = ? order by device", batch);
  }

  @Override
  public EnrolmentBatch close(String id) {
    EnrolmentBatch closed =
        database.write(sql -> {
          EnrolmentBatch batch = existing(sql, id).closedAt(wall.now());
          save(sql, batch);
          events.append(sql, EnrolmentFacts.batchClosed(batch));
          return batch;
        });
    database.afterCommit(() -> listeners.batchSaved(id));
    return closed;
  }

  @Override
  public int addMembers(String batch, List<BatchMember> members) {
    EnrolmentRules.requireMembers(members);
    return database.write(sql -> {
      existing(sql, batch);
      List<BatchMember> added =
          members.stream()
              .map(member -> member.listedAt(wall.now()))
              .filter(member -> isNew(sql, batch, member))
              .toList();
      events.append(sql, EnrolmentFacts.membersAdded(batch, added));
      return added.size();
    });
  }

  private static boolean isNew(SqlConnection sql, String batch, BatchMember member) {
    if (isListed(sql, batch, member.device())) {
      return false;
    }
    member
        .serialNumber()
        .flatMap(s -> bySerialNumber(sql, batch, s))
        .ifPresent(m -> {
          throw EnrolmentRules.serialNumberTaken(m.serialNumber().orElseThrow(), m.device());
        });
    save(sql, batch, member);
    return true;
  }

  /** A new one, or what became of it. */
  static void save(SqlConnection sql, String batch, BatchMember member) {
    sql.update(
        "insert into enrolment_member (device, batch, serial_number, listed_micros,"
            + " enrolled_micros, enrolled_by, connected_micros, accepted_micros)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (device) do update set"
            + " enrolled_micros = excluded.enrolled_micros, enrolled_by = excluded.enrolled_by,"
            + " connected_micros = excluded.connected_micros,"
            + " accepted_micros = excluded.accepted_micros",
        member.device().value(),
        batch,
        member.serialNumber().orElse(null),
        member.listedAt().map(Times::micros).orElse(null),
        member.enrolled().map(e -> Times.micros(e.at())).orElse(null),
        member.enrolled().map(BatchMember.Enrolled::by).orElse(null),
        member.heard().flatMap(BatchMember.Heard::connected).map(Times::micros).orElse(null),
        member.heard().map(h -> Times.micros(h.accepted())).orElse(null));
  }

  private static Optional<String> batchOf(SqlConnection sql, DeviceId device) {
    return sql.first(
        row -> row.text(1), "select batch from enrolment_member where device = ?", device.value());
  }

  /** Refuses one that another batch lists. */
  private static boolean isListed(SqlConnection sql, String batch, DeviceId device) {
    Optional<String> listed = batchOf(sql, device);
    listed
        .filter(other -> !other.equals(batch))
        .ifPresent(other -> {
          throw EnrolmentRules.listedElsewhere(device, other);
        });
    return listed.isPresent();
  }

  @Override
  public Optional<BatchMember> member(String batch, DeviceId device) {
    return database.read(sql -> member(sql, batch, device));
  }

  private static Optional<BatchMember> member(SqlConnection sql, String batch, DeviceId device) {
    return sql.first(
        SqlEnrolmentBatches::member,
        MEMBER + "where batch = ? and device = ?",
        batch,
        device.value());
  }

  @Override
  public Optional<BatchMember> bySerialNumber(String batch, String serialNumber) {
    return database.read(sql -> bySerialNumber(sql, batch, serialNumber));
  }

  private static Optional<BatchMember> bySerialNumber(
      SqlConnection sql, String batch, String serialNumber) {
    return sql.first(
        SqlEnrolmentBatches::member,
        MEMBER + "where batch = ? and serial_number = ?",
        batch,
        serialNumber);
  }

  @Override
  public Page<BatchMember> members(String batch, Optional<String> cursor, int limit) {
    Paging.requireLimit(limit);
    String after = cursor.map(Paging::cursorDevice).map(DeviceId::value).orElse("");
    List<BatchMember> found =
        database.read(sql ->
            sql.list(
                SqlEnrolmentBatches::member,
                MEMBER + "where batch = ? and device > ? order by device limit ?",
                batch,
                after,
                limit + 1));
    return Paging.pageOf(found, limit, BatchMember::device);
  }

  @Override
  public Counts counts(String batch) {
    return database
        .read(sql ->
            sql.first(
                row -> new Counts(row.number(1), row.number(2)),
                "select count(*), count(enrolled_micros) from enrolment_member where batch = ?",
                batch))
        .orElseThrow();
  }

  @Override
  public void enrolled(String batch, DeviceId device, BatchMember.Enrolled how) {
    database.write(sql -> {
      existing(sql, batch);
      isListed(sql, batch, device);
      BatchMember enrolled =
          member(sql, batch, device)
              .orElseGet(() -> BatchMember.listed(device, Optional.empty()).listedAt(how.at()))
              .enrolledBy(how);
      save(sql, batch, enrolled);
      return events.append(sql, EnrolmentFacts.memberEnrolled(batch, enrolled));
    });
  }

  @Override
  public void heard(Map<DeviceId, BatchMember.Heard> first) {
    database.write(sql -> {
      List<Fact> facts = new ArrayList<>();
      first.forEach((device, heard) ->
          batchOf(sql, device)
              .ifPresent(batch -> {
                BatchMember known = member(sql, batch, device).orElseThrow();
                if (known.waitsToBeHeard()) {
                  BatchMember after = known.heardBy(heard);
                  save(sql, batch, after);
                  facts.add(EnrolmentFacts.memberHeard(batch, after));
                }
              }));
      return events.append(sql, facts);
    });
  }

  @Override
  public BatchMember mayEnrolAgain(String batch, DeviceId device) {
    return database.write(sql -> {
      BatchMember known =
          member(sql, batch, device).orElseThrow(() -> EnrolmentRules.noMember(batch, device));
      BatchMember fresh = known.fresh();
      save(sql, batch, fresh);
      events.append(sql, EnrolmentFacts.memberMayEnrolAgain(batch, fresh));
      return fresh;
    });
  }

  @Override
  public void addClaim(ClaimCertificate claim) {
    claims.add(claim);
  }

  @Override
  public Optional<ClaimCertificate> claim(String serial) {
    return claims.find(serial);
  }

  @Override
  public List<ClaimCertificate> claims(String batch) {
    return claims.of(batch);
  }

  @Override
  public List<ClaimCertificate> revokedClaims(Instant now) {
    return claims.revoked(now);
  }

  @Override
  public ClaimCertificate revokeClaim(String batch, String serial, RevocationReason reason) {
    return claims.revoke(batch, serial, reason);
  }

  private static EnrolmentBatch batch(SqlRow row) {
    return new EnrolmentBatch(
        row.text(1),
        row.text(2),
        row.optionalText(3),
        row.number(4),
        row.optionalText(5),
        row.time(6),
        row.optionalTime(7),
        row.optionalText(8).map(GroupId::new));
  }

  private static BatchMember member(SqlRow row) {
    return new BatchMember(
        new DeviceId(row.text(1)),
        row.optionalText(2),
        row.optionalTime(3),
        row.optionalTime(4).map(at -> new BatchMember.Enrolled(at, row.text(5))),
        row.optionalTime(7).map(at -> new BatchMember.Heard(row.optionalTime(6), at)));
  }
}
