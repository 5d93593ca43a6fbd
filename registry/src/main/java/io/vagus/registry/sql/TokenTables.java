package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.GroupId;
import io.vagus.registry.HeldRightUses;
import io.vagus.registry.HeldRightUses.Use;
import io.vagus.registry.HeldTokens;
import io.vagus.registry.HeldTokens.StoredToken;
import io.vagus.registry.Json;
import io.vagus.registry.PeopleFacts;
import io.vagus.registry.Right;
import io.vagus.registry.Tokens.Token;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tokens of the API, and when who used which right, as rows. */
final class TokenTables implements HeldTokens.Store, HeldRightUses.Store {
  static final String TOKENS =
      "select digest, name, scopes, device_group, owner, created_micros, expires_micros"
          + " from api_token";

  private final Database database;
  private final SqlEvents events;

  TokenTables(Database database, SqlEvents events) {
    this.database = database;
    this.events = events;
  }

  /** Those that have not expired; the others are forgotten here. */
  List<StoredToken> tokens(WallClock wall) {
    return database.write(sql -> {
      String ended = " where expires_micros <= ?";
      List<StoredToken> forgotten = sql.list(TokenTables::token, TOKENS + ended, wall.micros());
      sql.update("delete from api_token" + ended, wall.micros());
      events.append(sql, forgotten.stream().map(PeopleFacts::tokenExpired).toList());
      return sql.list(TokenTables::token, TOKENS);
    });
  }

  List<Use> uses() {
    return database.read(sql ->
        sql.list(TokenTables::use, "select actor, right_label, used_micros from right_use").stream()
            .flatMap(use -> use)
            .toList());
  }

  @Override
  public void save(StoredToken stored, Runnable judge, Runnable committed) {
    database.write(
        sql -> {
          judge.run();
          insert(sql, stored);
          return events.append(sql, PeopleFacts.tokenIssued(stored));
        },
        event -> committed.run());
  }

  static void insert(SqlConnection sql, StoredToken stored) {
    Token token = stored.token();
    @Nullable Long expires = token.expiresAt().map(Times::micros).orElse(null);
    sql.update(
        "insert into api_token (digest, name, scopes, device_group, owner, created_micros,"
            + " expires_micros) values (?, ?, ?, ?, ?, ?, ?)",
        stored.digest(),
        token.name(),
        Json.ofWords(token.scopes()),
        token.group().value(),
        token.owner().orElse(null),
        Times.micros(token.createdAt()),
        expires);
  }

  @Override
  public void delete(StoredToken stored, Runnable committed) {
    database.write(
        sql -> {
          sql.update("delete from right_use where actor = ?", stored.token().actor());
          delete(sql, stored.digest());
          return events.append(sql, PeopleFacts.tokenRevoked(stored));
        },
        event -> committed.run());
  }

  static void delete(SqlConnection sql, String digest) {
    sql.update("delete from api_token where digest = ?", digest);
  }

  @Override
  public void save(Use use) {
    database.write(sql ->
        sql.update(
            "insert into right_use (actor, right_label, used_micros) values (?, ?, ?)"
                + " on conflict (actor, right_label) do update"
                + " set used_micros = excluded.used_micros",
            use.actor(),
            use.right().label(),
            Times.micros(use.at())));
  }

  @Override
  public void forget(String actor) {
    database.write(sql -> sql.update("delete from right_use where actor = ?", actor));
  }

  static StoredToken token(SqlRow row) {
    Token token =
        new Token(
            HeldTokens.id(row.text(1)),
            row.text(2),
            Json.toWords(row.text(3)),
            new GroupId(row.text(4)),
            row.optionalText(5),
            row.time(6),
            row.optionalTime(7));
    return new StoredToken(row.text(1), token);
  }

  /** None for a right of a later release. */
  private static Stream<Use> use(SqlRow row) {
    String actor = row.text(1);
    Instant at = row.time(3);
    return Right.of(row.text(2)).map(right -> new Use(actor, right, at)).stream();
  }
}
