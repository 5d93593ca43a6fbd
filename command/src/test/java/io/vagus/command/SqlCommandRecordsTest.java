package io.vagus.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.CommandState;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.RegistryConfig;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.ManualClock;
import io.vagus.testkit.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlCommandRecordsTest extends CommandRecordsContract {
  private static final Schema SCHEMA = Schema.REGISTRY.with(SqlCommandRecords.PART);

  @Parameter RegistryConfig.Kind kind;
  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private SqlRegistry registry;
  private RegistryConfig config;

  private static RegistryConfig config(RegistryConfig.Kind kind) {
    return new RegistryConfig(
        kind,
        kind == RegistryConfig.Kind.SQLITE ? "" : PostgresServer.shared().newSchema(),
        PostgresServer.USER,
        PostgresServer.PASSWORD,
        Path.of(""),
        RegistryConfig.Tls.OFF,
        Path.of(""));
  }

  private Path file() {
    return folder.resolve("registry.db");
  }

  @Override
  protected CommandRecords open() {
    config = config(kind);
    return reopen();
  }

  private CommandRecords reopen() {
    registry = SqlRegistry.open(config, file(), SCHEMA, clock, clock);
    return new SqlCommandRecords(registry.database(), registry.events());
  }

  @Override
  protected void shut() {
    registry.close();
  }

  @Test
  void tellsTheEventLogWhoAskedAndWhoCancelled() {
    records.write(List.of(new CommandRecords.Entry(command("a", D1, 1000), 1, true)));
    records.write(
        List.of(
            new CommandRecords.Entry(
                Transitions.cancelled(command("a", D1, 1000), "user:bob", 2000).orElseThrow(),
                1,
                false)));
    List<Event> events = registry.events().events(EventLog.Filter.ALL, Optional.empty(), 2).items();
    assertThat(events)
        .extracting(e -> e.type() + " by " + e.actor().text() + " of " + e.subject().text())
        .containsExactly(
            "command.cancelled by user:bob of device:d1",
            "command.created by user:anna of device:d1");
    assertThat(events.getLast().body()).contains("\"name\":\"move\"", "\"id\":\"a\"");
    registry.close();
    try (RegistryAudit audit = RegistryAudit.open(config, file(), SCHEMA)) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
    records = reopen();
    assertThat(records.find("a").orElseThrow().state()).isEqualTo(CommandState.CANCELLED);
  }
}
