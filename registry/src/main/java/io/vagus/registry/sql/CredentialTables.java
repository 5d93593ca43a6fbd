package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.registry.Credentials.ApplicationVerdict;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.HashedCredentials;
import io.vagus.registry.HashedCredentials.Known;
import io.vagus.registry.Registry.Application;
import java.util.Optional;

/** Where hashes of secrets are kept. */
final class CredentialTables implements HashedCredentials.Store {
  private final Database database;
  private final CatalogueTables catalogue;

  private CredentialTables(Database database, CatalogueTables catalogue) {
    this.database = database;
    this.catalogue = catalogue;
  }

  static HashedCredentials credentials(
      Database database, CatalogueTables catalogue, WallClock wall) {
    return new HashedCredentials(new CredentialTables(database, catalogue), wall);
  }

  @Override
  public Optional<Known> find(String name) {
    Application application = catalogue.catalogue().applications().get(name);
    return database.read(sql ->
        application == null
            ? DeviceTable.find(sql, name)
                .map(d -> new Known(new DeviceVerdict(d), DeviceTable.hash(sql, name)))
            : Optional.of(new Known(new ApplicationVerdict(application), hash(sql, name))));
  }

  private static Optional<String> hash(SqlConnection sql, String application) {
    return sql.first(
        row -> row.text(1),
        "select hash from application where name = ? and hash is not null",
        application);
  }
}
