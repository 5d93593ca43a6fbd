package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.model.DeviceId;
import io.vagus.registry.Event;
import io.vagus.registry.Fact;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RegistryFixtures;
import io.vagus.registry.Subject;
import io.vagus.registry.sql.RegistryAudit.RebuildReport;
import io.vagus.testkit.ManualClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another module's table beside the registry's: one transaction, one event log, one audit. */
class SchemaTest {
  private static final SchemaPart WISHES =
      new SchemaPart(
          Migration.beside(SchemaTest.class, 1001),
          Map.of("wish", SchemaTest::save),
          List.of(TableDump.of("wish", "device", "body,made_micros")));
  private static final Schema SCHEMA = Schema.REGISTRY.with(WISHES);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);

  private Path file() {
    return folder.resolve("registry.db");
  }

  private SqlRegistry open() {
    SqlRegistry registry = SqlRegistry.open(file(), SCHEMA, clock, clock);
    if (registry.model("meter").isEmpty()) {
      registry.saveProduct(RegistryFixtures.model("meter"));
      registry.createDevice(
          new NewDevice(new DeviceId("d1"), "meter", "", Map.of(), Optional.empty()));
    }
    return registry;
  }

  private static void save(SqlConnection sql, Event event) {
    save(sql, event.subject().name(), event.body(), Times.micros(event.time()));
  }

  private static int save(SqlConnection sql, String device, String body, long micros) {
    return sql.update(
        "insert into wish values (?, ?, ?) on conflict (device) do update set"
            + " body = excluded.body, made_micros = excluded.made_micros",
        device,
        body,
        micros);
  }

  private void wish(SqlRegistry registry, String body, List<String> held) {
    registry
        .database()
        .write(
            sql -> {
              Fact fact = new Fact(Subject.device(new DeviceId("d1")), "wish.made", body);
              Event event = registry.events().append(List.of(fact)).getFirst();
              save(sql, event);
              return body;
            },
            held::add);
  }

  private RebuildReport rebuild() {
    try (RegistryAudit audit = RegistryAudit.open(file(), SCHEMA)) {
      return audit.rebuild();
    }
  }

  @Test
  void aModulesRowsAreWrittenWithTheirEventAndMadeAgainFromIt() {
    List<String> held = new ArrayList<>();
    try (SqlRegistry registry = open()) {
      wish(registry, "{\"fan\":1}", held);
      wish(registry, "{\"fan\":2}", held);
    }
    assertThat(held).containsExactly("{\"fan\":1}", "{\"fan\":2}");
    assertThat(rebuild().differences()).isEmpty();
    try (SqlRegistry registry = open()) {
      assertThat(
              registry
                  .database()
                  .<Integer>write(
                      sql -> sql.update("update wish set body = '{}' where device = ?", "d1")))
          .isEqualTo(1);
    }
    assertThat(rebuild().differences())
        .containsExactly("wish d1: body is {} (the log says: {\"fan\":2})");
  }

  @Test
  void whatFailsLeavesNeitherRowNorEvent() {
    List<String> held = new ArrayList<>();
    try (SqlRegistry registry = open()) {
      long before = registry.events().head().sequence();
      assertThatThrownBy(() ->
              registry.together(() -> {
                wish(registry, "{}", held);
                throw new IllegalStateException("a later step failed");
              }))
          .hasMessage("a later step failed");
      assertThat(held).isEmpty();
      assertThat(registry.events().head().sequence()).isEqualTo(before);
      assertThat(registry.database().<Long>read(sql -> sql.number("select count(*) from wish")))
          .isZero();
    }
  }

  /** As when a module is new in a release, and when an audit knows less than the server. */
  @Test
  void aScriptThatIsMissingRunsAndOneThatIsNotKnownRefuses() {
    SqlRegistry.open(file(), clock, clock).close();
    open().close();
    assertThatThrownBy(() -> SqlRegistry.open(file(), clock, clock))
        .hasMessageContaining("its schema 1001 is of a later release");
    assertThatThrownBy(() -> RegistryAudit.open(file(), Schema.REGISTRY))
        .hasMessageContaining("registry schema: 1001 (expected: ");
  }

  @Test
  void twoModulesDoNotShareANumberOrAWord() {
    assertThatThrownBy(() -> SCHEMA.with(WISHES)).hasMessageContaining("two migrations");
    assertThatThrownBy(() -> SCHEMA.with(new SchemaPart(List.of(), WISHES.steps(), List.of())))
        .hasMessageContaining("two steps for events of wish");
  }
}
