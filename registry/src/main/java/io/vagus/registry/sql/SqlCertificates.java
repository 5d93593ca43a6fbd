package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.registry.CertificateRules;
import io.vagus.registry.Certificates;
import io.vagus.registry.CredentialFacts;
import io.vagus.registry.Event;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.IssuedCertificate.Revocation;
import io.vagus.registry.Listeners;
import io.vagus.registry.RevocationReason;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The inventory as rows. */
final class SqlCertificates implements Certificates {
  private static final String COLUMNS =
      "select serial, device, key_digest, key_kind, fingerprint, not_before_micros,"
          + " not_after_micros, revoked_micros, revocation_reason, issuer from certificate ";

  /** Of each device the newest that is not revoked. */
  private static final String NEWEST =
      " where revoked_micros is null and not exists (select 1 from certificate newer"
          + " where newer.device = certificate.device and newer.revoked_micros is null"
          + " and newer.sequence > certificate.sequence) ";

  private static final long DAY_MICROS = Duration.ofDays(1).toNanos() / 1000;
  private static final long NOT_ASKED_FOR = Long.MIN_VALUE;

  private final Database database;
  private final SqlEvents events;
  private final Listeners listeners;
  private final WallClock wall;

  SqlCertificates(Database database, SqlEvents events, Listeners listeners, WallClock wall) {
    this.database = database;
    this.events = events;
    this.listeners = listeners;
    this.wall = wall;
  }

  @Override
  public void add(IssuedCertificate c) {
    database.write(sql -> {
      sql.first(
              row -> new DeviceId(row.text(1)),
              "select device from certificate where key_digest = ? and device <> ? limit 1",
              c.key(),
              c.device().value())
          .ifPresent(owner -> {
            throw CertificateRules.keyTaken(owner);
          });
      Event issued = events.append(sql, CredentialFacts.certificateIssued(c));
      if (insert(sql, c, issued.sequence()) == 0) {
        throw CertificateRules.serialTaken(c.serial());
      }
      return issued;
    });
  }

  /**
   * @param sequence of the event that told of it first
   */
  static int insert(SqlConnection sql, IssuedCertificate c, long sequence) {
    return sql.update(
        "insert into certificate (serial, device, key_digest, key_kind, fingerprint,"
            + " issuer, not_before_micros, not_after_micros, revoked_micros, revocation_reason,"
            + " sequence) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (serial) do nothing",
        c.serial(),
        c.device().value(),
        c.key(),
        c.keyKind(),
        c.fingerprint(),
        c.issuer(),
        Times.micros(c.notBefore()),
        Times.micros(c.notAfter()),
        c.revocation().map(r -> Times.micros(r.at())).orElse(null),
        c.revocation().map(r -> r.reason().name()).orElse(null),
        sequence);
  }

  static void saveSequence(SqlConnection sql, IssuedCertificate c, long sequence) {
    sql.update("update certificate set sequence = ? where serial = ?", sequence, c.serial());
  }

  static List<IssuedCertificate> all(SqlConnection sql) {
    return sql.list(
        SqlCertificates::certificate, COLUMNS + "order by device, not_before_micros, serial");
  }

  @Override
  public Optional<IssuedCertificate> find(String serial) {
    return database.read(sql -> find(sql, serial));
  }

  private static Optional<IssuedCertificate> find(SqlConnection sql, String serial) {
    return sql.first(SqlCertificates::certificate, COLUMNS + "where serial = ?", serial);
  }

  @Override
  public List<IssuedCertificate> of(DeviceId device) {
    return database.read(sql ->
        sql.list(
            SqlCertificates::certificate,
            COLUMNS + "where device = ? order by sequence desc",
            device.value()));
  }

  @Override
  public List<IssuedCertificate> ending(Instant from, Instant to, int limit) {
    return database.read(sql ->
        sql.list(
            SqlCertificates::certificate,
            COLUMNS
                + "where revoked_micros is null and not_after_micros between ? and ?"
                + " order by not_after_micros, serial limit ?",
            Times.micros(from),
            Times.micros(to),
            limit));
  }

  @Override
  public List<IssuedCertificate> revoked(Instant now) {
    return database.read(sql ->
        sql.list(
            SqlCertificates::certificate,
            COLUMNS + "where revoked_micros is not null and not_after_micros >= ? order by serial",
            Times.micros(now)));
  }

  @Override
  public List<IssuedCertificate> newestEnding(Instant from, Instant to, int limit) {
    return database.read(sql ->
        sql.list(
            SqlCertificates::certificate,
            COLUMNS
                + NEWEST
                + "and not_after_micros between ? and ? order by not_after_micros, serial limit ?",
            Times.micros(from),
            Times.micros(to),
            limit));
  }

