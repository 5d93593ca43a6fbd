package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.Group;
import io.vagus.registry.GroupsContract;
import io.vagus.registry.Registry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlGroupsTest extends GroupsContract {
  @Parameter RegistryConfig.Kind kind;
  @TempDir Path folder;
  private TestStore store;

  private TestStore store() {
    if (store == null) {
      store = TestStore.of(kind, folder);
    }
    return store;
  }

  @Override
  protected Registry open() {
    return store().open(clock, clock);
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
