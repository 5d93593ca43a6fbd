package io.vagus.registry.sql;

import io.vagus.registry.HeldPeople;
import io.vagus.registry.HeldPeople.Store.Change;
import io.vagus.registry.Json;
import io.vagus.registry.PeopleFacts;
import io.vagus.registry.StoredUser;
import io.vagus.registry.User;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Users as rows. */
final class PeopleTables implements HeldPeople.Store {
  private static final String COLUMNS =
      "select name, display_name, disabled, grants, subject, hash, password_micros, second_factor,"
          + " totp_secret, totp_step, created_micros from person order by name";

  private final Database database;
  private final SqlEvents events;

  PeopleTables(Database database, SqlEvents events) {
    this.database = database;
    this.events = events;
  }

  List<StoredUser> all() {
    return database.read(PeopleTables::all);
  }

  static List<StoredUser> all(SqlConnection sql) {
    return sql.list(PeopleTables::user, COLUMNS);
  }

  @Override
  public void change(Maker maker, Committed committed) {
    database.write(
        sql -> {
          Optional<Change> change = maker.make();
          change.ifPresent(made -> {
            write(sql, made);
            events.append(sql, PeopleFacts.of(made));
          });
          return change;
        },
        change -> change.ifPresent(committed::committed));
  }

  private static void write(SqlConnection sql, Change change) {
    switch (change) {
      case HeldPeople.Store.Added(StoredUser user) -> insert(sql, user);
      case HeldPeople.Store.Changed(StoredUser user, String what) -> save(sql, user);
      case HeldPeople.Store.Removed(String name) -> {
        delete(sql, name);
        sql.update("delete from right_use where actor = ?", "user:" + name);
      }
    }
  }

  /** In the place of what was there. */
  static void save(SqlConnection sql, StoredUser user) {
    delete(sql, user.user().name());
    insert(sql, user);
  }

  static void delete(SqlConnection sql, String name) {
    sql.update("delete from person where name = ?", name);
  }

  private static void insert(SqlConnection sql, StoredUser stored) {
    User user = stored.user();
    @Nullable Long passwordMicros = user.passwordAt().map(Times::micros).orElse(null);
    sql.update(
        "insert into person (name, display_name, disabled, grants, subject, hash, password_micros,"
            + " second_factor, totp_secret, totp_step, created_micros)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        user.name(),
        user.displayName(),
        user.disabled() ? 1 : 0,
        Json.ofRoleGrants(user.grants()),
        user.subject().orElse(null),
        stored.hash().orElse(null),
        passwordMicros,
        user.secondFactor() ? 1 : 0,
        stored.totpSecret().orElse(null),
        stored.totpStep(),
        Times.micros(user.createdAt()));
  }

  private static StoredUser user(SqlRow row) {
    User user =
        new User(
            row.text(1),
            row.text(2),
            row.number(3) != 0,
            Json.toRoleGrants(row.text(4)),
            row.optionalText(5),
            row.number(8) != 0,
            row.time(11),
            row.optionalTime(7));
    return new StoredUser(user, row.optionalText(6), row.optionalText(9), row.number(10));
  }
}
