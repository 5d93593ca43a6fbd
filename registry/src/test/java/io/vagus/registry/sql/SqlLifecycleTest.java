package io.vagus.registry.sql;

import io.vagus.registry.LifecycleContract;
import io.vagus.registry.Registry;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqlLifecycleTest extends LifecycleContract {
  @TempDir Path folder;

  @Override
  protected Registry open() {
    return SqlRegistry.open(folder.resolve("registry.db"), clock, clock);
  }
}
