package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.Event;
import io.vagus.registry.EventLogContract;
import io.vagus.registry.EveryChange;
import io.vagus.registry.Registry;
import io.vagus.registry.RegistryFixtures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlEventsTest extends EventLogContract {
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
  void theLogGoesOnAfterReopening() {
    EveryChange.make(registry, clock);
    List<Event> before = all();
    registry.close();
    registry = open();
    assertThat(all()).isEqualTo(before);
    registry.saveProduct(RegistryFixtures.model("valve"));
    assertThat(all().getLast().previousHash()).isEqualTo(before.getLast().hash());
  }
}
