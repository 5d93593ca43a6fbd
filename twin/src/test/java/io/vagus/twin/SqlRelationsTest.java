package io.vagus.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlRelationsTest extends RelationsContract {
  private static final Schema SCHEMA = Schema.REGISTRY.with(SqlRelations.PART);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private SqlRegistry registry;

  @Override
  Relations open() {
    registry = SqlRegistry.open(folder.resolve("registry.db"), SCHEMA, clock, clock);
    return new SqlRelations(registry.database(), registry.events());
  }

  @Override
  void shut() {
    registry.close();
  }

  @Test
  void isRebuiltFromTheLog() {
    Relations relations = new SqlRelations(registry.database(), registry.events());
    relations.save(relation(Relation.Kind.FEEDS, A, B, "a note of \"two\"\nlines"));
    relations.save(relation(Relation.Kind.BEHIND, A, C, ""));
    relations.save(relation(Relation.Kind.BEHIND, A, C, "changed"));
    relations.save(relation(Relation.Kind.CONTAINS, C, A, ""));
    assertThat(relations.remove(relation(Relation.Kind.CONTAINS, C, A, ""))).isTrue();
    registry.close();
    try (RegistryAudit audit = RegistryAudit.open(folder.resolve("registry.db"), SCHEMA)) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
    open();
  }
}
