package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.EnrolmentFacts;
import io.vagus.registry.EnrolmentRules;
import io.vagus.registry.EnrolmentToken;
import io.vagus.registry.EnrolmentTokens;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Provisioning tokens as rows. */
final class SqlEnrolmentTokens implements EnrolmentTokens {
  private static final String COLUMNS =
      "select id, digest, batch, device, product, key_digest, created_micros, expires_micros,"
          + " used_micros, used_by, revoked_micros, device_group from enrolment_token ";

  private final Database database;
  private final SqlEvents events;
  private final WallClock wall;

  SqlEnrolmentTokens(Database database, SqlEvents events, WallClock wall) {
    this.database = database;
    this.events = events;
    this.wall = wall;
  }

  @Override
  public void add(List<EnrolmentToken> tokens) {
    database.write(sql -> {
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
        Times.micros(t.created()),
        Times.micros(t.expires()),
        t.use().map(u -> Times.micros(u.at())).orElse(null),
        t.use().map(u -> u.device().value()).orElse(null),
        t.revoked().map(Times::micros).orElse(null),
        t.group().map(GroupId::value).orElse(null));
  }

  @Override
  public Optional<EnrolmentToken> find(String id) {
    return database.read(sql -> find(sql, id));
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
    return database.read(sql ->
        batch.isPresent()
            ? sql.list(
                SqlEnrolmentTokens::token, COLUMNS + "where batch = ?" + order, batch.get(), limit)
            : sql.list(SqlEnrolmentTokens::token, COLUMNS + order, limit));
  }

  @Override
  public boolean use(String id, DeviceId device) {
    return database.write(sql -> {
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
    return database.write(sql -> {
      EnrolmentToken token = find(sql, id).orElseThrow(() -> EnrolmentRules.noToken(id));
      boolean over = token.use().isPresent() || token.revoked().isPresent();
      return over ? token : revoke(sql, token);
    });
  }

  @Override
  public int revokeOf(DeviceId device) {
    return database.write(sql -> {
      List<EnrolmentToken> open =
          sql.list(
              SqlEnrolmentTokens::token,
              COLUMNS
                  + "where device = ? and used_micros is null and revoked_micros is null"
                  + " and expires_micros > ? order by created_micros, id",
              device.value(),
              Times.micros(wall.now()));
      open.forEach(token -> revoke(sql, token));
      return open.size();
    });
  }

  private EnrolmentToken revoke(SqlConnection sql, EnrolmentToken token) {
    EnrolmentToken revoked = token.revoked(wall.now());
    save(sql, revoked);
    events.append(sql, EnrolmentFacts.tokenRevoked(revoked));
    return revoked;
  }

  private static EnrolmentToken token(SqlRow row) {
    Optional<Instant> used = row.optionalTime(9);
    return new EnrolmentToken(
        row.text(1),
        row.text(2),
        row.optionalText(3),
        row.optionalText(4).map(DeviceId::new),
        row.optionalText(5),
        row.optionalText(6),
        row.time(7),
        row.time(8),
        used.map(at -> new EnrolmentToken.Use(new DeviceId(row.text(10)), at)),
        row.optionalTime(11),
        row.optionalText(12).map(GroupId::new));
  }
}
