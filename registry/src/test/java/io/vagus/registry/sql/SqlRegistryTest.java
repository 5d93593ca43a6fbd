package io.vagus.registry.sql;

import static io.vagus.registry.RegistryFixtures.model;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Location;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.IdempotentAnswers.Answer;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.Registry.Grant;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryContract;
import io.vagus.registry.Tokens.NewToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(RegistryConfig.Kind.class)
class SqlRegistryTest extends RegistryContract {
  private static final NewToken ADMIN =
      new NewToken("admin", List.of("admin"), GroupId.ALL, Optional.empty(), Optional.empty());

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

  private void reopen() {
    registry.close();
    registry = open();
  }

  @Test
  void everythingIsThereAfterReopening() {
    registry.saveProduct(model("meter"));
    Device device =
        registry.createDevice(
            new NewDevice(new DeviceId("d1"), "meter", "n", Map.of("a", "b"), Optional.of(SECRET)));
    registry.saveApplication("app", Optional.of(SECRET), List.of(new Grant("a/+", true, true)));
    String token = registry.tokens().issue(ADMIN).text();
    registry
        .idempotentAnswers()
        .once("admin", "k", "d", () -> Optional.of(new Answer(201, "body")));
    List<Application> applications = registry.applications();

    reopen();

    assertThat(registry.model("meter").orElseThrow().version()).isEqualTo(2);
    assertThat(registry.model("meter", 1)).contains(model("meter"));
    assertThat(registry.device(device.id())).contains(device);
    assertThat(registry.applications()).isEqualTo(applications);
    assertThat(registry.credentials().check("d1", bytes(SECRET)))
        .isEqualTo(new DeviceVerdict(device));
    assertThat(registry.tokens().find(token)).isPresent();
    assertThat(registry.idempotentAnswers().find("admin", "k", "d"))
        .contains(new Answer(201, "body"));
  }

  /** Argon2id of {@code password1}, from before such were refused. */
  private static final String WEAK =
      "$argon2id$v=19$m=7168,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA"
          + "$3Ia80wJfaPhgWuqQkhSHsEk/SY8GV7zsNGbpB7TqPtw";

  @Test
  void secretsOfBeforeAreComparedAndJudgedAsTheyAreShown() throws Exception {
    registry.saveProduct(model("meter"));
    registry.createDevices(List.of(secured("d1"), secured("d2"), secured("d3")));
    registry.close();
    try (var connection = store().connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate("update device_secret set hash = '" + WEAK + "' where device = 'd3'");
    }
    registry = open();
    assertThat(registry.secrets().shared()).isEmpty();
    assertThat(registry.secrets().countNotSeen()).isEqualTo(3);

    show("d1", "wrong horse");
    show("d1", SECRET);
    show("d2", SECRET);
    show("d3", "password1");
    assertThat(registry.secrets().shared())
        .containsExactly(List.of(new DeviceId("d1"), new DeviceId("d2")));
    assertThat(registry.secrets().weak(9))
        .singleElement()
        .satisfies(weak -> {
          assertThat(weak.device()).isEqualTo(new DeviceId("d3"));
          assertThat(weak.why()).contains("most common").doesNotContain("password1");
        });
    assertThat(registry.secrets().countNotSeen()).isZero();
  }

  private void show(String device, String secret) {
    assertThat(registry.credentials().check(device, secret.getBytes(UTF_8))).isNotNull();
  }

  @Test
  void gatewaysAndPlacesAreThereAfterReopening() {
    registry.createDevice(plain("g1"));
    Device child =
        registry.createDevice(
            new NewDevice(
                new DeviceId("c1"),
                "meter",
                "",
                Map.of(),
                Optional.of(new DeviceId("g1")),
                Optional.of(new Location(1.5, -2.5)),
                Optional.empty()));
    Optional<Registry.Child> before = registry.child(child.id());

    reopen();

    assertThat(registry.device(child.id())).contains(child);
    assertThat(registry.child(child.id())).isEqualTo(before).isPresent();
    assertRefused(ErrorCode.CONFLICT, "c1", () -> registry.deleteDevice(new DeviceId("g1")));
  }

  @Test
  void theVersionsOfADeletedProductAreThereAfterReopening() {
    registry.deleteProduct("meter");
    reopen();
    assertThat(registry.model("meter")).isEmpty();
    assertThat(registry.model("meter", 1)).contains(model("meter"));
  }

  @Test
  void answersBusyCallsAfterClosingWithStopping() {
    registry.close();
    assertRefused(ErrorCode.STOPPING, "closed", () -> registry.device(new DeviceId("d1")));
    assertRefused(ErrorCode.STOPPING, "closed", () -> registry.createDevice(plain("d1")));
    assertThat(registry.model("meter")).isPresent();
  }
}
