package io.vagus.registry.sql;

import static io.vagus.registry.sql.SqlCertificates.instant;
import static io.vagus.registry.sql.SqlCertificates.micros;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.registry.EnrolmentRules;
import io.vagus.registry.EnrolmentToken;
import io.vagus.registry.EnrolmentTokens;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Provisioning tokens as rows. */
final class SqlEnrolmentTokens implements EnrolmentTokens {
  private static final String COLUMNS =
      "select id, digest, batch, device, product, key_digest, created_micros, expires_micros,"
          + " used_micros, used_by, revoked_micros from enrolment_token ";

  private final SqliteFile file;
  private final WallClock wall;

  SqlEnrolmentTokens(SqliteFile file, WallClock wall) {
    this.file = file;
    this.wall = wall;
  }

  @Override
  public void add(List<EnrolmentToken> tokens) {
    file.write(sql -> {
      tokens.forEach(token -> add(sql, token));
      return true;
    });
  }

  private static void add(SqlConnection sql, EnrolmentToken t) {
    t.batch().ifPresent(batch -> SqlEnrolmentBatches.existing(sql, batch));
    int inserted =
        sql.update(
            "insert into enrolment_token (id, digest, batch, device, product, key_digest,"
                + " created_micros, expires_micros) values (?, ?, ?, ?, ?, ?, ?, ?)"
                + " on conflict (id) do nothing",
            t.id(),
            t.digest(),
            t.batch().orElse(null),
            t.device().map(DeviceId::value).orElse(null),
            t.product().orElse(null),
            t.key().orElse(null),
            micros(t.created()),
            micros(t.expires()));
    if (inserted == 0) {
      throw EnrolmentRules.tokenExists(t.id());
    }
  }

  @Override
  public Optional<EnrolmentToken> find(String id) {
    return file.read(sql -> find(sql, id));
  }

  private static Optional<EnrolmentToken> find(SqlConnection sql, String id) {
    return sql.first(SqlEnrolmentTokens::token, COLUMNS + "where id = ?", id);
  }

  @Override
  public List<EnrolmentToken> newest(Optional<String> batch, int limit) {
    String order = " order by created_micros desc, id limit ?";
    return file.read(sql ->
        batch.isPresent()
            ? sql.list(
                SqlEnrolmentTokens::token, COLUMNS + "where batch = ?" + order, batch.get(), limit)
            : sql.list(SqlEnrolmentTokens::token, COLUMNS + order, limit));
  }

  @Override
  public boolean use(String id, DeviceId device) {
    long now = wall.micros();
    return file.write(sql ->
        sql.update(
            "update enrolment_token set used_micros = ?, used_by = ? where id = ?"
                + " and used_micros is null and revoked_micros is null and expires_micros > ?",
            now,
            device.value(),
            id,
            now))
        == 1;
  }

  @Override
  public EnrolmentToken revoke(String id) {
    return file.write(sql -> {
      sql.update(
          "update enrolment_token set revoked_micros = ?"
              + " where id = ? and used_micros is null and revoked_micros is null",
          wall.micros(),
          id);
      return find(sql, id).orElseThrow(() -> EnrolmentRules.noToken(id));
    });
  }

  private static EnrolmentToken token(ResultSet row) throws SQLException {
    Optional<Instant> used = moment(row, 9);
    String usedBy = row.getString(10);
    return new EnrolmentToken(
        row.getString(1),
        row.getString(2),
        Optional.ofNullable(row.getString(3)),
        Optional.ofNullable(row.getString(4)).map(DeviceId::new),
        Optional.ofNullable(row.getString(5)),
        Optional.ofNullable(row.getString(6)),
        instant(row.getLong(7)),
        instant(row.getLong(8)),
        used.map(at -> new EnrolmentToken.Use(new DeviceId(usedBy), at)),
        moment(row, 11));
  }

  /** Microseconds, or null. */
  static Optional<Instant> moment(ResultSet row, int column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(instant(micros));
  }
}
