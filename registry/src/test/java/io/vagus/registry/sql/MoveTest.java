package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.EventHead;
import io.vagus.registry.EveryChange;
import io.vagus.registry.Group;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryFixtures;
import io.vagus.registry.sql.RegistryConfig.Kind;
import io.vagus.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a SQLite file to PostgreSQL and back, with everything, the event log's hashes too. */
class MoveTest {
  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);

  private EventHead fill(Registry registry) {
    registry.saveProduct(RegistryFixtures.model("meter"));
    EveryChange.make(registry, clock);
    // Names that come before what they name: a group's parent, a device's gateway.
    registry.saveGroup(new Group(new GroupId("zz"), Optional.empty(), "parent", Optional.empty()));
    registry.saveGroup(
        new Group(new GroupId("aa"), Optional.of(new GroupId("zz")), "child", Optional.empty()));
    registry.createDevices(
        IntStream.range(0, 1100)
            .mapToObj(i ->
                new NewDevice(
                    new DeviceId("m" + i), "meter", "", Map.of("a", "b"), Optional.empty()))
            .toList());
    registry.updateDevice(
        new DeviceId("m0"),
        DevicePatch.NOTHING.withGateway(new io.vagus.registry.Edit.Put<>(new DeviceId("m9"))),
        OptionalLong.empty());
    return registry.events().head();
  }

  private static void assertWhole(RegistryAudit opened, EventHead head) {
    try (RegistryAudit audit = opened) {
      assertThat(audit.verify(Optional.of(head)).firstBreak()).isEmpty();
      RegistryAudit.RebuildReport report = audit.rebuild();
      assertThat(report.differences()).isEmpty();
      assertThat(report.rows()).isGreaterThan(2200);
    }
  }

  @Test
  void everythingGoesToPostgresqlAndBack() {
    TestStore sqlite = TestStore.of(Kind.SQLITE, folder);
    EventHead head;
    List<Group> groups;
    try (SqlRegistry registry = sqlite.open(clock, clock)) {
      head = fill(registry);
      groups = registry.groups().groups();
    }
    TestStore postgres = TestStore.of(Kind.POSTGRESQL, folder);
    Path back = folder.resolve("back.db");
    try (SqlRegistry registry = postgres.open(clock, clock)) {
      assertThat(registry.events().head()).isEqualTo(head);
      assertThat(registry.groups().groups()).isEqualTo(groups);
      assertThat(registry.child(new DeviceId("m0")).orElseThrow().gateway().value())
          .isEqualTo("m9");
      registry.copyTo(back);
    }
    assertThat(sqlite.file()).doesNotExist();
    assertThat(folder.resolve("registry.db.moved")).exists();
    assertWhole(postgres.audit(), head);
    assertWhole(RegistryAudit.open(back, Schema.REGISTRY), head);
    try (SqlRegistry registry = SqlRegistry.open(back, clock, clock)) {
      assertThat(registry.countDevices(DeviceFilter.ALL.withText("m"))).isGreaterThan(1099);
      assertThat(registry.events().head()).isEqualTo(head);
    }
  }

  @Test
  void aFileIsMovedOnceAndAnotherIsRefused() throws Exception {
    TestStore sqlite = TestStore.of(Kind.SQLITE, folder);
    TestStore postgres = TestStore.of(Kind.POSTGRESQL, folder);
    try (SqlRegistry registry = sqlite.open(clock, clock)) {
      registry.saveProduct(RegistryFixtures.model("meter"));
    }
    Path kept = folder.resolve("kept.db");
    Files.copy(sqlite.file(), kept);
    try (SqlRegistry registry = postgres.open(clock, clock)) {
      registry.saveProduct(RegistryFixtures.model("valve"));
    }
    // As after a crash between the move and the renaming.
    Files.copy(kept, sqlite.file());
    try (SqlRegistry registry = postgres.open(clock, clock)) {
      assertThat(registry.products()).hasSize(2);
    }
    try (SqlRegistry registry = sqlite.open(clock, clock)) {
      registry.saveProduct(RegistryFixtures.model("another"));
    }
    assertThatThrownBy(() -> postgres.open(clock, clock))
        .hasMessageContaining("hold different ones");
    assertThat(sqlite.file()).exists();
  }
}
