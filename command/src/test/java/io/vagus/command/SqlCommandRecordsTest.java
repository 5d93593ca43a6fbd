package io.vagus.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.RegistryConfig;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.ManualClock;
import io.vagus.testkit.PostgresServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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

  /** A hundred times as many commands of others: what he sees costs what it cost. */
  @Test
  void aPageOfSomeDevicesCostsWhatTheyHaveNotWhatOthersHave() {
    List<DeviceId> few = IntStream.range(0, 50).mapToObj(i -> new DeviceId("mine-" + i)).toList();
    List<CommandRecords.Entry> mine = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      mine.add(new CommandRecords.Entry(command("mine-" + i, few.get(i), 1000), 1, true));
    }
    records.write(mine);
    others(0, 200);
    long before = cpuOfPage(few);
    others(200, 20_000);
    assertThat(cpuOfPage(few)).isLessThan(4 * before + 2_000_000);
  }

  private void others(int from, int to) {
    for (int at = from; at < to; at += 1000) {
      List<CommandRecords.Entry> more = new ArrayList<>();
      for (int i = at; i < Math.min(to, at + 1000); i++) {
        DeviceId device = new DeviceId("other-" + i % 500);
        more.add(new CommandRecords.Entry(command("other-" + i, device, 2000 + i), i + 1, true));
      }
      records.write(more);
    }
  }

  /** Nanoseconds of CPU of this thread; of PostgreSQL, time. The least of several pages. */
  private long cpuOfPage(List<DeviceId> devices) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      long begun = spentNanos();
      assertThat(records.page(devices, CommandRecords.Filter.ALL, Optional.empty(), 100).items())
          .hasSize(5);
      least = Math.min(least, spentNanos() - begun);
    }
    return least;
  }

  private long spentNanos() {
    return kind == RegistryConfig.Kind.SQLITE
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : MonotonicClock.system().nanos();
  }
}
