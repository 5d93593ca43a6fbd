package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.IdempotentAnswers.Answer;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryFixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A change and its answer are kept together or not at all, whatever stops the call between. */
@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class OnceTest {
  private static final byte[] SECRET = "correct horse".getBytes(StandardCharsets.UTF_8);

  @Parameter RegistryConfig.Kind kind;
  @TempDir Path folder;
  private TestStore store;

  private TestStore store() {
    if (store == null) {
      store = TestStore.of(kind, folder);
    }
    return store;
  }

  /** In a process of its own: ends it between the change and its answer. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) {
      Registry registry = open(TestStore.of(args));
      registry
          .idempotentAnswers()
          .once(
              "admin",
              "k",
              "d",
              () -> {
                Device device = registry.createDevice(device("d1"));
                if (args[3].equals("before")) {
                  Runtime.getRuntime().halt(3);
                }
                return Optional.of(new Answer(201, device.id().value()));
              });
      Runtime.getRuntime().halt(4);
    }
  }

  private static Registry open(TestStore store) {
    return store.open(WallClock.system(), MonotonicClock.system());
  }

  private static NewDevice device(String id) {
    return new NewDevice(new DeviceId(id), "meter", "", Map.of(), Optional.of("correct horse"));
  }

  private int kill(String when) throws Exception {
    Process process = store().process(Killed.class, when).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void aProcessKilledBetweenAChangeAndItsAnswerLeavesNeither() throws Exception {
    try (Registry registry = open(store())) {
      registry.saveProduct(RegistryFixtures.model("meter"));
    }
    assertThat(kill("before")).isEqualTo(3);
    try (Registry registry = open(store())) {
      assertThat(registry.device(new DeviceId("d1"))).isEmpty();
      assertThat(registry.idempotentAnswers().find("admin", "k", "d")).isEmpty();
    }
    assertThat(kill("after")).as("the call is made again").isEqualTo(4);
    try (Registry registry = open(store())) {
      assertThat(registry.device(new DeviceId("d1"))).isPresent();
      assertThat(registry.idempotentAnswers().find("admin", "k", "d"))
          .contains(new Answer(201, "d1"));
    }
  }

  @Test
  void whatFailsAfterChangesUndoesThemInMemoryToo() {
    try (Registry registry = open(store())) {
      registry.saveProduct(RegistryFixtures.model("meter"));
      registry.createDevices(List.of(device("g1"), device("d1")));
      assertThat(registry.credentials().check("d1", SECRET)).isInstanceOf(DeviceVerdict.class);

      assertThatThrownBy(() ->
              registry
                  .idempotentAnswers()
                  .once(
                      "admin",
                      "k",
                      "d",
                      () -> {
                        changeMuch(registry);
                        throw new VagusException(ErrorCode.IO_FAILED, "the disk is gone");
                      }))
          .hasMessage("the disk is gone");

      assertThat(registry.model("valve")).isEmpty();
      assertThat(registry.device(new DeviceId("d2"))).isEmpty();
      assertThat(registry.device(new DeviceId("d1")).orElseThrow().version()).isEqualTo(1);
      assertThat(registry.child(new DeviceId("d1"))).isEmpty();
      assertThat(registry.credentials().recognise("d1", SECRET)).isPresent();
    }
  }

  private static void changeMuch(Registry registry) {
    registry.saveProduct(RegistryFixtures.model("valve"));
    Device made = registry.createDevice(device("d2"));
    assertThat(registry.device(made.id())).as("seen within").contains(made);
    Device moved =
        registry.updateDevice(
            new DeviceId("d1"),
            DevicePatch.NOTHING
                .withStatus(Device.Status.SUSPENDED)
                .withGateway(new io.vagus.registry.Edit.Put<>(new DeviceId("g1"))),
            OptionalLong.empty());
    assertThat(moved.version()).isEqualTo(2);
  }

  @Test
  void aRefusedPartIsUndoneAlone() {
    try (Registry registry = open(store())) {
      registry.saveProduct(RegistryFixtures.model("meter"));
      registry.createDevice(device("d1"));
      registry
          .idempotentAnswers()
          .once(
              "admin",
              "k",
              "d",
              () -> {
                assertThatThrownBy(
                        () -> registry.createDevices(List.of(device("d2"), device("d1"))))
                    .hasMessageContaining("line 2");
                return Optional.of(new Answer(207, registry.createDevice(device("d3")).name()));
              });
      assertThat(registry.device(new DeviceId("d2"))).isEmpty();
      assertThat(registry.device(new DeviceId("d3"))).isPresent();
    }
  }
}
