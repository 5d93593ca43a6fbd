package io.vagus.rule.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlFunctionsTest extends FunctionBookContract {
  static final Schema SCHEMA = Schema.REGISTRY.with(SqlFunctions.PART);

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
  FunctionBook open() {
    registry = registry();
    return SqlFunctions.open(registry.database(), registry.events(), clock);
  }

  @Override
  void shut() {
    registry.close();
  }

  @Test
  void isThereAndWarmAfterARestart() throws Exception {
    save("units", "units");
    save("debounce", "debounce");
    book.delete("debounce", ANY);
    List<FunctionChange> before = book.all();
    shut();
    book = open();
    assertThat(book.all()).isEqualTo(before);
    assertThat(fahrenheit(book.functions())).isEqualTo(212.0);
  }

  @Test
  void isRebuiltFromTheLog() {
    save("units", "units");
    save("debounce", "debounce");
    book.delete("debounce", ANY);
    shut();
    try (RegistryAudit audit = audit()) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
    book = open();
  }
}
