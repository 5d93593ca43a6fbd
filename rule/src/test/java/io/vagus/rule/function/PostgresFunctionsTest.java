package io.vagus.rule.function;

import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.RegistryConfig;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.PostgresServer;
import java.nio.file.Path;

class PostgresFunctionsTest extends SqlFunctionsTest {
  private final RegistryConfig config =
      new RegistryConfig(
          RegistryConfig.Kind.POSTGRESQL,
          PostgresServer.shared().newSchema(),
          PostgresServer.USER,
          PostgresServer.PASSWORD,
          Path.of(""),
          RegistryConfig.Tls.OFF,
          Path.of(""));

  @Override
  SqlRegistry registry() {
    return SqlRegistry.open(config, folder.resolve("registry.db"), SCHEMA, clock, clock);
  }

  @Override
  RegistryAudit audit() {
    return RegistryAudit.open(config, folder.resolve("registry.db"), SCHEMA);
  }
}
