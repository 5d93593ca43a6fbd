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

class SqlEventsTest extends EventLogContract {
  @TempDir Path folder;

  @Override
  protected Registry open() {
    return SqlRegistry.open(folder.resolve("registry.db"), clock, clock);
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
