package io.vagus.registry.sql;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryFixtures;
import io.vagus.registry.sql.CuttingProxy.Cut;
import io.vagus.registry.sql.RegistryConfig.Kind;
import io.vagus.testkit.ManualClock;
import io.vagus.testkit.PostgresServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a database across a network does to its user, with a real PostgreSQL. */
@Timeout(120)
class PostgresFaultTest {
  private static final String SECRET = "correct horse";
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private final PostgresServer server = PostgresServer.shared();
  private TestStore store;
  private SqlRegistry registry;

  @BeforeEach
  void openWithOneDevice() {
    store = TestStore.of(Kind.POSTGRESQL, folder);
    registry = store.open(clock, clock);
    registry.saveProduct(RegistryFixtures.model("meter"));
    registry.createDevice(device("d1"));
  }

  @AfterEach
  void closeAndProve() {
    registry.close();
    try (RegistryAudit audit = store.audit()) {
      assertThat(audit.rebuild().differences()).isEmpty();
      assertThat(audit.rebuild().chain().firstBreak()).isEmpty();
    }
  }

  private static NewDevice device(String id) {
    return new NewDevice(new DeviceId(id), "meter", "", Map.of(), Optional.of(SECRET));
  }

  private static void assertFails(ErrorCode code, String word, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(word)
        .hasMessageNotContaining(PostgresServer.PASSWORD);
  }

  private boolean isThere(String device) {
    return registry.device(new DeviceId(device)).isPresent();
  }

  private void reopenThrough(CuttingProxy proxy) {
    registry.close();
    URI url = URI.create(store.config().url());
    String through = store.config().url().replace(":" + url.getPort(), ":" + proxy.port());
    registry =
        new TestStore(TestStore.config(Kind.POSTGRESQL, through), store.file()).open(clock, clock);
  }

  private static int port(TestStore store) {
    return URI.create(store.config().url()).getPort();
  }

  @Test
  void aDatabaseThatStopsAndReturnsIsUsedAgainAndDevicesKnownFromMemoryConnectMeanwhile() {
    registry.close();
    try (PostgresServer own = new PostgresServer(folder.resolve("own"))) {
      store = new TestStore(TestStore.config(Kind.POSTGRESQL, own.url()), store.file());
      registry = store.open(clock, clock);
      registry.saveProduct(RegistryFixtures.model("meter"));
      registry.createDevice(device("d1"));
      byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
      var verdict = registry.credentials().check("d1", secret);
      assertThat(registry.database().trouble()).isEmpty();

      own.stop();

      assertThat(registry.credentials().recognise("d1", secret)).contains(verdict);
      assertThat(registry.model("meter")).isPresent();
      assertFails(ErrorCode.DATABASE_AWAY, "away", () -> registry.device(new DeviceId("d1")));
      assertFails(ErrorCode.DATABASE_AWAY, "away", () -> registry.createDevice(device("d2")));
      assertThat(registry.database().trouble().orElseThrow()).contains("away");

      own.startAgain();
      eventually(
          BOUND, "the database is used again", () -> registry.database().trouble().isEmpty());

      registry.createDevice(device("d2"));
      assertThat(registry.countDevices(DeviceFilter.ALL)).isEqualTo(2);
      closeAndProve();
    }
    store = TestStore.of(Kind.POSTGRESQL, folder);
    registry = store.open(clock, clock);
  }

  @Test
  void aTransactionThatIsCutOffIsDoneAgainWholeAndOnce() {
    AtomicInteger runs = new AtomicInteger();
    long events = registry.events().head().sequence();
    registry
        .database()
        .write(sql -> {
          registry.createDevice(device("cut"));
          if (runs.incrementAndGet() == 1) {
            cutThisConnection(sql);
          }
          return sql.number("select 1");
        });
    assertThat(runs).hasValue(2);
    assertThat(isThere("cut")).isTrue();
    assertThat(registry.events().head().sequence()).isEqualTo(events + 1);
  }

  private void cutThisConnection(SqlConnection sql) {
    server.asSuperuser(
        "select pg_terminate_backend(" + sql.number("select pg_backend_pid()") + ")");
  }

