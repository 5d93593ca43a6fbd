package io.vagus.registry.sql;

import static io.vagus.registry.sql.SqlCertificates.instant;
import static io.vagus.registry.sql.SqlCertificates.micros;
import static io.vagus.registry.sql.SqlEnrolmentTokens.moment;

import io.vagus.kit.WallClock;
import io.vagus.registry.ClaimCertificate;
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
  private final WallClock wall;

  ClaimTable(SqliteFile file, WallClock wall) {
    this.file = file;
    this.wall = wall;
  }

  void add(ClaimCertificate claim) {
    file.write(sql -> {
      SqlEnrolmentBatches.existing(sql, claim.batch());
      return sql.update(
          "insert into claim_certificate (serial, batch, fingerprint, issuer, not_before_micros,"
              + " not_after_micros) values (?, ?, ?, ?, ?, ?)",
          claim.serial(),
          claim.batch(),
          claim.fingerprint(),
          claim.issuer(),
          micros(claim.notBefore()),
          micros(claim.notAfter()));
    });
  }

  Optional<ClaimCertificate> find(String serial) {
    return file.read(sql -> find(sql, serial));
  }

  private static Optional<ClaimCertificate> find(SqlConnection sql, String serial) {
    return sql.first(ClaimTable::claim, COLUMNS + "where serial = ?", serial);
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
      sql.update(
          "update claim_certificate set revoked_micros = ?, revocation_reason = ?"
              + " where serial = ? and batch = ? and revoked_micros is null",
          wall.micros(),
          reason.name(),
          serial,
          batch);
      return find(sql, serial)
          .filter(c -> c.batch().equals(batch))
          .orElseThrow(() -> EnrolmentRules.noClaim(batch, serial));
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
