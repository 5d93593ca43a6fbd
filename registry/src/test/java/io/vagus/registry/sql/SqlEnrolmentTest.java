package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.model.DeviceId;
import io.vagus.registry.BatchMember;
import io.vagus.registry.EnrolmentContract;
import io.vagus.registry.Registry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlEnrolmentTest extends EnrolmentContract {
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
  void whatIsDoneTogetherIsUndoneTogether() {
    BatchMember pump = BatchMember.listed(new DeviceId("pump-1"), Optional.empty());
    assertThatThrownBy(() ->
            registry.together(() -> {
              registry.batches().addMembers("march", List.of(pump));
              throw new IllegalStateException("a later step failed");
            }))
        .hasMessage("a later step failed");
    assertThat(registry.batches().counts("march").members()).isZero();
  }
}
