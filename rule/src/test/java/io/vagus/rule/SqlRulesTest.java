package io.vagus.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.EventLog;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlRulesTest extends RulesContract {
  static final Schema SCHEMA = Schema.REGISTRY.with(SqlRules.PART);
  private static final OptionalLong ANY = OptionalLong.empty();

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
  Rules open() {
    registry = registry();
    return SqlRules.open(
        registry.database(),
        registry.events(),
        product -> productVersions.getOrDefault(product, 0),
        clock);
  }

  @Override
  void shut() {
    registry.close();
  }

  private Rules again() {
    shut();
    return open();
  }

  @Test
  void isThereAfterARestart() {
    Rules rules = again();
    RuleVersion saved = rules.save(rule("hot", "true"), ANY);
    rules.save(rule("gone", "true"), ANY);
    rules.delete("gone", ANY);
    RuleSet before = rules.at(rules.revision());
    Rules after = again();
    assertThat(after.all()).containsExactly(saved);
    assertThat(after.at(after.revision())).isEqualTo(before);
  }

  @Test
  void seesAProductThatChangedWhileNobodyLooked() {
    RuleVersion saved = again().save(rule("hot", "true"), ANY);
    productVersions.put("pump", 9);
    Rules after = again();
    assertThat(after.revision()).isEqualTo(saved.revision() + 1);
    assertThat(after.at(after.revision()).products()).containsEntry("pump", 9);
  }

  @Test
  void writesOneEventForEachChange() {
    Rules rules = again();
    rules.save(rule("hot", "true"), ANY);
    rules.save(rule("hot", "true"), ANY);
    rules.save(rule("hot", "1 < 2"), ANY);
    productVersions.put("pump", 4);
    rules.productSaved("pump");
    rules.delete("hot", ANY);
    assertThat(registry.events().events(EventLog.Filter.ALL, Optional.empty(), 4).items())
        .extracting(event -> event.type() + " " + event.subject().text())
        .containsExactly(
            "rule.deleted rule:hot",
            "rule.rebased rules",
            "rule.saved rule:hot",
            "rule.saved rule:hot");
  }

  @Test
  void isRebuiltFromTheLog() {
    Rules rules = again();
    rules.save(rule("hot", "true"), ANY);
    rules.save(rule("hot", "1 < 2"), ANY);
    rules.save(rule("cold", "device.id != '</script>'"), ANY);
    productVersions.put("pump", 4);
    rules.productSaved("pump");
    rules.delete("hot", ANY);
    registry.close();
    try (RegistryAudit audit = audit()) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
    assertThat(open().all()).extracting(v -> v.rule().id()).containsExactly("cold");
  }

  @Test
  void readsTheNewestOfManyVersionsQuickly() {
    var unused = again();
    registry
        .database()
        .write(sql -> {
          for (int i = 1; i <= 10_000; i++) {
            RuleTable.insert(
                sql,
                new RuleChange(
                    "hot", i, i, Instant.EPOCH, "system", Optional.of(rule("hot", "1 < " + i))));
          }
          return 0;
        });
    long start = System.nanoTime();
    Rules rules = again();
    assertThat(rules.find("hot").orElseThrow().version()).isEqualTo(10_000);
    assertThat(rules.versions("hot", Optional.of("5001"), 1000).items())
        .hasSize(1000)
        .first()
        .extracting(RuleChange::version)
        .isEqualTo(5000);
    assertThat(rules.at(7).rules()).extracting(RuleVersion::version).containsExactly(7);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
