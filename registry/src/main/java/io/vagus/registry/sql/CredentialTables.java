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
  private final SqliteFile file;
  private final CatalogueTables catalogue;

  private CredentialTables(SqliteFile file, CatalogueTables catalogue) {
    this.file = file;
    this.catalogue = catalogue;
  }

  static HashedCredentials credentials(SqliteFile file, CatalogueTables catalogue, WallClock wall) {
    return new HashedCredentials(new CredentialTables(file, catalogue), wall);
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
}