  @Override
  public Map<LocalDate, Long> devicesByEnd() {
    Map<LocalDate, Long> counts = new TreeMap<>();
    String day = "not_after_micros / " + DAY_MICROS;
    database.read(sql ->
        sql.list(
            row -> counts.put(LocalDate.ofEpochDay(row.number(1)), row.number(2)),
            "select " + day + ", count(*) from certificate" + NEWEST + "group by " + day));
    return counts;
  }

  @Override
  public Map<LocalDate, Long> devicesByEnd(Predicate<DeviceId> which) {
    Map<LocalDate, Long> counts = new TreeMap<>();
    database
        .read(sql ->
            sql.list(
                row ->
                    which.test(new DeviceId(row.text(1)))
                        ? row.number(2) / DAY_MICROS
                        : NOT_ASKED_FOR,
                "select device, not_after_micros from certificate" + NEWEST))
        .stream()
        .filter(day -> day != NOT_ASKED_FOR)
        .forEach(day -> counts.merge(LocalDate.ofEpochDay(day), 1L, Long::sum));
    return counts;
  }

  @Override
  public List<String> sharedKeys(int limit) {
    return database.read(sql ->
        sql.list(
            row -> row.text(1),
            "select key_digest from certificate group by key_digest"
                + " having count(distinct device) > 1 order by key_digest limit ?",
            limit));
  }

  @Override
  public Map<String, Long> devicesByIssuer(Instant endsAfter) {
    Map<String, Long> counts = new TreeMap<>();
    database.read(sql ->
        sql.list(
            row -> counts.put(row.text(1), row.number(2)),
            "select issuer, count(*) from certificate"
                + NEWEST
                + "and not_after_micros > ? group by issuer",
            Times.micros(endsAfter)));
    return counts;
  }

  @Override
  public long countNewest(Instant endsAfter, Instant from, Instant to) {
    return database.read(sql ->
        sql.number(
            "select count(*) from certificate"
                + NEWEST
                + "and not_after_micros >= ? and not_before_micros >= ? and not_before_micros < ?",
            Times.micros(endsAfter),
            Times.micros(from),
            Times.micros(to)));
  }

  @Override
  public long countValid(Instant now) {
    return database.read(sql ->
        sql.number(
            "select count(*) from certificate where revoked_micros is null"
                + " and not_after_micros >= ?",
            Times.micros(now)));
  }

  @Override
  public IssuedCertificate revoke(DeviceId device, String serial, RevocationReason reason) {
    IssuedCertificate revoked =
        database.write(sql -> {
          IssuedCertificate known =
              find(sql, serial)
                  .filter(c -> c.device().equals(device))
                  .orElseThrow(() -> CertificateRules.unknown(device, serial));
          return known.revocation().isPresent() ? known : revoke(sql, known, reason);
        });
    database.afterCommit(() -> listeners.certificateRevoked(device, serial));
    return revoked;
  }

  private IssuedCertificate revoke(
      SqlConnection sql, IssuedCertificate certificate, RevocationReason reason) {
    IssuedCertificate revoked = certificate.revoked(wall.now(), reason);
    saveRevocation(sql, revoked);
    events.append(sql, CredentialFacts.certificateRevoked(revoked));
    return revoked;
  }

  static void saveRevocation(SqlConnection sql, IssuedCertificate revoked) {
    sql.update(
        "update certificate set revoked_micros = ?, revocation_reason = ? where serial = ?",
        revoked.revocation().map(r -> Times.micros(r.at())).orElse(null),
        revoked.revocation().map(r -> r.reason().name()).orElse(null),
        revoked.serial());
  }

  /** Whose device is deleted: a new one of that name must not be taken for it. */
  void deviceDeleted(SqlConnection sql, DeviceId device) {
    sql.list(
            SqlCertificates::certificate,
            COLUMNS + "where device = ? and revoked_micros is null order by serial",
            device.value())
        .forEach(c -> revoke(sql, c, RevocationReason.CESSATION_OF_OPERATION));
  }

  private static IssuedCertificate certificate(SqlRow row) {
    Optional<Revocation> revocation =
        row.optionalTime(8).map(at -> new Revocation(at, RevocationReason.valueOf(row.text(9))));
    return new IssuedCertificate(
        row.text(1),
        new DeviceId(row.text(2)),
        row.text(3),
        row.text(4),
        row.text(5),
        row.text(10),
        row.time(6),
        row.time(7),
        revocation);
  }
}
