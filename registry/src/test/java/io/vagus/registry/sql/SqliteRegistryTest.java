package io.vagus.registry.sql;

import static io.vagus.registry.RegistryFixtures.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Json;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.Tokens.NewToken;
import io.vagus.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a file can suffer. */
class SqliteRegistryTest {
  private static final String SECRET = "correct horse";
  private static final NewToken ADMIN =
      new NewToken("admin", List.of("admin"), GroupId.ALL, Optional.empty(), Optional.empty());

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private Registry registry;

  private Path file() {
    return folder.resolve("registry.db");
  }

  private Registry open() {
    return SqlRegistry.open(file(), clock, clock);
  }

  @BeforeEach
  void openWithOneProduct() {
    registry = open();
    registry.saveProduct(model("meter"));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static NewDevice plain(String id) {
    return new NewDevice(new DeviceId(id), "meter", "", Map.of(), Optional.empty());
  }

  private static NewDevice secured(String id) {
    return new NewDevice(new DeviceId(id), "meter", "", Map.of(), Optional.of(SECRET));
  }

  private static void assertRefused(ErrorCode code, String word, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(word);
  }

  /** As the first release left it: before gateways and places. */
  @Test
  void aFileOfTheFirstReleaseIsBroughtToThisOne() throws Exception {
    registry.close();
    Path old = folder.resolve("old.db");
    try (var script = SqlRegistry.class.getResourceAsStream("V1.sql");
        var connection = DriverManager.getConnection("jdbc:sqlite:" + old);
        var statement = connection.createStatement()) {
      String v1 = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      for (String sql : v1.split(";\n")) {
        statement.execute(sql);
      }
      statement.execute("create table schema_version (version integer, applied_micros bigint)");
      statement.execute("insert into schema_version values (1, 0)");
      statement.execute("insert into product values ('meter', 1)");
      String json = Json.ofModel(model("meter")).replace("'", "''");
      statement.execute("insert into product_version values ('meter', 1, '" + json + "', 0)");
      statement.execute(
          "insert into device values ('d1', 'meter', 'n', 'ACTIVE', '{}', 'd1\nn', 1, 2, 3)");
    }

    registry = SqlRegistry.open(old, clock, clock);

    Device d1 = registry.device(new DeviceId("d1")).orElseThrow();
    assertThat(d1.version()).isEqualTo(3);
    assertThat(d1.gateway()).isEmpty();
    assertThat(d1.location()).isEmpty();
  }

  /** As after kill -9: the write-ahead log was not folded into the file. */
  @Test
  void aCopyTakenWithoutClosingHoldsAllThatReturned() throws IOException {
    registry.createDevices(IntStream.range(0, 500).mapToObj(i -> plain("d" + i)).toList());
    registry.updateDevice(
        new DeviceId("d7"), DevicePatch.NOTHING.withName("seven"), OptionalLong.empty());
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (String name : List.of("registry.db", "registry.db-wal")) {
      Files.copy(folder.resolve(name), copy.resolve(name));
    }

    try (Registry killed = SqlRegistry.open(copy.resolve("registry.db"), clock, clock)) {
      assertThat(killed.countDevices(DeviceFilter.ALL)).isEqualTo(500);
      assertThat(killed.device(new DeviceId("d7")).orElseThrow().name()).isEqualTo("seven");
    }
  }

  @Test
  void anUnreadableFileIsNamedWithWhatToDo() throws IOException {
    registry.close();
    Path corrupt = folder.resolve("corrupt.db");
    Files.writeString(corrupt, "this is no database, ".repeat(1000));
    assertRefused(
        ErrorCode.DATA_CORRUPT,
        corrupt + " cannot be read",
        () -> SqlRegistry.open(corrupt, clock, clock));
    assertRefused(ErrorCode.DATA_CORRUPT, "backup", () -> SqlRegistry.open(corrupt, clock, clock));
    registry = open();
  }

  @Test
  void damagedPagesAreFoundWhenOpening() throws IOException {
    registry.createDevices(IntStream.range(0, 2000).mapToObj(i -> plain("d" + i)).toList());
    registry.close();
    try (var channel = java.nio.channels.FileChannel.open(file(), StandardOpenOption.WRITE)) {
      byte[] rubbish = "rubbish ".repeat(1000).getBytes(StandardCharsets.UTF_8);
      for (int page = 1; page < channel.size() / 4096 - 2; page += 3) {
        channel.write(java.nio.ByteBuffer.wrap(rubbish), page * 4096L);
      }
    }
    assertRefused(ErrorCode.DATA_CORRUPT, "registry.db", this::open);
    Files.delete(file());
    registry = open();
  }

  @Test
  void aFileOfALaterReleaseIsRefused() throws Exception {
    registry.close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      statement.execute("insert into schema_version values (1000, 0)");
    }
    assertRefused(ErrorCode.DATA_CORRUPT, "later release", this::open);
    Files.delete(file());
    registry = open();
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() {
    assertRefused(
        ErrorCode.IO_FAILED,
        "missing",
        () -> SqlRegistry.open(folder.resolve("missing/registry.db"), clock, clock));
  }

  @Test
  void noSecretAndNoTokenIsInAnyFileAndOnlyTheOwnerMayReadThem() throws IOException {
    registry.createDevice(secured("d1"));
    registry.saveApplication("app", Optional.of(SECRET), List.of());
    String token = registry.tokens().issue(ADMIN).text();
    assertThat(
            registry.credentials().check("d1", SECRET.getBytes(StandardCharsets.UTF_8)).toString())
        .doesNotContain(SECRET);

    try (var files = Files.list(folder)) {
      for (Path f : files.toList()) {
        String content = Files.readString(f, StandardCharsets.ISO_8859_1);
        assertThat(content.contains(SECRET) || content.contains(token)).as("%s", f).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(f)))
            .isEqualTo("rw-------");
      }
    }
  }
}
