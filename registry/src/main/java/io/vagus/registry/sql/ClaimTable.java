package io.vagus.registry.sql;

import static io.vagus.registry.sql.SqlCertificates.instant;
import static io.vagus.registry.sql.SqlCertificates.micros;
import static io.vagus.registry.sql.SqlEnrolmentTokens.moment;

import io.vagus.kit.WallClock;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentFacts;
import io.vagus.registry.EnrolmentRules;
import io.vagus.registry.IssuedCertificate.Revocation;
import io.vagus.registry.RevocationReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Claim certificates as rows. */
final class ClaimTable {
  private static final String COLUMNS =
      "select serial, batch, fingerprint, not_before_micros, not_after_micros, revoked_micros,"
          + " revocation_reason, issuer from claim_certificate ";

  private final SqliteFile file;
  private final SqlEvents events;
  private final WallClock wall;

  ClaimTable(SqliteFile file, SqlEvents events, WallClock wall) {
    this.file = file;
    this.events = events;
    this.wall = wall;
  }

  void add(ClaimCertificate claim) {
    file.write(sql -> {
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
        micros(claim.notBefore()),
        micros(claim.notAfter()),
        claim.revocation().map(r -> micros(r.at())).orElse(null),
        claim.revocation().map(r -> r.reason().name()).orElse(null));
  }

  Optional<ClaimCertificate> find(String serial) {
    return file.read(sql -> find(sql, serial));
  }

  private static Optional<ClaimCertificate> find(SqlConnection sql, String serial) {
    return sql.first(ClaimTable::claim, COLUMNS + "where serial = ?", serial);
  }

  static List<ClaimCertificate> all(SqlConnection sql) {
    return sql.list(ClaimTable::claim, COLUMNS + "order by serial");
  }

  List<ClaimCertificate> of(String batch) {
    return file.read(sql ->
        sql.list(
            ClaimTable::claim,
            COLUMNS + "where batch = ? order by not_before_micros desc, serial",
            batch));
  }

  List<ClaimCertificate> revoked(Instant now) {
    return file.read(sql ->
        sql.list(
            ClaimTable::claim,
            COLUMNS + "where revoked_micros is not null and not_after_micros >= ? order by serial",
            micros(now)));
  }

  ClaimCertificate revoke(String batch, String serial, RevocationReason reason) {
    return file.write(sql -> {
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

  private static ClaimCertificate claim(ResultSet row) throws SQLException {
    String reason = row.getString(7);
    return new ClaimCertificate(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(8),
        instant(row.getLong(4)),
        instant(row.getLong(5)),
        moment(row, 6).map(at -> new Revocation(at, RevocationReason.valueOf(reason))));
  }
}
