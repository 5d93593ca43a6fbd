package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.registry.CertificateRules;
import io.vagus.registry.Certificates;
import io.vagus.registry.CredentialFacts;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.IssuedCertificate.Revocation;
import io.vagus.registry.Listeners;
import io.vagus.registry.RevocationReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The inventory as rows. */
final class SqlCertificates implements Certificates {
  private static final String COLUMNS =
      "select serial, device, key_digest, key_kind, fingerprint, not_before_micros,"
          + " not_after_micros, revoked_micros, revocation_reason, issuer from certificate ";

  private final SqliteFile file;
  private final SqlEvents events;
  private final Listeners listeners;
  private final WallClock wall;

  SqlCertificates(SqliteFile file, SqlEvents events, Listeners listeners, WallClock wall) {
    this.file = file;
    this.events = events;
    this.listeners = listeners;
    this.wall = wall;
  }

  @Override
  public void add(IssuedCertificate c) {
    file.write(sql -> {
      sql.first(
              row -> new DeviceId(row.getString(1)),
              "select device from certificate where key_digest = ? and device <> ? limit 1",
              c.key(),
              c.device().value())
          .ifPresent(owner -> {
            throw CertificateRules.keyTaken(owner);
          });
      if (insert(sql, c) == 0) {
        throw CertificateRules.serialTaken(c.serial());
      }
      return events.append(sql, CredentialFacts.certificateIssued(c));
    });
  }

  static int insert(SqlConnection sql, IssuedCertificate c) {
    return sql.update(
        "insert into certificate (serial, device, key_digest, key_kind, fingerprint,"
            + " issuer, not_before_micros, not_after_micros, revoked_micros, revocation_reason)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (serial) do nothing",
        c.serial(),
        c.device().value(),
        c.key(),
        c.keyKind(),
        c.fingerprint(),
        c.issuer(),
        micros(c.notBefore()),
        micros(c.notAfter()),
        c.revocation().map(r -> micros(r.at())).orElse(null),
        c.revocation().map(r -> r.reason().name()).orElse(null));
  }

  static List<IssuedCertificate> all(SqlConnection sql) {
    return sql.list(
        SqlCertificates::certificate, COLUMNS + "order by device, not_before_micros, serial");
  }

  @Override
  public Optional<IssuedCertificate> find(String serial) {
    return file.read(sql -> find(sql, serial));
  }

  private static Optional<IssuedCertificate> find(SqlConnection sql, String serial) {
    return sql.first(SqlCertificates::certificate, COLUMNS + "where serial = ?", serial);
  }

  @Override
  public List<IssuedCertificate> of(DeviceId device) {
    return file.read(sql ->
        sql.list(
            SqlCertificates::certificate,
            COLUMNS + "where device = ? order by not_before_micros desc, serial",
            device.value()));
  }

  @Override
  public List<IssuedCertificate> ending(Instant from, Instant to, int limit) {
    return file.read(sql ->
        sql.list(
            SqlCertificates::certificate,
            COLUMNS
                + "where revoked_micros is null and not_after_micros between ? and ?"
                + " order by not_after_micros, serial limit ?",
            micros(from),
            micros(to),
            limit));
  }

  @Override
  public List<IssuedCertificate> revoked(Instant now) {
    return file.read(sql ->
        sql.list(
            SqlCertificates::certificate,
            COLUMNS + "where revoked_micros is not null and not_after_micros >= ? order by serial",
            micros(now)));
  }

  @Override
  public Map<String, Long> devicesByIssuer(Instant endsAfter) {
    Map<String, Long> counts = new TreeMap<>();
    file.read(sql ->
        sql.list(
            row -> counts.put(row.getString(1), row.getLong(2)),
            "select c.issuer, count(*) from certificate c"
                + " where c.revoked_micros is null and c.not_after_micros > ?"
                + " and not exists (select 1 from certificate n where n.device = c.device"
                + " and n.revoked_micros is null and (n.not_before_micros > c.not_before_micros"
                + " or (n.not_before_micros = c.not_before_micros and n.serial > c.serial)))"
                + " group by c.issuer",
            micros(endsAfter)));
    return counts;
  }

  @Override
  public long countValid(Instant now) {
    return file.read(sql ->
        sql.number(
            "select count(*) from certificate where revoked_micros is null"
                + " and not_after_micros >= ?",
            micros(now)));
  }

  @Override
  public IssuedCertificate revoke(DeviceId device, String serial, RevocationReason reason) {
    IssuedCertificate revoked =
        file.write(sql -> {
          IssuedCertificate known =
              find(sql, serial)
                  .filter(c -> c.device().equals(device))
                  .orElseThrow(() -> CertificateRules.unknown(device, serial));
          return known.revocation().isPresent() ? known : revoke(sql, known, reason);
        });
    file.afterCommit(() -> listeners.certificateRevoked(device, serial));
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
        revoked.revocation().map(r -> micros(r.at())).orElse(null),
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

  private static IssuedCertificate certificate(ResultSet row) throws SQLException {
    long revoked = row.getLong(8);
    Optional<Revocation> revocation =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(
                new Revocation(instant(revoked), RevocationReason.valueOf(row.getString(9))));
    return new IssuedCertificate(
        row.getString(1),
        new DeviceId(row.getString(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(10),
        instant(row.getLong(6)),
        instant(row.getLong(7)),
        revocation);
  }

  static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
