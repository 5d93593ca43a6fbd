package io.vagus.registry.sql;

import static io.vagus.registry.sql.SqlCertificates.micros;
import static io.vagus.registry.sql.SqlEnrolmentTokens.moment;

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
import io.vagus.registry.Listeners;
import io.vagus.registry.Paging;
import io.vagus.registry.RevocationReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Batches as rows, with their members; claim certificates have a table of their own. */
final class SqlEnrolmentBatches implements EnrolmentBatches {
  private static final String COLUMNS =
      "select id, product, prefix, max_devices, vendor_root, created_micros, closes_micros,"
          + " device_group from enrolment_batch ";
  private static final String MEMBER =
      "select device, serial_number, enrolled_micros, enrolled_by from enrolment_member ";

  private final SqliteFile file;
  private final SqlEvents events;
  private final ClaimTable claims;
  private final Listeners listeners;
  private final WallClock wall;

  SqlEnrolmentBatches(SqliteFile file, SqlEvents events, Listeners listeners, WallClock wall) {
    this.file = file;
    this.events = events;
    this.claims = new ClaimTable(file, events, wall);
    this.listeners = listeners;
    this.wall = wall;
  }

  @Override
  public void create(EnrolmentBatch batch) {
    EnrolmentRules.requireBatch(batch);
    file.write(sql -> {
      if (find(sql, batch.id()).isPresent()) {
        throw EnrolmentRules.batchExists(batch.id());
      }
      save(sql, batch);
      return events.append(sql, EnrolmentFacts.batchCreated(batch));
    });
    file.afterCommit(() -> listeners.batchSaved(batch.id()));
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
        micros(batch.created()),
        batch.closes().map(SqlCertificates::micros).orElse(null),
        batch.group().map(GroupId::value).orElse(null));
  }

  @Override
  public Optional<EnrolmentBatch> find(String id) {
    return file.read(sql -> find(sql, id));
  }

  private static Optional<EnrolmentBatch> find(SqlConnection sql, String id) {
    return sql.first(SqlEnrolmentBatches::batch, COLUMNS + "where id = ?", id);
  }

  static EnrolmentBatch existing(SqlConnection sql, String id) {
    return find(sql, id).orElseThrow(() -> EnrolmentRules.noBatch(id));
  }

  @Override
  public List<EnrolmentBatch> all() {
    return file.read(SqlEnrolmentBatches::all);
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
        file.write(sql -> {
          EnrolmentBatch batch = existing(sql, id).closedAt(wall.now());
          save(sql, batch);
          events.append(sql, EnrolmentFacts.batchClosed(batch));
          return batch;
        });
    file.afterCommit(() -> listeners.batchSaved(id));
    return closed;
  }

  @Override
  public int addMembers(String batch, List<BatchMember> members) {
    EnrolmentRules.requireMembers(members);
    return file.write(sql -> {
      existing(sql, batch);
      List<BatchMember> added =
          members.stream().filter(member -> isNew(sql, batch, member)).toList();
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
        "insert into enrolment_member values (?, ?, ?, ?, ?) on conflict (device) do update set"
            + " enrolled_micros = excluded.enrolled_micros, enrolled_by = excluded.enrolled_by",
        member.device().value(),
        batch,
        member.serialNumber().orElse(null),
        member.enrolled().map(e -> micros(e.at())).orElse(null),
        member.enrolled().map(BatchMember.Enrolled::by).orElse(null));
  }

  /** Refuses one that another batch lists. */
  private static boolean isListed(SqlConnection sql, String batch, DeviceId device) {
    Optional<String> listed =
        sql.first(
            row -> row.getString(1),
            "select batch from enrolment_member where device = ?",
            device.value());
    listed
        .filter(other -> !other.equals(batch))
        .ifPresent(other -> {
          throw EnrolmentRules.listedElsewhere(device, other);
        });
    return listed.isPresent();
  }

  @Override
  public Optional<BatchMember> member(String batch, DeviceId device) {
    return file.read(sql -> member(sql, batch, device));
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
    return file.read(sql -> bySerialNumber(sql, batch, serialNumber));
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
        file.read(sql ->
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
    return file.read(sql ->
            sql.first(
                row -> new Counts(row.getLong(1), row.getLong(2)),
                "select count(*), count(enrolled_micros) from enrolment_member where batch = ?",
                batch))
        .orElseThrow();
  }

  @Override
  public void enrolled(String batch, DeviceId device, BatchMember.Enrolled how) {
    file.write(sql -> {
      existing(sql, batch);
      isListed(sql, batch, device);
      Optional<String> serialNumber = member(sql, batch, device).flatMap(BatchMember::serialNumber);
      BatchMember enrolled = new BatchMember(device, serialNumber, Optional.of(how));
      save(sql, batch, enrolled);
      return events.append(sql, EnrolmentFacts.memberEnrolled(batch, enrolled));
    });
  }

  @Override
  public BatchMember mayEnrolAgain(String batch, DeviceId device) {
    return file.write(sql -> {
      BatchMember known =
          member(sql, batch, device).orElseThrow(() -> EnrolmentRules.noMember(batch, device));
      BatchMember fresh = BatchMember.listed(device, known.serialNumber());
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

  private static EnrolmentBatch batch(ResultSet row) throws SQLException {
    return new EnrolmentBatch(
        row.getString(1),
        row.getString(2),
        Optional.ofNullable(row.getString(3)),
        row.getLong(4),
        Optional.ofNullable(row.getString(5)),
        moment(row, 6).orElseThrow(),
        moment(row, 7),
        Optional.ofNullable(row.getString(8)).map(GroupId::new));
  }

  private static BatchMember member(ResultSet row) throws SQLException {
    String by = row.getString(4);
    return new BatchMember(
        new DeviceId(row.getString(1)),
        Optional.ofNullable(row.getString(2)),
        moment(row, 3).map(at -> new BatchMember.Enrolled(at, by)));
  }
}
