package io.vagus.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlBulkRecordsTest extends BulkRecordsContract {
  private static final Schema SCHEMA = Schema.REGISTRY.with(SqlCommandRecords.PART);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private SqlRegistry registry;

  @Override
  Opened open() {
    registry = SqlRegistry.open(folder.resolve("registry.db"), SCHEMA, clock, clock);
    return new Opened(
        new SqlCommandRecords(registry.database(), registry.events()),
        new SqlBulkRecords(registry.database(), registry.events()));
  }

  @Override
  void shut() {
    registry.close();
  }

  @Test
  void tellsTheEventLogAndTheLogCanBeReplayed() {
    BulkOrder order =
        new BulkOrder(
            "beep",
            "{}",
            Optional.empty(),
            Optional.empty(),
            new BulkOrder.Scope(Optional.empty(), Optional.of("valve"), Optional.empty()),
            10,
            Optional.empty(),
            "user:anna");
    Bulk bulk = new Bulk("b1", order, Bulk.State.RUNNING, "", 1000, 0, 1, 0);
    SqlBulkRecords records = new SqlBulkRecords(registry.database(), registry.events());
    records.create(bulk, List.of(), () -> {});
    assertThat(records.find("b1")).contains(bulk);
    assertThat(records.move(bulk, bulk.to(Bulk.State.STOPPED, "2 of 2", 2000), () -> {})).isTrue();
    assertThat(registry.events().events(EventLog.Filter.ALL, Optional.empty(), 2).items())
        .extracting(Event::type)
        .containsExactly("command.bulk-changed", "command.bulk-created");
    registry.close();
    try (RegistryAudit audit = RegistryAudit.open(folder.resolve("registry.db"), SCHEMA)) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
    open();
  }

  @Test
  void goesWithTheFirstOfItsCommandsThatIsForgotten() {
    CommandRecords commands = new SqlCommandRecords(registry.database(), registry.events());
    SqlBulkRecords records = new SqlBulkRecords(registry.database(), registry.events());
    for (String id : List.of("old", "unsettled", "young")) {
      BulkOrder order =
          new BulkOrder(
              "beep",
              "{}",
              Optional.empty(),
              Optional.empty(),
              new BulkOrder.Scope(Optional.empty(), Optional.of("valve"), Optional.empty()),
              10,
              Optional.empty(),
              "user:anna");
      long created = id.equals("young") ? 9000 : 500;
      records.create(
          new Bulk(id, order, Bulk.State.DONE, "", created, created, 1, 1),
          List.of(new BulkRecords.Member(1, CommandRecordsContract.D1, id + "-1")),
          () -> {});
    }
    records.settled("old");
    records.settled("young");
    commands.write(
        List.of(
            new CommandRecords.Entry(
                Transitions.cancelled(
                        CommandRecordsContract.command("a", CommandRecordsContract.D1, 1000),
                        "user:bob",
                        2000)
                    .orElseThrow(),
                1,
                true)));
    assertThat(commands.forget(5000, 100, 10)).isEqualTo(1);
    assertThat(records.find("old")).isEmpty();
    assertThat(records.members("old", 0, 10)).isEmpty();
    assertThat(records.find("unsettled")).isPresent();
    assertThat(records.find("young")).isPresent();
  }
}