  @Test
  void whatMustNotBeDoneTwiceFailsAndChangesNothing() {
    AtomicInteger runs = new AtomicInteger();
    assertFails(
        ErrorCode.DATABASE_AWAY,
        "away",
        () ->
            registry.together(() -> {
              runs.incrementAndGet();
              registry.createDevice(device("cut"));
              registry
                  .database()
                  .write(sql -> {
                    cutThisConnection(sql);
                    return sql.number("select 1");
                  });
              return true;
            }));
    assertThat(runs).hasValue(1);
    assertThat(isThere("cut")).isFalse();
    assertThat(registry.countDevices(DeviceFilter.ALL.withText("cut"))).isZero();
    registry.createDevice(device("cut"));
  }

  @Test
  void connectionsThatWereCutAtRestAreReplacedUnnoticed() {
    server.cutConnections();
    assertThat(isThere("d1")).isTrue();
    registry.together(() -> registry.createDevice(device("d2")));
    server.cutConnections();
    registry.together(() -> registry.createDevice(device("d3")));
    assertThat(registry.countDevices(DeviceFilter.ALL)).isEqualTo(3);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsThereOnceAndTheCallerIsToldSo() throws Exception {
    try (CuttingProxy proxy = new CuttingProxy(port(store))) {
      reopenThrough(proxy);
      proxy.cutAtCommit(Cut.BEFORE_ITS_ANSWER);
      registry.together(() -> registry.createDevice(device("answered")));
      assertThat(isThere("answered")).isTrue();
      assertThat(registry.countDevices(DeviceFilter.ALL.withText("answered"))).isEqualTo(1);
      registry.close();
    }
  }

  @Test
  void aCommitThatNeverArrivedIsNotThereAndTheCallerIsToldSo() throws Exception {
    try (CuttingProxy proxy = new CuttingProxy(port(store))) {
      reopenThrough(proxy);
      proxy.cutAtCommit(Cut.BEFORE_IT_ARRIVES);
      assertFails(
          ErrorCode.DATABASE_AWAY,
          "nothing was changed",
          () -> registry.together(() -> registry.createDevice(device("never"))));
      assertThat(isThere("never")).isFalse();
      proxy.cutAtCommit(Cut.BEFORE_IT_ARRIVES);
      registry.createDevice(device("again"));
      assertThat(isThere("again")).isTrue();
      registry.close();
    }
  }

  @Test
  void aCommitInDoubtIsSettledWhenTheDatabaseIsBack() throws Exception {
    try (CuttingProxy proxy = new CuttingProxy(port(store))) {
      reopenThrough(proxy);
      proxy.cutAtCommit(Cut.BEFORE_ITS_ANSWER_AND_STAYS);
      assertFails(
          ErrorCode.DATABASE_AWAY,
          "is not known until it is back",
          () -> registry.saveProduct(RegistryFixtures.model("valve")));
      assertThat(registry.model("valve")).isEmpty();
      proxy.mend();
      eventually(BOUND, "it is known from memory", () -> registry.model("valve").isPresent());
      assertThat(registry.saveProduct(RegistryFixtures.model("valve")).version()).isEqualTo(2);
      registry.close();
    }
  }

  @Test
  void aWrongPasswordIsNamedAndNotShown() {
    RegistryConfig right = store.config();
    RegistryConfig wrong =
        new RegistryConfig(
            Kind.POSTGRESQL,
            right.url(),
            right.user(),
            "mistyped",
            Path.of(""),
            RegistryConfig.Tls.OFF,
            Path.of(""));
    ThrowingCallable open =
        () -> SqlRegistry.open(wrong, store.file(), Schema.REGISTRY, clock, clock);
    assertFails(ErrorCode.INVALID_SETTING, "refuses registry.user \"vagus\"", open);
    assertThatThrownBy(open).hasMessageNotContaining("mistyped");
  }

  @Test
  void aSecondServerIsRefusedUntilTheFirstEnds() {
    assertFails(ErrorCode.DATA_LOCKED, "another server holds it", () -> store.open(clock, clock));
    assertThat(isThere("d1")).isTrue();
    registry.close();
    registry = store.open(clock, clock);
    assertThat(isThere("d1")).isTrue();
  }

  /** It holds in memory what is so no longer. */
  @Test
  void aServerThatWasCutOffWhileAnotherWroteDoesNotGoOn() {
    try (SqlRegistry stale = registry) {
      server.cutConnections();
      registry = store.open(clock, clock);
      registry.createDevice(device("d2"));
      registry.close();
      assertFails(
          ErrorCode.DATA_LOCKED, "a restart of this one", () -> stale.createDevice(device("d3")));
      assertThat(stale.database().trouble().orElseThrow()).contains("a restart of this one");
    }
    registry = store.open(clock, clock);
    assertThat(isThere("d2")).isTrue();
    assertThat(isThere("d3")).isFalse();
  }

  @Test
  void aSchemaOfALaterReleaseIsRefused() throws Exception {
    registry.close();
    onTheSide("insert into schema_version values (1000, 0)");
    assertFails(ErrorCode.DATA_CORRUPT, "later release", () -> store.open(clock, clock));
    onTheSide("delete from schema_version where version = 1000");
    registry = store.open(clock, clock);
  }

  private void onTheSide(String... statements) throws Exception {
    try (Connection connection = store.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void aDeadlockWithSomebodyElseIsTriedAgain() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(1);
    try (Connection other = store.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("update product set version = version where id = 'meter'");
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(() -> {
            try {
              if (!both.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no transaction to be in the way of");
              }
              statement.execute("update device set name = name where id = 'd1'");
              other.commit();
            } catch (Exception e) {
              // It may be the one that PostgreSQL chooses to end.
              throw new IllegalStateException(e);
            }
          });
      int changed =
          registry
              .database()
              .write(sql -> {
                int rows = sql.update("update device set name = name where id = ?", "d1");
                runs.incrementAndGet();
                both.countDown();
                return rows + sql.update("update product set version = version where id = 'meter'");
              });
      assertThat(changed).isEqualTo(2);
      waiting.exceptionally(e -> null).join();
      if (!waiting.isCompletedExceptionally()) {
        assertThat(runs).as("done again after it was chosen to be undone").hasValue(2);
      }
    }
  }

  @Test
  void aSerializationFailureIsTriedAgainAndAFullDiskIsNot() throws Exception {
    onTheSide(
        "create sequence tries",
        "create function fail() returns trigger language plpgsql as $$ begin"
            + " if new.name = 'conflict' and nextval('tries') < 3 then"
            + " raise exception 'in the way' using errcode = '40001'; end if;"
            + " if new.name = 'full' then"
            + " raise exception 'no space' using errcode = '53100'; end if;"
            + " return new; end $$",
        "create trigger fail before update on device for each row execute function fail()");
    DeviceId d1 = new DeviceId("d1");
    long version = registry.device(d1).orElseThrow().version();
    registry.updateDevice(d1, DevicePatch.NOTHING.withName("conflict"), OptionalLong.empty());
    assertThat(registry.device(d1).orElseThrow().version()).isEqualTo(version + 1);
    assertFails(
        ErrorCode.DISK_FULL,
        "no space",
        () ->
            registry.updateDevice(d1, DevicePatch.NOTHING.withName("full"), OptionalLong.empty()));
    assertThat(registry.device(d1).orElseThrow().name()).isEqualTo("conflict");
    registry.updateDevice(d1, DevicePatch.NOTHING.withName("n"), OptionalLong.empty());
  }

  @Test
  void aStatementThatFailedIsNotPassedOver() {
    assertFails(
        ErrorCode.INTERNAL,
        "a statement failed",
        () ->
            registry
                .database()
                .write(sql -> {
                  assertThatThrownBy(() -> sql.update("update nothing set x = 1"))
                      .isInstanceOf(VagusException.class);
                  return 1;
                }));
    registry.createDevice(device("d2"));
  }

  @Test
  void aNulCharacterIsRefusedInWords() {
    assertThatThrownBy(() ->
            registry.updateDevice(
                new DeviceId("d1"), DevicePatch.NOTHING.withName("a\0b"), OptionalLong.empty()))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    assertThat(isThere("d1")).isTrue();
  }

  @Test
  void readersCannotWrite() {
    assertThatThrownBy(() -> registry.database().read(sql -> sql.update("delete from device")))
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("read-only");
  }
}
