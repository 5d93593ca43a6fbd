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
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlDesiredTest extends DesiredContract {
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
