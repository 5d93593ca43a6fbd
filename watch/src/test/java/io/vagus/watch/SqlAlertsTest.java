package io.vagus.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.EventLog;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlAlertsTest extends AlertsContract {
  static final Schema SCHEMA = Schema.REGISTRY.with(SqlAlerts.PART);

  @TempDir Path folder;
  final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private SqlRegistry registry;

  SqlRegistry registry() {
    return SqlRegistry.open(folder.resolve("registry.db"), SCHEMA, clock, clock);
  }

  RegistryAudit audit() {
    return RegistryAudit.open(folder.resolve("registry.db"), SCHEMA);
  }

  @Override
  Alerts open() {
    registry = registry();
    return new SqlAlerts(registry.database(), registry.events(), clock);
  }

  @Override
  void shut() {
    registry.close();
  }

  private Alerts again() {
    shut();
    return open();
  }

  @Test
  void isThereAfterARestart() {
    Alerts alerts = again();
    alerts.apply(List.of(raise(HOT, PUMP, 1), raise(HOT, PUMP, 2)));
    List<Alert> before = alerts.page(Alerts.Filter.ALL, Optional.empty(), 10).items();
    assertThat(again().page(Alerts.Filter.ALL, Optional.empty(), 10).items()).isEqualTo(before);
  }

  @Test
  void theEventLogTellsWhatBecameOfIt() {
    Alerts alerts = again();
    alerts.apply(List.of(raise(HOT, PUMP, 1), raise(HOT, PUMP, 2)));
    String id = alerts.page(Alerts.Filter.ALL, Optional.empty(), 1).items().getFirst().id();
    alerts.acknowledge(id, "user:anna", "mine");
    alerts.clear(clear(HOT, PUMP, 3));
    assertThat(registry.events().events(EventLog.Filter.ALL, Optional.empty(), 3).items())
        .extracting(
            event -> event.type() + " " + event.actor().text() + " " + event.subject().name())
        .containsExactly(
            "alert.cleared system " + id,
            "alert.acknowledged user:anna " + id,
            "alert.raised system " + id);
    registry.close();
    try (RegistryAudit audit = audit()) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
    open();
  }

  @Test
  void keepsSoManyAtMost() {
    Alerts alerts = again();
    List<AlertChange> changes = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      changes.add(raise("rule:r" + i, PUMP, 2L * i + 1));
      changes.add(clear("rule:r" + i, PUMP, 2L * i + 2));
    }
    alerts.apply(changes);
    assertThat(alerts.forget(new AlertConfig(Duration.ofDays(1), 1000), 0)).isFalse();
    assertThat(alerts.count(Alerts.Filter.ALL)).isEqualTo(1000);
    assertThat(alerts.page(Alerts.Filter.ALL, Optional.of("a101"), 5).items()).isEmpty();
  }
}
