package io.vagus.registry.sql;

import static io.vagus.registry.sql.SqlCertificates.instant;
import static io.vagus.registry.sql.SqlCertificates.micros;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.EnrolmentFacts;
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
          + " used_micros, used_by, revoked_micros, device_group from enrolment_token ";

  private final SqliteFile file;
  private final SqlEvents events;
  private final WallClock wall;

  SqlEnrolmentTokens(SqliteFile file, SqlEvents events, WallClock wall) {
    this.file = file;
    this.events = events;
    this.wall = wall;
  }

  @Override
  public void add(List<EnrolmentToken> tokens) {
    file.write(sql -> {
      for (EnrolmentToken token : tokens) {
        token.batch().ifPresent(batch -> SqlEnrolmentBatches.existing(sql, batch));
        if (find(sql, token.id()).isPresent()) {
          throw EnrolmentRules.tokenExists(token.id());
        }
        save(sql, token);
      }
      return events.append(sql, tokens.stream().map(EnrolmentFacts::tokenMade).toList());
    });
  }

  /** A new one, or what became of it. */
  static void save(SqlConnection sql, EnrolmentToken t) {
    sql.update(
        "insert into enrolment_token (id, digest, batch, device, product, key_digest,"
            + " created_micros, expires_micros, used_micros, used_by, revoked_micros, device_group)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set"
            + " used_micros = excluded.used_micros, used_by = excluded.used_by,"
            + " revoked_micros = excluded.revoked_micros",
        t.id(),
        t.digest(),
        t.batch().orElse(null),
        t.device().map(DeviceId::value).orElse(null),
        t.product().orElse(null),
        t.key().orElse(null),
        micros(t.created()),
        micros(t.expires()),
        t.use().map(u -> micros(u.at())).orElse(null),
        t.use().map(u -> u.device().value()).orElse(null),
        t.revoked().map(SqlCertificates::micros).orElse(null),
        t.group().map(GroupId::value).orElse(null));
  }

  @Override
  public Optional<EnrolmentToken> find(String id) {
    return file.read(sql -> find(sql, id));
  }

  private static Optional<EnrolmentToken> find(SqlConnection sql, String id) {
    return sql.first(SqlEnrolmentTokens::token, COLUMNS + "where id = ?", id);
  }

  static List<EnrolmentToken> all(SqlConnection sql) {
    return sql.list(SqlEnrolmentTokens::token, COLUMNS + "order by created_micros, id");
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
    return file.write(sql -> {
      Instant now = wall.now();
      Optional<EnrolmentToken> open =
          find(sql, id).filter(t -> t.status(now) == EnrolmentToken.Status.OPEN);
      open.map(t -> t.used(device, now))
          .ifPresent(used -> {
            save(sql, used);
            events.append(sql, EnrolmentFacts.tokenUsed(used));
          });
      return open.isPresent();
    });
  }

  @Override
  public EnrolmentToken revoke(String id) {
    return file.write(sql -> {
      EnrolmentToken token = find(sql, id).orElseThrow(() -> EnrolmentRules.noToken(id));
      if (token.use().isPresent() || token.revoked().isPresent()) {
        return token;
      }
      EnrolmentToken revoked = token.revoked(wall.now());
      save(sql, revoked);
      events.append(sql, EnrolmentFacts.tokenRevoked(revoked));
      return revoked;
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
        moment(row, 11),
        Optional.ofNullable(row.getString(12)).map(GroupId::new));
  }

  /** Microseconds, or null. */
  static Optional<Instant> moment(ResultSet row, int column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(instant(micros));
  }
}
