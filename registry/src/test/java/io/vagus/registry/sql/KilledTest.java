package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.RegistryFixtures;
import io.vagus.registry.sql.RegistryAudit.RebuildReport;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code kill -9} while changes are made: a change and its event are both there or neither is. */
@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class KilledTest {
  @Parameter RegistryConfig.Kind kind;
  @TempDir Path folder;
  private TestStore store;

  private TestStore store() {
    if (store == null) {
      store = TestStore.of(kind, folder);
    }
    return store;
  }

  /** In a process of its own: changes devices until it is killed, and says how often. */
  static final class Changing {
    private Changing() {}

    public static void main(String[] args) {
      Registry registry = open(TestStore.of(args));
      registry.saveProduct(RegistryFixtures.model("meter"));
      for (int i = 0; ; i++) {
        String id = "d" + i;
        registry.createDevices(
            List.of(device(id), device(id + "-a"), device(id + "-b"), device(id + "-c")));
        registry.updateDevice(
            new DeviceId(id), DevicePatch.NOTHING.withName("n"), OptionalLong.empty());
        registry.deleteDevice(new DeviceId(id + "-a"));
        System.out.println(i);
      }
    }

    private static Registry.NewDevice device(String id) {
      return new Registry.NewDevice(
          new DeviceId(id), "meter", "", Map.of("a", "b"), Optional.empty());
    }
  }

  private static Registry open(TestStore store) {
    return store.open(WallClock.system(), MonotonicClock.system());
  }

  @RepeatedTest(3)
  @Timeout(120)
  void theTablesAreWhatTheLogSays(RepetitionInfo repetition) throws Exception {
    Process process =
        store().process(Changing.class).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    int rounds = 20 * repetition.getCurrentRepetition();
    try (BufferedReader out = process.inputReader()) {
      for (int i = 0; i < rounds; i++) {
        assertThat(out.readLine()).isEqualTo(Integer.toString(i));
      }
      process.destroyForcibly();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    open(store()).close();
    try (RegistryAudit audit = store().audit()) {
      RebuildReport report = audit.rebuild();
      assertThat(report.chain().firstBreak()).isEmpty();
      assertThat(report.differences()).isEmpty();
      assertThat(report.chain().head().sequence()).isGreaterThanOrEqualTo(2 + 6L * rounds);
    }
  }
}
