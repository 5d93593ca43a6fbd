package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.Group;
import io.vagus.registry.GroupsContract;
import io.vagus.registry.Registry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlGroupsTest extends GroupsContract {
  @TempDir Path folder;

  @Override
  protected Registry open() {
    return SqlRegistry.open(folder.resolve("registry.db"), clock, clock);
  }

  @Test
  void theTreeIsThereAfterReopening() {
    List<Group> before = registry.groups().groups();
    registry.close();
    registry = open();
    assertThat(registry.groups().groups()).isEqualTo(before);
    assertThat(registry.groups().isInside(NORTH, ACME)).isTrue();
  }
}
