package io.vagus.registry.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.registry.DesiredContract;
import io.vagus.registry.Registry;
import io.vagus.wire.DocumentCodec;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlDesiredTest extends DesiredContract {
  @TempDir Path folder;

  @Override
  protected Registry open() {
    return SqlRegistry.open(folder.resolve("registry.db"), clock, clock);
  }

  @Test
  void isThereAfterReopening() {
    Desired before =
        registry
            .desired()
            .change(
                new DeviceId("d1"),
                DocumentCodec.readPatch("{\"a\":{\"b\":[1,{\"c\":null}]}}".getBytes(UTF_8)),
                OptionalLong.empty());
    registry.close();
    registry = open();
    assertThat(registry.desired().of(new DeviceId("d1"))).isEqualTo(before);
  }
}
