package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Location;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.model.Violation;
import io.vagus.registry.Credentials.ApplicationVerdict;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.Credentials.Refused;
import io.vagus.registry.Credentials.Verdict;
import io.vagus.registry.IdempotentAnswers.Answer;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.Registry.Child;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.Grant;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine of the registry does. */
public abstract class RegistryContract {
  protected static final String SECRET = "correct horse";
  private static final List<String> INJECTIONS =
      List.of(
          "'; drop table device; --",
          "\" or 1=1 --",
          "100%_\\ ? :name ${x} {}",
          "Größe ✓ 温度 \uD83C\uDF21",
          "null",
          "");

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;

  protected abstract Registry open() throws Exception;

  @BeforeEach
  void openWithOneProduct() throws Exception {
    registry = open();
    registry.saveProduct(model("meter"));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  protected static ProductModel model(String id) {
    return new ProductModel(
        id,
        1,
        "Meter",
        Map.of(
            "temperature",
            new MetricModel(
                "temperature",
                MetricType.NUMBER,
                "Cel",
                OptionalDouble.of(-40),
                OptionalDouble.of(85.5),
                Violation.FLAG),
            "state",
            new MetricModel(
                "state",
                MetricType.TEXT,
                "",
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Violation.REFUSE)),
        Optional.of(Violation.REFUSE),
        Optional.of(Duration.ofSeconds(90)),
        600);
  }

  protected static NewDevice plain(String id) {
    return new NewDevice(new DeviceId(id), "meter", "", Map.of(), Optional.empty());
  }

  protected static NewDevice secured(String id) {
    return new NewDevice(new DeviceId(id), "meter", "", Map.of(), Optional.of(SECRET));
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  protected static void assertRefused(ErrorCode code, String word, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(word);
  }

  private static DevicePatch status(Device.Status status) {
    return DevicePatch.NOTHING.withStatus(status);
  }

  private static DevicePatch name(String name) {
    return DevicePatch.NOTHING.withName(name);
  }

  private static NewDevice behind(String gateway, String id) {
    return new NewDevice(
        new DeviceId(id),
        "meter",
        "",
        Map.of(),
        Optional.of(new DeviceId(gateway)),
        Optional.empty(),
        Optional.empty());
  }

  private static DevicePatch gateway(String id) {
    return DevicePatch.NOTHING.withGateway(new Edit.Put<>(new DeviceId(id)));
  }

  private Device update(String id, DevicePatch patch) {
    return registry.updateDevice(new DeviceId(id), patch, OptionalLong.empty());
  }

  private List<String> ids(DeviceFilter filter) {
    return registry.devices(filter, Optional.empty(), 1000).items().stream()
        .map(d -> d.id().value())
        .toList();
  }

  private static DeviceFilter text(String text) {
    return DeviceFilter.ALL.withText(text);
  }

  @Test
  void numbersVersionsOfAModelAndKeepsAll() {
    ProductModel second = registry.saveProduct(model("meter"));

    assertThat(second.version()).isEqualTo(2);
    assertThat(registry.model("meter")).contains(second);
    assertThat(registry.model("meter", 1)).contains(model("meter"));
    assertThat(registry.model("meter", 3)).isEmpty();
    assertThat(registry.model("meter", 0)).isEmpty();
    assertThat(registry.model("other")).isEmpty();
  }

  @Test
  void listsProductsInForceSortedById() {
    registry.saveProduct(model("valve"));
    registry.saveProduct(model("boiler"));

    assertThat(registry.products())
        .extracting(ProductModel::id)
        .containsExactly("boiler", "meter", "valve");
  }

  @Test
  void deletesAProductOnlyWhenNoDeviceHasIt() {
    registry.createDevice(plain("d1"));
    assertRefused(ErrorCode.CONFLICT, "d1", () -> registry.deleteProduct("meter"));

    registry.deleteDevice(new DeviceId("d1"));
    registry.deleteProduct("meter");

    assertThat(registry.model("meter")).isEmpty();
    assertThat(registry.products()).isEmpty();
    assertRefused(ErrorCode.NOT_FOUND, "meter", () -> registry.deleteProduct("meter"));
  }

  @Test
  void aDeletedProductsVersionsStayAndAreNotNumberedAgain() {
    registry.deleteProduct("meter");

    assertThat(registry.saveProduct(model("meter")).version()).isEqualTo(2);
    assertThat(registry.model("meter", 1)).contains(model("meter"));
  }

  @Test
  void givesBackADeviceAsItWasCreated() {
    NewDevice wanted =
        new NewDevice(
            new DeviceId("d1"), "meter", "Boiler room", Map.of("site", "A"), Optional.of(SECRET));

    Device created = registry.createDevice(wanted);

    assertThat(created)
        .isEqualTo(
            new Device(
                new DeviceId("d1"),
                "meter",
                "Boiler room",
                Device.Status.PROVISIONED,
                Map.of("site", "A"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                clock.now(),
                clock.now(),
                1));
    assertThat(registry.device(created.id())).contains(created);
    assertThat(registry.device(new DeviceId("d2"))).isEmpty();
  }

  @Test
  void refusesASecondDeviceOfTheSameId() {
    registry.createDevice(plain("d1"));
    assertRefused(ErrorCode.CONFLICT, "d1", () -> registry.createDevice(secured("d1")));
  }

  @Test
  void refusesADeviceOfAnUnknownProduct() {
    NewDevice stray = new NewDevice(new DeviceId("d1"), "nope", "", Map.of(), Optional.empty());
    assertRefused(ErrorCode.INVALID_REQUEST, "nope", () -> registry.createDevice(stray));
  }

  @Test
  void refusesSecretsThatAreSoonGuessedWithoutRepeatingThem() {
    for (String secret :
        List.of(
            "password1",
            "P4ssw0rd!2026",
            "123changeme",
            "12345678",
            "87654321",
            "abcdefgh",
            "qwertyuiop",
            "abababab")) {
      assertRefused(ErrorCode.INVALID_REQUEST, "secret: ", () -> new Secret.Chosen(secret));
      assertThatThrownBy(() -> new Secret.Chosen(secret)).hasMessageNotContaining(secret);
    }
    NewDevice itsId =
        new NewDevice(new DeviceId("boiler-7"), "meter", "", Map.of(), Optional.of("Boiler-7"));
    assertRefused(ErrorCode.INVALID_REQUEST, "the device's id", () -> registry.createDevice(itsId));
    registry.createDevice(plain("boiler-8"));
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        "the device's id",
        () -> registry.rotateSecret(new DeviceId("boiler-8"), new Secret.Chosen("boiler-8")));
    assertThat(new Secret.Chosen("passwords are not secrets").text()).isNotEmpty();
  }

  @Test
  void knowsWhichDevicesHaveOneChosenSecretAsLongAsTheyHaveIt() {
    registry.createDevices(List.of(secured("d3"), secured("d1"), secured("d2"), plain("d4")));
    DeviceId d1 = new DeviceId("d1");
    DeviceId d2 = new DeviceId("d2");
    DeviceId d3 = new DeviceId("d3");
    DeviceId d4 = new DeviceId("d4");
    assertThat(registry.secrets().shared()).containsExactly(List.of(d1, d2, d3));

    registry.rotateSecret(d4, new Secret.Chosen(SECRET));
    registry.rotateSecret(d1, new Secret.Chosen("another secret"));
    registry.rotateSecret(d2, Secret.Generated.make());
    assertThat(registry.secrets().shared()).containsExactly(List.of(d3, d4));

    registry.takeSecret(d3);
    assertThat(registry.secrets().shared()).isEmpty();
    registry.rotateSecret(d3, new Secret.Chosen(SECRET));
    assertThat(registry.secrets().shared()).hasSize(1);
    registry.deleteDevice(d4);
    assertThat(registry.secrets().shared()).isEmpty();
    assertThat(registry.secrets().weak(9)).isEmpty();
    assertThat(registry.secrets().countNotSeen()).isZero();
  }

  @Test
  void refusesSecretsOutsideTheirBoundsWithoutRepeatingThem() {
    for (String secret :
        List.of("1234567", "x".repeat(257), "é".repeat(129), "vds_" + "x".repeat(43))) {
      assertRefused(ErrorCode.INVALID_REQUEST, "secret", () -> new Secret.Chosen(secret));
      assertThatThrownBy(() -> new Secret.Chosen(secret)).hasMessageNotContaining(secret);
    }
    assertThat(secured("d1").toString()).doesNotContain(SECRET);
    assertThat(new Secret.Chosen(SECRET).toString()).doesNotContain(SECRET);
    assertThat(registry.countDevices(DeviceFilter.ALL)).isZero();
  }

  @Test
  void refusesTextThatNoEngineCouldHold() {
    for (String bad : List.of("a\u0000b", "a\nb", "x".repeat(257), "\uD83C")) {
      NewDevice device =
          new NewDevice(new DeviceId("d1"), "meter", bad, Map.of(), Optional.empty());
      assertRefused(ErrorCode.INVALID_REQUEST, "name", () -> registry.createDevice(device));
    }
  }

  @Test
  void createsAllDevicesOrNoneAndNamesTheLine() {
    registry.createDevice(plain("d3"));
    List<NewDevice> devices = List.of(plain("d1"), plain("d2"), plain("d3"));

    assertRefused(ErrorCode.CONFLICT, "line 3", () -> registry.createDevices(devices));
    assertRefused(
        ErrorCode.CONFLICT,
        "line 2",
        () -> registry.createDevices(List.of(plain("d1"), plain("d1"))));
    assertThat(ids(DeviceFilter.ALL)).containsExactly("d3");

    registry.createDevices(devices.subList(0, 2));
    assertThat(ids(DeviceFilter.ALL)).containsExactly("d1", "d2", "d3");
    assertThat(registry.createDevices(List.of())).isEmpty();
  }

  @Test
  void pagesThroughAllDevicesInOrderOfId() {
    List<NewDevice> devices =
        IntStream.range(0, 25).mapToObj(i -> plain("d" + (i * 7 % 25))).toList();
    registry.createDevices(devices);

    List<String> seen = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = registry.devices(DeviceFilter.ALL, cursor, 10);
      page.items().forEach(d -> seen.add(d.id().value()));
      cursor = page.next();
    } while (cursor.isPresent());

    assertThat(seen).hasSize(25).isSorted().doesNotHaveDuplicates();
    assertThat(registry.devices(DeviceFilter.ALL, Optional.empty(), 25).next()).isEmpty();
  }

  @Test
  void refusesAForeignCursorAndAnAbsurdLimit() {
    for (String cursor : List.of("", "!!", "ZDEg", "bm9wZQ", "ZDEgYSBi")) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          "cursor",
          () -> registry.devices(DeviceFilter.ALL, Optional.of(cursor), 10));
    }
    for (int limit : new int[] {0, -1, 1001}) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          "limit",
          () -> registry.devices(DeviceFilter.ALL, Optional.empty(), limit));
    }
  }

  @Test
  void filtersByTextInIdAndNameWhateverTheCase() {
    registry.createDevices(
        List.of(
            new NewDevice(new DeviceId("Pump-7"), "meter", "x", Map.of(), Optional.empty()),
            new NewDevice(new DeviceId("a"), "meter", "Große PUMPE", Map.of(), Optional.empty()),
            new NewDevice(new DeviceId("b"), "meter", "100%", Map.of(), Optional.empty()),
            new NewDevice(new DeviceId("c_d"), "meter", "", Map.of(), Optional.empty())));

    assertThat(ids(text("pump"))).containsExactly("Pump-7", "a");
    assertThat(ids(text("GROßE p"))).containsExactly("a");
    assertThat(ids(text("%"))).containsExactly("b");
    assertThat(ids(text("_"))).containsExactly("c_d");
    assertThat(ids(text("p-7x"))).isEmpty();
    assertThat(registry.countDevices(text("pump"))).isEqualTo(2);
  }

  @Test
  void searchesInPagesAmongMoreDevicesThanAChunkHolds() {
    registry.createDevices(IntStream.range(0, 3000).mapToObj(i -> plain("d" + i)).toList());
    registry.createDevice(plain("e1"));
    update("d17", name("Pump").withTags(Map.of("site", "A")));
    registry.deleteDevice(new DeviceId("d18"));
    List<String> expected =
        IntStream.range(0, 3000)
            .mapToObj(i -> "d" + i)
            .filter(id -> id.contains("7") && !id.equals("d18"))
            .sorted()
            .toList();

    List<String> seen = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = registry.devices(text("7"), cursor, 100);
      page.items().forEach(d -> seen.add(d.id().value()));
      cursor = page.next();
    } while (cursor.isPresent());

    assertThat(seen).isEqualTo(expected);
    assertThat(registry.countDevices(text("7"))).isEqualTo(expected.size());
    assertThat(registry.countDevices(text("D"))).isEqualTo(2999);
    assertThat(ids(text("pUMP"))).containsExactly("d17");
    assertThat(ids(text("p").withTags(Map.of("site", "A")))).containsExactly("d17");
    assertThat(ids(text("p").withTags(Map.of("site", "B")))).isEmpty();
    assertThat(ids(text("d18"))).doesNotContain("d18").hasSize(10 + 100);
  }

  @Test
  void filtersByProductStatusAndTagsAtOnce() {
    registry.saveProduct(model("valve"));
    Map<String, String> tags = Map.of("site", "A", "floor", "1");
    for (String id : List.of("d1", "d2", "d3")) {
      registry.createDevice(new NewDevice(new DeviceId(id), "meter", "", tags, Optional.empty()));
    }
    registry.createDevice(new NewDevice(new DeviceId("d4"), "valve", "", tags, Optional.empty()));
    registry.updateDevice(
        new DeviceId("d2"), status(Device.Status.SUSPENDED), OptionalLong.empty());
    registry.updateDevice(
        new DeviceId("d3"),
        DevicePatch.NOTHING.withTags(Map.of("site", "B")),
        OptionalLong.empty());

    DeviceFilter filter =
        text("d").withProduct("meter").withStatus(Device.Status.REGISTERED).withTags(tags);
    assertThat(ids(filter)).containsExactly("d1");
    assertThat(registry.countDevices(filter)).isEqualTo(1);
    assertThat(ids(DeviceFilter.ALL.withTags(Map.of("floor", "1"))))
        .containsExactly("d1", "d2", "d4");
    assertThat(ids(DeviceFilter.ALL.withStatus(Device.Status.SUSPENDED))).containsExactly("d2");
  }

  @Test
  void updatesWhatThePatchNamesAndRaisesTheVersion() {
    Device before = registry.createDevice(plain("d1"));
    clock.advance(Duration.ofSeconds(5));

    Device after = registry.updateDevice(before.id(), name("new"), OptionalLong.of(1));

    assertThat(after.name()).isEqualTo("new");
    assertThat(after.version()).isEqualTo(2);
    assertThat(after.createdAt()).isEqualTo(before.createdAt());
    assertThat(after.updatedAt()).isEqualTo(clock.now());
    assertThat(registry.device(before.id())).contains(after);
    assertThat(ids(text("new"))).containsExactly("d1");
  }

  @Test
  void aPatchThatChangesNothingIsNoChange() {
    Device before = registry.createDevice(plain("d1"));
    assertThat(registry.updateDevice(before.id(), name(""), OptionalLong.empty()))
        .isEqualTo(before);
  }

  @Test
  void refusesAnUpdateOfAnotherVersionUnknownDeviceOrProduct() {
    DeviceId id = registry.createDevice(plain("d1")).id();

    assertRefused(
        ErrorCode.PRECONDITION_FAILED,
        "version: 2 (expected: 1)",
        () -> registry.updateDevice(id, name("x"), OptionalLong.of(2)));
    assertRefused(
        ErrorCode.NOT_FOUND,
        "d2",
        () -> registry.updateDevice(new DeviceId("d2"), name("x"), OptionalLong.empty()));
    DevicePatch stray = DevicePatch.NOTHING.withProduct("nope");
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        "nope",
        () -> registry.updateDevice(id, stray, OptionalLong.empty()));
    assertRefused(ErrorCode.NOT_FOUND, "d2", () -> registry.deleteDevice(new DeviceId("d2")));
    assertRefused(
        ErrorCode.NOT_FOUND,
        "d2",
        () -> registry.rotateSecret(new DeviceId("d2"), new Secret.Chosen(SECRET)));
  }

  @Test
  void ofConcurrentUpdatesOfOneVersionExactlyOneWins() throws Exception {
    DeviceId id = registry.createDevice(plain("d1")).id();
    List<Boolean> won =
        concurrently(
            8,
            i -> {
              try {
                registry.updateDevice(id, name("n" + i), OptionalLong.of(1));
                return true;
              } catch (VagusException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
                return false;
              }
            });
    assertThat(won).containsOnlyOnce(true);
    assertThat(registry.device(id).orElseThrow().version()).isEqualTo(2);
  }

  @Test
  void concurrentCreatesOfTheSameIdsMakeEachOnce() throws Exception {
    List<Integer> created =
        concurrently(
            4,
            worker -> {
              int n = 0;
              for (int i = 0; i < 50; i++) {
                try {
                  registry.createDevice(plain("d" + i));
                  n++;
                } catch (VagusException e) {
                  assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
                }
              }
              return n;
            });
    assertThat(created.stream().mapToInt(n -> n).sum()).isEqualTo(50);
    assertThat(registry.countDevices(DeviceFilter.ALL)).isEqualTo(50);
  }

  @Test
  void keepsWhereADeviceStandsAndForgetsItWhenAsked() {
    Location place = new Location(52.517, -13.389);
    NewDevice placed =
        new NewDevice(
            new DeviceId("d1"),
            "meter",
            "",
            Map.of(),
            Optional.empty(),
            Optional.of(place),
            Optional.empty());
    registry.createDevice(placed);
    assertThat(registry.device(new DeviceId("d1")).orElseThrow().location()).contains(place);

    Location pole = new Location(-90, 180);
    update("d1", DevicePatch.NOTHING.withLocation(new Edit.Put<>(pole)));
    assertThat(registry.device(new DeviceId("d1")).orElseThrow().location()).contains(pole);
    assertThat(update("d1", name("x")).location()).contains(pole);

    Device nowhere = update("d1", DevicePatch.NOTHING.withLocation(new Edit.Clear<>()));
    assertThat(nowhere.location()).isEmpty();
    assertThat(registry.device(new DeviceId("d1"))).contains(nowhere);
  }

  @Test
  void aDeviceIsBehindAGatewayThatIsBehindNone() {
    registry.createDevices(List.of(plain("g1"), plain("g2"), behind("g1", "c1")));
    registry.createDevice(behind("g1", "c2"));

    assertThat(ids(DeviceFilter.ALL.withGateway(new DeviceId("g1")))).containsExactly("c1", "c2");
    assertThat(registry.countDevices(text("c2").withGateway(new DeviceId("g1")))).isEqualTo(1);
    assertThat(update("c1", gateway("g2")).gateway()).contains(new DeviceId("g2"));
    assertThat(ids(DeviceFilter.ALL.withGateway(new DeviceId("g2")))).containsExactly("c1");
    update("c1", DevicePatch.NOTHING.withGateway(new Edit.Clear<>()));
    assertThat(registry.device(new DeviceId("c1")).orElseThrow().gateway()).isEmpty();
  }

  @Test
  void knowsFromMemoryWhoIsBehindWhom() {
    registry.createDevices(List.of(plain("g1"), plain("g2"), behind("g1", "c1")));
    DeviceId child = new DeviceId("c1");
    assertThat(registry.child(child))
        .contains(new Child(new DeviceId("g1"), "meter", Device.Status.REGISTERED));
    assertThat(registry.child(new DeviceId("g1"))).isEmpty();
    assertThat(registry.child(new DeviceId("c9"))).isEmpty();

    registry.saveProduct(model("valve"));
    update("c1", gateway("g2").withProduct("valve").withStatus(Device.Status.SUSPENDED));
    assertThat(registry.child(child))
        .contains(new Child(new DeviceId("g2"), "valve", Device.Status.SUSPENDED));

    update("c1", DevicePatch.NOTHING.withGateway(new Edit.Clear<>()));
    assertThat(registry.child(child)).isEmpty();
    update("c1", gateway("g1"));
    registry.deleteDevice(child);
    assertThat(registry.child(child)).isEmpty();
  }

  @Test
  void refusesGatewaysThatAreUnknownTheDeviceItselfOrBehindAnother() {
    registry.createDevices(List.of(plain("g1"), plain("g2"), behind("g1", "c1")));

    for (NewDevice wrong : List.of(behind("g9", "d"), behind("c1", "d"))) {
      assertRefused(ErrorCode.INVALID_REQUEST, "gateway: ", () -> registry.createDevice(wrong));
    }
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        "line 2: gateway: \"c3\"",
        () -> registry.createDevices(List.of(plain("d"), behind("c3", "c2"), behind("g1", "c3"))));
    assertRefused(ErrorCode.INVALID_REQUEST, "another device", () -> update("g2", gateway("g2")));
    assertRefused(ErrorCode.INVALID_REQUEST, "c1", () -> update("g2", gateway("c1")));
    assertRefused(ErrorCode.INVALID_REQUEST, "c1", () -> update("g1", gateway("g2")));
    assertThat(ids(DeviceFilter.ALL)).containsExactly("c1", "g1", "g2");
  }

  @Test
  void aGatewayIsDeletedOnceNoneIsBehindIt() {
    registry.createDevices(List.of(plain("g1"), behind("g1", "c1")));
    assertRefused(ErrorCode.CONFLICT, "c1", () -> registry.deleteDevice(new DeviceId("g1")));

    registry.deleteDevice(new DeviceId("c1"));
    registry.deleteDevice(new DeviceId("g1"));
    assertThat(registry.countDevices(DeviceFilter.ALL)).isZero();
  }

  private interface Worker<T> {
    T run(int number) throws Exception;
  }

  private static <T> List<T> concurrently(int workers, Worker<T> worker) throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures =
          IntStream.range(0, workers).mapToObj(i -> executor.submit(() -> worker.run(i))).toList();
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void provesADeviceByItsSecretAndThenFromMemory() {
    Device device = registry.createDevice(secured("d1"));
    Credentials credentials = registry.credentials();

    assertThat(credentials.recognise("d1", bytes(SECRET))).isEmpty();
    assertThat(credentials.check("d1", bytes(SECRET))).isEqualTo(new DeviceVerdict(device));
    assertThat(credentials.recognise("d1", bytes(SECRET))).contains(new DeviceVerdict(device));
  }

  @Test
  void refusesWrongSecretUnknownNameAndDeviceWithoutSecretInTheSameWords() {
    registry.createDevices(List.of(secured("d1"), plain("d2")));
    Credentials credentials = registry.credentials();

    Verdict wrong = credentials.check("d1", bytes("wrong horse"));
    assertThat(wrong)
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.code()).isEqualTo(ErrorCode.BAD_CREDENTIALS));
    assertThat(credentials.check("nobody", bytes(SECRET))).isEqualTo(wrong);
    assertThat(credentials.check("d2", bytes(SECRET))).isEqualTo(wrong);
    assertThat(credentials.check("x".repeat(200), bytes(SECRET))).isEqualTo(wrong);
    assertThat(credentials.check("d1", new byte[0])).isEqualTo(wrong);
    assertThat(credentials.check("d1", new byte[70_000])).isEqualTo(wrong);
    assertThat(credentials.check("not/a device id", bytes(SECRET))).isEqualTo(wrong);
  }

  @Test
  void aGeneratedSecretIsTakenAndNoOtherOfItsForm() {
    Secret secret = Secret.Generated.make();
    Secret other = Secret.Generated.make();
    assertThat(secret.text()).hasSize(47).startsWith("vds_").isNotEqualTo(other.text());
    assertThat(secret.toString()).doesNotContain(secret.text());
    registry.createDevices(List.of(generated("d1", secret), secured("d2"), plain("d3")));
    Credentials credentials = registry.credentials();

    assertThat(credentials.check("d1", bytes(secret.text()))).isInstanceOf(DeviceVerdict.class);
    assertThat(credentials.isQuick(bytes(secret.text()))).isTrue();
    assertThat(credentials.isQuick(bytes(SECRET))).isFalse();
    for (String wrong :
        List.of(other.text(), SECRET, secret.text() + "x", "vds_" + "A".repeat(43))) {
      assertThat(credentials.check("d1", bytes(wrong))).as(wrong).isInstanceOf(Refused.class);
    }
    for (String name : List.of("d2", "d3", "nobody")) {
      assertThat(credentials.check(name, bytes(secret.text()))).isInstanceOf(Refused.class);
    }

    registry.rotateSecret(new DeviceId("d1"), other);
    assertThat(credentials.check("d1", bytes(secret.text()))).isInstanceOf(Refused.class);
    assertThat(credentials.check("d1", bytes(other.text()))).isInstanceOf(DeviceVerdict.class);
    registry.rotateSecret(new DeviceId("d1"), new Secret.Chosen(SECRET));
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);
    assertThat(credentials.check("d1", bytes(other.text()))).isInstanceOf(Refused.class);
  }

  private static NewDevice generated(String id, Secret secret) {
    return new NewDevice(
        new DeviceId(id),
        "meter",
        "",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(secret));
  }

  @Test
  void aWrongSecretIsRecognisedTooAndPushesNoRightOneOut() {
    registry.createDevice(secured("d1"));
    Credentials credentials = registry.credentials();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);
    assertThat(credentials.check("d1", bytes("wrong horse"))).isInstanceOf(Refused.class);

    assertThat(credentials.recognise("d1", bytes("wrong horse")).orElseThrow())
        .isInstanceOf(Refused.class);
    assertThat(credentials.recognise("d1", bytes(SECRET)).orElseThrow())
        .isInstanceOf(DeviceVerdict.class);
  }

  @Test
  void aNameRefusedBeforeIsServedOnceItIsCreated() {
    Credentials credentials = registry.credentials();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(Refused.class);

    registry.createDevice(secured("d1"));

    assertThat(credentials.recognise("d1", bytes(SECRET))).isEmpty();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);
  }

  @Test
  void aSuspendedDeviceLearnsSoOnlyWithTheRightSecret() {
    DeviceId id = registry.createDevice(secured("d1")).id();
    Credentials credentials = registry.credentials();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);

    registry.updateDevice(id, status(Device.Status.SUSPENDED), OptionalLong.empty());

    assertThat(credentials.recognise("d1", bytes(SECRET))).isEmpty();
    assertThat(((Refused) credentials.check("d1", bytes(SECRET))).code())
        .isEqualTo(ErrorCode.DEVICE_SUSPENDED);
    assertThat(((Refused) credentials.check("d1", bytes("wrong horse"))).code())
        .isEqualTo(ErrorCode.BAD_CREDENTIALS);

    registry.updateDevice(id, status(Device.Status.ACTIVE), OptionalLong.empty());
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);
  }

  @Test
  void anOldSecretOpensNothingAfterRotation() {
    DeviceId id = registry.createDevice(secured("d1")).id();
    Credentials credentials = registry.credentials();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);

    registry.rotateSecret(id, new Secret.Chosen("another secret"));

    assertThat(credentials.recognise("d1", bytes(SECRET))).isEmpty();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(Refused.class);
    assertThat(credentials.check("d1", bytes("another secret"))).isInstanceOf(DeviceVerdict.class);
    assertThat(registry.device(id).orElseThrow().version()).isEqualTo(2);
  }

  @Test
  void secretsAreCountedAndListedByTheirAge() {
    Instant began = clock.now();
    registry.createDevice(secured("d1"));
    registry.createDevice(secured("d2"));
    registry.createDevice(plain("d3"));
    clock.advance(Duration.ofDays(40));
    registry.rotateSecret(new DeviceId("d2"), new Secret.Chosen("another secret"));

    SecretInventory secrets = registry.secrets();
    assertThat(secrets.setBefore(began, 10))
        .containsExactly(new SecretInventory.Held(new DeviceId("d1"), Optional.of(began)));
    assertThat(secrets.count(began, clock.now())).isEqualTo(1);
    assertThat(secrets.count(began, clock.now().plusSeconds(1))).isEqualTo(2);
    assertThat(secrets.countUnknown()).isZero();
    registry.takeSecret(new DeviceId("d1"));
    registry.deleteDevice(new DeviceId("d2"));
    assertThat(secrets.setBefore(clock.now(), 10)).isEmpty();
  }

  @Test
  void aSecretThatWasTakenAwayOpensNothingUntilThereIsAnother() {
    DeviceId id = registry.createDevice(secured("d1")).id();
    Credentials credentials = registry.credentials();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);

    assertThat(registry.takeSecret(id)).isTrue();
    assertThat(credentials.recognise("d1", bytes(SECRET))).isEmpty();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(Refused.class);
    assertThat(credentials.bind("d1")).isEmpty();
    assertThat(registry.takeSecret(id)).isFalse();

    registry.rotateSecret(id, new Secret.Chosen("another secret"));
    assertThat(credentials.check("d1", bytes("another secret"))).isInstanceOf(DeviceVerdict.class);
  }

  @Test
  void aDeletedDevicesSecretOpensNothingNotEvenOnceItsIdIsTakenAgain() {
    DeviceId id = registry.createDevice(secured("d1")).id();
    Credentials credentials = registry.credentials();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(DeviceVerdict.class);

    registry.deleteDevice(id);
    assertThat(credentials.recognise("d1", bytes(SECRET))).isEmpty();
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(Refused.class);

    registry.createDevice(plain("d1"));
    assertThat(credentials.check("d1", bytes(SECRET))).isInstanceOf(Refused.class);
  }

  @Test
  void provesAnApplicationAndKeepsItsSecretWhenOnlyGrantsChange() {
    List<Grant> grants = List.of(new Grant("plant/+/state/#", true, false));
    registry.saveApplication("dash", Optional.of(SECRET), grants);
    Credentials credentials = registry.credentials();
    assertThat(credentials.check("dash", bytes(SECRET)))
        .isEqualTo(new ApplicationVerdict(new Application("dash", grants)));

    registry.saveApplication("dash", Optional.empty(), List.of());

    assertThat(credentials.recognise("dash", bytes(SECRET))).isEmpty();
    assertThat(credentials.check("dash", bytes(SECRET)))
        .isEqualTo(new ApplicationVerdict(new Application("dash", List.of())));
    registry.deleteApplication("dash");
    assertThat(credentials.check("dash", bytes(SECRET))).isInstanceOf(Refused.class);
    assertThat(registry.applications()).isEmpty();
    assertRefused(ErrorCode.NOT_FOUND, "dash", () -> registry.deleteApplication("dash"));
  }

  @Test
  void aNameIsADeviceOrAnApplicationNeverBoth() {
    registry.createDevice(plain("d1"));
    registry.saveApplication("app", Optional.empty(), List.of());

    assertRefused(
        ErrorCode.CONFLICT,
        "d1",
        () -> registry.saveApplication("d1", Optional.of(SECRET), List.of()));
    assertRefused(ErrorCode.CONFLICT, "app", () -> registry.createDevice(plain("app")));
  }

  @Test
  void refusesGrantsThatAreNoTopicFilters() {
    for (String filter : List.of("", "a/#/b", "a#", "+a", "a\u0000")) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          "filter",
          () ->
              registry.saveApplication(
                  "app", Optional.empty(), List.of(new Grant(filter, true, true))));
    }
  }

  @Test
  void listenersHearWhatOpenConnectionsMustKnowAndNothingElse() {
    List<String> heard = new ArrayList<>();
    registry.addListener(
        new RegistryListener() {
          @Override
          public void deviceBarred(DeviceId device) {
            heard.add("barred " + device + " " + registry.device(device).isPresent());
          }

          @Override
          public void applicationChanged(String name) {
            heard.add("application " + name);
          }
        });
    DeviceId id = registry.createDevice(secured("d1")).id();
    registry.updateDevice(id, name("x"), OptionalLong.empty());
    registry.rotateSecret(id, new Secret.Chosen("another secret"));
    Grant read = new Grant("a/#", false, true);
    Grant write = new Grant("b/#", true, false);
    registry.saveApplication("app", Optional.empty(), List.of(read));
    registry.saveApplication("app", Optional.empty(), List.of(read, write));
    assertThat(heard).isEmpty();

    registry.saveApplication("app", Optional.empty(), List.of(read));
    registry.deleteApplication("app");
    registry.updateDevice(id, status(Device.Status.SUSPENDED), OptionalLong.empty());
    registry.updateDevice(id, status(Device.Status.SUSPENDED), OptionalLong.empty());
    registry.deleteDevice(id);
    assertThat(heard)
        .containsExactly("application app", "application app", "barred d1 true", "barred d1 false");
  }

  @Test
  void remembersAnAnswerForADayAndRefusesItsKeyForAnotherRequest() {
    IdempotentAnswers answers = registry.idempotentAnswers();
    Answer answer = new Answer(201, "{\"id\": \"d1\"}");
    answers.once("admin", "k1", "digest", () -> Optional.of(answer));

    assertThat(answers.find("admin", "k1", "digest")).contains(answer);
    assertThat(answers.find("ci", "k1", "digest")).isEmpty();
    assertThat(answers.find("admin", "k2", "digest")).isEmpty();
    assertRefused(ErrorCode.CONFLICT, "k1", () -> answers.find("admin", "k1", "other"));

    clock.advance(Duration.ofHours(24));
    assertThat(answers.find("admin", "k1", "other")).isEmpty();
    Answer next = new Answer(409, "");
    answers.once("admin", "k1", "other", () -> Optional.of(next));
    assertThat(answers.find("admin", "k1", "other")).contains(next);
  }

  @Test
  void keepsTheFirstOfTwoAnswersToOneKey() {
    IdempotentAnswers answers = registry.idempotentAnswers();
    answers.once("admin", "k1", "digest", () -> Optional.of(new Answer(201, "first")));
    answers.once("admin", "k1", "digest", () -> Optional.of(new Answer(409, "second")));
    assertThat(answers.find("admin", "k1", "digest")).contains(new Answer(201, "first"));
  }

  @Test
  void keepsNoAnswerOfWorkThatFailedOrHadNone() {
    IdempotentAnswers answers = registry.idempotentAnswers();
    assertThatThrownBy(() ->
            answers.once(
                "admin",
                "k1",
                "digest",
                () -> {
                  throw new IllegalStateException("failed");
                }))
        .hasMessage("failed");
    answers.once("admin", "k1", "digest", Optional::empty);
    assertThat(answers.find("admin", "k1", "digest")).isEmpty();
  }

  @Test
  void forgetsTheOldestAnswersWhenTheyGrowTooMany() {
    IdempotentAnswers answers = registry.idempotentAnswers();
    String megabyte = "x".repeat(1 << 20);
    for (int i = 0; i < 70; i++) {
      answers.once("admin", "k" + i, "digest", () -> Optional.of(new Answer(200, megabyte)));
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(answers.find("admin", "k0", "digest")).isEmpty();
    assertThat(answers.find("admin", "k69", "digest")).isPresent();
  }

  @Test
  void whatLooksLikeSqlComesBackEqualFromEveryTextField() {
    for (String s : INJECTIONS) {
      Map<String, String> tags = s.isEmpty() ? Map.of() : Map.of(s, s);
      DeviceId id = new DeviceId("d" + INJECTIONS.indexOf(s));
      Device device = registry.createDevice(new NewDevice(id, "meter", s, tags, Optional.empty()));
      assertThat(registry.device(id)).contains(device);
      assertThat(device.name()).isEqualTo(s);
      assertThat(device.tags()).isEqualTo(tags);
      DeviceFilter byAll = text(s).withProduct("meter").withTags(tags);
      assertThat(ids(byAll)).contains(id.value());
      assertThat(ids(DeviceFilter.ALL.withProduct(s))).isEmpty();

      ProductModel m = model("p" + INJECTIONS.indexOf(s));
      ProductModel named =
          new ProductModel(
              m.id(), 1, s, m.metrics(), m.unknownMetrics(), m.cadence(), m.maxMessagesPerMinute());
      registry.saveProduct(named);
      assertThat(registry.model(m.id())).contains(named);

      registry.idempotentAnswers().once(s, s, s, () -> Optional.of(new Answer(200, s)));
      assertThat(registry.idempotentAnswers().find(s, s, s)).contains(new Answer(200, s));
      if (!s.isEmpty() && !s.contains("+") && !s.contains("#")) {
        registry.saveApplication(s, Optional.of(SECRET), List.of(new Grant(s, true, false)));
        assertThat(registry.applications())
            .contains(new Application(s, List.of(new Grant(s, true, false))));
        assertThat(registry.credentials().check(s, bytes(SECRET)))
            .isInstanceOf(ApplicationVerdict.class);
      }
    }
    assertThat(registry.countDevices(DeviceFilter.ALL)).isEqualTo(INJECTIONS.size());
  }
}
