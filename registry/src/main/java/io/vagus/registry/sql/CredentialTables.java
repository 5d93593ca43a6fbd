package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.registry.CredentialFacts;
import io.vagus.registry.Credentials.ApplicationVerdict;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.HashedCredentials;
import io.vagus.registry.HashedCredentials.Known;
import io.vagus.registry.HashedCredentials.Token;
import io.vagus.registry.Json;
import io.vagus.registry.Registry.Application;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where hashes of secrets and tokens are kept. */
final class CredentialTables implements HashedCredentials.Store {
  static final String TOKENS =
      "select digest, name, scopes, expires_micros, created_micros from api_token";

  private final SqliteFile file;
  private final CatalogueTables catalogue;
  private final SqlEvents events;
  private final WallClock wall;

  private CredentialTables(
      SqliteFile file, CatalogueTables catalogue, SqlEvents events, WallClock wall) {
    this.file = file;
    this.events = events;
    this.catalogue = catalogue;
    this.wall = wall;
  }

  /** With the tokens that have not expired; the others are forgotten here. */
  static HashedCredentials credentials(
      SqliteFile file, CatalogueTables catalogue, SqlEvents events, WallClock wall) {
    List<Token> tokens =
        file.write(sql -> {
          String ended = " where expires_micros <= ?";
          List<Token> forgotten = sql.list(CredentialTables::token, TOKENS + ended, wall.micros());
          sql.update("delete from api_token" + ended, wall.micros());
          events.append(sql, forgotten.stream().map(CredentialFacts::tokenExpired).toList());
          return sql.list(CredentialTables::token, TOKENS);
        });
    return new HashedCredentials(new CredentialTables(file, catalogue, events, wall), tokens, wall);
  }

  @Override
  public Optional<Known> find(String name) {
    Application application = catalogue.catalogue().applications().get(name);
    return file.read(sql ->
        application == null
            ? DeviceTable.find(sql, name)
                .map(d -> new Known(new DeviceVerdict(d), DeviceTable.hash(sql, name)))
            : Optional.of(new Known(new ApplicationVerdict(application), hash(sql, name))));
  }

  private static Optional<String> hash(SqlConnection sql, String application) {
    return sql.first(
        row -> row.getString(1),
        "select hash from application where name = ? and hash is not null",
        application);
  }

  @Override
  public void save(Token token) {
    long createdMicros = wall.micros();
    file.write(sql -> {
      insert(sql, token, createdMicros);
      return events.append(sql, CredentialFacts.tokenIssued(token, createdMicros));
    });
  }

  static void insert(SqlConnection sql, Token token, long createdMicros) {
    @Nullable Long expires =
        token.expiresMicros().isPresent() ? token.expiresMicros().getAsLong() : null;
    sql.update(
        "insert into api_token values (?, ?, ?, ?, ?)",
        token.digest(),
        token.name(),
        Json.ofWords(token.scopes()),
        createdMicros,
        expires);
  }

  static void delete(SqlConnection sql, String digest) {
    sql.update("delete from api_token where digest = ?", digest);
  }

  static Token token(ResultSet row) throws SQLException {
    long expires = row.getLong(4);
    OptionalLong expiresMicros = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(expires);
    return new Token(
        row.getString(1), row.getString(2), Json.toWords(row.getString(3)), expiresMicros);
  }
}
