package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentFacts;
import io.vagus.registry.EnrolmentRules;
import io.vagus.registry.IssuedCertificate.Revocation;
import io.vagus.registry.RevocationReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Claim certificates as rows. */
final class ClaimTable {
  private static final String COLUMNS =
      "select serial, batch, fingerprint, not_before_micros, not_after_micros, revoked_micros,"
          + " revocation_reason, issuer from claim_certificate ";

  private final Database database;
  private final SqlEvents events;
  private final WallClock wall;

  ClaimTable(Database database, SqlEvents events, WallClock wall) {
    this.database = database;
    this.events = events;
    this.wall = wall;
  }

  void add(ClaimCertificate claim) {
    database.write(sql -> {
      SqlEnrolmentBatches.existing(sql, claim.batch());
      save(sql, claim);
      return events.append(sql, EnrolmentFacts.claimIssued(claim));
    });
  }

  /** A new one, or what became of it. */
  static void save(SqlConnection sql, ClaimCertificate claim) {
    sql.update(
        "insert into claim_certificate (serial, batch, fingerprint, issuer, not_before_micros,"
            + " not_after_micros, revoked_micros, revocation_reason)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (serial) do update set"
            + " revoked_micros = excluded.revoked_micros,"
            + " revocation_reason = excluded.revocation_reason",
        claim.serial(),
        claim.batch(),
        claim.fingerprint(),
        claim.issuer(),
        Times.micros(claim.notBefore()),
        Times.micros(claim.notAfter()),
        claim.revocation().map(r -> Times.micros(r.at())).orElse(null),
        claim.revocation().map(r -> r.reason().name()).orElse(null));
  }

  Optional<ClaimCertificate> find(String serial) {
    return database.read(sql -> find(sql, serial));
  }

  private static Optional<ClaimCertificate> find(SqlConnection sql, String serial) {
    return sql.first(ClaimTable::claim, COLUMNS + "where serial = ?", serial);
  }

  static List<ClaimCertificate> all(SqlConnection sql) {
    return sql.list(ClaimTable::claim, COLUMNS + "order by serial");
  }

  List<ClaimCertificate> of(String batch) {
    return database.read(sql ->
        sql.list(
            ClaimTable::claim,
            COLUMNS + "where batch = ? order by not_before_micros desc, serial",
            batch));
  }

  List<ClaimCertificate> revoked(Instant now) {
    return database.read(sql ->
        sql.list(
            ClaimTable::claim,
            COLUMNS + "where revoked_micros is not null and not_after_micros >= ? order by serial",
            Times.micros(now)));
  }

  ClaimCertificate revoke(String batch, String serial, RevocationReason reason) {
    return database.write(sql -> {
      ClaimCertificate claim =
          find(sql, serial)
              .filter(c -> c.batch().equals(batch))
              .orElseThrow(() -> EnrolmentRules.noClaim(batch, serial));
      if (claim.revocation().isPresent()) {
        return claim;
      }
      ClaimCertificate revoked = claim.revoked(new Revocation(wall.now(), reason));
      save(sql, revoked);
      events.append(sql, EnrolmentFacts.claimRevoked(revoked));
      return revoked;
    });
  }

  private static ClaimCertificate claim(SqlRow row) {
    return new ClaimCertificate(
        row.text(1),
        row.text(2),
        row.text(3),
        row.text(8),
        row.time(4),
        row.time(5),
        row.optionalTime(6).map(at -> new Revocation(at, RevocationReason.valueOf(row.text(7)))));
  }
}
