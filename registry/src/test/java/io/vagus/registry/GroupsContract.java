package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.Device.Status;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups as a tree, and devices in them, on every engine. */
public abstract class GroupsContract {
  protected static final GroupId ACME = new GroupId("acme");
  protected static final GroupId NORTH = new GroupId("acme/north");
  private static final GroupId HALL = new GroupId("acme/north/hall-1");
  private static final GroupId OTHER = new GroupId("other");
  private static final GroupId OLD = new GroupId("acme/old");

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;

  protected abstract Registry open();

  @BeforeEach
  void openWithGroups() {
    registry = open();
    registry.saveProduct(RegistryFixtures.model("meter"));
    save(ACME, Optional.empty());
    save(NORTH, Optional.of(ACME));
    save(HALL, Optional.of(NORTH));
    save(OTHER, Optional.empty());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Group save(GroupId id, Optional<GroupId> parent) {
    return registry.saveGroup(new Group(id, parent, id.value(), Optional.empty()));
  }

  private Group saveOld(Optional<GroupId> parent) {
    Group.Query query =
        new Group.Query(
            Optional.of("meter"),
            Optional.empty(),
            Map.of(),
            Map.of(Detail.FIRMWARE_VERSION, "1.0"));
    return registry.saveGroup(new Group(OLD, parent, "old", Optional.of(query)));
  }

  private Device create(String id, Optional<GroupId> group, String firmware) {
    return registry.createDevice(
        new NewDevice(
            new DeviceId(id),
            "meter",
            "",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            group,
            firmware.isEmpty() ? Map.of() : Map.of(Detail.FIRMWARE_VERSION, firmware),
            Optional.empty()));
  }

  private List<String> ids(DeviceFilter filter) {
    List<String> ids =
        registry.devices(filter, Optional.empty(), 100).items().stream()
            .map(d -> d.id().value())
            .toList();
    assertThat(registry.countDevices(filter)).isEqualTo(ids.size());
    return ids;
  }

  private static DeviceFilter in(GroupId group) {
    return DeviceFilter.ALL.inGroup(Optional.of(group));
  }

  private Device move(String id, GroupId group) {
    return registry.updateDevice(
        new DeviceId(id),
        DevicePatch.NOTHING.withGroup(new Edit.Put<>(group)),
        OptionalLong.empty());
  }

  private static void assertRefused(String word, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(VagusException.class).hasMessageContaining(word);
  }

  @Test
  void knowsWhatIsInsideWhat() {
    GroupTree tree = registry.groups();
    assertThat(tree.isInside(HALL, ACME)).isTrue();
    assertThat(tree.isInside(HALL, HALL)).isTrue();
    assertThat(tree.isInside(ACME, HALL)).isFalse();
    assertThat(tree.isInside(OTHER, ACME)).isFalse();
    assertThat(tree.isInside(new GroupId("nowhere"), ACME)).isFalse();
    assertThat(tree.isInside(Optional.empty(), ACME)).isFalse();
    assertThat(tree.isInside(Optional.empty(), GroupId.ALL)).isTrue();
    assertThat(tree.organisation(Optional.of(HALL))).contains(ACME);
    assertThat(tree.within(NORTH)).containsExactlyInAnyOrder(NORTH, HALL);
  }

  @Test
  void findsDevicesInAGroupAndBelowItAlsoByText() {
    create("a1", Optional.of(ACME), "");
    create("a2", Optional.of(HALL), "2.0");
    create("a3", Optional.of(OTHER), "");
    create("a4", Optional.empty(), "");

    assertThat(ids(in(ACME))).containsExactly("a1", "a2");
    assertThat(ids(in(NORTH))).containsExactly("a2");
    assertThat(ids(in(NORTH).withText("A"))).containsExactly("a2");
    assertThat(ids(in(GroupId.ALL).withText("a"))).containsExactly("a1", "a2", "a3", "a4");
    assertThat(ids(in(new GroupId("nowhere")))).isEmpty();
    assertThat(ids(DeviceFilter.ALL.withDetails(Map.of(Detail.FIRMWARE_VERSION, "2.0"))))
        .containsExactly("a2");
    move("a1", HALL);
    assertThat(ids(in(HALL).withText("a"))).containsExactly("a1", "a2");
  }

  @Test
  void aDynamicGroupIsWhatItsQueryFindsInsideItsParent() {
    create("a1", Optional.of(HALL), "1.0");
    create("a2", Optional.of(HALL), "2.0");
    create("a3", Optional.of(OTHER), "1.0");
    saveOld(Optional.of(ACME));

    assertThat(ids(in(OLD))).containsExactly("a1");
    assertThat(ids(in(OLD).withText("a"))).containsExactly("a1");
    assertThat(ids(in(OLD).withProduct("valve"))).as("contradicts the query").isEmpty();
    registry.updateDevice(
        new DeviceId("a2"),
        DevicePatch.NOTHING.withDetails(Map.of(Detail.FIRMWARE_VERSION, Optional.of("1.0"))),
        OptionalLong.empty());
    registry.updateDevice(
        new DeviceId("a1"),
        DevicePatch.NOTHING.withDetails(Map.of(Detail.FIRMWARE_VERSION, Optional.empty())),
        OptionalLong.empty());
    assertThat(ids(in(OLD))).containsExactly("a2");
    assertRefused("dynamic", () -> move("a2", OLD));
    assertRefused("dynamic", () -> save(new GroupId("x"), Optional.of(OLD)));
  }

  @Test
  void refusesGroupsThatMakeNoTree() {
    assertRefused("is inside", () -> save(NORTH, Optional.of(HALL)));
    assertRefused("is inside", () -> save(ACME, Optional.of(ACME)));
    assertRefused("exists", () -> save(new GroupId("x"), Optional.of(new GroupId("nowhere"))));
    assertRefused("organisation", () -> save(NORTH, Optional.of(OTHER)));
    assertRefused("organisation", () -> save(NORTH, Optional.empty()));
    assertRefused("all", () -> save(GroupId.ALL, Optional.empty()));
    assertRefused("parent: none", () -> saveOld(Optional.empty()));
    GroupId deep = HALL;
    for (int i = 0; i < GroupRules.MAX_DEPTH - 2; i++) {
      deep = save(new GroupId("g" + i), Optional.of(deep)).id();
    }
    GroupId deepest = deep;
    assertRefused("deep", () -> save(new GroupId("too-deep"), Optional.of(deepest)));
    assertThat(registry.groups().groups()).hasSize(4 + GroupRules.MAX_DEPTH - 2);
  }

  @Test
  void aGroupIsDeletedOnlyWhenNothingIsInIt() {
    create("a1", Optional.of(HALL), "");
    assertRefused("has groups", () -> registry.deleteGroup(NORTH));
    assertRefused("has devices", () -> registry.deleteGroup(HALL));
    registry.deleteDevice(new DeviceId("a1"));
    registry.deleteGroup(HALL);
    assertThat(registry.groups().find(HALL)).isEmpty();
    assertRefused("does not exist", () -> registry.deleteGroup(HALL));
  }

  @Test
  void aDeviceLeavesItsOrganisationOnlyInTransfer() {
    Device device = create("a1", Optional.of(HALL), "");
    assertThat(move("a1", ACME).group()).contains(ACME);
    assertRefused("transfer", () -> move("a1", OTHER));
    registry.updateDevice(
        device.id(), DevicePatch.NOTHING.withStatus(Status.IN_TRANSFER), OptionalLong.empty());
    assertThat(move("a1", OTHER).group()).contains(OTHER);
    registry.updateDevice(
        device.id(), DevicePatch.NOTHING.withStatus(Status.REGISTERED), OptionalLong.empty());
    assertThat(ids(in(OTHER))).containsExactly("a1");
    create("free", Optional.empty(), "");
    assertThat(move("free", OTHER).group()).as("had no organisation").contains(OTHER);
  }

  @Test
  void aGatewayIsInTheOrganisationOfThoseBehindIt() {
    create("g1", Optional.of(ACME), "");
    create("c1", Optional.of(HALL), "");
    create("c2", Optional.of(OTHER), "");
    Edit<DeviceId> gateway = new Edit.Put<>(new DeviceId("g1"));
    DevicePatch behind = DevicePatch.NOTHING.withGateway(gateway);
    registry.updateDevice(new DeviceId("c1"), behind, OptionalLong.empty());
    assertRefused(
        "organisation",
        () -> registry.updateDevice(new DeviceId("c2"), behind, OptionalLong.empty()));
    assertRefused(
        "organisation",
        () ->
            registry.createDevice(
                new NewDevice(
                    new DeviceId("c3"),
                    "meter",
                    "",
                    Map.of(),
                    Optional.of(new DeviceId("g1")),
                    Optional.empty(),
                    Optional.empty())));
    registry.updateDevice(
        new DeviceId("g1"),
        DevicePatch.NOTHING.withStatus(Status.IN_TRANSFER),
        OptionalLong.empty());
    assertRefused("behind the device", () -> move("g1", OTHER));
  }
}
